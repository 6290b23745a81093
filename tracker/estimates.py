"""What the database believes of its rows: how many there are, and how alike.  By that it chooses its way to them.

PostgreSQL counts by itself as rows come (autovacuum), but not before the first questions after many came at once.
SQLite counts only when it is told to, and a connection knows what was counted before it was opened: hence those of
this process are opened anew, and those of others are within the hour (`OPEN_SECONDS`).
"""

from datetime import datetime

from sqlalchemy import text

from tracker.db import db, dialect

_TABLES = text(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
    "AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
)


def renew() -> None:
    """Count anew: the schema has changed, or much came in or went at once.  The session must hold nothing."""
    if dialect() == "postgresql":
        with db.engine.begin() as connection:
            connection.execute(text("ANALYZE"))
        return
    with db.engine.connect() as connection:
        names = connection.scalars(_TABLES).all()
    for name in names:
        # One transaction each: nobody else writes meanwhile.
        with db.engine.begin() as connection:
            connection.exec_driver_sql(f'ANALYZE "{name}"')
    db.engine.dispose()


def keep(_now: datetime) -> None:
    """Count anew from time to time, where the database does not do it by itself."""
    if dialect() == "sqlite":
        renew()

"""`tracker db`: migrations."""

import click

from tracker import schema
from tracker.cli.ground import config, ensure_rows, with_app


@click.group("db")
def db_() -> None:
    """Bring the database up or down, or check it.

    \b
    Example:
      tracker db check
    """


@db_.command()
@with_app(migrated=False)
def upgrade() -> None:
    """Bring the database to this program's version; several nodes may try at once.

    \b
    Example:
      tracker db upgrade
    """
    before = schema.current()
    schema.upgrade()
    ensure_rows()
    print(
        f"database at {schema.current()}"
        + ("" if before == schema.current() else f", was at {before or 'nothing'}")
    )


@db_.command()
@click.argument("revision", default="-1")
@with_app(migrated=False)
def downgrade(revision: str) -> None:
    """Take the last step back, or go down to REVISION.  Back up first: columns go with their content.

    \b
    Example:
      tracker db downgrade
      tracker db downgrade base
    """
    schema.downgrade(revision)
    print(f"database at {schema.current() or 'nothing'}")


@db_.command()
@with_app(migrated=False, reading=True)
def check() -> None:
    """Say whether the database is at this program's version; exit 1 if it is not.

    \b
    Example:
      tracker db check
    """
    engine = "SQLite" if config().embedded else "PostgreSQL"
    current, head = schema.current(), schema.head()
    if current != head:
        raise click.ClickException(
            f"{engine} is at {current or 'nothing'}, the program at {head}: tracker db upgrade"
        )
    print(f"{engine} is at {head}")

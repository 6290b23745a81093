"""The schema of the database and its migrations: upgrade, downgrade, is it behind?

Alembic is loaded when there is something to migrate: it takes as long to load as a tenth of a start, and most starts
only ask whether the database stands where this program does.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import Connection, inspect, text

from tracker import estimates
from tracker.config import ROOT
from tracker.db import db

FOLDER = ROOT / "migrations"
LOCK = 7_232_011  # any number, the same on every node
NAMED = re.compile(r"^(revision|down_revision) = (?:\"(\w+)\"|None)$", re.MULTILINE)


@cache
def _steps() -> dict[str, str]:
    """Every revision that this version of the program knows, with the one before it; empty for the first."""
    named = [dict(NAMED.findall(path.read_text("utf-8"))) for path in (FOLDER / "versions").glob("*.py")]
    return {names["revision"]: names["down_revision"] for names in named}


def head() -> str:
    """The newest revision that this version of the program knows."""
    (newest,) = _steps().keys() - _steps().values()
    return newest


def knows(revision: object) -> bool:
    """Whether this version of the program can go to that revision."""
    return isinstance(revision, str) and revision in _steps()


def current() -> str:
    """The revision that the database stands at; empty before the first."""
    with db.engine.connect() as connection:
        return revision_of(connection)


def revision_of(connection: Connection) -> str:
    """The revision as this connection sees it; empty before the first."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.scalar(text("SELECT version_num FROM alembic_version")) or ""


def is_behind() -> bool:
    """Whether migrations are waiting."""
    return current() != head()


def upgrade(revision: str = "head") -> None:
    """Bring the database up; several nodes may try at once, one does it."""
    command, config = _alembic()
    before = current()
    with _alone():
        command.upgrade(config, revision)
    if before and before != current():
        # Tables may have been made anew, with indexes that nobody has counted.
        estimates.renew()


def downgrade(revision: str = "-1") -> None:
    """Take the last step back, or go down to `revision`."""
    command, config = _alembic()
    with _alone():
        command.downgrade(config, revision)


def _alembic() -> tuple[Any, Any]:
    """Alembic's verbs, and where our migrations are."""
    from alembic import command
    from alembic.config import Config

    config = Config(str(FOLDER / "alembic.ini"))
    config.set_main_option("script_location", str(FOLDER))
    return command, config


@contextmanager
def _alone() -> Iterator[None]:
    if db.engine.dialect.name != "postgresql":
        yield
        return
    with db.engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})

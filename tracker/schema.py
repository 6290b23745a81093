"""The schema of the database and its migrations: upgrade, downgrade, is it behind?"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import Flask
from flask_migrate import Migrate
from sqlalchemy import text

from tracker.config import ROOT
from tracker.db import db

FOLDER = ROOT / "migrations"
LOCK = 7_232_011  # any number, the same on every node
migrate = Migrate(directory=str(FOLDER), render_as_batch=True)


def register(app: Flask) -> None:
    """Let the migrations of this app find its database."""
    migrate.init_app(app, db)


def _alembic(folder: Path = FOLDER) -> AlembicConfig:
    config = AlembicConfig(str(folder / "alembic.ini"))
    config.set_main_option("script_location", str(folder))
    return config


def head() -> str:
    """The newest revision that this version of the program knows."""
    return ScriptDirectory(str(FOLDER)).get_current_head() or ""


def knows(revision: str) -> bool:
    """Whether this version of the program can go to that revision."""
    try:
        return ScriptDirectory(str(FOLDER)).get_revision(revision) is not None
    except CommandError:
        return False


def current() -> str:
    """The revision that the database stands at; empty before the first."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def is_behind() -> bool:
    """Whether migrations are waiting."""
    return current() != head()


def upgrade(revision: str = "head") -> None:
    """Bring the database up; several nodes may try at once, one does it."""
    with _alone():
        command.upgrade(_alembic(), revision)


def downgrade(revision: str = "-1") -> None:
    """Take the last step back, or go down to `revision`."""
    with _alone():
        command.downgrade(_alembic(), revision)


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

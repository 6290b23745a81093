"""Runs the migrations on the database of the app at hand, in one transaction a step."""

import pkgutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.schema import SchemaItem

import tracker
from tracker import numbers, rearm  # noqa: F401  (tables that belong to no room)
from tracker.db import UTCDateTime, db
from tracker.index import ddl

TABLE_FILES = ("models", "parts")


def load_tables() -> None:
    """Every table of every room, so that the comparison with the database misses none."""
    for room in pkgutil.iter_modules(tracker.__path__):
        folder = Path(str(tracker.__file__)).parent / room.name
        for name in TABLE_FILES:
            if (folder / f"{name}.py").exists():
                import_module(f"tracker.{room.name}.{name}")


def render(kind: str, item: object, _autogen: object) -> str | bool:
    """Write our instants as what they are in the database."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def ours(_item: SchemaItem, name: str | None, _kind: str, _reflected: bool, _to: SchemaItem | None) -> bool:
    """The text index has a table of its own making that no model describes."""
    return name is None or not ddl.owns(name)


def run() -> None:
    load_tables()
    engine = db.engine
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=engine.dialect.name == "sqlite",
            render_item=render,
            include_object=ours,
            transaction_per_migration=True,
        )
        with _without_foreign_keys(connection), context.begin_transaction():
            context.run_migrations()


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew; to drop the old one would delete what refers to it, or fail.

    What refers to nothing in the end is an error all the same.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection.dbapi_connection
    assert isinstance(raw, sqlite3.Connection)
    before = set(raw.execute("PRAGMA foreign_key_check"))
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        if broken := set(raw.execute("PRAGMA foreign_key_check")) - before:
            raise RuntimeError(f"after the migrations these rows refer to nothing: {sorted(broken)[:10]}")
    finally:
        # Within a transaction the next line would do nothing, and to ask for the version alone begins one.
        connection.rollback()
        raw.execute("PRAGMA foreign_keys=ON")


run()

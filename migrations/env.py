"""Runs the migrations on the database of the app at hand, in one transaction a step."""

import pkgutil
from importlib import import_module
from pathlib import Path

from alembic import context
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
        with context.begin_transaction():
            context.run_migrations()


run()

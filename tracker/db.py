"""The database: one session, one base class, one column type for instants, both engines set up alike."""

import sqlite3
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ColumnElement, Dialect, Engine, MetaData, Select, String, and_, event, false, or_
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import DateTime, TypeDecorator

from tracker.errors import NotFound

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: aware, stored as UTC.  Refuses naive values, since SQLite would silently drop the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of every table; strings are text without a length on both engines."""

    registry = registry(type_annotation_map={datetime: UTCDateTime(), str: String()})
    metadata = MetaData(naming_convention=NAMES)


db = SQLAlchemy(model_class=Base)

if TYPE_CHECKING:

    class Model(Base):
        __abstract__ = True
else:
    Model = db.Model

# Unsafe requests and jobs take the SQLite write lock at BEGIN, so that two of them queue instead of failing late.
writing: ContextVar[bool] = ContextVar("tracker_writing", default=True)

T = TypeVar("T")


def first_or_404(select: Select[T]) -> T:
    """The one row of `select`; NotFound when there is none, or none that the select lets this actor see."""
    row = db.session.scalars(select.limit(1)).first()
    if row is None:
        raise NotFound()
    return row


def locked(select: Select[T]) -> Select[T]:
    """The same select, its rows locked until commit (PostgreSQL; SQLite holds the one write lock already)."""
    return select.with_for_update(of=select.column_descriptions[0]["entity"])


def about(table: Any, keys: Iterable[tuple[str, int]]) -> ColumnElement[bool]:
    """The rows of `table` about any of these subjects (kind, id); SQLite would find no index for a list of pairs."""
    ids: dict[str, list[int]] = {}
    for kind, subject_id in keys:
        ids.setdefault(kind, []).append(subject_id)
    return or_(
        false(), *(and_(table.subject_kind == kind, table.subject_id.in_(some)) for kind, some in ids.items())
    )


def prepare_sqlite(engine: Engine, *, durable: bool = True) -> None:
    """WAL, FULL, foreign keys and a real BEGIN on each new connection of an SQLite engine."""

    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in _pragmas(durable):
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing.get() else "BEGIN")


def _pragmas(durable: bool) -> tuple[str, ...]:
    return (
        "PRAGMA journal_mode=WAL",
        f"PRAGMA synchronous={'FULL' if durable else 'OFF'}",
        "PRAGMA busy_timeout=5000",
        "PRAGMA foreign_keys=ON",
        "PRAGMA cache_size=-65536",
        "PRAGMA temp_store=MEMORY",
        "PRAGMA mmap_size=268435456",
    )


def dialect() -> str:
    """`sqlite` or `postgresql`."""
    return db.engine.dialect.name

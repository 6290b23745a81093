"""The database: one session, one base class, one column type for instants, both engines set up alike."""

import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    CursorResult,
    Dialect,
    Engine,
    Integer,
    MetaData,
    Row,
    Select,
    String,
    Update,
    and_,
    any_,
    bindparam,
    event,
    false,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
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

# Writers of one process take turns; between processes (a command beside the server) SQLite's own waiting decides.
BUSY_MS = 15_000
TURN_PATIENCE_S = 30.0

T = TypeVar("T")

# Building a select costs more than running it.  A function that makes one from facts that do not change (who asks,
# which view) is marked with this and makes it once for each; what changes is bound when it is run.
kept = lru_cache(maxsize=512)


def rows(select: Select[Any], given: Mapping[str, Any]) -> Sequence[Row[Any]]:
    """The rows of a select of columns, which need nothing of the session's: half of what it costs to go by it.

    What the session has yet to write is not seen.
    """
    return db.session.connection().execute(select, given).all()


def first_or_404(select: Select[T]) -> T:
    """The one row of `select`; NotFound when there is none, or none that the select lets this actor see."""
    row = db.session.scalars(select.limit(1)).first()
    if row is None:
        raise NotFound()
    return row


def locked(select: Select[T]) -> Select[T]:
    """The same select, its rows locked until commit (PostgreSQL; SQLite holds the one write lock already)."""
    return select.with_for_update(of=select.column_descriptions[0]["entity"])


def locked_anew(select: Select[T]) -> Select[T]:
    """The same for rows that this request may have read before it waited for the lock: they are read again."""
    return locked(select).execution_options(populate_existing=True)


def about(table: Any, keys: Iterable[tuple[str, int]]) -> ColumnElement[bool]:
    """The rows of `table` about any of these subjects (kind, id); SQLite would find no index for a list of pairs."""
    ids: dict[str, list[int]] = {}
    for kind, subject_id in keys:
        ids.setdefault(kind, []).append(subject_id)
    return or_(
        false(), *(and_(table.subject_kind == kind, table.subject_id.in_(some)) for kind, some in ids.items())
    )


def one_of(column: Any, name: str, database: str) -> ColumnElement[bool]:
    """Whether the column is one of the numbers that are bound under this name when the statement is run.

    On PostgreSQL they are one array, so that however many there are it is the same statement, prepared once.
    """
    if database == "postgresql":
        return cast("ColumnElement[bool]", column == any_(bindparam(name, type_=ARRAY(Integer))))
    return cast("ColumnElement[bool]", column.in_(bindparam(name, type_=Integer(), expanding=True)))


def changed(statement: Update) -> int:
    """Carry out an update; how many rows it met."""
    return cast("CursorResult[Any]", db.session.execute(statement)).rowcount


def claimed(table: type[T], free: ColumnElement[bool], **values: Any) -> T | None:
    """The first row that is `free`, taken by setting `values`; None when there is none, or another node was first."""
    key: Any = table.id  # type: ignore[attr-defined]
    found = db.session.scalar(select(key).where(free).order_by(key).limit(1))
    if found is None or not changed(update(table).where(key == found, free).values(**values)):
        return None
    return db.session.get_one(table, found, populate_existing=True)


class Turns:
    """The writers of one process, one after the other in the order they came.

    SQLite lets those who wait for its write lock ask again at random, so that under load one of many never gets it.
    """

    def __init__(self, patience_s: float) -> None:
        self._patience_s = patience_s
        self._guard = threading.Lock()
        self._line: deque[threading.Event] = deque()

    def take(self) -> threading.Event:
        """Wait for one's turn; after too long a wait one goes without it, and SQLite says what is the matter."""
        mine = threading.Event()
        with self._guard:
            self._line.append(mine)
            if self._line[0] is mine:
                return mine
        if not mine.wait(self._patience_s):
            self.leave(mine)
        return mine

    def leave(self, mine: threading.Event) -> None:
        """Let the next one go; once more does nothing."""
        with self._guard:
            if mine not in self._line:
                return
            was_first = self._line[0] is mine
            self._line.remove(mine)
            if was_first and self._line:
                self._line[0].set()


def prepare_sqlite(engine: Engine, *, durable: bool = True, busy_ms: int = BUSY_MS) -> None:
    """WAL, FULL, foreign keys and a real BEGIN on each new connection of an SQLite engine; writers take turns."""

    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in _pragmas(durable, busy_ms):
            connection.execute(pragma)

    leave = _take_turns(engine, Turns(TURN_PATIENCE_S))

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writing.get() else "BEGIN")
        except BaseException:
            leave(connection.info)
            raise


def _take_turns(engine: Engine, turns: Turns) -> Callable[[dict[str, Any]], None]:
    """Let each writing connection wait for its turn and end it, however its transaction ends; answers what ends it."""

    def leave(info: dict[str, Any]) -> None:
        if (mine := info.pop("turn", None)) is not None:
            turns.leave(mine)

    def ended(connection: Any) -> None:
        # One that was thrown away has left already, and knows no info.
        if not connection.invalidated:
            leave(connection.info)

    @event.listens_for(engine, "begin")
    def _wait(connection: Any) -> None:
        leave(connection.info)
        if writing.get():
            connection.info["turn"] = turns.take()

    for end in ("commit", "rollback"):
        event.listen(engine, end, ended)
    # However a connection comes to its end, it does not keep the others waiting.
    for end in ("reset", "invalidate", "soft_invalidate"):
        event.listen(engine, end, lambda _connection, record, _why: leave(record.info))
    event.listen(engine, "close", lambda _connection, record: leave(record.info))
    return leave


def _pragmas(durable: bool, busy_ms: int) -> tuple[str, ...]:
    return (
        "PRAGMA journal_mode=WAL",
        f"PRAGMA synchronous={'FULL' if durable else 'OFF'}",
        f"PRAGMA busy_timeout={busy_ms}",
        "PRAGMA foreign_keys=ON",
        # Pages that many letters share are written back once for several batches of them.
        "PRAGMA wal_autocheckpoint=4000",
        "PRAGMA cache_size=-65536",
        "PRAGMA temp_store=MEMORY",
        "PRAGMA mmap_size=268435456",
    )


def inserting(table: Any) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say what becomes of a row that is there already; both databases spell that alike."""
    return (sqlite if dialect() == "sqlite" else postgresql).insert(table)


def dialect() -> str:
    """`sqlite` or `postgresql`."""
    return db.engine.dialect.name

"""PostgreSQL through psycopg, without what the driver does at every statement or page for callers that we are not."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from psycopg import Column, Connection, Cursor
from sqlalchemy import Engine, event

# As libpq calls a connection without a transaction.
PQTRANS_IDLE = 0


def prepare_postgresql(engine: Engine, *, most: int) -> None:
    """Let each new connection of the engine keep `most` statements prepared, and describe columns late."""
    engine.dialect.do_rollback = _rollback  # type: ignore[method-assign, assignment]

    @event.listens_for(engine, "connect")
    def _connect(connection: Connection[Any], _record: Any) -> None:
        connection.prepared_max = most
        connection.cursor_factory = LateCursor


def _rollback(connection: Any) -> None:
    """Let what is prepared outlive a rollback, with which all that only reads ends: it is not planned anew.

    psycopg forgets its statements at each, for the case that what they speak of is dropped and made again; here that
    is done by migrations alone.
    """
    if connection.pgconn.transaction_status != PQTRANS_IDLE:
        connection.pgconn.exec_(b"ROLLBACK")
    # Nothing is left to be done, unless that failed; then it says so as ever.
    connection.rollback()


class LateCursor(Cursor[Any]):
    """A cursor that describes its columns only to whoever looks at them.

    SQLAlchemy asks at each run of a statement whether there are any, and looks at them at the first run alone.
    """

    @property
    def description(self) -> Any:
        """The columns of the present result; None where it has none."""
        if self.pgresult is not None and self.pgresult.nfields:
            return Columns(lambda: super(LateCursor, self).description or [])
        return super().description


class Columns(Sequence[Column]):
    """The columns of a result, described when they are first looked at."""

    def __init__(self, describe: Callable[[], list[Column]]) -> None:
        self._describe = describe

    @cached_property
    def _described(self) -> list[Column]:
        return self._describe()

    def __len__(self) -> int:
        return len(self._described)

    def __getitem__(self, at: Any) -> Any:
        return self._described[at]

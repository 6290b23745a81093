"""Many rows into one table by one statement.

SQLAlchemy makes each row by itself into what the driver takes, and for the letters of a tick that costs more than the
database's own work.  Here it is done a column at a time (SQLite), or the rows go as one JSON document (PostgreSQL).
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import JSON, Connection, Dialect, Table, Text, bindparam, column, func, select
from sqlalchemy import cast as as_type
from sqlalchemy.dialects import postgresql, sqlite

from tracker.db import db

Row = Mapping[str, Any]


class Many:
    """Writes rows of these columns; one whose `once` column is there already is left as it is."""

    def __init__(self, table: Any, names: Sequence[str], *, once: str = "") -> None:
        self.table, self.names, self.once = cast("Table", table), tuple(names), once
        self._statements: dict[str, tuple[str, tuple[str, ...]]] = {}

    def write(self, rows: Sequence[Row]) -> None:
        """Write the rows, each with all of the columns and nothing else."""
        if not rows:
            return
        connection = db.session.connection()
        if connection.dialect.name == "postgresql":
            connection.execute(self._from_json, {"rows": _JSON.encode(rows)})
            return
        sql, order = self._by_place(connection.dialect)
        connection.exec_driver_sql(sql, self._for_driver(rows, order, connection))

    @cached_property
    def _from_json(self) -> Any:
        """INSERT out of a JSON document, whose values PostgreSQL reads by the types of the columns."""
        columns = [column(name, self.table.c[name].type) for name in self.names]
        document = func.json_to_recordset(as_type(bindparam("rows", type_=Text), postgresql.JSON))
        given = document.table_valued(*columns, name="given").render_derived(with_types=True)
        write = postgresql.insert(self.table).from_select(
            self.names, select(*given.c), include_defaults=False
        )
        return write.on_conflict_do_nothing(index_elements=[self.once]) if self.once else write

    def _by_place(self, dialect: Dialect) -> tuple[str, tuple[str, ...]]:
        """INSERT as the driver takes it, and the order of its values; made once."""
        if dialect.name not in self._statements:
            write = sqlite.insert(self.table)
            if self.once:
                write = write.on_conflict_do_nothing(index_elements=[self.once])
            made = write.compile(dialect=dialect, column_keys=self.names)
            self._statements[dialect.name] = (str(made), tuple(made.positiontup or ()))
        return self._statements[dialect.name]

    def _for_driver(
        self, rows: Sequence[Row], order: Sequence[str], connection: Connection
    ) -> list[tuple[Any, ...]]:
        columns = []
        for name, given in zip(order, zip(*map(itemgetter(*order), rows), strict=True), strict=True):
            kind = self.table.c[name].type.dialect_impl(connection.dialect)
            make = kind.bind_processor(connection.dialect)
            if make is None:
                columns.append(given)
            elif isinstance(kind, JSON):
                columns.append(tuple(make(one) for one in given))
            else:
                # Instants and the like: a few, which come again and again.
                known = {one: make(one) for one in set(given)}
                columns.append(tuple(known[one] for one in given))
        return list(zip(*columns, strict=True))


def _written(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} does not go into a column")


_JSON = json.JSONEncoder(ensure_ascii=False, default=_written)

"""Rows that go past the session's own way: many written by one statement, or a single one that the session then holds.

SQLAlchemy makes each row by itself into what the driver takes, and for the letters of a tick that costs more than the
database's own work.  Here it is done a column at a time (SQLite), or the rows go as one JSON document (PostgreSQL).
A flush looks through all that the session holds, which for one new row costs three times as much as to write it.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple, TypeVar, cast

from sqlalchemy import JSON, Dialect, Table, Text, bindparam, column, func, insert, inspect, select
from sqlalchemy import cast as as_type
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import attributes, make_transient_to_detached

from tracker.db import Model, db, kept

Row = Mapping[str, Any]
M = TypeVar("M", bound=Model)


class Many:
    """Writes rows of these columns; one whose `once` column is there already is left as it is."""

    def __init__(self, table: Any, names: Sequence[str], *, once: str = "") -> None:
        self.table, self.names, self.once = cast("Table", table), tuple(names), once
        self._statements: dict[str, _ForDriver] = {}

    def write(self, rows: Sequence[Row]) -> None:
        """Write the rows, each with all of the columns and nothing else."""
        if not rows:
            return
        connection = db.session.connection()
        if connection.dialect.name == "postgresql":
            connection.execute(self._from_json, {"rows": _JSON.encode(rows)})
            return
        prepared = self._by_place(connection.dialect)
        connection.exec_driver_sql(prepared.sql, prepared.made(rows))

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

    def _by_place(self, dialect: Dialect) -> "_ForDriver":
        """INSERT as the driver takes it; made once."""
        if dialect.name not in self._statements:
            write = sqlite.insert(self.table)
            if self.once:
                write = write.on_conflict_do_nothing(index_elements=[self.once])
            made = write.compile(dialect=dialect, column_keys=self.names)
            types = [self.table.c[name].type.dialect_impl(dialect) for name in made.positiontup or ()]
            makers = [(kind.bind_processor(dialect), isinstance(kind, JSON)) for kind in types]
            self._statements[dialect.name] = _ForDriver(str(made), tuple(made.positiontup or ()), makers)
        return self._statements[dialect.name]


class _ForDriver(NamedTuple):
    """A statement, the order of its values, and what makes each of them into what the driver takes."""

    sql: str
    order: tuple[str, ...]
    makers: Sequence[tuple[Any, bool]]

    def made(self, rows: Sequence[Row]) -> list[tuple[Any, ...]]:
        """The values of the rows."""
        columns = []
        given = zip(*([row[name] for name in self.order] for row in rows), strict=True)
        for (make, unhashable), values in zip(self.makers, given, strict=True):
            if make is None:
                columns.append(values)
            elif unhashable or len(values) == 1:
                columns.append(tuple(map(make, values)))
            else:
                # Instants and the like: a few, which come again and again.
                known = {one: make(one) for one in set(values)}
                columns.append(tuple(known[one] for one in values))
        return list(zip(*columns, strict=True))


def write_new(row: Model) -> None:
    """Write a row that was just made, whose parts are columns alone; the session holds it as if it had read it."""
    new, values = _new(type(row)), attributes.instance_dict(row)
    for name, default in new.defaults.items():
        if name not in values:
            values[name] = default(None) if callable(default) else default
    given = {name: values[name] for name in new.defaults}
    values |= db.session.connection().execute(new.write, given).mappings().one()
    _hold(row)


def held(model: type[M], given: Row) -> M:
    """The row with these values by column as the session holds what it has read itself; what was not read is read when
    it is asked for.
    """
    key = inspect(model).identity_key_from_primary_key(tuple(given[one] for one in _key(model)))
    there = db.session.identity_map.get(key)
    if there is not None:
        return cast("M", there)
    row = model()
    attributes.instance_dict(row).update(given)
    _hold(row)
    return row


def _hold(row: Model) -> None:
    """What `add` does of one row, without its way through all that may hang on it: nothing does yet."""
    make_transient_to_detached(row)
    session, state = db.session(), attributes.instance_state(row)
    state.session_id = session.hash_key
    session.identity_map.add(state)


@kept
def _key(model: type[Model]) -> list[str]:
    return [one.name for one in cast("Table", model.__table__).primary_key]


class _New(NamedTuple):
    """An INSERT that answers what the database fills in, and what stands in each column of which nothing was said."""

    write: Any
    defaults: dict[str, Any]


@kept
def _new(model: type[Model]) -> _New:
    table = cast("Table", model.__table__)
    filled = [one for one in table.columns if one.primary_key or one.computed is not None]
    defaults = {one.name: getattr(one.default, "arg", None) for one in table.columns if one not in filled}
    return _New(insert(table).returning(*filled), defaults)


def _written(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} does not go into a column")


_JSON = json.JSONEncoder(ensure_ascii=False, default=_written)

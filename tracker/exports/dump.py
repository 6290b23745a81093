"""One database as files, table by table, alike for both engines: how rows become lines and lines become rows.

Tables are read from the database itself and not from the models, so that a backup of an older version can be
loaded at its own revision and then migrated.
"""

import base64
import gzip
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, ForeignKeyConstraint, MetaData, Table, select, types
from sqlalchemy.schema import sort_tables_and_constraints

from tracker import schema
from tracker.index import ddl

VERSIONS = "alembic_version"
# Kept as documents and indexed anew, since each engine has its own index.
DOCUMENTS = "index_text"
AT_ONCE = 500
Moved = Callable[[int], None]


class Layout:
    """The tables in an order in which they can be filled, and the references to be set only when all are full."""

    def __init__(self, connection: Connection) -> None:
        metadata = MetaData()
        metadata.reflect(
            connection, only=lambda name, _: not ddl.owns(name) and not name.startswith("sqlite_")
        )
        _keep_missing(metadata.tables.values())
        self.tables: list[Table] = []
        self.later: dict[str, list[str]] = {}
        for table, constraints in sort_tables_and_constraints(list(metadata.tables.values())):
            if table is not None and table.name != VERSIONS:
                self.tables.append(table)
            elif table is None:
                for constraint in constraints:
                    self._set_later(constraint)
        for table in self.tables:
            for constraint in table.foreign_key_constraints:
                if constraint.referred_table is table:
                    self._set_later(constraint)

    def _set_later(self, constraint: ForeignKeyConstraint) -> None:
        columns = self.later.setdefault(constraint.table.name, [])
        columns.extend(column.name for column in constraint.columns if column.name not in columns)


# By the kind of database and its revision.
_known: dict[tuple[str, str], Layout] = {}


def layout_of(connection: Connection) -> Layout:
    """The layout of this database, read from it once for each revision: nothing but a migration changes it."""
    key = connection.dialect.name, schema.revision_of(connection)
    if key not in _known:
        _known[key] = Layout(connection)
    return _known[key]


def _keep_missing(tables: Iterable[Table]) -> None:
    """What is missing in a JSON column stays missing and does not become JSON's own null."""
    for table in tables:
        for column in table.columns:
            if isinstance(column.type, types.JSON):
                column.type = types.JSON(none_as_null=True)


def write_table(connection: Connection, table: Table, path: Path, moved: Moved) -> dict[str, Any]:
    """Write all rows, one JSON line each, gzipped; returns what the manifest says of the file."""
    rows = 0
    with path.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as packed:
        # What the database reckons by itself cannot be given back to it.
        given = [column for column in table.columns if column.computed is None]
        found = connection.execution_options(stream_results=True, yield_per=AT_ONCE).execute(select(*given))
        for row in found.mappings():
            line = {name: _plain(value) for name, value in row.items()}
            packed.write(
                json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
                + b"\n"
            )
            rows += 1
            moved(1)
    return {"rows": rows, "sha256": file_digest(path)}


def read_table(path: Path, table: Table) -> Iterator[dict[str, Any]]:
    """The rows of a file as this table takes them."""
    readers = {column.name: _reader(column.type) for column in table.columns}
    with gzip.open(path, "rb") as packed:
        for line in io.BufferedReader(packed):
            row = json.loads(line)
            yield {name: readers[name](value) for name, value in row.items()}


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(value).decode("ascii")
    return value


def _reader(kind: types.TypeEngine[Any]) -> Callable[[Any], Any]:
    """How a plain value becomes one of this column; the instant is naive UTC where the engine keeps no zone."""
    if isinstance(kind, types.DateTime):
        return _aware if kind.timezone else _naive
    if isinstance(kind, types.Date):
        return lambda value: value and date.fromisoformat(value)
    if isinstance(kind, types.LargeBinary):
        return lambda value: None if value is None else base64.b64decode(value)
    return lambda value: value


def _aware(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def _naive(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value).astimezone(UTC).replace(tzinfo=None) if value else None

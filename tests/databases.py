"""The two databases under test: each is migrated once a run and put back to that state after every test."""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask, has_request_context
from sqlalchemy import event

from tests import postgres
from tracker.db import db, writing


def forbid_late_writes(app: Flask) -> None:
    """Fail a request that writes in a transaction which began by reading: on SQLite that cannot always go on."""
    if not app.config["TRACKER"].embedded:
        return

    def look(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        writes = statement.startswith(("INSERT", "UPDATE", "DELETE", "REPLACE"))
        assert not (writes and has_request_context() and not writing.get()), (
            f"written while reading: {statement}"
        )

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", look)


@contextmanager
def first_of_run(folder: Path, what: str) -> Iterator[bool]:
    """Whether no worker that shares the folder has done this yet; meanwhile the others wait."""
    with (folder / f"{what}.done").open("a") as done:
        fcntl.flock(done, fcntl.LOCK_EX)
        first = os.fstat(done.fileno()).st_size == 0
        yield first
        done.write("done\n")


class SQLiteDatabase:
    """A file; rows to go back to lie in memory, in tables of the same names, with a state's number.

    Only rows are moved: to put the file's pages back made each connection read all tables' shapes anew, and prepare
    each statement once more, in every test.  Where a test changed a shape, the pages come from a copy after all.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "tracker.sqlite3"
        self.url = f"sqlite:///{self.path}"
        self.columns: dict[str, str] = {}
        self.numbers = count()

    def begin(self) -> None:
        """An empty file is made by whoever opens it."""

    def give(self, folder: Path) -> None:
        """Leave a copy of the migrated file for the other workers."""
        with (
            closing(sqlite3.connect(self.path)) as own,
            closing(sqlite3.connect(folder / "migrated")) as copy,
        ):
            own.backup(copy)

    def take(self, folder: Path) -> None:
        """Begin with the copy that another worker left."""
        shutil.copyfile(folder / "migrated", self.path)

    def remember(self) -> None:
        """Take the present state as the one to go back to."""
        self.pages = sqlite3.connect(":memory:", check_same_thread=False)
        self.connection = sqlite3.connect(
            self.path, timeout=5, isolation_level=None, cached_statements=1000, check_same_thread=False
        )
        self.connection.backup(self.pages)
        self.connection.executescript(
            "PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; ATTACH ':memory:' AS kept"
        )
        self.columns = dict(self.connection.execute(SQLITE_TABLES).fetchall())
        for table, columns in self.columns.items():
            self.connection.execute(
                f'CREATE TABLE kept."{table}" AS SELECT 0 AS kept_as, {columns} FROM main."{table}" WHERE 0'
            )
            self.connection.execute(f'CREATE INDEX kept."{table}_kept" ON "{table}" (kept_as)')
        self.shapes = self._shapes()
        self.state = self.copied()

    def copied(self) -> tuple[int, list[str]]:
        """The present state, for `put_back`: its number, and the tables that have rows."""
        number, filled = next(self.numbers), self._filled()
        for table in filled:
            columns = self.columns[table]
            self.connection.execute(
                f'INSERT INTO kept."{table}" SELECT {number}, {columns} FROM main."{table}"'
            )
        return number, filled

    def put_back(self, state: tuple[int, list[str]] | None = None) -> None:
        """Go back to the state that was copied, or to the one remembered."""
        number, filled = state or self.state
        if self._shapes() != self.shapes:
            self.pages.backup(self.connection)
            self.shapes = self._shapes()
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            for table in self._filled():
                self.connection.execute(f'DELETE FROM main."{table}"')
            for table in filled:
                columns = self.columns[table]
                self.connection.execute(
                    f'INSERT INTO main."{table}" ({columns})'
                    f' SELECT {columns} FROM kept."{table}" WHERE kept_as = {number}'
                )
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    def copy(self, path: Path) -> None:
        """A file of its own with the same rows: to migrate another takes a second."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path)) as other:
            self.connection.backup(other)

    def _filled(self) -> list[str]:
        asked = (
            f"""SELECT '{table}' WHERE EXISTS (SELECT 1 FROM main."{table}")""" for table in self.columns
        )
        return [table for (table,) in self.connection.execute(" UNION ALL ".join(asked))]

    def _shapes(self) -> int:
        """A number that changes with each statement that makes, alters or drops something."""
        (version,) = self.connection.execute("PRAGMA main.schema_version").fetchone()
        return int(version)

    def close(self) -> None:
        self.connection.close()
        self.pages.close()


class PostgreSQLDatabase:
    """A database of a server; rows to go back to lie beside, in tables of the schema `kept`, with a state's number.

    What is said of all tables is said in functions of the server, which plans them once and not for each test.
    """

    def __init__(self, server: str, name: str) -> None:
        self.server, self.name, self.url = server, name, postgres.address(server, name)
        self.columns: dict[str, str] = {}
        self.script: bytes = b""
        self.numbers = count(1)

    def begin(self) -> None:
        """Make an empty database."""
        postgres.create_database(self.server, self.name)

    def give(self, _folder: Path) -> None:
        """Leave a copy of the migrated database for the other workers; nobody else may be connected to it now."""
        with self._connect() as connection:
            _make_beside(connection)
        postgres.create_database(self.server, MIGRATED, template=self.name)

    def take(self, _folder: Path) -> None:
        """Begin with the copy that another worker left."""
        postgres.create_database(self.server, self.name, template=MIGRATED)

    def remember(self) -> None:
        """Take the present state as the one to go back to."""
        self.connection = self._connect()
        # No trigger and no foreign key looks at rows that go away or come back together.
        self.connection.execute("SET session_replication_role = replica; SET lock_timeout = '5s'")
        self.columns = dict(self.connection.execute(TABLES).fetchall())
        self.script = self.copied()

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(self.url.replace("+psycopg", "", 1), autocommit=True)

    def copied(self) -> bytes:
        """The present state, for `put_back`: a script that empties every table and fills those that have rows now."""
        number = next(self.numbers)
        (filled,) = self.connection.execute("SELECT kept.keep(%s)", [number]).fetchone() or ([],)
        calls = ["kept.empty()"]
        calls += (f"kept.fill_{table}({number})" for table in filled)
        calls += (f"setval('{name}', {last})" for name, last in self.connection.execute(SEQUENCES) if last)
        return f"SELECT {', '.join(calls)}".encode()

    def put_back(self, script: bytes | None = None) -> None:
        """Go back to the state of the script, or to the one remembered."""
        try:
            self.connection.execute(script or self.script)
        except psycopg.Error:
            self.connection.rollback()
            raise

    def close(self) -> None:
        self.connection.close()


def _make_beside(connection: psycopg.Connection) -> None:
    """The schema `kept`: a table for the rows of each table, and what moves them there and back."""
    connection.execute("CREATE SCHEMA kept")
    keep, empty = KEEP, EMPTY
    for table, columns in connection.execute(TABLES).fetchall():
        beside = BESIDE.format(table=table, columns=columns)
        connection.execute(beside.encode())
        connection.execute(FILL.format(table=table, columns=columns).encode())
        keep += KEEP_TABLE.format(table=table, columns=columns)
        empty += f"DELETE FROM {table}; "
    for sequence, _last in connection.execute(SEQUENCES):
        empty += f"PERFORM setval('{sequence}', 1, false); "
    connection.execute(f"{keep} RETURN filled; END $$; {empty} END $$".encode())


# The tables in which the text index keeps its words are among them, it itself has no rows of its own.
SQLITE_TABLES = """
    SELECT tables.name, group_concat('"' || columns.name || '"', ', ')
    FROM pragma_table_list AS tables, pragma_table_xinfo(tables.name) AS columns
    WHERE tables.schema = 'main' AND tables.type IN ('table', 'shadow') AND columns.hidden = 0
        AND tables.name NOT IN ('alembic_version', 'sqlite_schema')
    GROUP BY tables.name
"""
BESIDE = """
    CREATE TABLE kept.{table} AS SELECT 0 AS kept_as, {columns} FROM {table} WITH NO DATA;
    CREATE INDEX ON kept.{table} (kept_as)
"""
KEEP = """
    CREATE FUNCTION kept.keep(int) RETURNS text[] LANGUAGE plpgsql AS $$
    #variable_conflict use_column
    DECLARE filled text[] := '{}';
    BEGIN
"""
KEEP_TABLE = """
    INSERT INTO kept.{table} SELECT $1, {columns} FROM {table};
    IF FOUND THEN filled := filled || '{table}'::text; END IF;
"""
FILL = """
    CREATE FUNCTION kept.fill_{table}(int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO {table} ({columns}) SELECT {columns} FROM kept.{table} WHERE kept_as = $1;
    END $$
"""
EMPTY = "CREATE FUNCTION kept.empty() RETURNS void LANGUAGE plpgsql AS $$ BEGIN "
# What the other workers copy.
MIGRATED = "tracker_migrated"
TABLES = """
    SELECT quote_ident(relname), string_agg(quote_ident(attname), ', ' ORDER BY attnum)
    FROM pg_attribute
    JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'
        AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    GROUP BY relname
    ORDER BY relname
"""
SEQUENCES = """
    SELECT schemaname || '.' || quote_ident(sequencename), last_value
    FROM pg_sequences
    JOIN pg_depend ON objid = (quote_ident(schemaname) || '.' || quote_ident(sequencename))::regclass
    WHERE schemaname = 'public' AND refclassid = 'pg_class'::regclass AND deptype IN ('a', 'i')
"""

"""The two databases under test: each is migrated once a session and put back to that state after every test."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask, has_request_context
from psycopg import sql
from sqlalchemy import event

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


class SQLiteDatabase:
    """A file, put back page by page from a copy in memory."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "tracker.sqlite3"
        self.url = f"sqlite:///{self.path}"
        self.copy: sqlite3.Connection | None = None

        self.copies: list[sqlite3.Connection] = []

    def remember(self) -> None:
        """Take the present state as the one to go back to."""
        self.copy = self.copied()

    def copied(self) -> sqlite3.Connection:
        """The present state, for `put_back`."""
        copy = sqlite3.connect(":memory:", check_same_thread=False)
        with closing(sqlite3.connect(self.path)) as source:
            source.backup(copy)
        self.copies.append(copy)
        return copy

    def put_back(self, copy: sqlite3.Connection | None = None) -> None:
        """Go back to the state of the copy, or to the one remembered."""
        copy = copy or self.copy
        assert copy is not None
        with closing(sqlite3.connect(self.path, timeout=5)) as target:
            target.execute("PRAGMA synchronous=OFF")
            copy.backup(target)

    def close(self) -> None:
        for copy in self.copies:
            copy.close()


class PostgreSQLDatabase:
    """A database of a server; rows to go back to are kept beside, in schemas `kept_1`, `kept_2` and so on."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.connection = psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True)
        self.script: bytes = b""
        self.numbers = count(1)

    def remember(self) -> None:
        """Take the present state as the one to go back to."""
        self.script = self.copied()

    def copied(self) -> bytes:
        """The present state, for `put_back`: a script that empties every table and fills those that have rows now."""
        schema = sql.Identifier(f"kept_{next(self.numbers)}")
        self.connection.execute(
            sql.SQL("DROP SCHEMA IF EXISTS {0} CASCADE; CREATE SCHEMA {0}").format(schema)
        )
        columns = dict(self.connection.execute(TABLES).fetchall())
        script = BEGIN
        for table in columns:
            script += sql.SQL("DELETE FROM {}; ").format(sql.Identifier(table))
        for table in self._filled(columns):
            values = {"all": sql.Identifier(table), "kept": schema, "columns": sql.SQL(columns[table])}
            self.connection.execute(
                sql.SQL("CREATE TABLE {kept}.{all} AS SELECT {columns} FROM {all}").format(**values)
            )
            script += sql.SQL("INSERT INTO {all} ({columns}) SELECT * FROM {kept}.{all}; ").format(**values)
        for sequence, last in self.connection.execute(SEQUENCES):
            script += sql.SQL("SELECT setval({}, {}, {}); ").format(sequence, last or 1, last is not None)
        return (script + sql.SQL("COMMIT")).as_bytes(self.connection)

    def _filled(self, tables: Iterable[str]) -> list[str]:
        """Those of the tables that have rows."""
        look = sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})")
        asked = sql.SQL(" UNION ALL ").join(look.format(name, sql.Identifier(name)) for name in tables)
        return [name for (name,) in self.connection.execute(asked)]

    def put_back(self, script: bytes | None = None) -> None:
        """Go back to the state of the script, or to the one remembered."""
        try:
            self.connection.execute(script or self.script)
        except psycopg.Error:
            self.connection.rollback()
            raise

    def close(self) -> None:
        self.connection.close()


BEGIN: sql.Composable = sql.SQL(
    "BEGIN; SET LOCAL session_replication_role = replica; SET LOCAL lock_timeout = '5s'; "
)
# Each table with the columns that are not reckoned from others.
TABLES = """
    SELECT relname, string_agg(quote_ident(attname), ', ' ORDER BY attnum)
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

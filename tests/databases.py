"""The two databases under test: each is migrated once a session and put back to that state after every test."""

import sqlite3
from contextlib import closing
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
        # The one row of settings is made before anything is served; tests begin without it.
        writes = statement.startswith(("INSERT", "UPDATE", "DELETE", "REPLACE"))
        writes = writes and not statement.startswith("INSERT INTO organisation")
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

    def remember(self) -> None:
        """Take the present state as the one to go back to."""
        self.copy = sqlite3.connect(":memory:", check_same_thread=False)
        with closing(sqlite3.connect(self.path)) as source:
            source.backup(self.copy)

    def put_back(self) -> None:
        assert self.copy is not None
        with closing(sqlite3.connect(self.path, timeout=5)) as target:
            target.execute("PRAGMA synchronous=OFF")
            self.copy.backup(target)

    def close(self) -> None:
        if self.copy is not None:
            self.copy.close()


class PostgreSQLDatabase:
    """A database of a server; rows that the migrations made are kept beside, in the schema `kept`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.connection = psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True)
        self.script = sql.SQL("")

    def remember(self) -> None:
        """Take the present state as the one to go back to."""
        self.connection.execute("DROP SCHEMA IF EXISTS kept CASCADE")
        self.connection.execute("CREATE SCHEMA kept")
        tables = [name for (name,) in self.connection.execute(TABLES)]
        self.script = sql.SQL(
            "BEGIN; SET LOCAL session_replication_role = replica; SET LOCAL lock_timeout = '5s'; "
        )
        for table in tables:
            self.script += self._emptied(table)
        self.script += sql.SQL("COMMIT")

    def _emptied(self, table: str) -> sql.Composed:
        name, kept = sql.Identifier(table), sql.Identifier("kept", table)
        statement = sql.SQL("DELETE FROM {}; ").format(name)
        if self.connection.execute(sql.SQL("SELECT FROM {} LIMIT 1").format(name)).fetchone() is not None:
            self.connection.execute(sql.SQL("CREATE TABLE {} AS TABLE {}").format(kept, name))
            statement += sql.SQL("INSERT INTO {} SELECT * FROM {}; ").format(name, kept)
        for sequence, last in self.connection.execute(SEQUENCES, [table]):
            statement += sql.SQL("SELECT setval({}, {}, {}); ").format(sequence, last or 1, last is not None)
        return statement

    def put_back(self) -> None:
        self.connection.execute(self.script)

    def close(self) -> None:
        self.connection.close()


TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY 1"
SEQUENCES = """
    SELECT schemaname || '.' || quote_ident(sequencename), last_value
    FROM pg_sequences
    JOIN pg_depend ON objid = (quote_ident(schemaname) || '.' || quote_ident(sequencename))::regclass
    WHERE refobjid = ('public.' || quote_ident(%s))::regclass AND deptype IN ('a', 'i')
"""

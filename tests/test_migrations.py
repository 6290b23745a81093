"""The migrations make what the models describe, on both databases, and can be taken back."""

import os
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect, text

from tests import postgres
from tracker import schema
from tracker.db import db
from tracker.index import ddl


@pytest.fixture
def empty_app(engine: str, make_app: Any, tmp_path: Any, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """An app on a database without a single table; its context is pushed."""
    url = f"sqlite:///{tmp_path}/empty.sqlite3"
    if engine == "postgresql":
        server = request.getfixturevalue("postgresql_server")
        url = postgres.create_database(
            server, f"tracker_empty_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
        )
    app = make_app(database_url=url)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def shape() -> dict[str, Any]:
    """All that the database knows of its tables, in an order of its own making."""
    there = inspect(db.engine)
    columns, keys, foreign = (
        there.get_multi_columns(),
        there.get_multi_pk_constraint(),
        there.get_multi_foreign_keys(),
    )
    uniques, checks, indexes = (
        there.get_multi_unique_constraints(), there.get_multi_check_constraints(), there.get_multi_indexes()
    )  # fmt: skip
    return {
        table[1]: {
            "columns": {
                each["name"]: (str(each["type"]), each["nullable"], each["default"]) for each in rows
            },
            "primary key": keys[table]["constrained_columns"],
            "foreign keys": sorted(
                (each["constrained_columns"], each["referred_table"], str(each["options"]))
                for each in foreign[table]
            ),
            "unique": sorted(each["column_names"] for each in uniques[table]),
            "checks": sorted((str(each["name"]), each["sqltext"]) for each in checks[table]),
            "indexes": sorted(_index(each) for each in indexes[table]),
        }
        for table, rows in columns.items()
        if table[1] != "alembic_version" and not ddl.owns(table[1])
    }


def _index(found: Any) -> tuple[str, str, bool, dict[str, str]]:
    """Its name, its columns or expressions, whether it is unique, and which rows it holds."""
    options = {name: str(value) for name, value in found.get("dialect_options", {}).items()}
    return (
        str(found["name"]),
        str(found.get("expressions") or found["column_names"]),
        bool(found["unique"]),
        options,
    )


def test_the_migrations_make_what_the_models_describe(app, empty_app):
    with app.app_context():
        migrated = shape()
    db.create_all()
    described = shape()
    assert migrated.keys() == described.keys()
    for name, table in described.items():
        for what, expected in table.items():
            assert (name, what, migrated[name][what]) == (name, what, expected)


def test_an_upgrade_without_anything_to_do_changes_nothing(app):
    before = shape()
    schema.upgrade()
    assert shape() == before


@pytest.mark.sqlite_only
def test_sqlite_keeps_its_references_after_the_migrations(app):
    schema.upgrade()
    with db.engine.connect() as connection:
        assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"


def add_row(table: str, **values: Any) -> None:
    """A row as the table stands now, with something in each column that must not be empty."""
    fillers = {"BOOLEAN": False, "INTEGER": 1, "JSON": "[]", "VARCHAR": "x", "TEXT": "x"}
    columns = {
        each["name"]: fillers[str(each["type"]).partition("(")[0]]
        for each in inspect(db.engine).get_columns(table)
        if not each["nullable"] and each["default"] is None
    }
    row = columns | values
    names = ", ".join(f'"{name}"' for name in row)
    given = ", ".join(f":{name}" for name in row)
    db.session.execute(text(f"INSERT INTO {table} ({names}) VALUES ({given})"), row)


def test_every_step_can_be_taken_back_and_done_again(app, empty_app):
    """0007 adds a reference to `ai_system`, which SQLite can only do by making the table anew: what refers stays."""
    with app.app_context():
        whole = shape()
    assert schema.is_behind()
    schema.upgrade("0006")
    early = shape()
    add_row("ai_system", id=7)
    add_row("system_version", id=8, system_id=7)
    db.session.commit()
    for step in (schema.upgrade, schema.downgrade, partial(schema.downgrade, "0006"), schema.upgrade):
        step()
        assert db.session.execute(text("SELECT system_id FROM system_version")).all() == [(7,)]
        db.session.rollback()
    assert not schema.is_behind()
    assert shape() == whole
    schema.downgrade("base")
    assert (schema.current(), shape()) == ("", {})
    schema.upgrade("0006")
    assert shape() == early

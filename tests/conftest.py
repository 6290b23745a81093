"""What every test stands on: the two databases, an app with a clock that stands still, clients, a browser."""

import contextvars
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect
from werkzeug.test import TestResponse

from tests import databases, network, postgres
from tests.clock import Clock
from tracker import create_app, schema
from tracker.accounts.models import Person
from tracker.config import Config
from tracker.db import db, writing
from tracker.index import ddl

pytest_plugins = ["tests.browser_fixtures", "tests.mail_sink"]

Database = databases.SQLiteDatabase | databases.PostgreSQLDatabase

network.forbid_outside()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test that touches the database runs on both engines, unless its mark says what it needs."""
    if "engine" not in metafunc.fixturenames:
        return
    engines = ["sqlite", "postgresql"]
    if metafunc.definition.get_closest_marker("sqlite_only") or "live" in metafunc.fixturenames:
        engines = ["sqlite"]
    elif metafunc.definition.get_closest_marker("postgresql_only"):
        engines = ["postgresql"]
    metafunc.parametrize("engine", engines)


class Client(FlaskClient):
    """A test client whose requests share nothing with the test: what a view forgets to commit is lost, as served.

    What the test made is committed first; what it has loaded is read anew after the request.
    """

    def open(self, *args: Any, **options: Any) -> TestResponse:
        db.session.commit()
        return contextvars.Context().run(super().open, *args, **options)


@pytest.fixture
def clock() -> Clock:
    """Monday 2026-11-23, 09:00 in Taipei, until advanced."""
    return Clock()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A server of this session's own, or the one that TRACKER_TEST_DATABASE_URL names."""
    given = os.environ.get("TRACKER_TEST_DATABASE_URL")
    if given:
        yield given
    else:
        with postgres.running() as url:
            yield url


@pytest.fixture(scope="session")
def migrated(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Database]]:
    """`migrated(engine)`: that database, with the tables that the migrations make."""
    made: dict[str, Database] = {}

    def database(engine: str) -> Database:
        if engine not in made:
            made[engine] = _database(engine)
            app = create_app(_config(made[engine], tmp_path_factory.mktemp("migration")))
            with app.app_context():
                _migrate()
                db.session.remove()
                db.engine.dispose()
            made[engine].remember()
        return made[engine]

    def _database(engine: str) -> Database:
        if engine == "sqlite":
            return databases.SQLiteDatabase(tmp_path_factory.mktemp("sqlite"))
        worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
        server = request.getfixturevalue("postgresql_server")
        return databases.PostgreSQLDatabase(postgres.create_database(server, f"tracker_test_{worker}"))

    yield database
    for each in made.values():
        each.close()


def _migrate() -> None:
    schema.upgrade()
    if _models_ran_ahead():
        schema.downgrade("base")
        db.create_all()
        with db.engine.begin() as connection:
            ddl.create(connection)


def _models_ran_ahead() -> bool:
    """Whether a table or column stands in the models that no migration makes yet."""
    there = inspect(db.engine)
    names = set(there.get_table_names())
    return any(
        table.name not in names
        or {column.name for column in table.columns}
        - {each["name"] for each in there.get_columns(table.name)}
        for table in db.metadata.sorted_tables
    )


@pytest.fixture
def config(engine: str, migrated: Callable[..., Database], tmp_path: Path) -> Config:
    """Settings of the app under test: cheap passwords, no power cut to survive."""
    return _config(migrated(engine), tmp_path)


def _config(database: Database, folder: Path) -> Config:
    return Config(
        data_dir=folder,
        database_url=database.url,
        secret_key="a secret of the tests alone",
        argon2_time_cost=1,
        argon2_memory_kib=8,
        testing=True,
    )


@pytest.fixture
def make_app(
    engine: str, migrated: Callable[..., Database], config: Config, clock: Clock
) -> Iterator[Callable[..., Flask]]:
    """`make_app(smtp_url=...)`: an app on the test's database with other settings than `app`."""
    made: list[Flask] = []

    def make(**changes: Any) -> Flask:
        app = create_app(replace(config, **changes), now=clock)
        app.test_client_class = Client
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
    migrated(engine).put_back()


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Iterator[Flask]:
    """The app on an empty database, its context pushed for the test's own queries and factories.

    Forms need no CSRF token here; a test of that sets WTF_CSRF_ENABLED again, as the live server does.
    """
    app = make_app()
    app.config["WTF_CSRF_ENABLED"] = False
    # Reading must not take SQLite's one write lock away from the requests that the test makes.
    token = writing.set(False)
    with app.app_context():
        yield app
        db.session.remove()
    writing.reset(token)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor who has not signed in."""
    return app.test_client()


@pytest.fixture
def login() -> Callable[[FlaskClient, Person], FlaskClient]:
    """`login(client, person)`: sign the person in without the form; returns the client."""

    def sign_in(client: FlaskClient, person: Person) -> FlaskClient:
        with client.session_transaction() as session:
            session["_user_id"] = person.get_id()
            session["_fresh"] = True
        return client

    return sign_in

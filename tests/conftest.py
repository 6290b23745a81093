"""What every test stands on: the two databases, an app with a clock that stands still, clients, a browser."""

import contextvars
import gc
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from jinja2.bccache import Bucket, BytecodeCache, FileSystemBytecodeCache
from werkzeug.test import TestResponse

from tests import network, postgres, worlds
from tests.clock import Clock
from tests.databases import PostgreSQLDatabase, SQLiteDatabase, first_of_run, forbid_late_writes
from tests.worlds import Worlds
from tracker import clock as tracker_clock
from tracker import create_app, schema, unchanged
from tracker.accounts.models import Person
from tracker.config import Config
from tracker.db import db, writing

pytest_plugins = ["tests.browser_fixtures", "tests.mail_sink", "tests.starting"]

# Hardly anything of what is read and collected goes again: it is looked through once, at the end of that.
gc.disable()

network.forbid_outside()

# Each worker, and each command that a test starts, reads what the first has compiled, whatever the shell says.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# A busy machine is no failure; `make drill` looks longer.
hypothesis.settings.register_profile(
    "tests", max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis.settings.register_profile(
    "drill", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis.settings.load_profile("tests")


@dataclass
class Ground:
    """A migrated database and the app on it, both made once a session, and what factories have made there."""

    database: SQLiteDatabase | PostgreSQLDatabase
    app: Flask
    worlds: Worlds

    def put_back(self) -> None:
        """Empty the database again; the session must hold nothing of it."""
        self.database.put_back()
        self.worlds.begin()


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


class CompiledTemplates(BytecodeCache):
    """What Jinja made of each template: in memory for the apps of one process, in files for the workers of one run."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.files: FileSystemBytecodeCache | None = None

    def share(self, folder: Path) -> None:
        """From now on read what other workers have compiled, too."""
        folder.mkdir(exist_ok=True)
        self.files = FileSystemBytecodeCache(str(folder))

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])
        elif self.files is not None:
            self.files.load_bytecode(bucket)
            if bucket.code is not None:
                self.kept[bucket.key] = bucket.bytecode_to_string()

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()
        if self.files is not None:
            self.files.dump_bytecode(bucket)


TEMPLATES = CompiledTemplates()


class Client(FlaskClient):
    """A test client whose requests share nothing with the test: what a view forgets to commit is lost, as served.

    What the test made is committed first; what it has loaded is read anew after the request, if anybody wrote.
    """

    def open(self, *args: Any, **options: Any) -> TestResponse:
        session = db.session()
        with worlds.read_on():
            session.commit()
        try:
            return contextvars.Context().run(super().open, *args, **options)
        finally:
            if session.info.get("written") != worlds.written():
                session.info["written"] = worlds.written()
                session.expire_all()


@pytest.fixture
def clock() -> Clock:
    """Monday 2026-11-23, 09:00 in Taipei, until advanced."""
    return Clock()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The server that TRACKER_TEST_DATABASE_URL names, or the one of this run's workers, or this session's own."""
    given, run = os.environ.get("TRACKER_TEST_DATABASE_URL"), os.environ.get("PYTEST_XDIST_TESTRUNUID")
    if given:
        yield given
    elif run:
        yield postgres.reached(postgres.new_folder(run))
    else:
        with postgres.running() as url:
            yield url


@pytest.fixture(scope="session")
def grounds(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Callable[[str], Ground]]:
    """`grounds(engine)`: the database of that engine, with the tables that the migrations make, and its app."""
    made: dict[str, Ground] = {}
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
        TEMPLATES.share(shared / "templates")

    def ground(engine: str) -> Ground:
        if engine not in made:
            folder = tmp_path_factory.mktemp(engine)
            database = _database(engine, folder)
            app = _ready(create_app(_config(database.url, folder / "data")))
            with app.app_context(), first_of_run(shared, engine) as first:
                if first:
                    database.begin()
                    schema.upgrade()
                    db.session.remove()
                    db.engine.dispose()
                    database.give(shared)
                else:
                    database.take(shared)
            database.remember()
            made[engine] = Ground(database, app, Worlds(app, database))
        return made[engine]

    def _database(engine: str, folder: Path) -> SQLiteDatabase | PostgreSQLDatabase:
        if engine == "sqlite":
            return SQLiteDatabase(folder)
        worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
        server = request.getfixturevalue("postgresql_server")
        return PostgreSQLDatabase(server, f"tracker_test_{worker}")

    yield ground
    for each in made.values():
        with each.app.app_context():
            db.engine.dispose()
        each.database.close()


def _ready(app: Flask) -> Flask:
    """The app with what watches and quickens it under test."""
    app.test_client_class = Client
    app.jinja_env.bytecode_cache = TEMPLATES
    forbid_late_writes(app)
    worlds.watch(app)
    return app


def _config(url: str, folder: Path) -> Config:
    """Settings of the app under test: cheap passwords, no power cut to survive."""
    return Config(
        data_dir=folder,
        database_url=url,
        secret_key="a secret of the tests alone",
        argon2_time_cost=1,
        argon2_memory_kib=8,
        testing=True,
    )


@pytest.fixture
def app(
    engine: str, grounds: Callable[[str], Ground], clock: Clock, request: pytest.FixtureRequest
) -> Iterator[Flask]:
    """The app on an empty database, its context pushed for the test's own queries and factories.

    One app serves all tests: its settings are put back afterwards; a test that adds routes takes `make_app`.
    Forms need no CSRF token here; a test of that sets WTF_CSRF_ENABLED again, as the live server does.
    """
    ground = grounds(engine)
    app, settings = ground.app, dict(ground.app.config)
    app.config["WTF_CSRF_ENABLED"] = False
    app.extensions[tracker_clock.EXTENSION] = clock
    # What is kept until the next entry of the trail: factories write none, and this clock stands still.
    app.extensions.pop(unchanged.KEPT, None)
    # Reading must not take SQLite's one write lock away from the requests that the test makes.
    token = writing.set(False)
    shared = "monkeypatch" not in request.fixturenames
    with app.app_context(), worlds.of_a_test(ground.worlds, shared=shared):
        yield app
        db.session.remove()
    writing.reset(token)
    app.config.clear()
    app.config.update(settings)
    ground.database.put_back()
    shutil.rmtree(settings["TRACKER"].data_dir, ignore_errors=True)
    settings["TRACKER"].data_dir.mkdir()


@pytest.fixture
def config(app: Flask) -> Config:
    """The settings of `app`."""
    config: Config = app.config["TRACKER"]
    return config


@pytest.fixture
def make_app(app: Flask, config: Config, clock: Clock) -> Iterator[Callable[..., Flask]]:
    """`make_app(smtp_url=...)`: another app on the test's database, with other settings; its context is not pushed."""
    made: list[Flask] = []

    def make(**changes: Any) -> Flask:
        other = _ready(create_app(replace(config, **changes), now=clock))
        made.append(other)
        return other

    yield make
    for other in made:
        with other.app_context():
            db.session.remove()
            db.engine.dispose()


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

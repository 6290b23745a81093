"""Tracker: incidents and user support for organisations that run AI systems (task T2.3, output O2.3.1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tracker.config import Config, from_environment, secret_key

if TYPE_CHECKING:
    from apiflask import APIFlask

__version__ = "0.1.0"
# All pages and calls together have more statements than SQLAlchemy keeps compiled by itself, and than the drivers
# keep prepared for a connection.
# What people wrote stands in the values of a statement: an error names the statement alone.
STATEMENTS = {"query_cache_size": 2000, "hide_parameters": True}
PREPARED = 1000
# A connection to SQLite knows only what was counted of its rows before it was opened.
OPEN_SECONDS = 3600


def create_app(config: Config | None = None, *, now: Callable[[], datetime] | None = None) -> APIFlask:
    """The application on these settings; `now` is its clock, the computer's where none is given.

    Starts nothing and touches no table.  Whoever only asks `tracker --help` does not wait for what it loads.
    """
    from tracker import clock, translations
    from tracker.api import spec
    from tracker.blueprints import BLUEPRINTS
    from tracker.db import db, prepare_sqlite
    from tracker.web import (
        application,
        drawing,
        errors,
        filters,
        headers,
        locale,
        pressed,
        proxies,
        requests,
        session,
        staying,
    )

    config = config or from_environment()
    app = application.Application(
        __name__, template_folder="../templates", static_folder="../static", json_errors=False,
        spec_path=None, docs_path=None, title="Tracker", version=__version__,
    )  # fmt: skip
    app.config.from_mapping(_flask_settings(config))
    app.extensions[clock.EXTENSION] = now or clock.system_time
    db.init_app(app)
    if config.embedded:
        config.data_dir.mkdir(parents=True, exist_ok=True)
    with app.app_context():
        if config.embedded:
            prepare_sqlite(db.engine, durable=not config.testing)
        else:
            from tracker.postgresql import prepare_postgresql

            prepare_postgresql(db.engine, most=PREPARED)
    translations.compile_catalogues()
    # What leads on is remembered before it is turned into a word for the page: the last one hears an answer first.
    for part in (session, locale, headers, staying, errors, requests, pressed, filters, drawing, spec):
        part.register(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    # The place that Flask names for it.
    app.wsgi_app = proxies.TrueClient(app.wsgi_app, config.trusted_proxies)  # type: ignore[method-assign]
    return app


def _flask_settings(config: Config) -> dict[str, object]:
    secure = config.base_url.startswith("https://")
    # The connection that was used last is taken again: it has prepared most.
    engine: dict[str, object] = {**STATEMENTS, "pool_use_lifo": True}
    if config.embedded:
        engine |= {"pool_recycle": OPEN_SECONDS, "connect_args": {"cached_statements": PREPARED}}
    else:
        engine |= {"pool_pre_ping": True, "pool_size": 5}
    return {
        "TRACKER": config,
        "SECRET_KEY": secret_key(config),
        "TESTING": config.testing,
        "SQLALCHEMY_DATABASE_URI": config.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine,
        "SESSION_COOKIE_NAME": "__Host-session" if secure else "session",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=config.session_hours),
        "MAX_CONTENT_LENGTH": config.body_max_mib * 1024 * 1024,
        "MAX_FORM_PARTS": 400,
        "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024,
        "SEND_FILE_MAX_AGE_DEFAULT": timedelta(days=365),
        "WTF_CSRF_TIME_LIMIT": None,
        # Pages whose address is a secret send no referrer; `same_site` looks at where a request comes from instead.
        "WTF_CSRF_SSL_STRICT": False,
        "JSON_AS_ASCII": False,
        "TEMPLATES_AUTO_RELOAD": False,
        "OPENAPI_VERSION": "3.1.0",
    }

"""Stands in for `tracker.create_app` until it lands; then this file goes."""

from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

try:
    from tracker import create_app
except ImportError:
    from flask import Flask

    from tracker import clock
    from tracker.db import db, prepare_sqlite

    for path in sorted(Path("tracker").glob("*/models.py")):
        with suppress(ImportError):
            import_module(f"tracker.{path.parent.name}.models")

    def create_app(config: Any, *, now: Any = clock.system_time) -> Flask:
        app = Flask(__name__, template_folder="../templates", static_folder="../static")
        app.config.update(
            TESTING=True, SECRET_KEY=config.secret_key, SQLALCHEMY_DATABASE_URI=config.database_url
        )
        app.config["TRACKER"] = config
        app.extensions[clock.EXTENSION] = now
        db.init_app(app)
        with app.app_context():
            if config.embedded:
                prepare_sqlite(db.engine, durable=False)
        return app

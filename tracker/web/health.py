"""Is it alive, is it ready: `/healthz` asks nobody, `/readyz` the database."""

from typing import Any

from flask import Blueprint, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tracker import clock, schema
from tracker.accounts.rules import may_administer
from tracker.db import db
from tracker.followups import status
from tracker.web import current_actor
from tracker.web.answers import Answer

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def healthz() -> Answer:
    return Response("ok", mimetype="text/plain")


@bp.get("/readyz")
def readyz() -> Answer:
    report = database_report()
    ready = report == {"database": "ok", "migrations": "ok"}
    response = jsonify({**report, **(_engine() if ready and may_administer(current_actor()) else {})})
    response.status_code = 200 if ready else 503
    return response


def database_report() -> dict[str, str]:
    """`database` and `migrations`, each `ok` or what is wrong."""
    try:
        db.session.execute(text("SELECT 1"))
        return {"database": "ok", "migrations": "behind" if schema.is_behind() else "ok"}
    except DBAPIError:
        db.session.rollback()
        return {"database": "away", "migrations": "unknown"}


def _engine() -> dict[str, Any]:
    """How chasing and sending stand, for administrators."""
    return status.engine_status(clock.now())

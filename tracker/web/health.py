"""Is it alive, is it ready: `/healthz` asks nobody, `/readyz` the database; `/metrics` has the figures for a graph."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tracker import clock, schema
from tracker.accounts import bearer
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
    response = jsonify({**report, **(_engine() if ready and _may_see_figures() else {})})
    response.status_code = 200 if ready else 503
    return response


@bp.get("/metrics")
def metrics() -> Answer:
    """The same figures as text that Prometheus reads; a token of another scope learns no more than a visitor."""
    if not _may_see_figures():
        abort(403 if current_actor().person_id is not None else 401)
    lines = list(_samples(_engine()))
    return Response("\n".join([*lines, ""]), mimetype="text/plain; version=0.0.4")


def _may_see_figures() -> bool:
    header = request.headers.get("Authorization", "")
    return may_administer(current_actor()) or bearer.may_read_figures(header, clock.now())


def _samples(found: dict[str, Any]) -> Iterator[str]:
    """Each number as one gauge, `tracker_outbox_waiting 3`; what is unknown is left out."""
    for group, figures in found.items():
        for name, value in figures.items():
            if isinstance(value, (bool, int, float)):
                yield f"# TYPE tracker_{group}_{name} gauge"
                yield f"tracker_{group}_{name} {float(value):g}"


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

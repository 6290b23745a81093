"""The six questions over the API: each number with the address of its list."""

from typing import Any

from flask import current_app
from flask_babel import gettext as _
from pydantic import BaseModel

from tracker import clock
from tracker.accounts.rules import MANAGER, SUPERVISOR
from tracker.api.doors import blueprint
from tracker.dashboards.overview import Number, Overview, Share, Span, overview
from tracker.dashboards.queries import Asked
from tracker.db import db
from tracker.errors import DomainError, NotAllowed
from tracker.systems import queries as systems
from tracker.web import current_actor

bp = blueprint("dashboards", "Overview")
WEEKS = {"4w": 4, "12w": 12, "52w": 52}


class DashboardFilter(BaseModel):
    """`period` is 4w, 12w or 52w; `system` the key of one system."""

    period: str = "4w"
    system: str = ""


class DashboardOut(BaseModel):
    """The answers in the order of the page."""

    as_of: str | None
    open: dict[str, Any]
    act: list[dict[str, Any]]
    stuck: list[dict[str, Any]]
    waiting: list[dict[str, Any]]
    promises: list[dict[str, Any]]
    speed: list[dict[str, Any]]
    better: list[dict[str, Any]]


@bp.get("/dashboard")
@bp.input(DashboardFilter, location="query", arg_name="wanted")
@bp.output(DashboardOut)
def dashboard(wanted: DashboardFilter) -> dict[str, Any]:
    """What needs you, where it is stuck, whom it waits for, promises, speed, trend; managers and supervisors."""
    actor = current_actor()
    if not actor.is_(MANAGER, SUPERVISOR):
        raise NotAllowed(_("Only managers and supervisors read the overview."))
    if wanted.period not in WEEKS:
        raise DomainError(fields={"period": _("Use 4w, 12w or 52w.")})
    today = clock.now().astimezone(current_app.config["TRACKER"].zone).date()
    return _shown(overview(actor, Asked(today, WEEKS[wanted.period], _system_id(wanted.system))))


def _system_id(key: str) -> int | None:
    if not key:
        return None
    found = db.session.scalars(systems.by_key(key)).first()
    if found is None:
        raise DomainError(fields={"system": _("There is no such AI system.")})
    return found.id


def _shown(view: Overview) -> dict[str, Any]:
    return {
        "as_of": view.sums.at.isoformat() if view.sums.at else None,
        "open": _number(view.open), "act": [_number(one) for one in view.act],
        "stuck": [_number(one) for one in view.ladder],
        "waiting": [{"party": party, "ages": [_number(one) for one in ages]} for party, ages in view.waiting],
        "promises": [_share(one) for one in view.promises], "speed": [_span(one) for one in view.spans],
        "better": [_number(one) for one in view.better],
    }  # fmt: skip


def _number(one: Number) -> dict[str, Any]:
    return {"key": one.key, "count": one.count, "url": one.url}


def _share(one: Share) -> dict[str, Any]:
    return {"key": one.key, "count": one.total, "kept": one.kept, "percent": one.percent, "url": one.url}


def _span(one: Span) -> dict[str, Any]:
    minutes = [round(span.total_seconds() / 60) if span else None for span in (one.median, one.p85)]
    return {"key": one.key, "count": one.n, "median_minutes": minutes[0], "p85_minutes": minutes[1]}

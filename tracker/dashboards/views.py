"""The overview and the lists behind its numbers."""

from datetime import date
from urllib.parse import urlencode

from flask import Blueprint, current_app, render_template, request
from flask_babel import get_locale
from sqlalchemy import Select, select

from tracker import clock
from tracker.dashboards import charts, queries, words
from tracker.dashboards.overview import Overview, overview
from tracker.dashboards.queries import Asked
from tracker.db import db, kept
from tracker.exports.cells import csv_file
from tracker.inspections.queries import open_ids
from tracker.issues import words as issue_words
from tracker.issues.models import Issue
from tracker.records import wordlists
from tracker.systems.models import AISystem
from tracker.systems.words import named
from tracker.unchanged import unchanged
from tracker.web import current_actor, last_change, locale, signed_in
from tracker.web.answers import Answer

bp = Blueprint("dashboards", __name__)
PERIODS = (4, 12, 52)
ROWS = 50
MOST_ROWS = 10_000


def asked() -> Asked:
    """The period and system of this request; nonsense counts as not asked."""
    weeks = request.args.get("period", "4w").removesuffix("w")
    chosen = {str(one): one for one in PERIODS}.get(weeks, PERIODS[0])
    today = clock.now().astimezone(current_app.config["TRACKER"].zone).date()
    return Asked(today, chosen, request.args.get("system", type=int))


@bp.get("/dashboard")
@signed_in("manager", "supervisor")
def dashboard() -> Answer:
    actor, now, last = current_actor(), clock.now(), last_change()
    found = overview(actor, asked())
    of = found.asked.system_id
    systems = unchanged(("all systems", str(get_locale())), last, now, _systems)
    # They are no cases and stand in no sum, but somebody waits for them.
    rounds = unchanged(("rounds", actor, of), last, now, lambda: len(open_ids(actor, now, system_id=of)))
    return render_template(
        "dashboards/dashboard.html", view=found, words=words, charts=charts, systems=systems, periods=PERIODS,
        open_cases=_open_cases(found), inspections=rounds, issue_words=issue_words,
        anomaly_words=wordlists.WORDS["anomaly_type"], era=locale.era(),
    )  # fmt: skip


def _systems() -> tuple[tuple[int, str], ...]:
    return tuple((row.id, named(row)) for row in db.session.execute(_systems_by_name()))


@kept
def _systems_by_name() -> Select[int, str, str]:
    return select(AISystem.id, AISystem.name, AISystem.name_en).order_by(AISystem.name)


def _open_cases(found: Overview) -> list[Issue]:
    """The one plain list of a small office."""
    if not found.is_small:
        return []
    wanted = queries.cases(current_actor(), "open", since=None, until=None, system_id=found.asked.system_id)
    return list(db.session.scalars(wanted.order_by(None).order_by(Issue.next_due_at, Issue.id).limit(ROWS)))


@bp.get("/dashboard/cases")
@signed_in("manager", "supervisor")
def cases() -> Answer:
    given = request.args
    measure = given.get("measure", "open")
    wanted = queries.cases(
        current_actor(),
        measure,
        since=_day("from"),
        until=_day("to"),
        system_id=given.get("system", type=int),
    )
    if given.get("format") == "csv":
        return _csv(wanted.limit(MOST_ROWS))
    start = max(0, given.get("start", 0, type=int))
    rows = db.session.scalars(wanted.offset(start).limit(ROWS + 1)).all()
    kept = {key: value for key, value in given.items() if key not in ("start", "format")}
    return render_template(
        "dashboards/cases.html", rows=rows[:ROWS], title=words.MEASURES.get(measure, measure),
        csv_url="?" + urlencode({**kept, "format": "csv"}), issue_words=issue_words,
        newer="?" + urlencode({**kept, "start": max(0, start - ROWS)}) if start else None,
        older="?" + urlencode({**kept, "start": start + ROWS}) if len(rows) > ROWS else None,
    )  # fmt: skip


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _csv(wanted: Select[Issue]) -> Answer:
    head = ("number", "title", "system", "state", "severity", "reported_at", "next_due_at")
    rows = (
        (one.number, one.title, one.system.name, one.state, one.severity, one.reported_at, one.next_due_at)
        for one in db.session.scalars(wanted)
    )
    return csv_file("cases.csv", head, rows)

"""The register of records (紀錄表清冊), and what waits for a signature."""

import csv
import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Response, current_app, render_template, request, url_for
from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from tracker import clock
from tracker.accounts.rules import AUDITOR, ENGINEER, MANAGER, SUPERVISOR, Actor
from tracker.db import db
from tracker.errors import NotAllowed
from tracker.exports.cells import cell
from tracker.issues.models import TABLE, Issue
from tracker.records import queries, rules, standing_in, words
from tracker.records.lacking import LACKING, lacking, signed
from tracker.records.models import Record
from tracker.records.views import bp
from tracker.records.wordlists import words_of
from tracker.systems.models import AISystem
from tracker.unchanged import unchanged
from tracker.web import current_actor, last_change, signed_in
from tracker.web.answers import Answer

PAGE = 50
CSV_MOST = 10_000
COLUMNS = (
    "number", "state", "severity", "issue", "title", "system", "owner", "created_at", "updated_at", "closed_at",
    "close_code",
)  # fmt: skip


@bp.get("/records")
@signed_in(SUPERVISOR, MANAGER, AUDITOR, ENGINEER)
def register() -> Answer:
    found = filtered(queries.newest_first(current_actor()), request.args)
    if request.args.get("format") == "csv":
        return _csv(found)
    before = request.args.get("before", "")
    page = found.where(Record.id < int(before)) if before.isdecimal() and len(before) < 18 else found
    rows = db.session.scalars(page.limit(PAGE + 1)).all()
    systems = db.session.scalars(select(AISystem).where(~AISystem.imported).order_by(AISystem.name)).all()
    kept = {key: value for key, value in request.args.items() if value and key not in ("before", "format")}
    older = _here(kept, before=rows[PAGE - 1].id) if len(rows) > PAGE else None
    newest = _here(kept) if before else None
    return render_template(
        "records/register.html", rows=rows[:PAGE], older=older, newest=newest, systems=systems, kept=kept,
        words=words, severities=words_of("severity"), csv=_here(kept, format="csv"),
        lacking=LACKING, years=_years(), bundles=current_actor().is_(SUPERVISOR, MANAGER, AUDITOR),
    )  # fmt: skip


def _years() -> list[int]:
    """The years in which records were made, newest first."""
    zone = current_app.config["TRACKER"].zone
    span = queries.visible(current_actor()).with_only_columns(
        func.min(Record.created_at), func.max(Record.created_at)
    )
    first, last = db.session.execute(span).one()
    return list(range(last.astimezone(zone).year, first.astimezone(zone).year - 1, -1)) if last else []


def _here(kept: dict[str, str], **more: Any) -> str:
    wanted: dict[str, Any] = {**kept, **more}
    return url_for(".register", **wanted)


def filtered(found: Select[Record], wanted: Mapping[str, str]) -> Select[Record]:
    """The register under these filters; what is unknown filters nothing."""
    if wanted.get("state") in rules.STATES:
        found = found.where(Record.state == wanted["state"])
    elif wanted.get("state") == "open":
        found = found.where(Record.state.not_in(rules.ENDED))
    if wanted.get("severity") in words_of("severity"):
        found = found.where(Record.severity == wanted["severity"])
    if wanted.get("system", "").isdecimal() and len(wanted["system"]) < 10:
        found = found.where(Record.system_id == int(wanted["system"]))
    if wanted.get("missing") in LACKING:
        found = found.where(lacking(wanted["missing"]))
    if wanted.get("year", "").isdecimal() and len(wanted["year"]) == 4 and "1900" < wanted["year"] < "9000":
        zone = current_app.config["TRACKER"].zone
        begins, ends = (datetime(int(wanted["year"]) + more, 1, 1, tzinfo=zone) for more in (0, 1))
        found = found.where(Record.created_at >= begins, Record.created_at < ends)
    if wanted.get("mine"):
        found = found.where(Record.owner_id == current_actor().person_id)
    if wanted.get("number", "").strip():
        found = found.where(_numbered(wanted["number"].strip()))
    return found


def _numbered(given: str) -> ColumnElement[bool]:
    """Whose number begins so, here or in the table that the record came from."""
    like = given.upper().replace("%", "").replace("_", "")
    before = Issue.external_id.istartswith(given, autoescape=True)
    there = select(Issue.id).where(Issue.source == TABLE, before)
    return or_(
        Record.number.like(f"{like}%"), Record.number.like(f"AR-{like}%"), Record.primary_issue_id.in_(there)
    )


def _csv(found: Select[Record]) -> Response:
    """At most 10,000 lines; sealed titles stay sealed."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(COLUMNS)
    for one in db.session.scalars(found.limit(CSV_MOST)):
        writer.writerow([cell(value) for value in _line(one)])
    response = Response("\ufeff" + table.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="records.csv"'
    return response


def _line(one: Record) -> tuple[Any, ...]:
    issue = one.primary_issue
    return (
        one.number, one.state, one.severity, issue.number, issue.title, one.system.name,
        one.owner.name if one.owner else "", one.created_at, one.updated_at, one.closed_at, one.close_code,
    )  # fmt: skip


@bp.get("/approvals")
@signed_in()
def approvals() -> Answer:
    """What waits for this actor's signature: their own, or that of somebody who is away."""
    actor, now = current_actor(), clock.now()
    signs = _signs(actor, now)
    if not signs:
        raise NotAllowed()
    rows = {
        role: db.session.scalars(_waiting(role, actor, now).limit(PAGE)).all()
        for role in (SUPERVISOR, MANAGER)
        if role in signs
    }
    return render_template("records/approvals.html", rows=rows, words=words)


@bp.app_context_processor
def what_to_sign() -> dict[str, Any]:
    """Let a start page say how many records wait for the reader's signature: those that `/approvals` lists."""
    return {"to_sign": _to_sign}


def _to_sign() -> int:
    actor, now = current_actor(), clock.now()
    return unchanged(("to sign", actor), last_change(), now, lambda: _count_to_sign(actor, now))


def _count_to_sign(actor: Actor, now: datetime) -> int:
    each = (
        _waiting(role, actor, now).with_only_columns(Record.id).limit(PAGE) for role in _signs(actor, now)
    )
    return len({found for few in each for found in db.session.scalars(few)})


def _signs(actor: Actor, now: datetime) -> set[str]:
    """The roles in which this actor signs: their own, and those of whom they stand in for."""
    return {one for one in (SUPERVISOR, MANAGER) if actor.is_(one)} | standing_in.roles_of(actor, now)


def _waiting(role: str, actor: Actor, now: datetime) -> Select[Record]:
    """Records that lack this role's signature: L1 first, then L2 of grave ones."""
    found = queries.listed(standing_in.readable(actor, now)).where(Record.state.in_(standing_in.SIGNED_IN))
    if role == SUPERVISOR:
        return found.where(~signed("supervisor"))
    grave = or_(Record.severity.in_(rules.GRAVE), Record.long_form)
    return found.where(and_(grave, signed("supervisor"), ~signed("manager")))

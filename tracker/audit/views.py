"""稽核軌跡 and the yearly register: what an auditor reads; that it was read is written down too."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from tracker import audit, clock
from tracker.accounts.models import Person
from tracker.accounts.rules import AUDITOR
from tracker.audit.models import Entry
from tracker.db import db, writing
from tracker.errors import NotFound
from tracker.exports import register, trail
from tracker.exports.cells import csv_file
from tracker.issues import words as issue_words
from tracker.issues.models import Issue
from tracker.issues.when import is_day
from tracker.records import words as record_words
from tracker.records.models import Record
from tracker.systems.words import named
from tracker.web import current_actor, signed_in
from tracker.web import trail as trail_words
from tracker.web.answers import Answer

bp = Blueprint("audit", __name__)
PAGE = 50
FIRST_YEAR, LAST_YEAR = 1900, 2200


@bp.get("/audit")
@signed_in("auditor", "manager", "admin")
def entries() -> Answer:
    subject, before = request.args.get("subject", "").strip(), request.args.get("before", type=int)
    log_view("audit")
    wanted = trail.entries(current_actor(), subject)
    if before is not None:
        wanted = wanted.where(Entry.id < before)
    rows = db.session.scalars(wanted.order_by(Entry.id.desc()).limit(PAGE + 1)).all()
    older = (
        url_for(".entries", subject=subject or None, before=rows[PAGE - 1].id) if len(rows) > PAGE else None
    )
    return render_template(
        "audit/entries.html",
        rows=rows[:PAGE],
        names=_names(rows),
        subject=subject,
        older=older,
        facts=trail_words.Facts(rows[:PAGE]),
    )


def _names(rows: Any) -> dict[tuple[str, int], str]:
    """The numbers of the subjects on the page, for links."""
    found: dict[tuple[str, int], str] = {}
    for kind, table in (("issue", Issue), ("record", Record)):
        ids = {row.subject_id for row in rows if row.subject_kind == kind}
        numbers = db.session.execute(select(table.id, table.number).where(table.id.in_(ids))) if ids else ()
        found |= {(kind, row_id): number for row_id, number in numbers}
    return found


@bp.get("/register")
@signed_in("auditor", "manager", "supervisor")
def yearly() -> Answer:
    actor, zone = current_actor(), current_app.config["TRACKER"].zone
    year = request.args.get("year", type=int) or clock.now().astimezone(zone).year
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotFound()
    only, after = request.args.get("only") == "not_escalated", request.args.get("after", 0, type=int)
    log_view("register", year=year)
    if request.args.get("format") == "csv":
        return _csv(actor, year, zone, only)
    lines = register.page(actor, year, zone, after=after, unescalated=only, limit=PAGE + 1)
    kept: dict[str, Any] = {"year": year, "only": "not_escalated" if only else None}
    older = url_for(".yearly", **kept, after=lines[PAGE - 1].issue.id) if len(lines) > PAGE else None
    return render_template(
        "audit/register.html", lines=lines[:PAGE], year=year, years=register.years(actor, zone), only=only,
        words=issue_words, older=older, csv_url=url_for(".yearly", **kept, format="csv"),
    )  # fmt: skip


def log_view(what: str, **facts: Any) -> None:
    """An auditor's look is itself written down, once a list: not for its further pages."""
    actor = current_actor()
    if (
        not actor.is_(AUDITOR)
        or actor.person_id is None
        or request.args.get("before")
        or request.args.get("after")
        or request.args.get("cursor")
    ):
        return
    db.session.rollback()
    writing.set(True)
    db.session.scalars(select(Person).where(Person.id == actor.person_id).with_for_update()).one()
    audit.record(f"{what}.view", ("person", actor.person_id), by=actor, at=clock.now(), after=facts)
    db.session.commit()
    writing.set(False)


def _csv(actor: Any, year: int, zone: Any, only: bool) -> Answer:
    """The whole year, read page by page, in the words and days of the page."""
    head = (
        _("Number"), _("Former number"), _("Reported"), _("Title"), _("AI system"), _("Kind"), _("Severity"),
        _("State"), record_words.FIELD_WORDS["closed_at"], _("Record"), _("Why not escalated"),
    )  # fmt: skip
    lines = _every_line(actor, year, zone, only)
    return csv_file(f"register-{year}.csv", head, (_row(line, zone) for line in lines))


def _every_line(actor: Any, year: int, zone: Any, only: bool) -> Iterator[register.Line]:
    last = 0
    while lines := register.page(actor, year, zone, after=last, unescalated=only, limit=500):
        yield from lines
        last = lines[-1].issue.id


def _row(line: register.Line, zone: Any) -> tuple[str, ...]:
    issue = line.issue
    reported, closed = (_time(at, zone) if at else "" for at in (issue.reported_at, issue.closed_at))
    kind = str(issue_words.KIND_WORDS[issue.kind]) if issue.kind else ""
    return (
        issue.number, issue.number_before, reported, issue.title, named(issue.system), kind, issue.severity,
        str(issue_words.STATE_WORDS[issue.state or ""]), closed, line.record, line.reason,
    )  # fmt: skip


def _time(at: datetime, zone: Any) -> str:
    """The day alone where no time of day was noted, as tables of the past do."""
    return f"{at.astimezone(zone):{'%Y-%m-%d' if is_day(at) else '%Y-%m-%d %H:%M'}}"

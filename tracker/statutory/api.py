"""Statutory clocks over the API: read them, note a notice, say that one does not apply or is tolled, take that back."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select

from tracker import clock
from tracker.api import law
from tracker.api.acts import Done, acts
from tracker.api.doors import blueprint, plain_id
from tracker.api.lists import page_of
from tracker.db import db, first_or_404, locked
from tracker.errors import NotFound
from tracker.followups import actions as followups
from tracker.issues.models import Issue
from tracker.records.models import Record
from tracker.statutory import actions, checking, queries
from tracker.statutory.actions import Told
from tracker.statutory.models import StatutoryClock
from tracker.web import current_actor

bp = blueprint("statutory", "Statutory clocks")


@bp.get("/statutory-clocks")
@bp.input(law.StatutoryFilter, location="query", arg_name="wanted")
@bp.output(law.StatutoryPage)
def list_clocks(wanted: law.StatutoryFilter) -> dict[str, Any]:
    """The clocks of cases that the token's owner leads; `subject` is a number, `standing=open` those that run."""
    found = _led()
    if wanted.subject:
        number = wanted.subject.strip().upper()
        found = found.outerjoin(Record, Record.id == StatutoryClock.record_id)
        found = found.where(or_(Issue.number == number, Record.number == number))
    if wanted.standing == "open":
        found = found.where(queries.is_open())
    return page_of(found, StatutoryClock.id, limit=wanted.limit, cursor=wanted.cursor, show=_lines)


@bp.post("/statutory-clocks/<int:law_id>/notices")
@bp.input(law.NoticeIn, arg_name="body")
@bp.output(law.StatutoryOut, status_code=201)
@acts
def note(law_id: int, body: law.NoticeIn) -> Done:
    """Note a notice; a `final` one stops the clock at `sent_at`, an `interim` one lets it run on."""
    row, at = _clock(law_id), clock.now()
    told = Told(body.sent_at, body.recipient, body.to, body.reference, body.evidence, body.body, body.way)
    verb = actions.interim if body.kind == actions.INTERIM else actions.done
    verb(row, told, by=current_actor(), at=at)
    return _changed(row, 201)


@bp.post("/statutory-clocks/<int:law_id>/waive")
@bp.input(law.WaiveIn, arg_name="body")
@bp.output(law.StatutoryOut)
@acts
def waive(law_id: int, body: law.WaiveIn) -> Done:
    """It does not apply, because …"""
    row = _clock(law_id)
    actions.waive(row, body.because, by=current_actor(), at=clock.now())
    return _changed(row)


@bp.post("/statutory-clocks/<int:law_id>/toll")
@bp.input(law.TollIn, arg_name="body")
@bp.output(law.StatutoryOut)
@acts
def toll(law_id: int, body: law.TollIn) -> Done:
    """The law holds the time back, on this basis."""
    row = _clock(law_id)
    actions.toll(row, body.basis, by=current_actor(), at=clock.now())
    return _changed(row)


@bp.post("/statutory-clocks/<int:law_id>/take-back")
@bp.input(law.WaiveIn, arg_name="body")
@bp.output(law.StatutoryOut)
@acts
def take_back(law_id: int, body: law.WaiveIn) -> Done:
    """It was stopped by mistake and runs on."""
    row = _clock(law_id)
    actions.take_back(row, body.because, by=current_actor(), at=clock.now())
    return _changed(row)


def _led() -> Any:
    """Those who lead cases read their clocks; for all others there are none."""
    actor = current_actor()
    if not actor.is_("supervisor", "manager"):
        raise NotFound()
    return queries.visible(actor)


def _clock(law_id: int) -> StatutoryClock:
    """The clock, locked with its case."""
    found: StatutoryClock = first_or_404(_led().where(StatutoryClock.id == plain_id(law_id)))
    db.session.scalars(locked(select(Issue).where(Issue.id == found.issue_id))).one()
    same = select(StatutoryClock).where(StatutoryClock.id == found.id)
    row: StatutoryClock = db.session.scalars(locked(same).execution_options(populate_existing=True)).one()
    return row


def _changed(row: StatutoryClock, status: int = 200) -> Done:
    subject = row.record or row.issue
    followups.rearm_now(subject.kind_name, subject.id, clock.now())
    return Done(facts(row), status)


def _lines(rows: Sequence[StatutoryClock]) -> list[dict[str, Any]]:
    return [facts(one) for one in rows]


def facts(row: StatutoryClock) -> dict[str, Any]:
    """One clock by the keys of the API."""
    rule = checking.read(row.rule)
    return {
        "id": row.id, "subject": (row.record or row.issue).number, "rule": row.rule_id, "title": dict(rule.title),
        "citation": rule.citation, "mark": rule.mark, "checked_on": rule.checked_on.isoformat(),
        "recipient": dict(rule.recipient), "standing": row.standing, "voluntary": row.voluntary, "doubt": row.doubt,
        "unknown": row.unknown, "start_at": row.start_at, "due_at": row.due_at, "immediate": rule.immediate,
        "done_at": row.done_at, "reference": row.reference, "evidence": row.evidence,
        "waived_because": row.waived_because, "toll_basis": row.toll_basis, "history": row.history,
        "legal_advice": False,
    }  # fmt: skip

"""Statutory clocks over the API: read them, note a notice, say that one does not apply or is tolled, take that back.

Notices beside the clocks, and holds on evidence: read, noted or placed, taken back or ended, each with its reason.
"""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, or_, select

from tracker import clock
from tracker.api import law
from tracker.api.acts import Done, acts
from tracker.api.doors import blueprint, plain_id
from tracker.api.lists import page_of
from tracker.db import db, first_or_404, locked
from tracker.decisions import facing
from tracker.decisions.cases import Case
from tracker.errors import DomainError, NotFound
from tracker.followups import actions as followups
from tracker.issues import queries as issues
from tracker.issues.models import Issue, IssueRecord
from tracker.issues.parts import EvidenceHold
from tracker.records.models import Record
from tracker.statutory import actions, checking, holding, notices, queries
from tracker.statutory.actions import Told
from tracker.statutory.models import StatutoryClock, StatutoryNotice
from tracker.statutory.views.holds import held
from tracker.web import current_actor

bp = blueprint("statutory", "Statutory clocks")
Row = TypeVar("Row", StatutoryClock, StatutoryNotice, EvidenceHold)


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
    row = _clock(law_id)
    verb = actions.interim if body.kind == actions.INTERIM else actions.done
    verb(row, _told(body), by=current_actor(), at=clock.now())
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


@bp.get("/statutory-notices")
@bp.input(law.OfCase, location="query", arg_name="wanted")
@bp.output(law.NoticePage)
def list_notices(wanted: law.OfCase) -> dict[str, Any]:
    """Who outside was told of cases that the token's owner leads, newest first; taken back ones say so."""
    _leads()
    found = (
        select(StatutoryNotice).join(Issue, Issue.id == StatutoryNotice.issue_id).where(_of(wanted.subject))
    )
    return page_of(found, StatutoryNotice.id, limit=wanted.limit, cursor=wanted.cursor, show=_notices)


@bp.post("/statutory-notices")
@bp.input(law.OwnNoticeIn, arg_name="body")
@bp.output(law.NoticeOut, status_code=201)
@acts
def note_beside(body: law.OwnNoticeIn) -> Done:
    """Note that somebody was told although no clock asked for it."""
    case, at = _case(body.subject), clock.now()
    kind = _kind(body.kind)
    made = notices.note(case.issue, case.record, _told(body), by=current_actor(), at=at, kind=kind)
    followups.rearm_now(*case.root, at)
    return Done(_notices([made])[0], 201)


@bp.post("/statutory-notices/<int:notice_id>/withdraw")
@bp.input(law.WaiveIn, arg_name="body")
@bp.output(law.NoticeOut)
@acts
def withdraw(notice_id: int, body: law.WaiveIn) -> Done:
    """It was noted by mistake; it stays readable.  One that stopped a clock is taken back with the clock."""
    _leads()
    wanted = select(StatutoryNotice).join(Issue, Issue.id == StatutoryNotice.issue_id)
    notice = first_or_404(wanted.where(_of(""), StatutoryNotice.id == plain_id(notice_id)))
    case, at = _case(db.session.get_one(Issue, notice.issue_id).number), clock.now()
    notices.withdraw(notice, case.issue, case.record, body.because, by=current_actor(), at=at)
    followups.rearm_now(*case.root, at)
    return Done(_notices([notice])[0])


@bp.get("/evidence-holds")
@bp.input(law.HoldFilter, location="query", arg_name="wanted")
@bp.output(law.HoldPage)
def list_holds(wanted: law.HoldFilter) -> dict[str, Any]:
    """Holds on the evidence of cases that the token's owner leads; `standing=open` those that have not ended."""
    _leads()
    found = select(EvidenceHold).join(Issue, Issue.id == EvidenceHold.issue_id).where(_of(wanted.subject))
    if wanted.standing == "open":
        found = found.where(EvidenceHold.ended_at.is_(None))
    return page_of(found, EvidenceHold.id, limit=wanted.limit, cursor=wanted.cursor, show=_holds)


@bp.post("/evidence-holds")
@bp.input(law.HoldIn, arg_name="body")
@bp.output(law.HoldOut, status_code=201)
@acts
def hold(body: law.HoldIn) -> Done:
    """Hold the evidence of a case: nothing of it is masked or taken away."""
    case, at = _case(body.subject), clock.now()
    made = holding.place(case.issue, body.because, by=current_actor(), at=at)
    followups.rearm_now(*case.root, at)
    return Done(_holds([made])[0], 201)


@bp.post("/evidence-holds/<int:hold_id>/<any(end,override):verb>")
@bp.input(law.WaiveIn, arg_name="body")
@bp.output(law.HoldOut)
@acts
def settle(hold_id: int, verb: str, body: law.WaiveIn) -> Done:
    """End a hold placed by hand, or correct the system in spite of one; both need a reason."""
    actor, at = current_actor(), clock.now()
    one, issue, record = held(actor, plain_id(hold_id))
    if verb == "end":
        holding.end(issue, one, body.because, by=actor, at=at)
    else:
        holding.override(issue, record, one, body.because, by=actor, at=at)
    subject: Issue | Record = record or issue
    followups.rearm_now(subject.kind_name, subject.id, at)
    return Done(_holds([one])[0])


def _leads() -> None:
    if not current_actor().is_("supervisor", "manager"):
        raise NotFound()


def _of(subject: str) -> ColumnElement[bool]:
    """Of the cases that the caller may read: all, or the one with this number of an issue or a record."""
    mine = issues.may_read(current_actor())
    number = subject.strip().upper()
    if not number:
        return mine
    attached = select(IssueRecord.issue_id).where(IssueRecord.record_number == number)
    return and_(mine, or_(Issue.number == number, Issue.id.in_(attached)))


def _case(subject: str) -> Case:
    """The case with this number, locked, which the caller leads."""
    _leads()
    return facing.case_of(current_actor(), subject.strip().upper(), lock=True)


def _told(body: law.NoticeIn) -> Told:
    return Told(body.sent_at, body.recipient, body.to, body.reference, body.evidence, body.body, body.way)


def _kind(given: str) -> str:
    if given not in (actions.FINAL, actions.INTERIM):
        text = _("Choose one of the values listed.")
        raise DomainError(text, fields={"kind": text})
    return given


def _ours(rows: Sequence[Row]) -> list[Row]:
    """Without those of cases that the caller only reported: nothing of what is told outside is for reporters."""
    found = db.session.scalars(select(Issue).where(Issue.id.in_({one.issue_id for one in rows}))).all()
    ours = issues.worked_on(current_actor(), found)
    return [one for one in rows if one.issue_id in ours]


def _numbers(ids: Iterable[int]) -> dict[int, str]:
    return {
        row.id: row.number
        for row in db.session.execute(select(Issue.id, Issue.number).where(Issue.id.in_(ids)))
    }


def _notices(rows: Sequence[StatutoryNotice]) -> list[dict[str, Any]]:
    names, files = _numbers({one.issue_id for one in rows}), queries.files_of(rows)
    same = ("id", "kind", "to", "recipient", "way", "sent_at", "reference", "evidence", "body", "withdrawn_at",
            "withdrawn_because")  # fmt: skip
    return [
        {name: getattr(one, name) for name in same}
        | {"subject": names[one.issue_id], "clock": one.clock_id, "noted_at": one.at, "noted_by": one.by_name,
           "files": [{"name": file.filename, "sha256": file.sha256} for file in files.get(one.id, ())]}
        for one in _ours(rows)
    ]  # fmt: skip


def _holds(rows: Sequence[EvidenceHold]) -> list[dict[str, Any]]:
    names = _numbers({one.issue_id for one in rows})
    same = ("id", "because", "at", "stops_work", "overridden_at", "overridden_by", "overridden_because", "ended_at",
            "ended_by")  # fmt: skip
    return [
        {name: getattr(one, name) for name in same}
        | {
            "issue": names[one.issue_id],
            "rule": one.rule_id,
            "by": one.by_name,
            "ended_because": holding.ended_because(one),
        }
        for one in _ours(rows)
    ]


def _led() -> Any:
    """Those who lead cases read their clocks; for all others there are none."""
    _leads()
    return queries.visible(current_actor())


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
    return [facts(one) for one in _ours(rows)]


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

"""What the clocks read of a case, loaded from its rows and from the history of its states."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from tracker.audit.models import Entry
from tracker.calendars import Pause
from tracker.db import db, kept
from tracker.followups import fixed, rules
from tracker.followups.rules import Dated, EscalationFacts, History, IssueFacts, Question, RecordFacts
from tracker.issues import rules as issue_rules
from tracker.issues.models import Ask, Issue, IssueRecord
from tracker.policies import rules as policy
from tracker.records import rules as record_rules
from tracker.records import told
from tracker.records.models import Record
from tracker.records.parts import EffectCheck, Escalation, Opinion, RecordItem, Signature

# When a record was on hold; whoever reckons a case asks for that of its record once.
HoldsOf = Callable[[Record], tuple[Pause, ...]]


def history(kind: str, subject_id: int) -> History:
    """Each state the subject entered and when, oldest first, out of the audit trail."""
    moves = db.session.execute(_moves(kind), {"subject": subject_id})
    return [(at, after["state"]) for at, after in moves if after.get("state")]


@kept
def _moves(kind: str) -> Select[Any]:
    mine = (
        Entry.subject_kind == kind,
        Entry.subject_id == bindparam("subject"),
        Entry.action != f"{kind}.chase",
    )
    return select(Entry.at, Entry.after).where(*mine).order_by(Entry.seq)


def of_issue(issue: Issue, record: Record | None, holds_of: HoldsOf, *, fresh: bool = False) -> IssueFacts:
    """What the clocks of this issue, whose record in work is given, depend on.

    A `fresh` one was reported just now, and has no more than its state.
    """
    began = [(issue.state_since or issue.reported_at, issue.state or "")]
    return IssueFacts(
        id=issue.id, state=issue.state or "", severity=issue.severity, kind=issue.kind,
        owner=str(issue.assignee_id or ""), imported=issue.imported, harm=issue.harm,
        personal_data=issue.personal_data, reported_at=issue.reported_at,
        first_response_at=issue.first_response_at, last_update_at=issue.last_update_at,
        history=began if fresh else history("issue", issue.id), holds=holds_of(record) if record else (),
        question=None if fresh else _question(issue), record_state=(record.state or "") if record is not None else "",
    )  # fmt: skip


def open_record(issue: Issue) -> Record | None:
    """The record in work that the issue belongs to."""
    return db.session.scalars(_open_record(), {"issue": issue.id}).first()


@kept
def _open_record() -> Select[Record]:
    mine = (IssueRecord.issue_id == bindparam("issue"), IssueRecord.is_open)
    in_work = record_rules.IN_WORK | {record_rules.ON_HOLD}
    found = select(Record).where(Record.number.in_(select(IssueRecord.record_number).where(*mine)))
    return found.where(Record.state.in_(in_work)).order_by(Record.id.desc()).limit(1)


def _question(issue: Issue) -> Question | None:
    ask = db.session.scalars(_open_ask(), {"issue": issue.id}).first()
    if ask is None:
        return None
    again = ask.last_asked_at if ask.count > 1 else None
    return Question(ask.id, ask.kind, ask.asked_at, ask.count, again)


@kept
def _open_ask() -> Select[Ask]:
    waiting = select(Ask).where(Ask.issue_id == bindparam("issue"), Ask.answered_at.is_(None))
    return waiting.order_by(Ask.id.desc()).limit(1)


def holds(record: Record) -> tuple[Pause, ...]:
    """When the record was on hold."""
    gaps = rules.pauses(history("record", record.id), {record_rules.ON_HOLD})
    if record.state == record_rules.ON_HOLD and not any(ends is None for _, ends in gaps):
        gaps = (*gaps, (since(record), None))
    return gaps


def since(subject: Record | Escalation) -> datetime:
    """When the subject entered its present state."""
    return subject.state_since or subject.updated_at


def of_record(record: Record, holds_of: HoldsOf) -> RecordFacts:
    """What the clocks of this record, its checks and its actions depend on."""
    checks = db.session.scalars(select(EffectCheck).where(EffectCheck.record_id == record.id)).all()
    return RecordFacts(
        id=record.id, state=record.state or "", severity=severity(record), owner=str(record.owner_id or ""),
        state_since=since(record), hold_until=record.hold_until, liaison=str(record.hold_liaison_id or ""),
        issue_escalated=record.primary_issue.state == issue_rules.ESCALATED, holds=holds_of(record),
        signed_at=_signed_at(record), checks_made=bool(checks),
        checked_at=max((one.done_at for one in checks if one.done_at is not None), default=None),
        elsewhere_since=_elsewhere(record),
        dated=(*_checks(record, checks), *_actions(record), *_opinions(record)),
    )  # fmt: skip


def _elsewhere(record: Record) -> datetime | None:
    """Since when a ticket is done in another tool that nobody has looked at here."""
    waiting = told.to_verify(record)
    return waiting[0].done_at if waiting else None


def severity(record: Record) -> str:
    """The record's own severity, its issue's until it has one."""
    return record.severity or record.primary_issue.severity


def _signed_at(record: Record) -> datetime | None:
    """When the last valid signature was given: the next signer's clock starts there."""
    valid = select(func.max(Signature.at)).where(
        Signature.record_id == record.id, Signature.voided_at.is_(None)
    )
    return db.session.scalar(valid) if record.state == record_rules.REVIEW else None


def _checks(record: Record, checks: Sequence[EffectCheck]) -> tuple[Dated, ...]:
    owner, start = str(record.owner_id or ""), record.watch_since or since(record)
    return tuple(
        Dated(policy.EFFECT_CHECK, one.id, owner, min(start, one.due_at), one.due_at)
        for one in checks
        if one.done_at is None
    )


def _actions(record: Record) -> tuple[Dated, ...]:
    waiting = select(RecordItem).where(
        RecordItem.record_id == record.id, RecordItem.due_at.is_not(None), RecordItem.done_at.is_(None),
        RecordItem.standing != "dropped",
    )  # fmt: skip
    return tuple(
        Dated(policy.ACTION, one.id, str(one.owner_id or ""), one.at, one.due_at)
        for one in db.session.scalars(waiting)
        if one.due_at is not None
    )


def _opinions(record: Record) -> tuple[Dated, ...]:
    waiting = select(Opinion).where(
        Opinion.record_id == record.id, Opinion.answered_at.is_(None), Opinion.withdrawn_at.is_(None)
    )
    return tuple(
        Dated(fixed.OPINION, one.id, f"{one.to_person_id or ''}/{one.to_email}", one.at, one.due_at)
        for one in db.session.scalars(waiting)
    )


def of_escalation(escalation: Escalation, holds_of: HoldsOf) -> EscalationFacts:
    """What the clocks of this escalation depend on."""
    owner = f"{escalation.to_person_id or ''}/{escalation.to_team_id or ''}/{escalation.to_email}"
    if escalation.to_rota_id is not None and escalation.acknowledged_at is None:
        # The rota owes it: a hand-over gives nobody more time.
        owner = f"rota:{escalation.to_rota_id}"
    return EscalationFacts(
        id=escalation.id, state=escalation.state or "", severity=severity(escalation.record), owner=owner,
        state_since=since(escalation), sent_at=escalation.sent_at, due_at=escalation.due_at,
        acknowledged_at=escalation.acknowledged_at, expected_at=escalation.expected_at,
        last_update_at=escalation.last_update_at, holds=holds_of(escalation.record),
    )  # fmt: skip

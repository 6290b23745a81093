"""A record begins: as the draft that an issue already fills, or anew from one that did not hold."""

from datetime import datetime

from sqlalchemy import func, select

from tracker import numbers, rearm, transitions
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.errors import NotAllowed, WrongState
from tracker.issues import parties, when
from tracker.issues import queries as issue_queries
from tracker.issues import rules as issue_rules
from tracker.issues.models import Issue, IssueRecord
from tracker.records import queries, rules, taxonomies
from tracker.records.models import Record
from tracker.records.parts import Escalation, RecordChoice
from tracker.workflow import SUPERVISOR, SYSTEM

# What a record that replaces another takes over: A to C live with the issue, B9 and D here.
COPIED = (
    "primary_issue_id", "system_id", "owner_id", "long_form", "reproducible", "reproduction", "anomaly_type",
    "harm_realisation", "impact", "reach", "severity", "severity_override", "severity_override_reason",
    "affected_count", "personal_data", "special_category", "record_count", "security_event",
    "cia_confidentiality", "cia_integrity", "cia_availability", "ip_concerned", "ip_concern", "ip_claimant",
    "ip_material", "ip_licence", "ip_answer",
)  # fmt: skip
COPIED_CHOICES = ("anomaly_types", "harm_types", "affected_population", "eu_triggers", *taxonomies.KEYS)


def draft_record(issue: Issue, *, by: Actor, at: datetime) -> Record:
    """The open record of this issue, or a new draft filled from it.

    Raises NotAllowed, or WrongState for an ended issue without one.
    """
    if not issue_queries.relations(by, issue) & {SUPERVISOR, SYSTEM}:
        raise NotAllowed(act="record")
    existing = queries.of_issue(issue)
    if existing is not None:
        return existing
    if issue.state not in issue_rules.OPEN:
        raise WrongState(act="record")
    record = _filled(issue, by, at)
    db.session.add(record)
    db.session.flush()
    transitions.start(
        record, rules.DRAFT, by=by, at=at, after={"number": record.number, "issue": issue.number}
    )
    attach(issue, record, at=at, primary=True)
    return record


def _filled(issue: Issue, by: Actor, at: datetime) -> Record:
    """The draft's own columns; A to C need no copy, D4 starts from what the reporter said."""
    return Record(
        number=numbers.next_number("AR", at=at, zone=when.zone()), state=None, primary_issue_id=issue.id,
        primary_issue=issue, system_id=issue.system_id, owner_id=issue.assignee_id or by.person_id,
        created_at=at, updated_at=at, severity=issue.severity, personal_data="yes" if issue.personal_data else "",
        harm_realisation="potential" if issue.harm else "",
    )  # fmt: skip


def attach(issue: Issue, record: Record, *, at: datetime, primary: bool = False) -> None:
    """Tie the issue to the record; whoever the anomaly was escalated to may read it too."""
    link = db.session.get(IssueRecord, (issue.id, record.number))
    if link is None:
        link = IssueRecord(issue_id=issue.id, record_number=record.number, is_primary=primary)
        db.session.add(link)
    link.is_open = record.state not in rules.ENDED
    link.in_work = record.state != rules.DRAFT
    db.session.flush()
    escalation = queries.last_escalation(record)
    if escalation is not None and escalation.state in (*rules.ESCALATION_OPEN, rules.CORRECTED):
        let_read(escalation, issue, at=at)
    rearm.mark(record.kind_name, record.id, at=at)


def let_read(escalation: Escalation, issue: Issue, *, at: datetime) -> None:
    """Whoever the anomaly was escalated to takes part in the issue."""
    if escalation.to_person_id is not None or escalation.to_team_id is not None:
        parties.join(
            issue, "assignee", at=at, person_id=escalation.to_person_id, team_id=escalation.to_team_id
        )


def links(record: Record) -> list[IssueRecord]:
    """The rows that tie issues to this record."""
    return list(db.session.scalars(select(IssueRecord).where(IssueRecord.record_number == record.number)))


def mark_open(record: Record, is_open: bool, in_work: bool) -> None:
    """Tell the issues' own guards whether this record is open and in work."""
    for link in links(record):
        link.is_open, link.in_work = is_open, in_work
    db.session.flush()


def begin_again(record: Record, *, by: Actor, at: datetime) -> Record:
    """The record that replaces this one: number -R01, state `opened`, A to D as they stood."""
    new = Record(
        number=_reissue_number(record), state=None, created_at=at, updated_at=at, reissue_of_id=record.id,
        **{name: getattr(record, name) for name in COPIED},
    )  # fmt: skip
    db.session.add(new)
    db.session.flush()
    chosen = select(RecordChoice).where(
        RecordChoice.record_id == record.id, RecordChoice.field.in_(COPIED_CHOICES)
    )
    for one in db.session.scalars(chosen.order_by(RecordChoice.id)).all():
        db.session.add(RecordChoice(record_id=new.id, field=one.field, value=one.value))
    transitions.start(
        new, rules.OPENED, by=by, at=at, after={"number": new.number, "reissue_of": record.number}
    )
    return new


def _reissue_number(record: Record) -> str:
    base = record.number.split("-R", 1)[0] if "-R" in record.number[3:] else record.number
    earlier = db.session.scalar(select(func.count(Record.id)).where(Record.number.like(f"{base}-R%"))) or 0
    return f"{base}-R{earlier + 1:02d}"

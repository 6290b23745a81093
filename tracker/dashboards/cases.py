"""Loading what the shares of many issues are computed from: a handful of queries however many issues."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute

from tracker.audit.models import Entry
from tracker.dashboards.rules import PROMISES, Case, Promise
from tracker.db import db
from tracker.followups.models import Chase, Clock
from tracker.issues.models import Issue, IssueRecord
from tracker.records.models import Record
from tracker.records.parts import EffectCheck, Escalation, Opinion, RecordItem

PARTS: dict[str, type[Escalation | EffectCheck | RecordItem | Opinion]] = {
    "escalation": Escalation, "effect_check": EffectCheck, "action": RecordItem, "opinion": Opinion,
}  # fmt: skip
Row = TypeVar("Row")


def issues_of(subjects: Iterable[tuple[str, int]]) -> set[int]:
    """The issues that these subjects belong to: a record's, an escalation's, a check's or an action's."""
    wanted: defaultdict[str, set[int]] = defaultdict(set)
    for kind, subject_id in subjects:
        wanted[kind].add(subject_id)
    for kind, part in PARTS.items():
        if wanted[kind]:
            wanted["record"].update(
                db.session.scalars(select(part.record_id).where(part.id.in_(wanted[kind])))
            )
    found = set(wanted["issue"])
    if wanted["record"]:
        of_records = Record.id.in_(wanted["record"])
        found.update(db.session.scalars(select(Record.primary_issue_id).where(of_records)))
        attached = select(IssueRecord.issue_id).join(Record, Record.number == IssueRecord.record_number)
        found.update(db.session.scalars(attached.where(of_records)))
    return found


def load(issues: Sequence[Issue]) -> Iterator[tuple[Issue, Case]]:
    """Each issue with its case; only an issue that a record began carries the record's part."""
    ids = [issue.id for issue in issues]
    records = {
        row.primary_issue_id: row
        for row in _in(select(Record).order_by(Record.id), Record.primary_issue_id, ids)
    }
    record_ids = [record.id for record in records.values()]
    escalations = {
        row.record_id: row
        for row in _in(select(Escalation).order_by(Escalation.id), Escalation.record_id, record_ids)
    }
    promises, chases = _promises(ids), _chases(ids)
    reopened = _reopened([issue.id for issue in issues if issue.reopened_count])
    for issue in issues:
        record = records.get(issue.id)
        escalation = escalations.get(record.id) if record else None
        yield issue, Case(
            state=issue.state or "", state_since=issue.state_since or issue.reported_at,
            reported_at=issue.reported_at, first_response_at=issue.first_response_at, closed_at=issue.closed_at,
            reopened_at=reopened.get(issue.id), alarming=issue.harm or issue.personal_data,
            record_state=record.state or "" if record else "", record_since=record.state_since if record else None,
            record_created_at=record.created_at if record else None,
            anomaly_type=record.anomaly_type if record else "",
            outside=escalation is not None and bool(escalation.to_name),
            sent_at=escalation.sent_at if escalation else None,
            acknowledged_at=escalation.acknowledged_at if escalation else None,
            reissued_at=record.created_at if record and record.reissue_of_id else None,
            promises=promises.get(issue.id, ()), chases=chases.get(issue.id, ()),
        )  # fmt: skip


def _in(wanted: Select[Row], column: InstrumentedAttribute[int], ids: Sequence[int]) -> Iterable[Row]:
    return db.session.scalars(wanted.where(column.in_(ids))) if ids else ()


def _promises(ids: Sequence[int]) -> dict[int, tuple[Promise, ...]]:
    ended = select(Clock).where(
        Clock.issue_id.in_(ids), Clock.ended_at.is_not(None), Clock.name.in_(PROMISES)
    )
    found: defaultdict[int, dict[str, Promise]] = defaultdict(dict)
    for clock in db.session.scalars(ended.order_by(Clock.id)):
        if clock.issue_id is not None and clock.met is not None and clock.ended_at is not None:
            found[clock.issue_id][clock.name] = Promise(clock.name, clock.met, clock.ended_at)
    return {issue_id: tuple(by_name.values()) for issue_id, by_name in found.items()}


def _chases(ids: Sequence[int]) -> dict[int, tuple[tuple[str, datetime], ...]]:
    """The steps of ladders that run, each with the deadline that it is about: not when the step fell due."""
    mine = (
        Clock.subject_kind == Chase.subject_kind,
        Clock.subject_id == Chase.subject_id,
        Clock.name == Chase.clock,
    )
    running = (
        select(Chase.issue_id, Chase.step, func.coalesce(Clock.due_at, Chase.due_at))
        .outerjoin(Clock, and_(*mine))
        .where(Chase.issue_id.in_(ids), Chase.ended_at.is_(None))
    )
    found: defaultdict[int, list[tuple[str, datetime]]] = defaultdict(list)
    for issue_id, step, due_at in db.session.execute(running):
        found[issue_id or 0].append((step, due_at))
    return {issue_id: tuple(rows) for issue_id, rows in found.items()}


def _reopened(ids: Sequence[int]) -> dict[int, datetime]:
    moves = select(Entry.subject_id, Entry.at).where(
        Entry.subject_kind == "issue", Entry.subject_id.in_(ids), Entry.action == "issue.reopen"
    )
    return dict(db.session.execute(moves.order_by(Entry.id)).all()) if ids else {}

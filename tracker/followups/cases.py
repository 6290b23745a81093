"""A case: one issue or one record with all that hangs on it, loaded and locked in one order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeVar

from sqlalchemy import CompoundSelect, Select, bindparam, literal_column, select, union_all
from sqlalchemy.exc import OperationalError

from tracker.db import db, kept, locked
from tracker.followups import facts, fixed, inspected
from tracker.followups.models import Clock
from tracker.followups.subjects import Chased
from tracker.inspections import rules as inspection_rules
from tracker.inspections.models import InspectionRound
from tracker.issues import rules as issue_rules
from tracker.issues.models import Issue, IssueRecord
from tracker.policies import rules as policy
from tracker.records import rules as record_rules
from tracker.records.models import Record
from tracker.records.parts import EffectCheck, Escalation, Opinion, RecordItem
from tracker.statutory.models import StatutoryClock

Key = tuple[str, int]
Row = TypeVar("Row", Issue, Record, InspectionRound)
Lock = Callable[[type[Row], int], Row | None]
# As PostgreSQL says that a row is held; on SQLite there is one writer at a time.
HELD = "55P03"

_PARTS: Mapping[str, type[Escalation | EffectCheck | RecordItem | Opinion]] = {
    "escalation": Escalation, policy.EFFECT_CHECK: EffectCheck, policy.ACTION: RecordItem, fixed.OPINION: Opinion,
}  # fmt: skip
OF_RECORD = frozenset({"record", *_PARTS})
"""What a record's own deadlines stand on."""


@dataclass
class Case:
    """The rows of one case; `dated` are the keys of effect checks and actions, done, deleted or open.

    A case is `fresh` while the transaction lasts in which it was reported: nothing hangs on it yet, and nothing need
    be looked for.
    """

    issues: Sequence[Issue]
    record: Record | None = None
    escalations: Sequence[Escalation] = ()
    dated: Sequence[Key] = field(default=())
    round: InspectionRound | None = None
    statutory: Mapping[int, StatutoryClock] = field(default_factory=dict)
    fresh: bool = False

    def issue_of(self, key: Key) -> int | None:
        """The issue whose deadline a subject's clocks count for."""
        if key[0] == "issue":
            return key[1]
        if key[0] == fixed.STATUTORY:
            return self.statutory[key[1]].issue_id
        # A round of an inspection counts for no issue.
        return self.record.primary_issue_id if self.record is not None else None

    def root_of(self, key: Key) -> Chased:
        """The case whose circumstances decide by which rules a subject is chased."""
        if self.round is not None:
            return inspected.Inspected(self.round)
        if key[0] == fixed.STATUTORY:
            key = ("issue", self.statutory[key[1]].issue_id)
        if key[0] != "issue" and self.record is not None:
            return self.record.primary_issue
        return next(issue for issue in self.issues if issue.id == key[1])

    def severity_of(self, key: Key) -> str:
        if self.round is not None:
            return inspected.SEVERITY
        if key[0] == "issue" or (key[0] == fixed.STATUTORY and self.record is None):
            return self.root_of(key).severity
        assert self.record is not None
        return facts.severity(self.record)

    def ended(self) -> list[tuple[Key, datetime]]:
        """The issues, the record or the round that have ended, and when."""
        found: list[tuple[Key, datetime]] = [
            (("issue", issue.id), issue.state_since or issue.updated_at)
            for issue in self.issues
            if issue.state in issue_rules.ENDED
        ]
        if self.record is not None and self.record.state in record_rules.ENDED:
            found.append((("record", self.record.id), facts.since(self.record)))
        if self.round is not None and self.round.state != inspection_rules.OPEN:
            key = (fixed.INSPECTION_ROUND, self.round.id)
            found.append((key, self.round.state_since or self.round.updated_at))
        return found


class Busy(Exception):
    """Somebody else holds a row of the case just now."""


def load(kind: str, subject_id: int, *, waits: bool = True) -> Case | None:
    """The case that this subject belongs to, its rows locked; None when it is gone.

    An issue brings the record it is attached to; a record or an escalation brings every issue attached.  Who holds
    the rows of other cases already must not wait for these, or two could wait for each other: Busy is raised then.
    """
    lock = partial(_lock, waits=waits)
    if kind == "issue":
        return _of_issue(subject_id, lock)
    if kind == fixed.INSPECTION_ROUND:
        found = lock(InspectionRound, subject_id)
        return Case((), round=found) if found is not None else None
    if kind == "escalation":
        subject_id = db.session.scalar(select(Escalation.record_id).where(Escalation.id == subject_id)) or 0
    return _of_record(subject_id, lock) if kind in ("record", "escalation") else None


def _of_issue(issue_id: int, lock: Lock) -> Case | None:
    issue = lock(Issue, issue_id)
    if issue is None:
        return None
    return _with_record([issue], db.session.scalar(_record_of(), {"issue": issue_id}), lock)


@kept
def _record_of() -> Select[int]:
    """The id of the newest open record that an issue belongs to."""
    found = select(Record.id).join(IssueRecord, IssueRecord.record_number == Record.number)
    mine = found.where(IssueRecord.issue_id == bindparam("issue"), IssueRecord.is_open)
    return mine.order_by(IssueRecord.record_number.desc()).limit(1)


def _of_record(record_id: int, lock: Lock) -> Case | None:
    number = db.session.scalar(select(Record.number).where(Record.id == record_id))
    if number is None:
        return None
    ids = db.session.scalars(
        select(IssueRecord.issue_id).where(IssueRecord.record_number == number).order_by(IssueRecord.issue_id)
    ).all()
    return _with_record(
        [issue for issue in (lock(Issue, one) for one in ids) if issue is not None], record_id, lock
    )


def _with_record(issues: list[Issue], record_id: int | None, lock: Lock) -> Case:
    record = lock(Record, record_id) if record_id is not None else None
    if record is None:
        return Case(issues)
    escalations = db.session.scalars(
        select(Escalation).where(Escalation.record_id == record.id).order_by(Escalation.id)
    ).all()
    return Case(issues, record, escalations, _dated(record))


def _lock(model: type[Row], row_id: int, *, waits: bool) -> Row | None:
    try:
        return db.session.scalars(_one_locked(model, waits), {"id": row_id}).first()
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", "") == HELD:
            raise Busy() from error
        raise


@kept
def _one_locked(model: type[Row], waits: bool) -> Select[Row]:
    one = select(model).where(model.id == bindparam("id"))
    return locked(one) if waits else one.with_for_update(of=model, nowait=True)


def _dated(record: Record) -> list[Key]:
    return [
        key for key in keys_of_record(record) if key[0] in (policy.EFFECT_CHECK, policy.ACTION, fixed.OPINION)
    ] + _deleted(record)


def _deleted(record: Record) -> list[Key]:
    """Actions that were taken off the form while their clock ran."""
    running = db.session.scalars(_running_for_nothing(), {"issue": record.primary_issue_id})
    return [(policy.ACTION, one) for one in running]


@kept
def _running_for_nothing() -> Select[int]:
    without = select(Clock.subject_id).outerjoin(RecordItem, RecordItem.id == Clock.subject_id)
    return without.where(
        Clock.subject_kind == policy.ACTION,
        Clock.issue_id == bindparam("issue"),
        Clock.ended_at.is_(None),
        RecordItem.id.is_(None),
    )


def keys_of_record(record: Record) -> list[Key]:
    """The record and all that hangs on it and may have clocks."""
    hanging = db.session.execute(_hanging_on_record(), {"record": record.id})
    return [("record", record.id), *((kind, one) for kind, one in hanging)]


@kept
def _hanging_on_record() -> CompoundSelect[str, int]:
    return union_all(
        *(
            select(literal_column(f"'{kind}'"), model.id).where(model.record_id == bindparam("record"))
            for kind, model in _PARTS.items()
        )
    )

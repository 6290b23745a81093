"""One batch of due steps with all that is needed to judge them: picked, locked and loaded in a fixed number of queries.

Nothing is judged before its case is locked: what somebody changes at the same time is either seen here, or comes
after this transaction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select

from tracker import rearm
from tracker.db import about, db, dialect
from tracker.failpoints import reach
from tracker.followups import fixed, inspected
from tracker.followups.clocks import armed_until
from tracker.followups.models import Clock, Obligation
from tracker.followups.subjects import Subject
from tracker.inspections.models import InspectionRound
from tracker.issues.models import Issue
from tracker.policies import rules as policy
from tracker.rearm import Rearm
from tracker.records.models import Record
from tracker.records.parts import EffectCheck, Escalation, Opinion, RecordItem
from tracker.statutory.models import StatutoryClock

PARTS: dict[str, Any] = {
    "escalation": Escalation,
    policy.EFFECT_CHECK: EffectCheck,
    policy.ACTION: RecordItem,
    fixed.OPINION: Opinion,
    fixed.STATUTORY: StatutoryClock,
}
Key = tuple[str, int]


@dataclass
class Batch:
    """Due steps, the rows behind them, their clocks; `busy` are cases that somebody else holds, `changed` those that
    wait to be looked at again."""

    steps: Sequence[Obligation] = ()
    subjects: dict[Key, Subject] = field(default_factory=dict)
    clocks: dict[tuple[str, int, str], Clock] = field(default_factory=dict)
    busy: set[Key] = field(default_factory=set)
    changed: set[Key] = field(default_factory=set)

    def subject(self, step: Obligation) -> Subject | None:
        """What the step is about; None when it is gone."""
        return self.subjects.get((step.subject_kind, step.subject_id))

    def case(self, step: Obligation) -> Key:
        """The case that the step belongs to, by its issue; a step whose case is not at hand stands for itself."""
        subject = self.subject(step)
        return subject.root if subject is not None else (step.subject_kind, step.subject_id)

    def people(self, step: Obligation) -> set[int | None]:
        """Whoever the step is likely to tell by name, by their ids."""
        subject = self.subject(step)
        if subject is None:
            return set()
        asked = {subject.issue.reporter_id} if step.clock == policy.USER_ANSWER else set()
        return subject.person_ids | asked

    def clock(self, step: Obligation) -> Clock | None:
        """The clock that the step belongs to."""
        return self.clocks.get((step.subject_kind, step.subject_id, step.clock))


def pick(now: datetime, limit: int) -> Batch:
    """What is due and free, the urgent and grave first, then the oldest; none that waits after a failure."""
    ordered = due(now).order_by(Obligation.rank, Obligation.due_at, Obligation.id).limit(limit)
    reach("fire.select")
    steps = db.session.scalars(ordered.with_for_update(skip_locked=True)).all()
    reach("fire.selected")
    return look(steps, locking=True) if steps else Batch()


def due(now: Any) -> Select[Obligation]:
    """The armed steps whose time has come, without those that wait after a failure."""
    waits_no_more = or_(Obligation.wait_until.is_(None), Obligation.wait_until <= now)
    return select(Obligation).where(armed_until(now), waits_no_more)


def look(steps: Sequence[Obligation], clocks: Sequence[Clock] = (), *, locking: bool = False) -> Batch:
    """The rows behind these steps and their `clocks`; locked, and read anew, where they are to be fired."""
    if locking:
        reach("fire.lock")
    keys = {(step.subject_kind, step.subject_id) for step in steps}
    parts = {
        (kind, part.id): part for kind, model in PARTS.items() for part in _rows(model, _ids(keys, kind))
    }
    records = _rows(
        Record, _ids(keys, "record") | {part.record_id for part in parts.values() if part.record_id}, locking
    )
    by_id = {record.id: record for record in records}
    ids = _ids(keys, "issue") | {record.primary_issue_id for record in records}
    ids |= {part.issue_id for part in parts.values() if isinstance(part, StatutoryClock)}
    issues = {issue.id: issue for issue in _rows(Issue, ids, locking)}
    rounds = _rows(InspectionRound, _ids(keys, fixed.INSPECTION_ROUND), locking)
    batch = Batch(steps)
    for found in rounds:
        key = (fixed.INSPECTION_ROUND, found.id)
        batch.subjects[key] = Subject(inspected.Inspected(found), round=found)
    for key in keys - set(batch.subjects):
        subject = _subject(key, parts.get(key), by_id, issues)
        if subject is not None:
            batch.subjects[key] = subject
    for clock in clocks or _clocks(keys):
        batch.clocks[clock.subject_kind, clock.subject_id, clock.name] = clock
    if locking:
        reach("fire.locked")
        batch.busy = _busy(keys - set(batch.subjects), parts)
        batch.changed = _changed(batch)
    return batch


def _clocks(keys: set[Key]) -> Iterable[Clock]:
    found = select(Clock).where(about(Clock, keys))
    return db.session.scalars(found.execution_options(populate_existing=True))


def _ids(keys: Iterable[Key], kind: str) -> set[int]:
    return {one for its_kind, one in keys if its_kind == kind}


def _rows(model: Any, ids: set[int], locking: bool = False) -> Sequence[Any]:
    """These rows; where they are locked, without those that somebody else holds just now."""
    if not ids:
        return ()
    if not locking and len(ids) == 1:
        # The one row of a page is at hand already.
        row = db.session.get(model, next(iter(ids)))
        return (row,) if row is not None else ()
    wanted = (
        select(model).where(model.id.in_(ids)).order_by(model.id).execution_options(populate_existing=True)
    )
    if locking and dialect() == "postgresql":
        return db.session.scalars(wanted.with_for_update(skip_locked=True, of=model)).all()
    return db.session.scalars(wanted).all()


def _subject(key: Key, part: Any, records: dict[int, Record], issues: dict[int, Issue]) -> Subject | None:
    kind, subject_id = key
    if kind == "issue":
        issue = issues.get(subject_id)
        return Subject(issue) if issue is not None else None
    if isinstance(part, StatutoryClock):
        own = issues.get(part.issue_id)
        return Subject(own, records.get(part.record_id or 0), statutory=part) if own is not None else None
    record = records.get(subject_id if kind == "record" else part.record_id if part is not None else 0)
    issue = issues.get(record.primary_issue_id) if record is not None else None
    if record is None or issue is None:
        return None
    if isinstance(part, Escalation):
        return Subject(issue, record, escalation=part)
    if isinstance(part, RecordItem):
        return Subject(issue, record, item=part)
    if isinstance(part, Opinion):
        return Subject(issue, record, opinion=part)
    return Subject(issue, record, check=part)


def _busy(missing: set[Key], parts: dict[Key, Any]) -> set[Key]:
    """Of what could not be had, what is there all the same: somebody is changing it, the next tick looks again."""
    if not missing:
        return set()
    there = {key for key in missing if key in parts}
    for kind, model in (("issue", Issue), ("record", Record), (fixed.INSPECTION_ROUND, InspectionRound)):
        ids = _ids(missing, kind)
        if ids:
            there |= {(kind, one) for one in db.session.scalars(select(model.id).where(model.id.in_(ids)))}
    return there


def _changed(batch: Batch) -> set[Key]:
    """The cases with a change that waits to be looked at: their clocks may not be what they were."""
    of: dict[Key, list[Key]] = {}
    for key, subject in batch.subjects.items():
        roots = [subject.root]
        roots += [("record", subject.record.id)] if subject.record is not None else []
        roots += [("escalation", subject.escalation.id)] if subject.escalation is not None else []
        for root in roots:
            of.setdefault(root, []).append(key)
    marks = select(Rearm.subject_kind, Rearm.subject_id).where(Rearm.reader == rearm.CLOCKS, about(Rearm, of))
    return {key for kind, one in db.session.execute(marks) for key in of[kind, one]}

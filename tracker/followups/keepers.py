"""Who owes what many running clocks measure, in a fixed number of queries and without a lock: for previews."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.followups import fixed
from tracker.followups.cases import Case
from tracker.followups.models import Clock
from tracker.followups.owing import owing
from tracker.issues.models import Issue
from tracker.policies import rules as policy
from tracker.records.models import Record
from tracker.records.parts import EffectCheck, Escalation, Opinion, RecordItem

PARTS: Mapping[str, Any] = {
    "escalation": Escalation,
    policy.EFFECT_CHECK: EffectCheck,
    policy.ACTION: RecordItem,
    fixed.OPINION: Opinion,
}
AT_ONCE = 500


def owners(clocks: Sequence[Clock]) -> dict[int, Sequence[int | None]]:
    """The ids of the people who owe each clock, by its id, as `owing` says it of a loaded case."""
    parts = {(kind, one.id): one for kind, model in PARTS.items() for one in _rows(model, _ids(clocks, kind))}
    wanted = _ids(clocks, "record") | {part.record_id for part in parts.values()}
    records = {one.id: one for one in _rows(Record, wanted)}
    issues = {one.id: one for one in _rows(Issue, _ids(clocks, "issue"))}
    found: dict[int, Sequence[int | None]] = {}
    for clock in clocks:
        key = (clock.subject_kind, clock.subject_id)
        part = parts.get(key)
        record_id = clock.subject_id if clock.subject_kind == "record" else getattr(part, "record_id", 0)
        case = Case(
            [issues[clock.subject_id]] if clock.subject_kind == "issue" else [],
            records.get(record_id),
            [part] if isinstance(part, Escalation) else [],
        )
        found[clock.id] = owing(case, key, clock.name)
    return found


def _ids(clocks: Sequence[Clock], kind: str) -> set[int]:
    return {clock.subject_id for clock in clocks if clock.subject_kind == kind}


def _rows(model: Any, ids: set[int]) -> list[Any]:
    ordered = sorted(ids)
    chunks = [ordered[at : at + AT_ONCE] for at in range(0, len(ordered), AT_ONCE)]
    return [one for some in chunks for one in db.session.scalars(select(model).where(model.id.in_(some)))]

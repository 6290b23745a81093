"""What the reporter was promised: by when they hear from us, or by when we wait for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, bindparam, func, select

from tracker.db import db, kept
from tracker.followups.models import Clock
from tracker.issues.models import Issue, IssueRecord
from tracker.records.models import Record

OURS, THEIRS = ("first_response", "next_update"), ("user_answer",)


@dataclass(frozen=True)
class Promises:
    """`ours`: the reporter hears from us by then; `theirs`: we wait for their answer until then."""

    ours: datetime | None
    theirs: datetime | None


def of(issue: Issue) -> Promises:
    """Both, as far as their clocks run."""
    found = _dues([issue.id]).get(issue.id, {})
    held = _held([issue.id])
    return (
        Promises(held[issue.id], None)
        if issue.id in held
        else Promises(_first(found, OURS), _first(found, THEIRS))
    )


def promised_each(issues: Sequence[Issue]) -> Mapping[int, datetime | None]:
    """When the reporter of each hears from us, in one go."""
    ids = [one.id for one in issues]
    found, held = _dues(ids), _held(ids)
    return {one.id: held.get(one.id) or _first(found.get(one.id, {}), OURS) for one in issues}


def _held(ids: Sequence[int]) -> dict[int, datetime]:
    """What reporters were promised when their record was put on hold."""
    of_record = select(IssueRecord.issue_id, Record.hold_promise_at).join(
        Record, Record.number == IssueRecord.record_number
    )
    held = of_record.where(
        IssueRecord.issue_id.in_(ids), Record.state == "on_hold", Record.hold_promise_at.is_not(None)
    )
    return {issue_id: at for issue_id, at in db.session.execute(held) if at is not None}


def _first(dues: Mapping[str, datetime], names: tuple[str, ...]) -> datetime | None:
    return min((dues[name] for name in names if name in dues), default=None)


def _dues(ids: Sequence[int]) -> dict[int, dict[str, datetime]]:
    found: dict[int, dict[str, datetime]] = {}
    for issue_id, name, due in db.session.execute(_running(), {"issues": ids}):
        if due is not None:
            found.setdefault(issue_id, {})[name] = due
    return found


@kept
def _running() -> Select[int, str, datetime | None]:
    running = select(Clock.subject_id, Clock.name, func.min(Clock.due_at)).where(
        Clock.subject_kind == Issue.kind_name,
        Clock.subject_id.in_(bindparam("issues", expanding=True)),
        Clock.name.in_((*OURS, *THEIRS)),
        Clock.ended_at.is_(None),
        Clock.paused_since.is_(None),
        Clock.due_at.is_not(None),
    )
    return running.group_by(Clock.subject_id, Clock.name)

"""What the reporter was promised: by when they hear from us, or by when we wait for them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, literal, select, union_all

from tracker.db import db, dialect, kept, one_of
from tracker.followups.models import Clock
from tracker.issues.models import Issue, IssueRecord
from tracker.records.models import Record

OURS, THEIRS = ("first_response", "next_update"), ("user_answer",)
HELD = "held"
"""What the reporter was promised when the record was put on hold; it stands in the place of the others."""


@dataclass(frozen=True)
class Promises:
    """`ours`: the reporter hears from us by then; `theirs`: we wait for their answer until then."""

    ours: datetime | None
    theirs: datetime | None


def of(issue: Issue) -> Promises:
    """Both, as far as their clocks run."""
    found = _dues([issue.id]).get(issue.id, {})
    if HELD in found:
        return Promises(found[HELD], None)
    return Promises(_first(found, OURS), _first(found, THEIRS))


def among(clocks: Iterable[Clock]) -> Promises:
    """The same of a case without a record, by its clocks that have not ended, where a page has them at hand."""
    dues: dict[str, datetime] = {}
    for one in clocks:
        if one.subject_kind == Issue.kind_name and one.paused_since is None and one.due_at is not None:
            dues[one.name] = min(one.due_at, dues.get(one.name, one.due_at))
    return Promises(_first(dues, OURS), _first(dues, THEIRS))


def promised_each(issues: Sequence[Issue]) -> Mapping[int, datetime | None]:
    """When the reporter of each hears from us, in one go."""
    found = _dues([one.id for one in issues])
    return {one.id: _next_word(found.get(one.id, {})) for one in issues}


def _next_word(dues: Mapping[str, datetime]) -> datetime | None:
    return dues.get(HELD) or _first(dues, OURS)


def _first(dues: Mapping[str, datetime], names: tuple[str, ...]) -> datetime | None:
    return min((dues[name] for name in names if name in dues), default=None)


def _dues(ids: Sequence[int]) -> dict[int, dict[str, datetime]]:
    found: dict[int, dict[str, datetime]] = {}
    for issue_id, kind, name, due in db.session.execute(_running(dialect()), {"issues": list(ids)}):
        if due is not None and kind == Issue.kind_name:
            found.setdefault(issue_id, {})[name] = due
    return found


@kept
def _running(database: str) -> Any:
    # By the issue alone: most clocks are of this kind, so that an index of kinds would read them all.
    running = select(Clock.issue_id, Clock.subject_kind, Clock.name, func.min(Clock.due_at)).where(
        one_of(Clock.issue_id, "issues", database),
        Clock.name.in_((*OURS, *THEIRS)),
        Clock.ended_at.is_(None),
        Clock.paused_since.is_(None),
    )
    on_hold = select(IssueRecord.issue_id, literal(Issue.kind_name), literal(HELD), Record.hold_promise_at)
    on_hold = on_hold.join(Record, Record.number == IssueRecord.record_number).where(
        one_of(IssueRecord.issue_id, "issues", database),
        Record.state == "on_hold",
        Record.hold_promise_at.is_not(None),
    )
    return union_all(running.group_by(Clock.issue_id, Clock.subject_kind, Clock.name), on_hold)

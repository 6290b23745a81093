"""What the reporter was promised: by when they hear from us, or by when we wait for them."""

from datetime import datetime

from sqlalchemy import select

from tracker.db import db
from tracker.followups.models import Clock
from tracker.issues.models import Issue

OURS, THEIRS = ("first_response", "next_update"), ("user_answer",)


def promised(issue: Issue) -> datetime | None:
    """The instant by which the reporter hears from us, while that clock runs."""
    return _due(issue, OURS)


def awaited(issue: Issue) -> datetime | None:
    """The instant by which we wait for the reporter's answer."""
    return _due(issue, THEIRS)


def _due(issue: Issue, names: tuple[str, ...]) -> datetime | None:
    running = select(Clock.due_at).where(
        Clock.subject_kind == issue.kind_name, Clock.subject_id == issue.id, Clock.name.in_(names),
        Clock.ended_at.is_(None), Clock.paused_since.is_(None), Clock.due_at.is_not(None),
    )  # fmt: skip
    return db.session.scalar(running.order_by(Clock.due_at).limit(1))

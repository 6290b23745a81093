"""What has climbed to the managers and waits for their decision: no answer since they were told last."""

from typing import Any

from sqlalchemy import exists, func, select

from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.decisions.models import Decision
from tracker.followups import fixed
from tracker.followups.models import Chase, Clock
from tracker.issues import queries as issues
from tracker.issues.models import Issue
from tracker.policies import rules as policy


def climbed(actor: Actor) -> Any:
    """The overdue clocks of visible cases that a manager has not decided on since, the most overdue first."""
    answered = exists().where(Decision.issue_id == Clock.issue_id, Decision.at >= Chase.fired_at)
    told = exists().where(
        Chase.subject_kind == Clock.subject_kind, Chase.subject_id == Clock.subject_id, Chase.clock == Clock.name,
        Chase.outcome == "", Chase.step.in_(fixed.CLIMBED), ~answered,
    )  # fmt: skip
    running = Clock.ended_at.is_(None) & Clock.paused_since.is_(None) & Clock.due_at.is_not(None)
    found = select(Clock, Issue).join(Issue, Issue.id == Clock.issue_id)
    own = Clock.name.not_in((fixed.DECIDE, policy.URGENT, *fixed.BY_LAW))
    return found.where(running, own, told, issues.may_see(actor)).order_by(Clock.due_at, Clock.id)


def count(actor: Actor, most: int) -> int:
    """How many cases wait so, counted up to `most`."""
    few = climbed(actor).with_only_columns(Clock.issue_id).order_by(None).distinct().limit(most).subquery()
    return db.session.scalar(select(func.count()).select_from(few)) or 0

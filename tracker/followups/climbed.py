"""What has climbed to the managers and waits for their decision: no answer since they were told last."""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal_column, select
from sqlalchemy.orm import aliased

from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.decisions.models import Decision
from tracker.followups import fixed
from tracker.followups.models import Chase, Clock
from tracker.issues import queries as issues
from tracker.issues.models import Issue
from tracker.policies import rules as policy

# Literals, since neither engine looks into a partial index for values that it does not see.
UNANSWERED = and_(
    Chase.outcome == literal_column("''"),
    Chase.step.in_([literal_column(f"'{step}'") for step in fixed.CLIMBED]),
)


def told(*but: ColumnElement[bool]) -> ColumnElement[bool]:
    """Clocks whose managers were told, and nothing has come of it yet; read from what has climbed, not from clocks."""
    of_clock = aliased(Clock)
    same = and_(
        Chase.subject_kind == of_clock.subject_kind,
        Chase.subject_id == of_clock.subject_id,
        Chase.clock == of_clock.name,
    )
    return Clock.id.in_(select(of_clock.id).join(Chase, same).where(UNANSWERED, *but))


def climbed(actor: Actor) -> Any:
    """The overdue clocks of visible cases that a manager has not decided on since, the most overdue first."""
    answered = exists().where(Decision.issue_id == Chase.issue_id, Decision.at >= Chase.fired_at)
    running = Clock.ended_at.is_(None) & Clock.paused_since.is_(None) & Clock.due_at.is_not(None)
    found = select(Clock, Issue).join(Issue, Issue.id == Clock.issue_id)
    own = Clock.name.not_in((fixed.DECIDE, policy.URGENT, *fixed.BY_LAW))
    return found.where(running, own, told(~answered), issues.may_see(actor)).order_by(Clock.due_at, Clock.id)


def count(actor: Actor, most: int) -> int:
    """How many cases wait so, counted up to `most`."""
    few = climbed(actor).with_only_columns(Clock.issue_id).order_by(None).distinct().limit(most).subquery()
    return db.session.scalar(select(func.count()).select_from(few)) or 0

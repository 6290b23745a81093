"""What has climbed to the managers and waits for their decision: no answer since they were told last."""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, literal_column, or_, select
from sqlalchemy.orm import aliased

from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.decisions.models import Decision
from tracker.followups import fixed, inspected
from tracker.followups.models import Chase, Clock
from tracker.inspections import queries as inspections
from tracker.inspections import rules as inspection_rules
from tracker.inspections.models import InspectionRound
from tracker.issues import queries as issues
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
    """The overdue clocks of visible cases, and of rounds of inspection that the actor leads, that a manager has not
    decided on since, the most overdue first."""
    on_case = and_(Chase.issue_id.is_not(None), Decision.issue_id == Chase.issue_id)
    on_round = and_(Chase.subject_kind == fixed.INSPECTION_ROUND, Decision.round_id == Chase.subject_id)
    answered = exists().where(or_(on_case, on_round), Decision.at >= Chase.fired_at)
    running = Clock.ended_at.is_(None) & Clock.paused_since.is_(None) & Clock.due_at.is_not(None)
    own = Clock.name.not_in((fixed.DECIDE, policy.URGENT, *fixed.BY_LAW))
    led = db.session.scalars(
        inspections.overseen(actor)
        .with_only_columns(InspectionRound.id)
        .where(InspectionRound.state == inspection_rules.OPEN)
    ).all()
    found = inspected.clocks(issues.may_read(actor), led)
    return found.where(running, own, told(~answered)).order_by(Clock.due_at, Clock.id)

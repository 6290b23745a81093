"""Where only hours have changed, a running clock keeps its turn: nobody is chased twice for a day off."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from tracker.calendars import Calendar
from tracker.db import db
from tracker.followups import ladder, wants
from tracker.followups.ladder import Want
from tracker.followups.models import Clock, Obligation
from tracker.policies.rules import Rule


def retimed(
    clock: Clock, want: Want, rule: Rule, calendar: Calendar, same: Mapping[str, str], now: datetime
) -> bool:
    """Move the deadline and the armed step of a clock; False where more has changed, and it must start over.

    `same` are the workings that must not differ.  A clock that is overdue no longer starts over as well: it has to
    be chased once more when its new deadline comes.
    """
    kept = wants.read(clock.workings["want"])
    if replace(kept, asked=0) != replace(want, asked=0):
        return False
    if any(clock.workings.get(name, value) != value for name, value in same.items()):
        return False
    due = ladder.due(kept, rule, calendar)
    if due is not None and clock.due_at is not None and clock.due_at <= now < due:
        return False
    if not _move_step(clock, kept, rule, calendar, now):
        return False
    clock.due_at = due
    return True


def _move_step(clock: Clock, want: Want, rule: Rule, calendar: Calendar, now: datetime) -> bool:
    """Move the armed step to where the plan has it now; False when the plan has it no more."""
    armed = select(Obligation).where(
        Obligation.subject_kind == clock.subject_kind, Obligation.subject_id == clock.subject_id,
        Obligation.clock == clock.name, Obligation.state == "scheduled",
    )  # fmt: skip
    step = db.session.scalars(armed).first()
    if step is None:
        return True
    rung = ladder.find(want, step.step, step.occurrence, rule, calendar)
    if rung is None:
        return False
    if rung.at != step.due_at:
        step.due_at, step.state_since = rung.at, now
    return True

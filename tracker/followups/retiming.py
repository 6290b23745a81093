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
    if not _differ_in_hours_alone(kept, want, clock, same):
        return False
    due = ladder.due(want, rule, calendar)
    if due is not None and clock.due_at is not None and clock.due_at <= now < due:
        return False
    if not _move_step(clock, want, rule, calendar, now):
        return False
    clock.due_at = due
    if kept.allowance != want.allowance:
        clock.workings = {**clock.workings, "want": wants.written(want)}
    return True


def _differ_in_hours_alone(kept: Want, want: Want, clock: Clock, same: Mapping[str, str]) -> bool:
    """By the same rule and severity, an allowance in days is longer or shorter as a day of the office is."""
    if any(clock.workings.get(name, value) != value for name, value in same.items()):
        return False
    if all(name in clock.workings for name in same):
        kept = replace(kept, allowance=want.allowance)
    return wants.unasked(kept) == wants.unasked(want)


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
    # What would have been due before falls due now: steps that have fired already stay before it.
    due = rung.at if rung.at >= now else min(step.due_at, now)
    if due != step.due_at:
        step.due_at, step.state_since = due, now
    return True

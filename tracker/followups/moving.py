"""What a change of the calendars would do to the deadlines that run, before anybody saves it.  Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, true

from tracker.db import db
from tracker.followups import keepers, ladder, wants
from tracker.followups.models import Clock
from tracker.followups.office import Office, office
from tracker.hours.book import Book
from tracker.issues.models import Issue
from tracker.policies import rules as policy

MOST_LOOKED_AT = 5000
EXAMPLES = 3


@dataclass(frozen=True)
class Move:
    """One deadline that moves."""

    number: str
    clock: str
    before: datetime
    after: datetime


@dataclass(frozen=True)
class Moves:
    """How many deadlines move, and the first few of them; `all_seen` unless there were too many to look at."""

    count: int
    examples: tuple[Move, ...]
    all_seen: bool = True


def would_move(after: Book, now: datetime) -> Moves:
    """The open deadlines that differ with those calendars, or with another one of them, the nearest first."""
    before = office(now)
    desk = replace(before, book=after)
    rekept = (after.default_id, after.units) != (before.book.default_id, before.book.units)
    changed = [key for key, plan in after.plans.items() if plan != before.book.plans.get(key)]
    found: list[Move] = []
    pairs = db.session.execute(_running(None if rekept else changed, before.book.default_id)).all()
    owners = keepers.owners([clock for clock, _issue in pairs]) if rekept else {}
    for clock, issue in pairs:
        calendar_id = desk.calendar_id(owners[clock.id]) if rekept else clock.calendar_id
        due = _due(clock, issue, before, desk, calendar_id)
        if due is not None and due != clock.due_at:
            found.append(Move(issue.number, clock.name, clock.due_at, due))
    return Moves(len(found), tuple(found[:EXAMPLES]), len(pairs) < MOST_LOOKED_AT)


def _running(calendar_ids: Iterable[int] | None, default_id: int) -> Any:
    """The clocks that count by these calendars; None stands for all, where somebody may keep another one."""
    ids = list(calendar_ids or ())
    whose: ColumnElement[bool] = Clock.calendar_id.in_(ids) if calendar_ids is not None else true()
    if default_id in ids:
        whose = whose | Clock.calendar_id.is_(None)
    open_ones = select(Clock, Issue).join(Issue, Issue.id == Clock.issue_id)
    return (
        open_ones.where(
            whose, Clock.ended_at.is_(None), Clock.due_at.is_not(None), Clock.name != policy.URGENT
        )
        .order_by(Clock.due_at, Clock.id)
        .limit(MOST_LOOKED_AT)
    )


def _due(
    clock: Clock, issue: Issue, before: Office, after: Office, calendar_id: int | None
) -> datetime | None:
    """When the clock would run out; an allowance in days is as long as the days of the changed calendar."""
    want, severity = wants.read(clock.workings["want"]), str(clock.workings["severity"])
    calendar = after.book.calendar(calendar_id)
    measure = after.measure_of(issue, calendar)
    rule = measure.of(want, severity)
    if want.allowance is not None and rule.allowance is not None:
        then = before.measure_of(issue, before.book.calendar(clock.calendar_id))
        if want.allowance == then.allowance(clock.name, severity):
            want = replace(want, allowance=measure.allowance(clock.name, severity))
    return ladder.due(want, rule, calendar)

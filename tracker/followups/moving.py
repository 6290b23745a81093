"""What a change of the calendars would do to the deadlines that run, before anybody saves it.  Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from tracker.db import db
from tracker.followups import ladder, policy, wants
from tracker.followups.models import Clock
from tracker.followups.office import Office, office
from tracker.hours.book import Book
from tracker.issues.models import Issue

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
    """The open deadlines that differ with those calendars, the nearest first."""
    before = office(now)
    desk = replace(before, book=after)
    changed = [key for key, plan in after.plans.items() if plan != before.book.plans.get(key)]
    found: list[Move] = []
    looked_at = 0
    for clock, issue in db.session.execute(_running(changed, before.book.default_id)):
        looked_at += 1
        due = _due(clock, issue, before, desk)
        if due is not None and due != clock.due_at:
            found.append(Move(issue.number, clock.name, clock.due_at, due))
    return Moves(len(found), tuple(found[:EXAMPLES]), looked_at < MOST_LOOKED_AT)


def _running(calendar_ids: Iterable[int], default_id: int) -> Any:
    ids = list(calendar_ids)
    whose: ColumnElement[bool] = Clock.calendar_id.in_(ids)
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


def _due(clock: Clock, issue: Issue, before: Office, after: Office) -> datetime | None:
    """When the clock would run out; an allowance in days is as long as the days of the changed calendar."""
    want, severity = wants.read(clock.workings["want"]), str(clock.workings["severity"])
    calendar = after.book.calendar(clock.calendar_id)
    measure = after.measure_of(issue, calendar)
    rule = measure.of(want, severity)
    if want.allowance is not None and rule.allowance is not None:
        then = before.measure_of(issue, before.book.calendar(clock.calendar_id))
        if want.allowance == then.allowance(clock.name, severity):
            want = replace(want, allowance=measure.allowance(clock.name, severity))
    return ladder.due(want, rule, calendar)

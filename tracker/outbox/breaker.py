"""The storm breaker: far more mail than usual in an hour is a mistake until an administrator says it is none.

How much left in each hour is counted in a table of its own, so that the question costs nothing however many letters
there are.  While it is tripped, urgent letters and those that open a door still go.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from tracker.db import db, inserting
from tracker.outbox import rules
from tracker.outbox.models import Breaker, Hour

WEEKS = timedelta(days=28)
AT_EASE = timedelta(days=1)
"""How long it stays open after an administrator released it."""


def standing() -> Breaker | None:
    """Since when it holds letters back, until when a release holds; None on a database that never had a storm."""
    return db.session.get(Breaker, 1)


def tripped_at() -> datetime | None:
    """Since when it holds letters back; None while they flow."""
    state = standing()
    return state.tripped_at if state is not None else None


def count(sent: int, now: datetime) -> None:
    """So many mails left just now."""
    first = inserting(Hour).values(at=_hour(now), mails=sent)
    again = first.on_conflict_do_update(index_elements=["at"], set_={"mails": Hour.mails + sent})
    db.session.execute(again)
    db.session.execute(delete(Hour).where(Hour.at < now - WEEKS - timedelta(hours=1)))


def volume(now: datetime) -> tuple[int, int]:
    """How many mails left in this hour and the one before, and how many usually do in an hour that has any."""
    edge = _hour(now) - timedelta(hours=1)
    lately = db.session.scalar(select(func.sum(Hour.mails)).where(Hour.at >= edge)) or 0
    usual = db.session.scalar(select(func.avg(Hour.mails)).where(Hour.at < edge, Hour.at >= now - WEEKS)) or 0
    return int(lately), max(int(usual), rules.USUAL_LEAST)


def room(now: datetime) -> int:
    """How many mails may still go before it trips; trips it where there is no room left."""
    state = _state()
    if state.tripped_at is not None:
        return 0
    lately, usual = volume(now)
    left = rules.STORM * usual - lately
    if state.open_until is not None and now < state.open_until:
        return max(left, rules.STORM * usual)
    if left <= 0:
        state.tripped_at = now
    return max(left, 0)


def release(now: datetime) -> None:
    """Let the letters go, and be at ease for a day."""
    state = _state()
    state.tripped_at, state.open_until = None, now + AT_EASE


def trip(now: datetime) -> None:
    """Hold everything that is not urgent back, by hand."""
    state = _state()
    state.tripped_at, state.open_until = state.tripped_at or now, None


def _state() -> Breaker:
    state = db.session.get(Breaker, 1, with_for_update=True)
    if state is None:
        db.session.execute(inserting(Breaker).values(id=1).on_conflict_do_nothing(index_elements=["id"]))
        state = db.session.get_one(Breaker, 1)
    return state


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)

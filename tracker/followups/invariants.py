"""What must always hold of the engine, each a question to the tables; asked by `doctor` and by tests."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select

from tracker.db import db
from tracker.followups import restoring
from tracker.followups.clocks import ARMED, FIRED
from tracker.followups.models import Chase, Clock, Obligation, Tick
from tracker.followups.status import ALIVE
from tracker.issues.models import Issue
from tracker.outbox import rules as letters
from tracker.outbox.models import Letter
from tracker.rearm import CLOCKS, Rearm

LATE = timedelta(minutes=15)
OVERDUE_LETTER = letters.GIVE_UP + timedelta(hours=1)
SLACK = timedelta(seconds=60)
LAST = 500
MOST = 1000


def broken(now: datetime) -> Iterator[str]:
    """A line for each promise that does not hold; nothing when all is well.  Counts go up to a thousand."""
    for count, what in (
        (_late(now), "steps are due and were not taken"),
        (_unclocked(), "open issues have no deadline"),
        (_unwritten(), "steps fired and left no line in the ledger"),
        (_untold(), "chases did not ring every bell they name"),
        (_lost_letters(now), "letters neither went out nor were given up"),
    ):
        if count:
            yield f"{count} {what}"


def _late(now: datetime) -> int:
    """I1: what is due is taken within a quarter of an hour, where a scheduler has run so long and nothing holds it.

    A computer that was off at night is no fault: it catches up.
    """
    ticking = exists().where(Tick.last_at > now - ALIVE, Tick.started_at < now - LATE)
    if restoring.is_held() or not db.session.scalar(select(ticking)):
        return 0
    waits = or_(Obligation.wait_until.is_(None), Obligation.wait_until <= now - LATE)
    return _count(select(Obligation.id).where(ARMED, Obligation.due_at <= now - LATE, waits))


def _unclocked() -> int:
    """Nothing open is without a clock, but what was changed a moment ago."""
    running = exists().where(Clock.issue_id == Issue.id, Clock.ended_at.is_(None))
    waiting = exists().where(
        Rearm.reader == CLOCKS, Rearm.subject_kind == "issue", Rearm.subject_id == Issue.id
    )
    open_now: ColumnElement[bool] = Issue.closed_at.is_(None)
    return _count(select(Issue.id).where(open_now, ~Issue.imported, ~running, ~waiting))


def _unwritten() -> int:
    """I2: each step that fired has its one line; that it has no second one is kept by a unique key."""
    written = exists().where(Chase.obligation_id == Obligation.id)
    return _count(select(Obligation.id).where(Obligation.state == FIRED, ~written))


def _untold() -> int:
    """I5: each of the last chases rang the bell of every person it names."""
    last = db.session.scalars(select(Chase).order_by(Chase.id.desc()).limit(LAST)).all()
    bells = select(Letter.chase_id, Letter.person_id).where(
        Letter.chase_id.in_([one.id for one in last]), Letter.channel == letters.BELL
    )
    rung = {(chase_id, person_id) for chase_id, person_id in db.session.execute(bells)}
    return sum(any(to["person"] and (one.id, to["person"]) not in rung for to in one.to) for one in last)


def _lost_letters(now: datetime) -> int:
    """I6: every letter ends within three days; no claim outlives its lease."""
    forgotten = Letter.state.in_(letters.DUE_STATES) & (Letter.created_at < now - OVERDUE_LETTER)
    claimed = (Letter.state == letters.CLAIMED) & (Letter.lease_until < now - SLACK)
    return 0 if restoring.is_held() else _count(select(Letter.id).where(or_(forgotten, claimed)))


def _count(found: Select[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(found.limit(MOST).subquery())) or 0

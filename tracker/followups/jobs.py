"""The tick and its heartbeat.  Each job is safe to run twice and on several nodes at once."""

import os
import socket
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.dialects import postgresql, sqlite

from tracker.db import db, dialect, writing
from tracker.failpoints import reach
from tracker.followups import actions, firing, queries, restoring
from tracker.followups.models import Tick

# A tick ends after this many batches: other jobs and the heartbeat have their turn, the next tick goes on.
BATCHES = 40
# On SQLite nobody else writes during a batch: it has to be over before a page notices.  To look at one changed case
# takes longer than to fire one step.
FIRED_AT_ONCE = 100
LOOKED_AT_AT_ONCE = 25
CLOCK_SLACK = timedelta(seconds=5)


def tick(now: datetime) -> int:
    """Take what changed, then fire what is due, batch by batch, one transaction each; answers how many steps fired.

    While a restored copy is held, or while this machine's clock stands behind the last tick, nothing fires.
    """
    token = writing.set(True)
    try:
        return _tick(now)
    finally:
        writing.reset(token)


def tick_at(now: datetime) -> int:
    """A tick as if it were that instant, by hand: no heartbeat, and no clock that could stand behind."""
    token = writing.set(True)
    try:
        held = _look_around(now)
        return _work(now, held)
    finally:
        writing.reset(token)


def _tick(now: datetime) -> int:
    last, held = queries.last_tick(), _look_around(now)
    behind = last is not None and now < last - CLOCK_SLACK
    fired = 0 if behind else _work(now, held)
    beat(now, fired, error="clock behind" if behind else "held" if held else "")
    return fired


def _look_around(now: datetime) -> bool:
    """Whether a restored copy holds everything back; notices a changed policy on the way."""
    held = restoring.recognise(now).held_since is not None
    actions.watch_policy(now)
    return held


def _work(now: datetime, held: bool) -> int:
    _repeat(lambda: actions.take(now, LOOKED_AT_AT_ONCE), LOOKED_AT_AT_ONCE)
    return 0 if held else _repeat(lambda: firing.fire_due(now, FIRED_AT_ONCE), FIRED_AT_ONCE)


def _repeat(batch: Callable[[], int], full: int) -> int:
    total = 0
    for _turn in range(BATCHES):
        count = batch()
        # An idle tick is one short transaction, from its first look to its heartbeat.
        if count:
            reach("tick.commit")
            db.session.commit()
            reach("tick.committed")
        total += count
        if count < full:
            break
    return total


def beat(now: datetime, fired: int, *, error: str = "") -> None:
    """Write this node's heartbeat; one row a node, never moving backwards."""
    write = postgresql.insert if dialect() == "postgresql" else sqlite.insert
    first = write(Tick).values(node=node(), started_at=now, last_at=now, ticks=1, fired=fired, error=error)
    again = first.on_conflict_do_update(
        index_elements=["node"],
        set_={"last_at": now, "ticks": Tick.ticks + 1, "fired": Tick.fired + fired, "error": error},
    )
    db.session.execute(again)
    db.session.commit()


def node() -> str:
    """The name of this scheduler: host and process."""
    return f"{socket.gethostname()}:{os.getpid()}"


def database_time() -> datetime | None:
    """The instant by PostgreSQL's clock, one for all nodes; None on SQLite, where this process is the only one."""
    if dialect() != "postgresql":
        return None
    now = db.session.scalar(text("SELECT clock_timestamp()"))
    db.session.rollback()
    assert isinstance(now, datetime)
    return now

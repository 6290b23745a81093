"""The tick and its heartbeat.  Each job is safe to run twice and on several nodes at once."""

import logging
import os
import socket
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import Select, bindparam, case, literal, select, text, update

from tracker import outside
from tracker.db import UTCDateTime, db, dialect, inserting, kept, writing
from tracker.failpoints import reach
from tracker.followups import actions, alarms, batch, firing, queries, restoring
from tracker.followups.invariants import Breach
from tracker.followups.models import Obligation, Tick
from tracker.followups.office import office
from tracker.inspections import actions as inspections
from tracker.rearm import CLOCKS, Rearm
from tracker.records import on_call

# A tick ends after this many batches: other jobs and the heartbeat have their turn, the next tick goes on.
BATCHES = 40
# On SQLite nobody else writes during a batch: it has to be over before a page notices.  To look at one changed case
# takes longer than to fire one step.
FIRED_AT_ONCE = 100
LOOKED_AT_AT_ONCE = 25
CLOCK_SLACK = timedelta(seconds=5)
AWAY = timedelta(minutes=10)
"""A node that has not ticked for so long has much to catch up with."""

log = logging.getLogger(__name__)


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
    instance = restoring.recognise(now)
    actions.watch_policy(instance, now)
    return instance.held_since is not None


def _work(now: datetime, held: bool) -> int:
    # One look at all there may be to do: most ticks find nothing.
    planned, on_rotas, changed, due = db.session.execute(_to_do(), {"now": now}).one()
    if not held and (planned or on_rotas):
        changed = _hand_over(planned, on_rotas, now) or changed
    taken = _repeat(lambda: actions.take(now, LOOKED_AT_AT_ONCE), LOOKED_AT_AT_ONCE) if changed else 0
    if held or not (due or taken):
        return 0
    return _repeat(lambda: firing.fire_due(now, FIRED_AT_ONCE), FIRED_AT_ONCE)


@kept
def _to_do() -> Select[bool, bool, bool, bool]:
    now = bindparam("now", type_=UTCDateTime())
    changed = select(Rearm.id).where(Rearm.reader == CLOCKS, Rearm.at <= now).exists()
    due = batch.due(now).with_only_columns(Obligation.id).exists()
    return select(inspections.any_planned(), on_call.any_waiting(), changed, due)


def _hand_over(planned: bool, on_rotas: bool, now: datetime) -> bool:
    """Before anybody is chased: what was escalated to a rota is with whoever is on duty at this instant."""
    moved = False
    if planned and inspections.open_due(office(now).calendar, now):
        db.session.commit()
        moved = True
    if on_rotas and on_call.follow(at=now):
        db.session.commit()
        moved = True
    return moved


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
    first = inserting(Tick).values(
        node=node(), started_at=now, last_at=now, ticks=1, fired=fired, error=error
    )
    woke = case((Tick.last_at < now - AWAY, literal(now, UTCDateTime())), else_=Tick.woke_at)
    again = first.on_conflict_do_update(
        index_elements=["node"],
        set_={
            "last_at": now, "ticks": Tick.ticks + 1, "fired": Tick.fired + fired, "error": error, "woke_at": woke,
            "left_at": None,
        },
    )  # fmt: skip
    db.session.execute(again)
    db.session.commit()


def leave(now: datetime) -> None:
    """This node ends by itself: that its heart stops is no reason for an alarm."""
    db.session.execute(update(Tick).where(Tick.node == node()).values(left_at=now))
    db.session.commit()


def count_stale(letters: int) -> None:
    """Note that this node slept through its lease of so many letters."""
    db.session.execute(update(Tick).where(Tick.node == node()).values(stale=Tick.stale + letters))
    db.session.commit()


def audit(now: datetime) -> Sequence[Breach]:
    """Once an hour, on whichever node comes first: look at the promises, then tell the outside that all is well."""
    if not alarms.is_time(now):
        db.session.rollback()
        return []
    found = alarms.look(now)
    db.session.commit()
    url = current_app.config["TRACKER"].heartbeat_url
    if url and not found:
        try:
            outside.ping(url)
        except OSError as error:
            # The rest of the address is a secret of whoever listens there.
            log.warning("the heartbeat was not told to %s: %s", urlsplit(url).hostname, error)
    return found


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

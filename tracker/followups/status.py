"""How the engine is: for `/readyz`, `/metrics`, the scheduler page and `doctor`; a few indexed reads each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, literal_column, select

from tracker.db import db
from tracker.followups.clocks import ARMED
from tracker.followups.models import Finding, Instance, Obligation, Tick
from tracker.outbox import breaker
from tracker.outbox import queries as letters
from tracker.outbox import rules as letter_rules
from tracker.outbox.models import Letter

ALIVE = timedelta(seconds=30)
CAUGHT_UP = timedelta(minutes=15)
"""How long a scheduler that was away may take until nothing is late any more."""
FORGET = timedelta(days=1)
STUCK = 3
MOST = 1000


@dataclass(frozen=True)
class Node:
    """One scheduler and whether its heart beats."""

    tick: Tick
    age: timedelta
    alive: bool


def nodes(now: datetime) -> list[Node]:
    """The schedulers heard of within a day, the latest first."""
    lately = select(Tick).where(Tick.last_at > now - FORGET).order_by(Tick.last_at.desc(), Tick.node)
    return [Node(one, now - one.last_at, now - one.last_at < ALIVE) for one in db.session.scalars(lately)]


def stuck() -> Sequence[Obligation]:
    """Steps that have failed three times or more in a row."""
    failing = select(Obligation).where(ARMED, Obligation.stuck >= literal_column(str(STUCK)))
    return db.session.scalars(failing.order_by(Obligation.id).limit(50)).all()


def engine_status(now: datetime) -> dict[str, Any]:
    """`scheduler` and `outbox` as `/readyz` shows them to administrators."""
    latest = nodes(now)
    instance = db.session.scalars(select(Instance)).first()
    waiting = letters.waiting(now)
    return {
        "scheduler": {
            "leader": latest[0].tick.node if latest and latest[0].alive else None,
            "last_tick_age_s": int(latest[0].age.total_seconds()) if latest else None,
            "nodes": sum(one.alive for one in latest),
            "held": instance is not None and instance.held_since is not None,
            "lag_s": lag(now),
            "error": latest[0].tick.error if latest else "",
        },
        "outbox": {
            "waiting": waiting.letters,
            "oldest_age_s": waiting.oldest_age_s,
            "dead": _dead(),
            "storm": breaker.tripped_at() is not None,
            "stale": sum(one.tick.stale for one in latest),
        },
        "audit": _audit(instance.audited_at if instance is not None else None, now),
    }


def _audit(at: datetime | None, now: datetime) -> dict[str, Any]:
    """When the engine last looked at its own promises, and what it found."""
    found = findings()
    return {
        "age_s": max(0, int((now - at).total_seconds())) if at is not None else None,
        "broken": len(found),
        "findings": {one.name: one.count for one in found},
    }


def findings() -> Sequence[Finding]:
    """What was broken when the engine last looked, the oldest first."""
    return db.session.scalars(select(Finding).order_by(Finding.since, Finding.name)).all()


def lag(now: datetime) -> int:
    """How many seconds the oldest due step has waited; 0 when nothing is due."""
    oldest = db.session.scalar(select(func.min(Obligation.due_at)).where(ARMED))
    return max(0, int((now - oldest).total_seconds())) if oldest is not None else 0


def _dead() -> int:
    """How many letters were given up, counted up to a thousand."""
    few = select(Letter.id).where(Letter.state == letter_rules.DEAD).limit(MOST).subquery()
    return db.session.scalar(select(func.count()).select_from(few)) or 0

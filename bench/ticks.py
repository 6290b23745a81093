"""One tick of the chase engine beside many armed clocks: with a thousand cases due at once, and with none due."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from rich.progress import track
from sqlalchemy import func, insert, select, update

from tracker.db import db
from tracker.followups import fixed, jobs, wants
from tracker.followups.clocks import CANCELLED, SCHEDULED
from tracker.followups.ladder import Want
from tracker.followups.models import Clock, Obligation
from tracker.issues.models import Issue
from tracker.policies import rules as policy

ARMED, DUE = 100_000, 1_000
ROUNDS, QUIET_TICKS = 3, 20
BATCH = 20_000
FAR_OFF = timedelta(days=30)
PAST = timedelta(hours=48)
"""The steps fall due within so long before the tick: some tell one person, most of them all supervisors."""


def arm(wanted: int) -> None:
    """So many armed clocks at least, the missing ones far off: what a tick that finds nothing due must not stumble
    over."""
    now, missing = datetime.now(UTC), wanted - _armed()
    first = (db.session.scalar(select(func.max(Obligation.subject_id))) or 0) + 1
    for begin in track(range(first, first + max(0, missing), BATCH), description="Arming"):
        numbers = range(begin, min(begin + BATCH, first + missing))
        db.session.execute(
            insert(Clock),
            [
                {
                    "subject_kind": "issue", "subject_id": number, "name": policy.NEXT_UPDATE, "epoch": 1,
                    "started_at": now, "due_at": now + FAR_OFF, "digest": "", "workings": {},
                }
                for number in numbers
            ],
        )  # fmt: skip
        db.session.execute(
            insert(Obligation),
            [
                {
                    "subject_kind": "issue", "subject_id": number, "clock": policy.NEXT_UPDATE, "epoch": 1,
                    "step": "due_soon", "occurrence": 1, "due_at": now + FAR_OFF + timedelta(seconds=number % 86_400),
                    "rank": 1 + number % 4, "state": SCHEDULED, "state_since": now,
                }
                for number in numbers
            ],
        )  # fmt: skip
        db.session.commit()


def figures(app: Flask) -> list[dict[str, Any]]:
    """What a tick that fires what is due costs, and one that finds nothing due, in milliseconds."""
    with app.app_context():
        now, armed = datetime.now(UTC), _armed()
        _fire(now)  # What fell due since the database was filled, and whatever is loaded but once.
        busy = [_busy(now + timedelta(seconds=turn)) for turn in range(1, ROUNDS + 1)]
        later = now + timedelta(seconds=ROUNDS + 1)
        quiet = [_timed(lambda: jobs.tick(later)) for _ in range(QUIET_TICKS)]
        db.session.remove()
    fired = busy[0][2]
    return [
        _figure(f"tick, {fired:,} due, {armed:,} armed", [one[:2] for one in busy], fired),
        _figure(f"tick, none due, {armed:,} armed", quiet, 0),
    ]


def _armed() -> int:
    return db.session.scalar(select(func.count()).where(Obligation.state == SCHEDULED)) or 0


def _fire(now: datetime) -> int:
    fired = 0
    while some := jobs.tick(now):
        fired += some
    return fired


def _busy(now: datetime) -> tuple[float, float, int]:
    fall_due(DUE, now)
    fired = 0

    def fire() -> None:
        nonlocal fired
        fired = _fire(now)

    return (*_timed(fire), fired)


def fall_due(most: int, now: datetime) -> None:
    """Let the clocks of so many open issues start anew and run out before `now`; nothing else of them is armed."""
    running = select(Clock).join(Issue, Issue.id == Clock.issue_id).where(Clock.ended_at.is_(None))
    mine = running.where(
        Clock.subject_kind == "issue", Clock.name == policy.NEXT_UPDATE, Clock.paused_since.is_(None)
    )
    clocks = db.session.scalars(mine.order_by(Clock.id).limit(most)).all()
    armed = update(Obligation).where(
        Obligation.subject_kind == "issue", Obligation.subject_id.in_([one.subject_id for one in clocks]),
        Obligation.clock == policy.NEXT_UPDATE, Obligation.state == SCHEDULED,
    )  # fmt: skip
    db.session.execute(armed.values(state=CANCELLED).execution_options(synchronize_session=False))
    steps = [_runs_out(clock, now - PAST * (place / most)) for place, clock in enumerate(clocks)]
    db.session.flush()
    if steps:
        db.session.execute(insert(Obligation), steps)
    db.session.commit()


def _runs_out(clock: Clock, due: datetime) -> dict[str, Any]:
    severity = clock.workings["severity"]
    clock.epoch += 1
    clock.started_at, clock.due_at = due - timedelta(days=3), due
    want = Want(clock.name, clock.started_at, until=due)
    clock.workings = {"want": wants.written(want), "severity": severity}
    return {
        "subject_kind": clock.subject_kind, "subject_id": clock.subject_id, "clock": clock.name, "epoch": clock.epoch,
        "step": "overdue", "due_at": due, "rank": fixed.rank(clock.name, severity), "state": SCHEDULED,
        "state_since": due,
    }  # fmt: skip


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """By the clock on the wall, and in processor time of this process."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000


def _figure(name: str, times: list[tuple[float, float]], count: int) -> dict[str, Any]:
    walls, cpus = (sorted(one) for one in zip(*times, strict=True))
    middle = len(walls) // 2
    return {
        "name": name, "clients": 0, "p50": round(walls[middle], 2), "p95": round(walls[-1], 2),
        "per_second": round(count / (walls[middle] / 1000), 1) if count else None, "bytes": 0, "errors": 0,
        "first_errors": [], "cpu": round(cpus[middle], 2),
    }  # fmt: skip

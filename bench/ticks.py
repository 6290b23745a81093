"""One tick of the chase engine: with one open issue in a hundred due, and with none due."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from rich.progress import track
from sqlalchemy import func, insert, select

from tracker.db import db
from tracker.followups import jobs
from tracker.followups.models import Clock, Obligation

QUIET_TICKS = 20
BATCH = 20_000
FAR_OFF = timedelta(days=30)


def arm(clocks: int) -> None:
    """So many more clocks, their next step far off: what a tick that finds nothing due must not stumble over."""
    now = datetime.now(UTC)
    first = (db.session.scalar(select(func.max(Obligation.subject_id))) or 0) + 1
    for begin in track(range(first, first + clocks, BATCH), description="Arming"):
        numbers = range(begin, min(begin + BATCH, first + clocks))
        db.session.execute(
            insert(Clock),
            [
                {
                    "subject_kind": "issue", "subject_id": number, "name": "next_update", "epoch": 1,
                    "started_at": now, "due_at": now + FAR_OFF, "digest": "", "workings": {},
                }
                for number in numbers
            ],
        )  # fmt: skip
        db.session.execute(
            insert(Obligation),
            [
                {
                    "subject_kind": "issue", "subject_id": number, "clock": "next_update", "epoch": 1,
                    "step": "due_soon", "occurrence": 1, "due_at": now + FAR_OFF + timedelta(seconds=number % 86_400),
                    "rank": 1 + number % 4, "state": "scheduled", "state_since": now,
                }
                for number in numbers
            ],
        )  # fmt: skip
        db.session.commit()


def figures(app: Flask) -> list[dict[str, Any]]:
    """Wall time of a tick that fires what is due, then of ticks that find nothing due; milliseconds."""
    with app.app_context():
        now = datetime.now(UTC)
        due = (
            db.session.scalar(
                select(func.count()).where(Obligation.state == "scheduled", Obligation.due_at <= now)
            )
            or 0
        )
        armed = db.session.scalar(select(func.count()).where(Obligation.state == "scheduled")) or 0
        fired = 0

        def fire() -> None:
            nonlocal fired
            while some := jobs.tick(now):
                fired += some

        whole = _timed(fire)
        quiet = [_timed(lambda: jobs.tick(now + timedelta(seconds=1))) for _ in range(QUIET_TICKS)]
        db.session.remove()
    return [
        _figure(f"tick, {fired:,} of {due:,} due, {armed:,} armed", [whole], fired),
        _figure(f"tick, none due, {armed:,} armed", quiet, 0),
    ]


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _figure(name: str, times: list[float], count: int) -> dict[str, Any]:
    ordered = sorted(times)
    each = round(count / (ordered[0] / 1000), 1) if count else None
    return {
        "name": name, "clients": 0, "p50": round(ordered[len(ordered) // 2], 2), "p95": round(ordered[-1], 2),
        "per_second": each, "bytes": 0, "errors": 0, "first_errors": [],
    }  # fmt: skip

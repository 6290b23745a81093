"""Tables on their way in: tried, brought in and undone while people go on working."""

import logging
from collections.abc import Iterator
from datetime import datetime

from tracker import clock, estimates
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.imports import bringing, runs
from tracker.imports.models import CHECKING, FAILED, UNDOING, ImportRun
from tracker.imports.unreadable import Unreadable

log = logging.getLogger(__name__)


def run_imports(now: datetime) -> int:
    """Do what waits, one table after the other; answers how many.  Safe to run twice and on several nodes."""
    count, wrote = 0, False
    while (run := runs.claim(now)) is not None:
        run_id, stage = run.id, run.stage
        db.session.commit()
        if stage == CHECKING:
            _check(run_id, now)
        elif stage == UNDOING:
            _undo(run_id, now)
        else:
            _write(run_id, now)
        count, wrote = count + 1, wrote or stage != CHECKING
    db.session.rollback()
    if wrote:
        estimates.renew()
    return count


def _check(run_id: int, now: datetime) -> None:
    run = db.session.get_one(ImportRun, run_id)
    bringing.check(run, now)
    run.lease_until = None
    db.session.commit()


def _write(run_id: int, now: datetime) -> None:
    """Bring the rows in; where that fails nothing of them is kept, and the page says so."""
    try:
        run = db.session.get_one(ImportRun, run_id)
        _go_on(bringing.write(run, _writer(run), now), run_id, now)
        run = db.session.get_one(ImportRun, run_id)
        run.lease_until = None
        db.session.commit()
    except Exception as error:
        db.session.rollback()
        log.exception("the import %s failed", run_id)
        run = db.session.get_one(ImportRun, run_id)
        _go_on(bringing.take_away(run), run_id, now)
        run = db.session.get_one(ImportRun, run_id)
        run.stage, run.ended_at, run.lease_until, run.added = FAILED, now, None, 0
        run.error = error.why if isinstance(error, Unreadable) else "failed"
        db.session.commit()


def _writer(run: ImportRun) -> Actor:
    """Who stands in the trail for what is brought in: the one who asked for it."""
    return Actor(person_id=run.by_id, name=run.by.name)


def _undo(run_id: int, now: datetime) -> None:
    _go_on(bringing.take_away(db.session.get_one(ImportRun, run_id)), run_id, now)
    run = db.session.get_one(ImportRun, run_id)
    bringing.end_undo(run, now)
    run.lease_until = None
    db.session.commit()


def _go_on(steps: Iterator[int], run_id: int, now: datetime) -> None:
    """Step by step, each kept at once and the lease renewed, so that the page can tell how far it is."""
    for done in steps:
        run = db.session.get_one(ImportRun, run_id)
        run.done, run.lease_until = done, max(now, clock.now()) + runs.LEASE
        db.session.commit()

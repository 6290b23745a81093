"""The acts on many issues that people asked for, one issue a transaction, so that pages are not held up meanwhile."""

from datetime import datetime

from flask_babel import force_locale

from tracker import clock
from tracker.db import db
from tracker.followups import actions as followups
from tracker.triage import batches, rules
from tracker.triage.models import Batch


def work_off(now: datetime) -> int:
    """Go on with the batches that wait; answers how many issues had their turn.  Safe to run on several nodes."""
    done = 0
    while (batch := batches.claim(now)) is not None:
        batch_id = batch.id
        db.session.commit()
        while _next(batch_id, now):
            done += 1
    db.session.rollback()
    return done


def _next(batch_id: int, now: datetime) -> bool:
    """One issue in a transaction of its own; False at the end, or when somebody stopped it."""
    at = max(now, clock.now())
    batch = db.session.get_one(Batch, batch_id, populate_existing=True, with_for_update=True)
    if batch.stage != rules.WORKING:
        db.session.rollback()
        return False
    batch.lease_until = at + rules.LEASE
    with force_locale(batch.locale):
        went_on = batches.step(
            batch, by=batches.actor_of(batch, at), at=at,
            settle=lambda issue_id: followups.rearm_now("issue", issue_id, at),
        )  # fmt: skip
        if not went_on:
            batches.ring(batch, at)
    db.session.commit()
    return went_on

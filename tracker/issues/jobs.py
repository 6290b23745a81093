"""The sweeps of this room."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from tracker.db import db, writing
from tracker.index import likeness
from tracker.issues import drafts, proposals, snoozing
from tracker.issues.models import Issue, ProposalRate

MOST_WOKEN = 200
LEARN_EVERY = timedelta(hours=20)


def forget_drafts(now: datetime) -> int:
    """Forget what was typed long ago and never sent; how many drafts."""
    gone = drafts.forget_old(now)
    db.session.commit()
    return gone


def wake_snoozed(now: datetime) -> int:
    """Bring back what was to come back by now, one issue a transaction; how many."""
    woken = snoozing.due(now, MOST_WOKEN)
    db.session.rollback()
    for issue_id in woken:
        issue = db.session.get_one(Issue, issue_id, with_for_update=True, populate_existing=True)
        # Somebody may have sent it further away meanwhile.
        if issue.snoozed_until is not None and issue.snoozed_until <= now:
            snoozing.wake_due(issue, at=now)
        db.session.commit()
    return len(woken)


def learn(now: datetime) -> int:
    """Once a day: count which words are common, and how well proposals go; how many words are.  Both only advise."""
    last = db.session.scalar(select(func.max(ProposalRate.measured_at)))
    db.session.rollback()
    if last is not None and now - last < LEARN_EVERY:
        return 0
    # Both read for seconds: nobody's report waits for that, so that SQLite's one write lock is asked for afterwards.
    token = writing.set(False)
    try:
        shares = likeness.count()
        rates = proposals.rates()
    finally:
        db.session.rollback()
        writing.reset(token)
    likeness.keep(shares)
    proposals.keep(rates, now)
    db.session.commit()
    return len(shares)

"""The sweeps of this room."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from tracker.db import db, writing
from tracker.index import likeness
from tracker.issues import drafts, grouping, proposals, snoozing
from tracker.issues.models import Issue, ProposalRate

MOST_WOKEN = 200
MOST_GROUPED = 20
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


def group_alike(_now: datetime) -> int:
    """Look once at each new report for others like it that wait; how many were looked at."""
    # Looking only reads: nobody's report waits for it on SQLite.
    token = writing.set(False)
    try:
        found: dict[int, int] = {}
        for issue in grouping.ungrouped(MOST_GROUPED):
            first_id = grouping.first_of(issue)
            # What it joins may itself have been looked at a moment ago.
            found[issue.id] = found.get(first_id, first_id)
    finally:
        db.session.rollback()
        writing.reset(token)
    if found:
        grouping.keep(found)
        db.session.commit()
    return len(found)


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

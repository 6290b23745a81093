"""The sweep of needs: what was put off until a day is looked at again when it comes."""

from datetime import datetime, timedelta

from sqlalchemy import select

from tracker.accounts.models import Person
from tracker.accounts.rules import SYSTEM
from tracker.db import db
from tracker.issues import letters
from tracker.needs import rules
from tracker.needs.models import NeedDecision

LATELY = timedelta(days=7)
"""A house that was off for a week still tells; what is older stands in the list alone."""


def remind(now: datetime) -> int:
    """Tell who sees to it, or who decided, that a need is due to be looked at again; each once.  How many are due."""
    due = select(NeedDecision).where(
        NeedDecision.current, NeedDecision.decision == rules.LATER,
        NeedDecision.again_at > now - LATELY, NeedDecision.again_at <= now,
    )  # fmt: skip
    found = db.session.scalars(due).all()
    for one in found:
        person = db.session.get(Person, one.owner_id or one.by_id)
        if person is not None:
            letters.tell_staff(one.issue, person, "need_again", cause=one.id, by=SYSTEM, at=now)
    db.session.commit()
    return len(found)

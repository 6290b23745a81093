"""The sweep of this room."""

from datetime import datetime

from tracker.db import db
from tracker.issues import drafts


def forget_drafts(now: datetime) -> int:
    """Forget what was typed long ago and never sent; how many drafts."""
    gone = drafts.forget_old(now)
    db.session.commit()
    return gone

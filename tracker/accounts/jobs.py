"""Sweeps of this room: what has run out is forgotten."""

from datetime import datetime, timedelta

from sqlalchemy import delete

from tracker.accounts import sessions, throttle
from tracker.accounts.models import CaseLink, PeopleImport, SignInLink
from tracker.db import db

KEPT = timedelta(days=7)
LINKS_KEPT = timedelta(days=365)
"""Whoever comes by the old link of a letter is led on to a fresh one for so long."""


def prune(now: datetime) -> None:
    """Forget tries, ended sessions, dead links and the files of finished imports."""
    throttle.prune(now)
    sessions.prune(now)
    db.session.execute(delete(SignInLink).where(SignInLink.expires_at < now - KEPT))
    db.session.execute(delete(CaseLink).where(CaseLink.expires_at < now - LINKS_KEPT))
    db.session.execute(delete(PeopleImport).where(PeopleImport.at < now - KEPT))
    db.session.commit()

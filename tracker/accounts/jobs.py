"""Sweeps of this room: what has run out is forgotten."""

from datetime import datetime, timedelta

from sqlalchemy import delete

from tracker.accounts import sessions, throttle
from tracker.accounts.models import PeopleImport, SignInLink
from tracker.db import db

KEPT = timedelta(days=7)


def prune(now: datetime) -> None:
    """Forget tries, ended sessions, dead links and the files of finished imports."""
    throttle.prune(now)
    sessions.prune(now)
    db.session.execute(delete(SignInLink).where(SignInLink.expires_at < now - KEPT))
    db.session.execute(delete(PeopleImport).where(PeopleImport.at < now - KEPT))
    db.session.commit()

"""Sessions that have ended: the cookie is signed and stateless, so that what must not come back is listed here."""

from datetime import datetime, timedelta

from sqlalchemy import delete

from tracker.accounts import tokens
from tracker.accounts.models import EndedSession
from tracker.db import db


def end(secret: str, *, now: datetime, hours: int) -> None:
    """From now on the cookie with this session's secret opens nothing; kept as long as such a cookie could live."""
    if secret and not has_ended(secret):
        db.session.add(EndedSession(sha256=tokens.stored(secret), until=now + timedelta(hours=hours)))


def has_ended(secret: str) -> bool:
    """Whether the session with this secret was signed out."""
    return bool(secret) and db.session.get(EndedSession, tokens.stored(secret)) is not None


def prune(now: datetime) -> None:
    """Forget those whose cookie has run out by itself."""
    db.session.execute(delete(EndedSession).where(EndedSession.until < now))

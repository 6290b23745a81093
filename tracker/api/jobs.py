"""The sweep of the API."""

from datetime import datetime, timedelta

from sqlalchemy import delete

from tracker.db import db
from tracker.issues.models import Idempotency

KEPT = timedelta(days=2)


def forget_answers(now: datetime) -> None:
    """Forget the answers kept for repeated calls: who repeats does so within a day."""
    db.session.execute(delete(Idempotency).where(Idempotency.at < now - KEPT))
    db.session.commit()

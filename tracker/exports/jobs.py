"""The nightly backup."""

from datetime import datetime

from tracker.accounts import queries as people
from tracker.db import db
from tracker.exports import keeping


def nightly_backup(now: datetime) -> None:
    """Back up once a night, unless the organisation switched it off; safe to call as often as one likes."""
    wanted = people.organisation().nightly_backup
    db.session.rollback()
    if wanted and keeping.is_due(now):
        keeping.make(now)

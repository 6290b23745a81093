"""The sweep that keeps the tallies true; safe to run twice and on several nodes."""

from datetime import datetime

from flask import current_app

from tracker.dashboards import actions
from tracker.db import db


def tally(now: datetime) -> int:
    """Count what changed since the last time; answers how many marks were taken."""
    taken = 0
    while some := actions.take(now, current_app.config["TRACKER"].zone):
        db.session.commit()
        taken += some
    db.session.commit()
    return taken

"""The nightly sweep of files that no row stands for: of requests that failed, and of removed attachments."""

from datetime import datetime, timedelta

from flask import current_app

from tracker.attachments import folder, queries
from tracker.db import db

AGE = timedelta(hours=24)
"""A request may be at work on younger files; a backup may be copying them."""


def sweep(now: datetime) -> int:
    """Delete such files when they are a day old; how many.  Safe to run twice."""
    before = (now - AGE).timestamp()
    gone = folder.sweep(current_app.config["TRACKER"].attachments_dir, queries.stored, before)
    db.session.rollback()
    return gone

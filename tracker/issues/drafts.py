"""What somebody typed and did not send yet: one row a person, or a browser session when they are a guest."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from tracker.db import db
from tracker.issues.models import ReportDraft


def of(key: str) -> ReportDraft | None:
    """The draft under this key."""
    return db.session.scalars(select(ReportDraft).where(ReportDraft.key == key)).first() if key else None


def keep(fields: dict[str, Any], key: str, *, person_id: int | None, at: datetime) -> ReportDraft:
    """Write the draft, over the one before."""
    row = of(key) or ReportDraft(key=key, person_id=person_id)
    row.fields, row.saved_at = fields, at
    db.session.add(row)
    db.session.flush()
    return row


def forget(key: str) -> None:
    """It was sent, or thrown away."""
    db.session.execute(delete(ReportDraft).where(ReportDraft.key == key))

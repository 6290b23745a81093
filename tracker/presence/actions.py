"""A page tells what its reader does."""

from datetime import datetime, timedelta

from sqlalchemy import delete

from tracker.db import db, inserting
from tracker.presence import rules
from tracker.presence.models import Presence

SWEPT = timedelta(hours=1)


def beat(kind: str, subject_id: int, person_id: int, doing: str, *, at: datetime) -> None:
    """Note what the person does with the case now; nothing more is known of them once they have `gone`."""
    long_past = Presence.at < at - SWEPT
    mine = (Presence.person_id == person_id, Presence.subject_kind == kind, Presence.subject_id == subject_id)
    db.session.execute(delete(Presence).where(long_past))
    if doing == rules.GONE:
        db.session.execute(delete(Presence).where(*mine))
        return
    row = inserting(Presence).values(
        person_id=person_id, subject_kind=kind, subject_id=subject_id, doing=doing, at=at
    )
    keys = ["person_id", "subject_kind", "subject_id"]
    db.session.execute(row.on_conflict_do_update(index_elements=keys, set_={"doing": doing, "at": at}))

"""`rearm`: which subjects changed and must have their clocks computed anew.

Written with each change, by the mover of states, the saver of fields and by intake; taken by `followups`
(clocks) and `dashboards` (tallies), which stand above the work and so cannot be called by it.
"""

from datetime import datetime

from sqlalchemy import Index, insert
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Model, UTCDateTime, db

CLOCKS, TALLY = "clocks", "tally"


class Rearm(Model):
    """One subject that `reader` has yet to look at again."""

    __tablename__ = "rearm"
    __table_args__ = (Index("ix_rearm_reader", "reader", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reader: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    at: Mapped[datetime] = mapped_column(UTCDateTime())


def mark(kind: str, subject_id: int, *, at: datetime, readers: tuple[str, ...] = (CLOCKS, TALLY)) -> None:
    """Note that the subject changed; duplicates are harmless, the readers fold them."""
    rows = [
        {"reader": reader, "subject_kind": kind, "subject_id": subject_id, "at": at} for reader in readers
    ]
    db.session.execute(insert(Rearm), rows)

"""`rearm`: which subjects changed and must have their clocks computed anew.

Written with each change, by the mover of states, the saver of fields and by intake; taken by `followups`
(clocks) and `dashboards` (tallies), which stand above the work and so cannot be called by it.
"""

from datetime import datetime
from typing import cast

from sqlalchemy import Index, Table, bindparam
from sqlalchemy.orm import Mapped, mapped_column

from tracker.bulk import Many
from tracker.db import Model, UTCDateTime, db

READERS = CLOCKS, TALLY = "clocks", "tally"


class Rearm(Model):
    """One subject that `reader` has yet to look at again."""

    __tablename__ = "rearm"
    __table_args__ = (Index("ix_rearm_reader", "reader", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reader: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    at: Mapped[datetime] = mapped_column(UTCDateTime())


_MARKS = cast("Table", Rearm.__table__)
_NEW_MARKS = Many(_MARKS, ("reader", "subject_kind", "subject_id", "at"))
_WORKED_OFF = _MARKS.delete().where(
    _MARKS.c.reader == bindparam("reader"), _MARKS.c.subject_kind == bindparam("kind"),
    _MARKS.c.subject_id == bindparam("subject"), _MARKS.c.at <= bindparam("now"),
)  # fmt: skip


def mark(kind: str, subject_id: int, *, at: datetime, readers: tuple[str, ...] = READERS) -> None:
    """Note that the subject changed; duplicates are harmless, the readers fold them."""
    rows = [
        {"reader": reader, "subject_kind": kind, "subject_id": subject_id, "at": at} for reader in readers
    ]
    _NEW_MARKS.write(rows)


def worked_off(reader: str, kind: str, subject_id: int, *, now: datetime) -> None:
    """Forget what this reader was to look at by now; a mark for a later time stays."""
    db.session.execute(_WORKED_OFF, {"reader": reader, "kind": kind, "subject": subject_id, "now": now})

"""The table of presence: a row a person and case, overwritten as long as they have it open."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Model, UTCDateTime


class Presence(Model):
    """What a person was doing with a case when their page last said so.  On PostgreSQL the table is not logged."""

    __tablename__ = "presence"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    subject_kind: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True)
    doing: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCDateTime())

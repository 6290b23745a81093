"""What was said about a cause that flows back: taken, or done with a note."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Model, UTCDateTime


class ReturnMark(Model):
    """How one cause class of one record stands with those who have to learn from it: `taken` or `done`."""

    __tablename__ = "return_mark"
    __table_args__ = (UniqueConstraint("record_id", "cause_class"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"))
    cause_class: Mapped[str]
    state: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime())

"""Tables of decisions and of dates agreed on."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Person
from tracker.db import Model, UTCDateTime
from tracker.issues.models import Issue
from tracker.records.models import Record

WAITS = text("at IS NULL")
HOLDS = text("answer = 'accept_risk' AND ended_at IS NULL")


class Decision(Model):
    """One question to a manager and its answer, on an issue or a round of inspection; `at` is None while it waits.

    `part_kind`, `part_id` and `clock` name the clock that more time was given to.  An accepted risk holds until
    `until`, or until somebody ends it before (`ended_at`, `ended_because`: `over`, `lifted`, `replaced`, `done`).
    """

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint("answer IN ('', 'more_time', 'reassign', 'suspend', 'accept_risk')", name="answer"),
        CheckConstraint("(at IS NULL) = (answer = '')", name="answered"),
        CheckConstraint("(issue_id IS NULL) <> (round_id IS NULL)", name="one_case"),
        Index("ix_decision_issue", "issue_id", "id"),
        Index("ix_decision_waits", "issue_id", sqlite_where=WAITS, postgresql_where=WAITS),
        Index("ix_decision_holds", "until", sqlite_where=HOLDS, postgresql_where=HOLDS),
    )
    kind_name = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"))
    record_id: Mapped[int | None] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"), index=True)
    round_id: Mapped[int | None] = mapped_column(
        ForeignKey("inspection_round.id", ondelete="CASCADE"), index=True
    )
    asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    question: Mapped[str] = mapped_column(default="")
    answer: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    until: Mapped[datetime | None] = mapped_column(UTCDateTime())
    to_name: Mapped[str] = mapped_column(default="")
    part_kind: Mapped[str] = mapped_column(default="")
    part_id: Mapped[int | None]
    clock: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    ended_by_name: Mapped[str] = mapped_column(default="")
    ended_because: Mapped[str] = mapped_column(default="")

    issue: Mapped[Issue | None] = relationship()
    record: Mapped[Record | None] = relationship()
    asked_by: Mapped[Person | None] = relationship(foreign_keys=[asked_by_id])
    by: Mapped[Person | None] = relationship(foreign_keys=[by_id])


class AgreedDate(Model):
    """Another date for a clock that has no date of its own in the case; void once the clock starts anew."""

    __tablename__ = "agreed_date"
    __table_args__ = (Index("ix_agreed_date_part", "part_kind", "part_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    part_kind: Mapped[str]
    part_id: Mapped[int]
    clock: Mapped[str]
    due_at: Mapped[datetime] = mapped_column(UTCDateTime())
    reason: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str]

"""The table of needs."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Person
from tracker.db import Model, UTCDateTime
from tracker.issues.models import Issue

CURRENT = text("current")


class NeedDecision(Model):
    """One decision on one need.  Of an issue's decisions at most one is `current`; the others are its history.

    `told_seq` is the act in the issue's trail that told the reporter: with it the decision is taken back.
    """

    __tablename__ = "need_decision"
    __table_args__ = (
        Index("ix_need_decision_current", "issue_id", unique=True, sqlite_where=CURRENT, postgresql_where=CURRENT),
        Index("ix_need_decision_issue", "issue_id", "id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"))
    decision: Mapped[str]
    theme: Mapped[str]
    reason: Mapped[str]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # When to decide anew; only of what waits for later.
    again_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    told_seq: Mapped[int]
    current: Mapped[bool] = mapped_column(default=True)
    taken_back_at: Mapped[datetime | None] = mapped_column(UTCDateTime())

    issue: Mapped[Issue] = relationship()
    owner: Mapped[Person | None] = relationship(foreign_keys=[owner_id])

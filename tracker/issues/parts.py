"""What is kept beside an issue for the guards of rooms above: holds on its evidence."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Model, UTCDateTime


class EvidenceHold(Model):
    """Nothing of the case may be altered or taken away: by a statutory rule (`rule_id`), or by hand with a reason.

    `overridden_*`: somebody corrects the system all the same, with a reason; the evidence stays held.
    `ended_because` is empty where its rule no longer asked for it.
    """

    __tablename__ = "evidence_hold"
    __table_args__ = (Index("ix_evidence_hold_issue", "issue_id", "ended_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"))
    rule_id: Mapped[str] = mapped_column(default="")
    because: Mapped[str]
    by_name: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    overridden_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    overridden_by: Mapped[str] = mapped_column(default="")
    overridden_because: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    ended_by: Mapped[str] = mapped_column(default="")
    ended_because: Mapped[str] = mapped_column(default="")

    @property
    def stops_work(self) -> bool:
        """Whether the system must not be corrected yet."""
        return self.ended_at is None and self.overridden_at is None

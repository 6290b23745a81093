"""Tables of the overview: shares and their sums."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Model, UTCDateTime


class TallyShare(Model):
    """One issue's part in one measure: `waiting:engineer` since a day, `received` on a day, …"""

    __tablename__ = "tally_share"
    __table_args__ = (Index("ix_tally_share_list", "measure", "day", "issue_id"),)

    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"), primary_key=True)
    measure: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date)
    system_id: Mapped[int]
    # 0 stands for no unit, so that sums have one key.
    unit_id: Mapped[int]


class Tally(Model):
    """How many shares of a measure lie on a day, by system and unit; never a restricted case's."""

    __tablename__ = "tally"
    __table_args__ = (Index("ix_tally_day", "day"),)

    measure: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    system_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    unit_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    n: Mapped[int]


class TallyStamp(Model):
    """Until when the tallies are true: 資料至 HH:MM."""

    __tablename__ = "tally_stamp"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    version: Mapped[int] = mapped_column(default=0)

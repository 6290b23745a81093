"""Tables of calendars."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Model, UTCDateTime
from tracker.hours.rules import KINDS

THE_DEFAULT = text("is_default")
FOR_ALL = text("calendar_id IS NULL")


class NamedCalendar(Model):
    """One calendar.  An empty name stands for "office hours", an empty zone for the installation's."""

    __tablename__ = "calendar"
    __table_args__ = (
        Index(
            "uq_calendar_default",
            "is_default",
            unique=True,
            sqlite_where=THE_DEFAULT,
            postgresql_where=THE_DEFAULT,
        ),
    )
    kind_name = "calendar"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    zone: Mapped[str] = mapped_column(default="")
    # The country whose public holidays are free, by its two letters; empty for none.
    country: Mapped[str] = mapped_column(default="")
    is_default: Mapped[bool] = mapped_column(default=False)
    is_demo: Mapped[bool] = mapped_column(default=False, server_default=false())

    hours: Mapped[list["Hours"]] = relationship(
        cascade="all, delete-orphan", order_by="Hours.valid_from", lazy="selectin"
    )


class Hours(Model):
    """The week of a calendar between two dates; without dates it is the usual one, which each calendar has once."""

    __tablename__ = "calendar_hours"
    __table_args__ = (
        UniqueConstraint("calendar_id", "valid_from"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendar.id", ondelete="CASCADE"))
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    # Seven days, Monday first, each a list of [start, end] in minutes after midnight.
    week: Mapped[list[Any]] = mapped_column(JSON)


class OwnDay(Model):
    """A day that differs, for one calendar or (without one) for everybody; `windows` are those of a half day
    or of a make-up day with hours of its own."""

    __tablename__ = "calendar_day"
    __table_args__ = (
        UniqueConstraint("calendar_id", "day"),
        Index("uq_calendar_day_all", "day", unique=True, sqlite_where=FOR_ALL, postgresql_where=FOR_ALL),
        CheckConstraint(f"kind IN ({', '.join(repr(kind) for kind in KINDS)})", name="kind"),
    )
    kind_name = "calendar_day"

    id: Mapped[int] = mapped_column(primary_key=True)
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("calendar.id", ondelete="CASCADE"))
    day: Mapped[date]
    kind: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    windows: Mapped[list[Any]] = mapped_column(JSON, default=list)
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    # What stood here for the same date before, and comes back when this day is taken back; empty for nothing.
    replaced: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")


class UnitCalendar(Model):
    """Which calendar a unit keeps; the units below it keep the same unless they have one of their own."""

    __tablename__ = "unit_calendar"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="CASCADE"), primary_key=True)
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendar.id", ondelete="CASCADE"), index=True)

"""Tables of the training log."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Person, Unit
from tracker.db import Model, UTCDateTime
from tracker.systems.models import AISystem, SystemVersion


class GuideRead(Model):
    """One person has read the guide of one version and said so."""

    __tablename__ = "guide_read"
    __table_args__ = (UniqueConstraint("system_version_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    system_version_id: Mapped[int] = mapped_column(ForeignKey("system_version.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UTCDateTime())


class TrainingSession(Model):
    """One session held: the day (in the organisation's zone), its topic and trainer, what was taught."""

    __tablename__ = "training_session"
    __table_args__ = (Index("ix_training_session_held_on", "held_on", "id"),)
    kind_name = "training"

    id: Mapped[int] = mapped_column(primary_key=True)
    held_on: Mapped[date] = mapped_column(Date)
    topic: Mapped[str]
    trainer: Mapped[str]
    system_id: Mapped[int | None] = mapped_column(ForeignKey("ai_system.id"), index=True)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("system_version.id"), index=True)
    functions: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime())
    is_demo: Mapped[bool] = mapped_column(default=False)

    system: Mapped[AISystem | None] = relationship()
    version: Mapped[SystemVersion | None] = relationship()
    attendees: Mapped[list["Attendee"]] = relationship(cascade="all, delete-orphan", order_by="Attendee.id")


class Attendee(Model):
    """One who was there: a person of ours, or a name alone."""

    __tablename__ = "attendee"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str]

    person: Mapped[Person | None] = relationship()


class MustKnow(Model):
    """Who must know a system: one person, a unit with all below it, or all who have a role; one of the three is set."""

    __tablename__ = "must_know"

    id: Mapped[int] = mapped_column(primary_key=True)
    system_id: Mapped[int] = mapped_column(ForeignKey("ai_system.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(default="")
    is_demo: Mapped[bool] = mapped_column(default=False)

    person: Mapped[Person | None] = relationship()
    unit: Mapped[Unit | None] = relationship()

"""Tables of duty rotas."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Person
from tracker.db import Model, UTCDateTime


class Rota(Model):
    """One rota, valid from its first hand-over on or after `first_day` to the end of `last_day`."""

    __tablename__ = "duty_rota"
    kind_name = "rota"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    note: Mapped[str] = mapped_column(default="")
    first_day: Mapped[date] = mapped_column(Date())
    last_day: Mapped[date | None] = mapped_column(Date())
    created_at: Mapped[datetime] = mapped_column(UTCDateTime())
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime())
    is_demo: Mapped[bool] = mapped_column(default=False)

    terms: Mapped[list["DutyTerm"]] = relationship(order_by="DutyTerm.id", back_populates="rota")


class DutyTerm(Model):
    """Rhythm and members as they hold from `since` on; a later row with an earlier beginning undoes this one.

    `points` are [day of the cycle, minutes after local midnight]; `lead` shifts the turns, so that a change of members
    need not change who is on duty.
    """

    __tablename__ = "duty_term"
    __table_args__ = (
        CheckConstraint("every_days BETWEEN 1 AND 60", name="every_days"),
        Index("ix_duty_term_rota", "rota_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rota_id: Mapped[int] = mapped_column(ForeignKey("duty_rota.id", ondelete="CASCADE"))
    since: Mapped[datetime] = mapped_column(UTCDateTime())
    zone: Mapped[str]
    rhythm: Mapped[str]
    every_days: Mapped[int] = mapped_column(default=1)
    points: Mapped[list[Any]] = mapped_column(JSON)
    anchor: Mapped[date] = mapped_column(Date())
    lead: Mapped[int] = mapped_column(default=0)

    rota: Mapped[Rota] = relationship(back_populates="terms")
    members: Mapped[list["DutyMember"]] = relationship(
        order_by="DutyMember.position", cascade="all, delete-orphan", lazy="selectin"
    )


class DutyMember(Model):
    """One place in the turns of one term."""

    __tablename__ = "duty_member"

    term_id: Mapped[int] = mapped_column(ForeignKey("duty_term.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)

    person: Mapped[Person] = relationship()


class DutySwap(Model):
    """A member asks another to take a shift, for one of theirs in return or for none."""

    __tablename__ = "duty_swap"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index("ix_duty_swap_rota", "rota_id", "state"),
    )
    kind_name = "duty_swap"

    id: Mapped[int] = mapped_column(primary_key=True)
    rota_id: Mapped[int] = mapped_column(ForeignKey("duty_rota.id", ondelete="CASCADE"))
    state: Mapped[str | None]
    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime())
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime())
    asker_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime())
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime())
    return_starts_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    return_ends_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    note: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime())

    rota: Mapped[Rota] = relationship()
    asker: Mapped[Person] = relationship(foreign_keys=[asker_id])
    to: Mapped[Person] = relationship(foreign_keys=[to_id])


class DutyOverride(Model):
    """Somebody is on duty from one instant to another in spite of the turns; undone by a mark, never deleted."""

    __tablename__ = "duty_override"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index("ix_duty_override_rota", "rota_id", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rota_id: Mapped[int] = mapped_column(ForeignKey("duty_rota.id", ondelete="CASCADE"))
    swap_id: Mapped[int | None] = mapped_column(ForeignKey("duty_swap.id"))
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime())
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime())
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    reason: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime())

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    by: Mapped[Person | None] = relationship(foreign_keys=[by_id])
    undone_by: Mapped[Person | None] = relationship(foreign_keys=[undone_by_id])
    swap: Mapped[DutySwap | None] = relationship()


class DutyFeed(Model):
    """The secret address of one person's calendar; stored as a hash, shown once, revocable."""

    __tablename__ = "duty_feed"
    __table_args__ = (Index("ix_duty_feed_person", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    sha256: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime())
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime())

    person: Mapped[Person] = relationship()

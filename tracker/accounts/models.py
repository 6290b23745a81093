"""Tables of people and of the organisation."""

from datetime import datetime, timedelta
from typing import Any

from flask_login import UserMixin
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Model, UTCDateTime


class Organisation(Model):
    """The one row of settings that an administrator tunes; `set_up_at` closes the first-run wizard for ever."""

    __tablename__ = "organisation"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(default="")
    help_phone: Mapped[str] = mapped_column(default="")
    privacy_contact_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", use_alter=True))
    security_contact_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", use_alter=True))
    # The four facts that decide which statutory clocks may start: yes, no or unknown.
    public_body: Mapped[str] = mapped_column(default="unknown")
    critical_provider: Mapped[str] = mapped_column(default="unknown")
    finance_or_health: Mapped[str] = mapped_column(default="unknown")
    eu: Mapped[str] = mapped_column(default="unknown")
    guests_may_report: Mapped[bool] = mapped_column(default=True)
    # People with an account may leave their name out; what they send is then as a visitor's.
    anonymous_may_report: Mapped[bool] = mapped_column(default=False, server_default=false())
    same_person_may_sign: Mapped[bool] = mapped_column(default=True)
    # The version of the chase policy in force: a preset's name, or the number of one of the organisation's own.
    chase_preset: Mapped[str] = mapped_column(default="normal")
    # Names the rows of all calendars as they stand; whoever changes one of them writes it anew.
    calendar_stamp: Mapped[str] = mapped_column(default="first", server_default="first")
    nightly_backup: Mapped[bool] = mapped_column(default=True)
    minguo_dates: Mapped[bool] = mapped_column(default=False)
    # For how many years after the closing a record is kept; with personal data five at least.
    keep_years: Mapped[int] = mapped_column(default=5, server_default="5")
    # How others reach this installation where TRACKER_BASE_URL does not say it; empty until confirmed.
    address: Mapped[str] = mapped_column(default="", server_default="")
    set_up_at: Mapped[datetime | None] = mapped_column(UTCDateTime())


class Unit(Model):
    """One node of the tree of units, with its head."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    head_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", use_alter=True))
    is_demo: Mapped[bool] = mapped_column(default=False)


class Person(UserMixin, Model):
    """Somebody with an account, or known by name only (no e-mail, no password)."""

    __tablename__ = "person"
    kind_name = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str | None] = mapped_column(unique=True)
    phone: Mapped[str] = mapped_column(default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    password_hash: Mapped[str | None]
    # Part of the session cookie: growing it ends every open session of this person.
    session_epoch: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    locale: Mapped[str] = mapped_column(default="")
    timezone: Mapped[str] = mapped_column(default="")
    theme: Mapped[str] = mapped_column(default="auto")
    # Empty is the usual size; `large` and `larger` grow all text.
    text_size: Mapped[str] = mapped_column(default="")
    keys_on: Mapped[bool] = mapped_column(default=True)
    # Empty counts years as the organisation does; `roc` counts from 1912, `ce` as the West.
    era: Mapped[str] = mapped_column(default="", server_default="")
    # The wish for all mail, and the choices for single events that differ from it.
    mail_wish: Mapped[str] = mapped_column(default="now")
    wishes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    # Minutes after midnight between which no mail arrives, and the weekdays (Monday is 0) on which that begins.
    quiet_from: Mapped[int | None]
    quiet_until: Mapped[int | None]
    quiet_days: Mapped[str] = mapped_column(default="0123456", server_default="0123456")
    # When the one letter that lists everything goes out: each working day, or the first one of the week.
    digest_at: Mapped[int] = mapped_column(default=540, server_default="540")
    digest_weekly: Mapped[bool] = mapped_column(default=False, server_default=false())
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    away_from: Mapped[datetime | None] = mapped_column(UTCDateTime())
    away_until: Mapped[datetime | None] = mapped_column(UTCDateTime())
    created_at: Mapped[datetime] = mapped_column(UTCDateTime())
    is_demo: Mapped[bool] = mapped_column(default=False)

    unit: Mapped[Unit | None] = relationship(foreign_keys=[unit_id])
    deputy: Mapped["Person | None"] = relationship(remote_side=[id])
    roles: Mapped[list["PersonRole"]] = relationship(cascade="all, delete-orphan", lazy="selectin")

    def get_id(self) -> str:
        return f"{self.id}:{self.session_epoch}"

    @property
    def is_active(self) -> bool:
        return self.active

    @property
    def away_through(self) -> datetime | None:
        """An instant of the last day away: what ends at midnight is named by the day before."""
        return self.away_until - timedelta(minutes=1) if self.away_until else None

    def is_away(self, at: datetime) -> bool:
        """Whether the person has said to be away at this instant."""
        return (
            self.away_from is not None
            and self.away_from <= at
            and (self.away_until is None or at < self.away_until)
        )


class PersonRole(Model):
    """One role of one person, for everything or for one unit or system only; auditors until a date."""

    __tablename__ = "person_role"
    __table_args__ = (
        UniqueConstraint("person_id", "role", "unit_id", "system_id"),
        Index("ix_person_role_role", "role", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    role: Mapped[str]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    system_id: Mapped[int | None] = mapped_column(ForeignKey("ai_system.id", use_alter=True))
    until: Mapped[datetime | None] = mapped_column(UTCDateTime())


class Team(Model):
    """A named group that work can be escalated to."""

    __tablename__ = "team"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    is_demo: Mapped[bool] = mapped_column(default=False)


class TeamMember(Model):
    """One person in one team."""

    __tablename__ = "team_member"

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Token(Model):
    """An API token: shown once, stored as SHA-256; rights are its owner's, narrowed by its scopes."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(default="")
    sha256: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime())
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    last_used_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime())


class SignInLink(Model):
    """A one-time link: `setup` makes the first administrator, `sign_in` signs one person in."""

    __tablename__ = "sign_in_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    sha256: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime())
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime())
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime())


class CaseLink(Model):
    """A capability for one subject, without an account: `guest` for one issue, `assignee` for one escalation."""

    __tablename__ = "case_link"
    __table_args__ = (Index("ix_case_link_subject", "subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime())
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime(), index=True)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime())


class Attempt(Model):
    """One try that counts against a limit (sign-in, guest report), kept 24 hours under a salted key."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_key", "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCDateTime())


class EndedSession(Model):
    """A signed-out session: a copy of its cookie opens nothing, until the cookie itself has run out."""

    __tablename__ = "ended_session"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[datetime] = mapped_column(UTCDateTime(), index=True)


class PeopleImport(Model):
    """A CSV file of people on its way in: `line` is the last line done, so that it can go on after any stop."""

    __tablename__ = "people_import"
    kind_name = "people_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    text: Mapped[str]
    line: Mapped[int] = mapped_column(default=1)
    lines: Mapped[int]
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    problems: Mapped[list[Any]] = mapped_column(JSON, default=list)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime())

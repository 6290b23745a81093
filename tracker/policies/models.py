"""Tables of the policies: what was written, when it came into force, the draft, and trials of the draft."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Model, UTCDateTime


class PolicyVersion(Model):
    """One policy of the organisation's own; never changed once it is written."""

    __tablename__ = "policy_version"

    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str]
    note: Mapped[str]
    # The version that it was made from: a preset's name or a number.
    based_on: Mapped[str]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)


class PolicyActivation(Model):
    """From when a version holds for cases that begin, and whether open ones went over to it."""

    __tablename__ = "policy_activation"
    __table_args__ = (Index("ix_policy_activation_waiting", "applied_at", "effective_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str]
    effective_at: Mapped[datetime] = mapped_column(UTCDateTime())
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str]
    note: Mapped[str]
    open_cases: Mapped[bool]
    # The version that it took the place of, for undo.
    former: Mapped[str] = mapped_column(default="")
    applied_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    # Called off before it came into force.
    dropped_at: Mapped[datetime | None] = mapped_column(UTCDateTime())


class PolicyDraft(Model):
    """The one policy that is being written; it holds for nobody yet."""

    __tablename__ = "policy_draft"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    based_on: Mapped[str]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str]


class PolicyTrial(Model):
    """What a policy would do, reckoned case by case: `today` on what is open, `past` on what was.

    `left` are the ids of issues still to look at; `found` is what was counted so far.
    """

    __tablename__ = "policy_trial"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    weeks: Mapped[int] = mapped_column(default=0)
    # The policy tried and the one it is compared with.
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    against: Mapped[str]
    total: Mapped[int]
    left: Mapped[list[Any]] = mapped_column(JSON)
    found: Mapped[dict[str, Any]] = mapped_column(JSON)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime())

"""Tables of the chase engine."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Model, UTCDateTime

ARMED = text("state = 'scheduled'")
RUNNING = text("ended_at IS NULL")
PAUSED = text("ended_at IS NULL AND paused_since IS NOT NULL")
ASKED = text("ended_at IS NULL AND name = 'user_answer'")
STUCK = text("state = 'scheduled' AND stuck >= 3")
# What managers were told and nothing has come of: `policy.CLIMBED`, as the index has to hold it.
CLIMBED = text("outcome = '' AND step IN ('to_manager', 'raised', 'weekly')")


class Clock(Model):
    """One running or ended clock of a subject: when it started, when it is due, how that was reckoned.

    `epoch` grows whenever the clock restarts; `digest` names the facts it was computed from, so that an unchanged
    case costs nothing; `workings` holds the arithmetic for the words on the page.
    """

    __tablename__ = "clock"
    __table_args__ = (
        UniqueConstraint("subject_kind", "subject_id", "name"),
        Index("ix_clock_issue", "issue_id", "ended_at", "due_at"),
        Index("ix_clock_due", "due_at", "id", sqlite_where=RUNNING, postgresql_where=RUNNING),
        # The follow-up page narrowed to few among many.
        Index(
            "ix_clock_kind", "subject_kind", "due_at", "id", sqlite_where=RUNNING, postgresql_where=RUNNING
        ),
        Index("ix_clock_paused", "due_at", "id", sqlite_where=PAUSED, postgresql_where=PAUSED),
        Index("ix_clock_asked", "due_at", "id", sqlite_where=ASKED, postgresql_where=ASKED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    # The issue whose `next_due_at` this clock counts for.
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"))
    name: Mapped[str]
    epoch: Mapped[int] = mapped_column(default=1)
    started_at: Mapped[datetime] = mapped_column(UTCDateTime())
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    paused_since: Mapped[datetime | None] = mapped_column(UTCDateTime())
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    met: Mapped[bool | None]
    digest: Mapped[str]
    # Whose hours it counts: that of a calendar gone meanwhile counts as the default one.
    calendar_id: Mapped[int | None]
    workings: Mapped[dict[str, Any]] = mapped_column(JSON)


class Obligation(Model):
    """One step that falls due: `scheduled`, then `fired`, `coalesced`, `superseded` or `cancelled`."""

    __tablename__ = "obligation"
    __table_args__ = (
        UniqueConstraint("subject_kind", "subject_id", "clock", "epoch", "step", "occurrence"),
        Index("ix_obligation_due", "due_at", "rank", "id", sqlite_where=ARMED, postgresql_where=ARMED),
        Index("ix_obligation_subject", "subject_kind", "subject_id", "id"),
        Index("ix_obligation_stuck", "id", sqlite_where=STUCK, postgresql_where=STUCK),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    clock: Mapped[str]
    epoch: Mapped[int]
    step: Mapped[str]
    occurrence: Mapped[int] = mapped_column(default=1)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime())
    rank: Mapped[int] = mapped_column(default=4)
    state: Mapped[str | None]
    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime())
    reason: Mapped[str] = mapped_column(default="")
    # Failures in a row, and until when only this one waits because of them; `due_at` stays what was planned.
    stuck: Mapped[int] = mapped_column(default=0)
    wait_until: Mapped[datetime | None] = mapped_column(UTCDateTime())


class Chase(Model):
    """The ledger: one firing, to whom, why and with what outcome.  Never changed but for its outcome."""

    __tablename__ = "chase"
    __table_args__ = (
        UniqueConstraint("obligation_id"),
        Index("ix_chase_subject", "subject_kind", "subject_id", "id"),
        Index("ix_chase_issue", "issue_id", "id"),
        Index(
            "ix_chase_climbed", "subject_kind", "subject_id", "clock",
            sqlite_where=CLIMBED, postgresql_where=CLIMBED,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligation.id"))
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"))
    policy: Mapped[str]
    clock: Mapped[str]
    step: Mapped[str]
    occurrence: Mapped[int]
    due_at: Mapped[datetime] = mapped_column(UTCDateTime())
    fired_at: Mapped[datetime] = mapped_column(UTCDateTime())
    reason: Mapped[dict[str, Any]] = mapped_column(JSON)
    to: Mapped[list[Any]] = mapped_column(JSON)
    outcome: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    # When those it went to heard that the case has ended.
    end_told_at: Mapped[datetime | None] = mapped_column(UTCDateTime())


class Tick(Model):
    """The heartbeat of one scheduler node: its last tick, how many it did, what it last complained of."""

    __tablename__ = "tick"

    node: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime] = mapped_column(UTCDateTime())
    last_at: Mapped[datetime] = mapped_column(UTCDateTime())
    ticks: Mapped[int] = mapped_column(default=0)
    fired: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")
    # When it last came back after a pause that left much to catch up with; when it ended by itself.
    woke_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    left_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    # How often it slept through its lease of a letter, so that its word was not written.
    stale: Mapped[int] = mapped_column(default=0, server_default="0")


class Instance(Model):
    """Which installation this database belongs to; a restored copy differs and holds its letters back."""

    __tablename__ = "instance"

    id: Mapped[int] = mapped_column(primary_key=True)
    mark: Mapped[str]
    held_since: Mapped[datetime | None] = mapped_column(UTCDateTime())
    resumed_from: Mapped[datetime | None] = mapped_column(UTCDateTime())
    # Names the policy and calendar that all clocks were last computed with.
    policy_digest: Mapped[str] = mapped_column(default="")
    # When the engine's promises were last looked at.
    audited_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    # What each calendar was made of when its clocks were last computed, by its id.
    calendar_digests: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")


class Finding(Model):
    """One promise of the engine that was broken when it was last looked at; gone when it holds again."""

    __tablename__ = "finding"

    name: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    since: Mapped[datetime] = mapped_column(UTCDateTime())

"""Tables of the issue.  Sections A to C of the record O2.3.1 have their one home here."""

import re
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Computed, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Person, Unit
from tracker.db import Model, UTCDateTime
from tracker.systems.models import AISystem, SystemFunction

# Conditions of partial indexes.  Queries name them as written here (with the table, see `inbox`): SQLite takes such
# an index only for the very same words, never through a bound parameter.
# What belongs to the organisation's own years: not the cases of others, in the library.
OWN_YEARS = text("NOT imported OR source IN ('table', 'record_json')")
AWAY = text("snoozed_until IS NOT NULL")
OPEN_NOW = text("closed_at IS NULL AND NOT imported")
NEED = text("kind IN ('feature_request', 'data_correction', 'complaint')")

# The source of what came from a table of the past; a row without a number goes by its digest.
TABLE, DIGEST = "table", re.compile(r"[0-9a-f]{40}")


class Issue(Model):
    """One reported problem, question or wish.

    `next_due_at` is the nearest open deadline of the issue and its records, written by `followups`;
    an issue nobody clocks sorts last (year 9999), so that the inbox pages by one index.
    """

    __tablename__ = "issue"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        Index("ix_issue_inbox", "next_due_at", "id", sqlite_where=OPEN_NOW, postgresql_where=OPEN_NOW),
        Index("ix_issue_alarming", "alarming", "next_due_at", "id",
              sqlite_where=OPEN_NOW, postgresql_where=OPEN_NOW),
        Index("ix_issue_inbox_state", "state", "next_due_at", "id", sqlite_where=OPEN_NOW, postgresql_where=OPEN_NOW),
        Index("ix_issue_inbox_mine", "assignee_id", "next_due_at", "id",
              sqlite_where=OPEN_NOW, postgresql_where=OPEN_NOW),
        Index("ix_issue_inbox_system", "system_id", "next_due_at", "id",
              sqlite_where=OPEN_NOW, postgresql_where=OPEN_NOW),
        Index("ix_issue_snoozed", "snoozed_until", sqlite_where=AWAY, postgresql_where=AWAY),
        Index("ix_issue_reporter", "reporter_id", "id"),
        Index("ix_issue_state", "state", "id"),
        Index("ix_issue_system", "system_id", "id"),
        Index("ix_issue_restricted", "id", sqlite_where=text("restricted = 1"), postgresql_where=text("restricted")),
        Index("ix_issue_need", "id", sqlite_where=NEED, postgresql_where=NEED),
        Index("ix_issue_updated", "updated_at", "id"),
        Index("ix_issue_reported", "reported_at", sqlite_where=OWN_YEARS, postgresql_where=OWN_YEARS),
    )  # fmt: skip
    kind_name = "issue"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    description: Mapped[str]
    state: Mapped[str | None]
    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime())
    # C4; None until a supervisor decides.
    kind: Mapped[str | None]
    # The reporter's own answer, a hint only; severity is computed from it until a supervisor classifies (D4).
    impact_hint: Mapped[str]
    severity: Mapped[str]
    severity_provisional: Mapped[bool] = mapped_column(default=True)
    channel: Mapped[str] = mapped_column(default="web")
    system_id: Mapped[int] = mapped_column(ForeignKey("ai_system.id"))
    system_version: Mapped[str] = mapped_column(default="")
    function_id: Mapped[int | None] = mapped_column(ForeignKey("system_function.id"))
    environment: Mapped[str] = mapped_column(default="")
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # A guest, or somebody reported for: what they left instead of an account.
    reporter_name: Mapped[str] = mapped_column(default="")
    reporter_email: Mapped[str] = mapped_column(default="")
    # When a guest said that no reminder should come any more; news and answers still do.
    reminders_ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    reporter_phone: Mapped[str] = mapped_column(default="")
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    occurred_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    occurred_precision: Mapped[str] = mapped_column(default="unknown")
    aware_at: Mapped[datetime] = mapped_column(UTCDateTime())
    reported_at: Mapped[datetime] = mapped_column(UTCDateTime())
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime())
    first_response_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    last_update_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    next_due_at: Mapped[datetime] = mapped_column(UTCDateTime())
    next_due_clock: Mapped[str] = mapped_column(default="")
    # The version of the chase policy that the case began with; empty until its clocks were first computed.
    chase_policy: Mapped[str] = mapped_column(default="", server_default="")
    # Out of the views that wait, until then; the clocks do not mind.
    snoozed_until: Mapped[datetime | None] = mapped_column(UTCDateTime())
    personal_data: Mapped[bool] = mapped_column(default=False)
    harm: Mapped[bool] = mapped_column(default=False)
    restricted: Mapped[bool] = mapped_column(default=False)
    # What stands above all else in the inbox; reckoned by the database, so that it is never out of step.
    alarming: Mapped[bool] = mapped_column(
        Computed("harm OR personal_data OR severity = 'S1'", persisted=True)
    )
    # C1, C3, C5, C6, E3
    need_statement: Mapped[str] = mapped_column(default="")
    need_confirmed_by: Mapped[str] = mapped_column(default="")
    need_confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    need_confirmed_how: Mapped[str] = mapped_column(default="")
    proposed_solution: Mapped[str] = mapped_column(default="")
    escalation_needed: Mapped[bool | None]
    escalation_reason: Mapped[str] = mapped_column(default="")
    workaround: Mapped[str] = mapped_column(default="")
    close_reason: Mapped[str] = mapped_column(default="")
    user_confirmed: Mapped[str] = mapped_column(default="")
    satisfaction: Mapped[int | None]
    reopened_count: Mapped[int] = mapped_column(default=0)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("issue.id"), index=True)
    split_from_id: Mapped[int | None] = mapped_column(ForeignKey("issue.id"))
    source: Mapped[str | None]
    external_id: Mapped[str | None]
    imported: Mapped[bool] = mapped_column(default=False)
    imported_row: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    is_demo: Mapped[bool] = mapped_column(default=False)

    system: Mapped[AISystem] = relationship()
    function: Mapped[SystemFunction | None] = relationship()
    unit: Mapped[Unit | None] = relationship()
    reporter: Mapped[Person | None] = relationship(foreign_keys=[reporter_id])
    assignee: Mapped[Person | None] = relationship(foreign_keys=[assignee_id])
    taken_by: Mapped[Person | None] = relationship(foreign_keys=[taken_by_id])
    merged_into: Mapped["Issue | None"] = relationship(foreign_keys=[merged_into_id], remote_side=[id])
    split_from: Mapped["Issue | None"] = relationship(foreign_keys=[split_from_id], remote_side=[id])

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def number_before(self) -> str:
        """Its number in the table of the past that it came from; empty where that had none."""
        name = (self.external_id or "").partition("#")[0] if self.source == TABLE else ""
        return "" if DIGEST.fullmatch(name) else name


class Evidence(Model):
    """What the AI was asked, what it gave, what was expected: B6, sealed when personal data is concerned."""

    __tablename__ = "evidence"

    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"), primary_key=True)
    input: Mapped[str] = mapped_column(default="")
    actual: Mapped[str] = mapped_column(default="")
    expected: Mapped[str] = mapped_column(default="")
    expected_source: Mapped[str] = mapped_column(default="")
    model: Mapped[str] = mapped_column(default="")
    model_version: Mapped[str] = mapped_column(default="")
    trace_id: Mapped[str] = mapped_column(default="")
    more: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Message(Model):
    """One turn of the talk.  `public` reaches the reporter, `internal` never does."""

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_issue", "issue_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    author_name: Mapped[str]
    from_reporter: Mapped[bool] = mapped_column(default=False)
    visibility: Mapped[str]
    # What the message did: `ask`, `reply`, `answer`, … or plain `message`.
    act: Mapped[str] = mapped_column(default="message")
    body: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    masked_at: Mapped[datetime | None] = mapped_column(UTCDateTime())

    author: Mapped[Person | None] = relationship()


class Contact(Model):
    """C2: one contact with the user by phone, face to face or in writing."""

    __tablename__ = "contact"
    __table_args__ = (Index("ix_contact_issue", "issue_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    channel: Mapped[str]
    with_whom: Mapped[str]
    summary: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Participant(Model):
    """Somebody who takes part as `follower`, `me_too`, `assignee`, `privacy` or `security`; may end by a date."""

    __tablename__ = "participant"
    __table_args__ = (
        UniqueConstraint("issue_id", "person_id", "team_id", "role"),
        Index("ix_participant_person", "person_id", "issue_id"),
        Index("ix_participant_team", "team_id", "issue_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    role: Mapped[str]
    since: Mapped[datetime] = mapped_column(UTCDateTime())
    until: Mapped[datetime | None] = mapped_column(UTCDateTime())


class Ask(Model):
    """One open question to the user: `question`, `solved` or `need`.  `count` grows by reminding."""

    __tablename__ = "ask"
    __table_args__ = (Index("ix_ask_issue", "issue_id", "kind", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"))
    kind: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime())
    count: Mapped[int] = mapped_column(default=1)
    last_asked_at: Mapped[datetime] = mapped_column(UTCDateTime())
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime())


class IssueRecord(Model):
    """Which record an issue belongs to, written by `records`: what the issue's own guards may know of it."""

    __tablename__ = "issue_record"

    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"), primary_key=True)
    record_number: Mapped[str] = mapped_column(primary_key=True, index=True)
    is_primary: Mapped[bool] = mapped_column(default=False)
    is_open: Mapped[bool] = mapped_column(default=True)
    # Whether the record has been opened (it is a draft before that).
    in_work: Mapped[bool] = mapped_column(default=False)


class Alike(Model):
    """That an issue was looked at for others like it: `first_id` is the first of its group, or the issue itself."""

    __tablename__ = "alike"

    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"), primary_key=True)
    first_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"), index=True)


class ProposalRate(Model):
    """How well proposals for a field met what people decided, over the newest `decided` issues.  One row a field."""

    __tablename__ = "proposal_rate"

    field: Mapped[str] = mapped_column(primary_key=True)
    measured_at: Mapped[datetime] = mapped_column(UTCDateTime())
    decided: Mapped[int]
    proposed: Mapped[int]
    right: Mapped[int]


class ReportDraft(Model):
    """What somebody has typed but not sent; the key stands in their session, the row goes when they send."""

    __tablename__ = "report_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime())


class Idempotency(Model):
    """The answer once given to a key, so that a repeated POST makes nothing twice."""

    __tablename__ = "idempotency"
    __table_args__ = (UniqueConstraint("owner", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str]
    key: Mapped[str]
    body_sha256: Mapped[str]
    status: Mapped[int]
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)
    location: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime())

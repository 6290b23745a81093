"""Tables of the statutory clocks: the clocks of a case, what was told to whom, facts, and versions of the rules."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Person
from tracker.db import Model, UTCDateTime
from tracker.issues.models import Issue
from tracker.records.models import Record

ASKED, RUNNING, DONE, WAIVED, TOLLED, LAPSED, SUPERSEDED = (
    "asked", "running", "done", "waived", "tolled", "lapsed", "superseded",
)  # fmt: skip


class StatutoryClock(Model):
    """One clock of one case, never deleted.  `rule` is the rule as it read when the clock began.

    `unknown` names the facts it waits for, or was started in spite of; `history` holds, for each change of its
    start, both instants and both due times; `doubt` says that the facts no longer call for it.
    """

    __tablename__ = "statutory_clock"
    __table_args__ = (
        UniqueConstraint("issue_id", "rule_id", name="uq_statutory_clock_issue_id"),
        Index("ix_statutory_clock_record", "record_id"),
        Index("ix_statutory_clock_due", "due_at", "id"),
    )
    kind_name = "statutory"

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"))
    record_id: Mapped[int | None] = mapped_column(ForeignKey("record.id", ondelete="SET NULL"))
    rule_id: Mapped[str]
    rule: Mapped[dict[str, Any]] = mapped_column(JSON)
    start_at: Mapped[datetime] = mapped_column(UTCDateTime())
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    started_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    lapsed_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    unknown: Mapped[list[str]] = mapped_column(JSON, default=list)
    history: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    superseded_by: Mapped[str] = mapped_column(default="")
    voluntary: Mapped[bool] = mapped_column(default=False)
    doubt: Mapped[bool] = mapped_column(default=False)
    # Done: told whom, when, under which reference, proved by what.
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    done_noted_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reference: Mapped[str] = mapped_column(default="")
    evidence: Mapped[str] = mapped_column(default="")
    # Not applicable, or tolled: who says so, and why.
    waived_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    waived_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    waived_because: Mapped[str] = mapped_column(default="")
    tolled_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    tolled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    toll_basis: Mapped[str] = mapped_column(default="")

    issue: Mapped[Issue] = relationship()
    record: Mapped[Record | None] = relationship()
    done_by: Mapped[Person | None] = relationship(foreign_keys=[done_by_id])
    waived_by: Mapped[Person | None] = relationship(foreign_keys=[waived_by_id])
    tolled_by: Mapped[Person | None] = relationship(foreign_keys=[tolled_by_id])

    @property
    def standing(self) -> str:
        """Where it stands."""
        for name, since in (
            (DONE, self.done_at), (WAIVED, self.waived_at), (TOLLED, self.tolled_at), (LAPSED, self.lapsed_at),
        ):  # fmt: skip
            if since is not None:
                return name
        if self.superseded_by:
            return SUPERSEDED
        return RUNNING if self.started_at is not None else ASKED

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.standing in (ASKED, RUNNING)

    @property
    def moved(self) -> list[tuple[datetime | None, ...]]:
        """Each change of its start: start and due time before, and both after."""
        keys = ("start", "due", "new_start", "new_due")
        return [
            tuple(datetime.fromisoformat(one[key]) if one[key] else None for key in keys)
            for one in self.history
        ]

    @property
    def stopped_at(self) -> datetime | None:
        """When a person stopped it."""
        return self.done_at or self.waived_at or self.tolled_at


class StatutoryNotice(Model):
    """K2: one notice: who was told, when, how, what; `kind` is `interim` or `final`, `to` what the recipient is."""

    __tablename__ = "statutory_notice"
    __table_args__ = (Index("ix_statutory_notice_issue", "issue_id", "id"),)
    kind_name = "notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"))
    clock_id: Mapped[int | None] = mapped_column(
        ForeignKey("statutory_clock.id", ondelete="SET NULL"), index=True
    )
    # The line of K2 that says the same on the record; there is none while the case has no record.
    item_id: Mapped[int | None] = mapped_column(ForeignKey("record_item.id", ondelete="SET NULL"))
    # Whether that line was written from the notice; else a person wrote the line, and the notice was noted from it.
    wrote_item: Mapped[bool] = mapped_column(default=False, server_default=false())
    kind: Mapped[str]
    to: Mapped[str]
    recipient: Mapped[str]
    # By which way, a code of `rules.WAYS`; empty where nobody said.
    way: Mapped[str] = mapped_column(default="", server_default="")
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime())
    reference: Mapped[str] = mapped_column(default="")
    evidence: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str] = mapped_column(default="")
    # Noted by mistake: it counts no longer, and stays readable.
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    withdrawn_because: Mapped[str] = mapped_column(default="")


class StatutoryFact(Model):
    """One fact that no other room keeps: of the organisation (subject 0), of a system, or of an issue."""

    __tablename__ = "statutory_fact"
    __table_args__ = (UniqueConstraint("kind", "subject_id", "name", name="uq_statutory_fact_kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject_id: Mapped[int]
    name: Mapped[str]
    value: Mapped[Any] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    by_name: Mapped[str] = mapped_column(default="")


class StatutoryBook(Model):
    """One version of the organisation's own changes to the shipped rules: by rule, what reads otherwise."""

    __tablename__ = "statutory_book"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)

"""Tables of triage."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Person
from tracker.db import Model, UTCDateTime
from tracker.systems.models import AISystem
from tracker.triage.rules import DONE, UNDER_WAY, UNDO


class Batch(Model):
    """One act on several issues, in their order.

    `numbers` are the issues, `at_issue` how many of them have had their turn; `entries` are [number, seq] of what was
    written in the trail, `refused` [number, why].  `lease_until` is when another node may go on with what a node that
    died left.  A batch of the act `undo` takes back the batch `undoes_id`.
    """

    __tablename__ = "batch"
    __table_args__ = (Index("ix_batch_stage", "stage", "id"), Index("ix_batch_person", "person_id", "id"))
    kind_name = "batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    act: Mapped[str]
    given: Mapped[dict[str, Any]] = mapped_column(JSON)
    numbers: Mapped[list[Any]] = mapped_column(JSON)
    entries: Mapped[list[Any]] = mapped_column(JSON)
    refused: Mapped[list[Any]] = mapped_column(JSON)
    at_issue: Mapped[int] = mapped_column(default=0)
    stage: Mapped[str]
    locale: Mapped[str]
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime())
    lease_until: Mapped[datetime | None] = mapped_column(UTCDateTime())
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime())

    person: Mapped[Person] = relationship()

    @property
    def is_under_way(self) -> bool:
        return self.stage in UNDER_WAY

    @property
    def may_be_undone(self) -> bool:
        """Whether something was done that can be taken back."""
        return self.act != UNDO and not self.is_under_way and bool(self.entries)

    @property
    def is_done(self) -> bool:
        return self.stage == DONE


class SavedView(Model):
    """A view of the inbox under a name: what it begins with and what narrows it, as in its address.

    `shared` views stand in everybody's list; `place` is their order; a removed one can be brought back.
    """

    __tablename__ = "saved_view"
    kind_name = "saved_view"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str]
    view: Mapped[str]
    narrowed: Mapped[dict[str, Any]] = mapped_column(JSON)
    shared: Mapped[bool] = mapped_column(default=False)
    place: Mapped[int] = mapped_column(default=0)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime())


class Macro(Model):
    """常用處理: words that fill the form of an act, for one AI system or all, in one language or any.

    `act` is the form: `answer`, `ask`, `close`, or `note` for a message; `issue_kind` is chosen along where it is set.
    A removed one can be brought back.
    """

    __tablename__ = "macro"
    kind_name = "macro"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    act: Mapped[str]
    body: Mapped[str]
    issue_kind: Mapped[str] = mapped_column(default="")
    system_id: Mapped[int | None] = mapped_column(ForeignKey("ai_system.id"), index=True)
    locale: Mapped[str] = mapped_column(default="")
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime())
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime())

    system: Mapped[AISystem | None] = relationship()

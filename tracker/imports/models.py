"""What is brought in from a table: the file with how it is read, and which issues came of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Person
from tracker.db import Model, UTCDateTime
from tracker.systems.models import AISystem

MAPPING, CHECKING, CHECKED, WAITING, WORKING, DONE, FAILED, UNDOING, UNDONE, DROPPED = (
    "mapping", "checking", "checked", "waiting", "working", "done", "failed", "undoing", "undone", "dropped",
)  # fmt: skip
# Stages in which the scheduler has something to do.
BUSY = (CHECKING, WAITING, WORKING, UNDOING)


class ImportRun(Model):
    """One table on its way in.

    `reading` is how its file is read, `columns` place to field key, `rows` how many it has, `done` how many are
    looked at; `report` what was found: `bad` rows, cells `left_out`, rows `known` before, `other` (known with other
    content), each shown up to a number and counted in full; `lease_until` as for any work a node may die over.
    """

    __tablename__ = "import_run"
    __table_args__ = (Index("ix_import_run_stage", "stage", "id"),)
    kind_name = "import_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    filename: Mapped[str]
    stage: Mapped[str]
    reading: Mapped[dict[str, Any]] = mapped_column(JSON)
    columns: Mapped[dict[str, Any]] = mapped_column(JSON)
    # The AI system of rows that name none.
    system_id: Mapped[int | None] = mapped_column(ForeignKey("ai_system.id"))
    rows: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    report: Mapped[dict[str, Any]] = mapped_column(JSON)
    error: Mapped[str] = mapped_column(default="")
    lease_until: Mapped[datetime | None] = mapped_column(UTCDateTime())
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime())

    by: Mapped[Person] = relationship()
    system: Mapped[AISystem | None] = relationship()

    @property
    def is_busy(self) -> bool:
        return self.stage in BUSY


class ImportRow(Model):
    """One issue that came of a row, with the record made of it."""

    __tablename__ = "import_row"
    __table_args__ = (Index("ix_import_row_run", "run_id", "issue_id"),)

    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"), primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id", ondelete="CASCADE"))
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"), index=True)
    row: Mapped[int]

"""What somebody asked to have made while they go on working: a ZIP of many records."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Person
from tracker.db import Model, UTCDateTime

WAITING, WORKING, DONE, FAILED, CANCELLED, GONE = "waiting", "working", "done", "failed", "cancelled", "gone"


class Bundle(Model):
    """One ZIP of records, each as PDF and JSON.

    stage: `waiting`, `working`, `done`, `failed`, `cancelled`, or `gone` once its file was deleted; `lease_until` is
    when another node may take up what a node that died left; `size` in bytes; `years` is "roc" or "ce".
    """

    __tablename__ = "bundle"
    __table_args__ = (Index("ix_bundle_stage", "stage", "id"), Index("ix_bundle_person", "person_id", "id"))
    kind_name = "bundle"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    numbers: Mapped[list[Any]] = mapped_column(JSON)
    left_out: Mapped[list[Any]] = mapped_column(JSON)
    locale: Mapped[str]
    years: Mapped[str]
    stage: Mapped[str]
    done: Mapped[int] = mapped_column(default=0)
    size: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime())
    lease_until: Mapped[datetime | None] = mapped_column(UTCDateTime())
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime())

    person: Mapped[Person] = relationship()

    @property
    def is_under_way(self) -> bool:
        return self.stage in (WAITING, WORKING)


class FormVersion(Model):
    """One version of the organisation's own form, a DOCX with placeholders; its file is an attachment.

    At most one is in use; with none the shipped form stands.
    """

    __tablename__ = "form_version"
    kind_name = "form_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    note: Mapped[str] = mapped_column(default="")
    in_use: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    by: Mapped[Person | None] = relationship()

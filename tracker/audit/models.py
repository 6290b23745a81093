"""Tables of the audit trail."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Model, UTCDateTime


class Entry(Model):
    """One change of one subject; `seq` counts within the subject, `hash` covers the row and the hash before it."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        UniqueConstraint("subject_kind", "subject_id", "seq"),
        Index("ix_audit_entry_at", "at", "id"),
        Index("ix_audit_entry_by", "by_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str]
    on_behalf: Mapped[str] = mapped_column(default="")
    action: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    seq: Mapped[int]
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    prev_hash: Mapped[str]
    hash: Mapped[str]


class TextVersion(Model):
    """A free text as it stood after a change; erased by emptying `body`, its digest stays."""

    __tablename__ = "text_version"
    __table_args__ = (Index("ix_text_version_subject", "subject_kind", "subject_id", "field", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    field: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    digest: Mapped[str]
    body: Mapped[str]

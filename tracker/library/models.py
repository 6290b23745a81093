"""Tables of the case library."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Model, UTCDateTime
from tracker.issues.models import Issue


class LibraryCase(Model):
    """What a foreign source says of one case in single values; its lists are `LibraryFact`.

    `foreign_id` is the id as the source wrote it (None where it wrote none); `headline` its short description in full;
    `anomaly_type` is AN01-AN16, or empty while nobody knows; `typed_by` who decided on it, empty for the codes of the
    source; `answer` the present one to 「我們也可能發生嗎？」.
    """

    __tablename__ = "library_case"
    __table_args__ = (
        CheckConstraint("answer IN ('', 'yes', 'no', 'unsure')", name="answer"),
        Index("ix_library_case_type", "anomaly_type", "issue_id"),
        Index("ix_library_case_answer", "answer", "issue_id"),
    )
    kind_name = "library_case"

    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"), primary_key=True)
    foreign_id: Mapped[str | None]
    headline: Mapped[str] = mapped_column(default="")
    headline_language: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    class_of: Mapped[str] = mapped_column(default="")
    problem_type: Mapped[str] = mapped_column(default="")
    format_version: Mapped[str | None]
    taxonomy_version: Mapped[str | None]
    anomaly_type: Mapped[str] = mapped_column(default="")
    typed_by: Mapped[str] = mapped_column(default="")
    answer: Mapped[str] = mapped_column(default="")

    issue: Mapped[Issue] = relationship()

    @property
    def subject(self) -> tuple[str, int]:
        """Under which the audit trail knows it: by the id of its issue."""
        return self.kind_name, self.issue_id


class LibraryFact(Model):
    """One line of a list that a source gives with a case.

    `part` is `developer`, `deployer`, `artifact`, `reference`, `credit`, `risk_domain`, `sep`, `lifecycle`,
    `vulnerability`, `metric`, `jailbreak`, `social_impact`, `anomaly` (further types), `actor`, `target`, `study`,
    `technique`, `harmed` or `report`; `kind` what sort of thing (type of artifact, language, tactic), `details` what
    has a shape of its own (the figures of a metric).
    """

    __tablename__ = "library_fact"
    __table_args__ = (
        Index("ix_library_fact_case", "issue_id", "part", "id"),
        Index("ix_library_fact_value", "part", "value"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"))
    part: Mapped[str]
    value: Mapped[str] = mapped_column(default="")
    kind: Mapped[str | None]
    label: Mapped[str | None]
    details: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class LibraryAnswer(Model):
    """One answer to 「我們也可能發生嗎？」, kept for good; `made_id` is the issue it led to, `plan_id` the plan."""

    __tablename__ = "library_answer"
    __table_args__ = (Index("ix_library_answer_case", "issue_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"))
    answer: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str]
    made_id: Mapped[int | None] = mapped_column(ForeignKey("issue.id"), index=True)
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("inspection_plan.id"), index=True)

    made: Mapped[Issue | None] = relationship(foreign_keys=[made_id])

"""Tables of the guides.  A text stands in two languages; a reader gets their own, or the one there is."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Model, UTCDateTime
from tracker.guides import rules
from tracker.issues.models import Issue
from tracker.systems.models import AISystem, SystemFunction


class Article(Model):
    """One answer; `shown_no` is the version that people read, None until one was published."""

    __tablename__ = "article"
    kind_name = "article"

    id: Mapped[int] = mapped_column(primary_key=True)
    system_id: Mapped[int | None] = mapped_column(ForeignKey("ai_system.id"), index=True)
    function_id: Mapped[int | None] = mapped_column(ForeignKey("system_function.id"))
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issue.id"), index=True)
    shown_no: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime())
    # When somebody has to look whether it is still right.
    review_on: Mapped[datetime | None] = mapped_column(UTCDateTime(), index=True)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    is_demo: Mapped[bool] = mapped_column(default=False, server_default=false())

    system: Mapped[AISystem | None] = relationship()
    function: Mapped[SystemFunction | None] = relationship()
    issue: Mapped[Issue | None] = relationship()
    versions: Mapped[list["ArticleVersion"]] = relationship(
        order_by="ArticleVersion.no.desc()", back_populates="article"
    )

    @property
    def newest(self) -> "ArticleVersion":
        return self.versions[0]

    @property
    def shown(self) -> "ArticleVersion | None":
        """The version that people read."""
        return next((one for one in self.versions if one.no == self.shown_no), None)

    @property
    def found_by(self) -> "ArticleVersion | None":
        """The words by which everybody finds it; none while nobody reads it."""
        return self.shown if self.withdrawn_at is None else None


class ArticleVersion(Model):
    """One version; `authors` are the ids of all who wrote in it.  A published one is never changed again."""

    __tablename__ = "article_version"
    __table_args__ = (UniqueConstraint("article_id", "no"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"))
    no: Mapped[int]
    title_zh: Mapped[str] = mapped_column(default="")
    body_zh: Mapped[str] = mapped_column(default="")
    title_en: Mapped[str] = mapped_column(default="")
    body_en: Mapped[str] = mapped_column(default="")
    authors: Mapped[list[int]] = mapped_column(JSON)
    by_name: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    reviewed_by_name: Mapped[str] = mapped_column(default="")
    reviewed_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    same_person_reason: Mapped[str] = mapped_column(default="")
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime())

    article: Mapped[Article] = relationship(back_populates="versions")

    @property
    def stage(self) -> str:
        """How far it has come."""
        return rules.PUBLISHED if self.published_at else rules.REVIEWED if self.reviewed_at else rules.DRAFT


class KnownIssue(Model):
    """One problem that is known: what to do for now, and what was done once it is solved.

    `times_solved` counts how often it was thought solved, so that each time tells people once.
    """

    __tablename__ = "known_issue"
    kind_name = "known_issue"

    id: Mapped[int] = mapped_column(primary_key=True)
    system_id: Mapped[int] = mapped_column(ForeignKey("ai_system.id"), index=True)
    function_id: Mapped[int | None] = mapped_column(ForeignKey("system_function.id"))
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issue.id"), index=True)
    title_zh: Mapped[str] = mapped_column(default="")
    body_zh: Mapped[str] = mapped_column(default="")
    title_en: Mapped[str] = mapped_column(default="")
    body_en: Mapped[str] = mapped_column(default="")
    solution_zh: Mapped[str] = mapped_column(default="")
    solution_en: Mapped[str] = mapped_column(default="")
    by_name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime())
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime())
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    solved_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    times_solved: Mapped[int] = mapped_column(default=0)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    is_demo: Mapped[bool] = mapped_column(default=False, server_default=false())

    system: Mapped[AISystem] = relationship()
    function: Mapped[SystemFunction | None] = relationship()
    issue: Mapped[Issue | None] = relationship()

    @property
    def stage(self) -> str:
        """Where it stands, for people."""
        if self.withdrawn_at is not None:
            return rules.WITHDRAWN
        if self.published_at is None:
            return rules.DRAFT
        return rules.SOLVED if self.solved_at is not None else rules.OPEN

    @property
    def found_by(self) -> "KnownIssue | None":
        """The words by which everybody finds it: its own, as long as it is met."""
        return self if self.stage == rules.OPEN else None


class Affected(Model):
    """Somebody who said 我也遇到, once: a person, or a guest by the digest of what their browser keeps."""

    __tablename__ = "known_affected"
    __table_args__ = (UniqueConstraint("known_id", "voter"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    known_id: Mapped[int] = mapped_column(ForeignKey("known_issue.id", ondelete="CASCADE"))
    voter: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime())


class KnownReport(Model):
    """An issue that is about a known issue: its reporter counts as affected, and is told too."""

    __tablename__ = "known_report"

    known_id: Mapped[int] = mapped_column(ForeignKey("known_issue.id", ondelete="CASCADE"), primary_key=True)
    issue_id: Mapped[int] = mapped_column(
        ForeignKey("issue.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Verdict(Model):
    """What one reader said of a guide: whether it helped, and whether it saved them a report."""

    __tablename__ = "guide_verdict"
    __table_args__ = (UniqueConstraint("kind", "guide_id", "voter"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    guide_id: Mapped[int]
    voter: Mapped[str]
    helpful: Mapped[bool | None]
    solved: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(UTCDateTime())


class GuideWord(Model):
    """The text index of what everybody may read: one word of one guide, as `index.likeness` reads it."""

    __tablename__ = "guide_word"
    __table_args__ = (Index("ix_guide_word_word", "word"),)

    kind: Mapped[str] = mapped_column(primary_key=True)
    guide_id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(primary_key=True)
    in_title: Mapped[bool]

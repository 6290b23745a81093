"""Answers and known issues.

Revises: 0035
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _articles()
    _known_issues()
    op.create_table(
        "guide_verdict",
        sa.Column("id", sa.Integer(), nullable=False),
        *(_text(name) for name in ("kind", "voter")),
        sa.Column("guide_id", sa.Integer(), nullable=False),
        sa.Column("helpful", sa.Boolean(), nullable=True),
        sa.Column("solved", sa.Boolean(), nullable=False),
        _instant("at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guide_verdict")),
        sa.UniqueConstraint("kind", "guide_id", "voter", name=op.f("uq_guide_verdict_kind_guide_id_voter")),
    )
    op.create_table(
        "guide_word",
        _text("kind"),
        sa.Column("guide_id", sa.Integer(), nullable=False),
        _text("word"),
        sa.Column("in_title", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "guide_id", "word", name=op.f("pk_guide_word")),
    )
    op.create_index("ix_guide_word_word", "guide_word", ["word"])


def _articles() -> None:
    op.create_table(
        "article",
        sa.Column("id", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=True)
            for name in ("system_id", "function_id", "issue_id", "shown_no")
        ),
        _instant("created_at"),
        _instant("review_on", nullable=True),
        _instant("withdrawn_at", nullable=True),
        _to("article", "system_id", "ai_system.id"),
        _to("article", "function_id", "system_function.id"),
        _to("article", "issue_id", "issue.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
    )
    for name in ("system_id", "issue_id", "review_on"):
        op.create_index(f"ix_article_{name}", "article", [name])
    op.create_table(
        "article_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        *(_text(name) for name in ("title_zh", "body_zh", "title_en", "body_en")),
        sa.Column("authors", sa.JSON(), nullable=False),
        _text("by_name"),
        _instant("at"),
        _text("reviewed_by_name"),
        _instant("reviewed_at", nullable=True),
        _text("same_person_reason"),
        _instant("published_at", nullable=True),
        _to("article_version", "article_id", "article.id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_version")),
        sa.UniqueConstraint("article_id", "no", name=op.f("uq_article_version_article_id_no")),
    )


def _known_issues() -> None:
    texts = ("title_zh", "body_zh", "title_en", "body_en", "solution_zh", "solution_en", "by_name")
    op.create_table(
        "known_issue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("system_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("function_id", "issue_id")),
        *(_text(name) for name in texts),
        *(_instant(name) for name in ("created_at", "updated_at")),
        *(_instant(name, nullable=True) for name in ("published_at", "solved_at", "withdrawn_at")),
        sa.Column("times_solved", sa.Integer(), nullable=False),
        _to("known_issue", "system_id", "ai_system.id"),
        _to("known_issue", "function_id", "system_function.id"),
        _to("known_issue", "issue_id", "issue.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_issue")),
    )
    for name in ("system_id", "issue_id"):
        op.create_index(f"ix_known_issue_{name}", "known_issue", [name])
    op.create_table(
        "known_affected",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("known_id", sa.Integer(), nullable=False),
        _text("voter"),
        sa.Column("person_id", sa.Integer(), nullable=True),
        _instant("at"),
        _to("known_affected", "known_id", "known_issue.id", ondelete="CASCADE"),
        _to("known_affected", "person_id", "person.id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_affected")),
        sa.UniqueConstraint("known_id", "voter", name=op.f("uq_known_affected_known_id_voter")),
    )
    op.create_index("ix_known_affected_person_id", "known_affected", ["person_id"])
    op.create_table(
        "known_report",
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("known_id", "issue_id")),
        _to("known_report", "known_id", "known_issue.id", ondelete="CASCADE"),
        _to("known_report", "issue_id", "issue.id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("known_id", "issue_id", name=op.f("pk_known_report")),
    )
    op.create_index("ix_known_report_issue_id", "known_report", ["issue_id"])


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _to(table: str, column: str, target: str, **more: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"), **more)


def downgrade() -> None:
    for table in (
        "guide_word",
        "guide_verdict",
        "known_report",
        "known_affected",
        "known_issue",
        "article_version",
        "article",
    ):
        op.drop_table(table)

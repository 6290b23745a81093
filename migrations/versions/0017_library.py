"""A case library of what happened elsewhere, its facts line by line, and the answers to whether it could happen here.

Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

from tracker.db import UTCDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "library_case",
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("foreign_id", sa.String()),
        *(sa.Column(name, sa.String(), nullable=False) for name in (
            "headline", "headline_language", "language", "class_of", "problem_type")),
        sa.Column("format_version", sa.String()),
        sa.Column("taxonomy_version", sa.String()),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("anomaly_type", "typed_by", "answer")),
        sa.CheckConstraint("answer IN ('', 'yes', 'no', 'unsure')", name=op.f("ck_library_case_answer")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_library_case_issue_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("issue_id", name=op.f("pk_library_case")),
    )  # fmt: skip
    op.create_index("ix_library_case_type", "library_case", ["anomaly_type", "issue_id"])
    op.create_index("ix_library_case_answer", "library_case", ["answer", "issue_id"])
    op.create_table(
        "library_fact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("kind", sa.String()),
        sa.Column("label", sa.String()),
        sa.Column("details", sa.JSON()),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_library_fact_issue_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_fact")),
    )
    op.create_index("ix_library_fact_case", "library_fact", ["issue_id", "part", "id"])
    op.create_index("ix_library_fact_value", "library_fact", ["part", "value"])
    op.create_table(
        "library_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by_id", sa.Integer()),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("made_id", sa.Integer()),
        sa.Column("plan_id", sa.Integer()),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_library_answer_issue_id"),
                                ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_library_answer_by_id")),
        sa.ForeignKeyConstraint(["made_id"], ["issue.id"], name=op.f("fk_library_answer_made_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["inspection_plan.id"], name=op.f("fk_library_answer_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_answer")),
    )  # fmt: skip
    op.create_index("ix_library_answer_case", "library_answer", ["issue_id", "id"])
    op.create_index("ix_library_answer_made_id", "library_answer", ["made_id"])
    op.create_index("ix_library_answer_plan_id", "library_answer", ["plan_id"])


def downgrade() -> None:
    for table in ("library_answer", "library_fact", "library_case"):
        op.drop_table(table)

"""Holds on evidence, and by which way somebody was told.

Revises: 0037
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

WORDS = ("overridden_by", "overridden_because", "ended_by", "ended_because")


def upgrade() -> None:
    op.create_table(
        "evidence_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.String(), nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("overridden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in WORDS),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name="fk_evidence_hold_issue_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_evidence_hold"),
    )
    op.create_index("ix_evidence_hold_issue", "evidence_hold", ["issue_id", "ended_at"])
    op.add_column("statutory_notice", sa.Column("way", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("statutory_notice", "way")
    op.drop_index("ix_evidence_hold_issue", table_name="evidence_hold")
    op.drop_table("evidence_hold")

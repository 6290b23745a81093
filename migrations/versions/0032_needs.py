"""What is decided of needs that are no anomalies.

Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

NEED = sa.text("kind IN ('feature_request', 'data_correction', 'complaint')")
CURRENT = sa.text("current")


def upgrade() -> None:
    op.create_table(
        "need_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("decision", "theme", "reason")),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("again_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_seq", sa.Integer(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_need_decision_issue_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_need_decision_owner_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_need_decision_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_decision")),
    )
    op.create_index(
        "ix_need_decision_current",
        "need_decision",
        ["issue_id"],
        unique=True,
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )
    op.create_index("ix_need_decision_issue", "need_decision", ["issue_id", "id"])
    op.create_index("ix_issue_need", "issue", ["id"], sqlite_where=NEED, postgresql_where=NEED)


def downgrade() -> None:
    op.drop_index("ix_issue_need", table_name="issue")
    op.drop_table("need_decision")

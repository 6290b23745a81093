"""A manager decides on a round of inspection too.

Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

ONE_CASE = "(issue_id IS NULL) <> (round_id IS NULL)"


def upgrade() -> None:
    with op.batch_alter_table("decision") as table:
        table.add_column(sa.Column("round_id", sa.Integer(), nullable=True))
        table.alter_column("issue_id", existing_type=sa.Integer(), nullable=True)
        table.create_foreign_key(
            op.f("fk_decision_round_id"), "inspection_round", ["round_id"], ["id"], ondelete="CASCADE"
        )
        table.create_check_constraint(op.f("ck_decision_one_case"), ONE_CASE)
    op.create_index("ix_decision_round_id", "decision", ["round_id"])


def downgrade() -> None:
    # What was decided on rounds has no place in the table as it was; the trail keeps it.
    op.execute("DELETE FROM decision WHERE round_id IS NOT NULL")
    op.drop_index("ix_decision_round_id", table_name="decision")
    with op.batch_alter_table("decision") as table:
        table.drop_constraint(op.f("ck_decision_one_case"), type_="check")
        table.drop_constraint(op.f("fk_decision_round_id"), type_="foreignkey")
        table.alter_column("issue_id", existing_type=sa.Integer(), nullable=False)
        table.drop_column("round_id")

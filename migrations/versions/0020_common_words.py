"""Common words: what a shared word says about two texts; and how well proposals were met.

Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "index_common",
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_index_common")),
    )
    op.create_table(
        "proposal_rate",
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided", sa.Integer(), nullable=False),
        sa.Column("proposed", sa.Integer(), nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("field", name=op.f("pk_proposal_rate")),
    )


def downgrade() -> None:
    op.drop_table("proposal_rate")
    op.drop_table("index_common")

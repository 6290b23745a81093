"""Signatures and lines that came with a record from another installation keep what was signed there.

Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("signature", sa.Column("brought_digest", sa.String(), nullable=False, server_default=""))
    op.add_column("record_item", sa.Column("brought_owner_id", sa.Integer()))


def downgrade() -> None:
    op.drop_column("record_item", "brought_owner_id")
    op.drop_column("signature", "brought_digest")

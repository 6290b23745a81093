"""For whom a deputy signed.

Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("signature", sa.Column("deputy_for", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("signature", "deputy_for")

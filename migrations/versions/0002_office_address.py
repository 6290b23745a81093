"""The address that others reach this installation by, asked of the administrator.

Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("organisation", sa.Column("address", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("organisation", "address")

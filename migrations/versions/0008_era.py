"""How each person counts years.

Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("era", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("person", "era")

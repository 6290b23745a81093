"""Why an effect check was made before its day.

Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("effect_check", sa.Column("early_because", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("effect_check", "early_because")

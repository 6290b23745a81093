"""What is said in a recording, written down beside it.

Revises: 0041
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attachment", sa.Column("transcript", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("attachment", "transcript")

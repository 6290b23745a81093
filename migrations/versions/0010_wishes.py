"""What each person wants to be told, and when: the choice by event, quiet hours, the time of the one letter.

Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("wishes", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("person", sa.Column("quiet_from", sa.Integer(), nullable=True))
    op.add_column("person", sa.Column("quiet_until", sa.Integer(), nullable=True))
    op.add_column("person", sa.Column("quiet_days", sa.String(), server_default="0123456", nullable=False))
    op.add_column("person", sa.Column("digest_at", sa.Integer(), server_default="540", nullable=False))
    op.add_column(
        "person", sa.Column("digest_weekly", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("letter", sa.Column("event", sa.String(), server_default="", nullable=False))
    op.add_column("letter", sa.Column("held", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("letter", "held")
    op.drop_column("letter", "event")
    for name in ("digest_weekly", "digest_at", "quiet_days", "quiet_until", "quiet_from", "wishes"):
        op.drop_column("person", name)

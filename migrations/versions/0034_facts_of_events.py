"""Levels of security events, intellectual property in doubt, and until when a record is kept.

Revises: 0033
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

LEVELS = ("cia_confidentiality", "cia_integrity", "cia_availability")
TEXTS = ("ip_concerned", "ip_claimant", "ip_material", "ip_licence", "ip_answer", "retain_reason")


def upgrade() -> None:
    for name in LEVELS:
        op.add_column("record", sa.Column(name, sa.Integer(), nullable=True))
    for name in TEXTS:
        op.add_column("record", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.add_column("record", sa.Column("retain_override", sa.DateTime(timezone=True), nullable=True))
    op.add_column("organisation", sa.Column("keep_years", sa.Integer(), nullable=False, server_default="5"))


def downgrade() -> None:
    op.drop_column("organisation", "keep_years")
    op.drop_column("record", "retain_override")
    for name in (*TEXTS, *LEVELS):
        op.drop_column("record", name)

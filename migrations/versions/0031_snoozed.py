"""Issues that come back later.

Revises: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

AWAY = sa.text("snoozed_until IS NOT NULL")


def upgrade() -> None:
    op.add_column("issue", sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_issue_snoozed", "issue", ["snoozed_until"], sqlite_where=AWAY, postgresql_where=AWAY)


def downgrade() -> None:
    op.drop_index("ix_issue_snoozed", table_name="issue")
    op.drop_column("issue", "snoozed_until")

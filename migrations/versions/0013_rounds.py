"""What the demo made of inspections and calendars; a day that took another's place; a guest's wish for no reminders.

Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("inspection_plan", "calendar"):
        op.add_column(table, sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("calendar_day", sa.Column("replaced", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("issue", sa.Column("reminders_ended_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("issue", "reminders_ended_at")
    op.drop_column("calendar_day", "replaced")
    for table in ("calendar", "inspection_plan"):
        op.drop_column(table, "is_demo")

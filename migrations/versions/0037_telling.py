"""Reports without a name, and what people may tell others for now.

Revises: 0036
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "organisation",
        sa.Column("anonymous_may_report", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("ai_system", sa.Column("tell_customers", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("ai_system", "tell_customers")
    op.drop_column("organisation", "anonymous_may_report")

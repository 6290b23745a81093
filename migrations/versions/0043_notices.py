"""Which line of K2 was written from its notice; a hold that its rule ended bears no words of its own.

Revises: 0042
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

ENDED_BY_RULE = "rule_id <> '' AND ended_at IS NOT NULL"


def upgrade() -> None:
    wrote = sa.Column("wrote_item", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("statutory_notice", wrote)
    # Until now the words told them apart: a line written from the notice of a clock says more than the recipient.
    op.execute(
        "UPDATE statutory_notice SET wrote_item = TRUE WHERE item_id IS NOT NULL AND (clock_id IS NULL OR recipient <>"
        " (SELECT what FROM record_item WHERE record_item.id = statutory_notice.item_id))"
    )
    op.execute(f"UPDATE evidence_hold SET ended_because = '' WHERE {ENDED_BY_RULE}")


def downgrade() -> None:
    op.execute(
        f"UPDATE evidence_hold SET ended_because = '已通報主管機關，或時限不再進行。' WHERE {ENDED_BY_RULE}"
    )
    op.drop_column("statutory_notice", "wrote_item")

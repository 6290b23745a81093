"""The bells that wait for somebody are found by their kind: a new report asks how many of its own are unread.

Revises: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

UNSEEN = sa.text("channel = 'bell' AND seen_at IS NULL AND state <> 'cancelled'")


def upgrade() -> None:
    _index(["person_id", "kind", "id"])


def downgrade() -> None:
    _index(["person_id", "id"])


def _index(columns: list[str]) -> None:
    op.drop_index("ix_letter_unseen", table_name="letter")
    op.create_index("ix_letter_unseen", "letter", columns, sqlite_where=UNSEEN, postgresql_where=UNSEEN)

"""What is few among a million is found by an index of its own: what has climbed, is paused, waits for an answer.

Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

RUNNING = "ended_at IS NULL"
INDEXES = (
    ("ix_chase_climbed", "chase", ["subject_kind", "subject_id", "clock"],
     "outcome = '' AND step IN ('to_manager', 'raised', 'weekly')"),
    ("ix_clock_kind", "clock", ["subject_kind", "due_at", "id"], RUNNING),
    ("ix_clock_paused", "clock", ["due_at", "id"], f"{RUNNING} AND paused_since IS NOT NULL"),
    ("ix_clock_asked", "clock", ["due_at", "id"], f"{RUNNING} AND name = 'user_answer'"),
    ("ix_issue_reported", "issue", ["reported_at"], "NOT imported"),
)  # fmt: skip


def upgrade() -> None:
    for name, table, columns, only in INDEXES:
        where = sa.text(only)
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
    op.create_index("ix_person_deputy_id", "person", ["deputy_id"])


def downgrade() -> None:
    op.drop_index("ix_person_deputy_id", table_name="person")
    for name, table, _columns, _only in reversed(INDEXES):
        op.drop_index(name, table_name=table)

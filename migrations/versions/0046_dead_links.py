"""Links of letters that have long run out, or whose person's account closes, are found without looking through all.

Revises: 0045
"""

from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

COLUMNS = ("expires_at", "person_id")


def upgrade() -> None:
    for column in COLUMNS:
        op.create_index(f"ix_case_link_{column}", "case_link", [column])


def downgrade() -> None:
    for column in COLUMNS:
        op.drop_index(f"ix_case_link_{column}", "case_link")

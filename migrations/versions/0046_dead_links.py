"""Links of letters that have long run out are found, to be forgotten, without looking through all of them.

Revises: 0045
"""

from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

NAME = "ix_case_link_expires_at"


def upgrade() -> None:
    op.create_index(NAME, "case_link", ["expires_at"])


def downgrade() -> None:
    op.drop_index(NAME, "case_link")

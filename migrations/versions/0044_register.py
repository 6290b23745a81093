"""The year's register names the past records of the organisation as well.

Revises: 0043
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

NAME, COLUMNS = "ix_issue_reported", ["reported_at"]
OWN, OWN_YEARS = "NOT imported", "NOT imported OR source IN ('table', 'record_json')"


def upgrade() -> None:
    _index(OWN_YEARS)


def downgrade() -> None:
    _index(OWN)


def _index(condition: str) -> None:
    op.drop_index(NAME, "issue")
    where = sa.text(condition)
    op.create_index(NAME, "issue", COLUMNS, sqlite_where=where, postgresql_where=where)

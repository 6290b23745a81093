"""The one row of the organisation's settings is there from the first start: no page has to write it.

Revises: 0040
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

DEFAULTS = {
    "id": 1, "name": "", "help_phone": "", "public_body": "unknown", "critical_provider": "unknown",
    "finance_or_health": "unknown", "eu": "unknown", "guests_may_report": True, "same_person_may_sign": True,
    "chase_preset": "normal", "nightly_backup": True, "minguo_dates": False,
}  # fmt: skip


def upgrade() -> None:
    settings = sa.table("organisation", *(sa.column(name) for name in DEFAULTS))
    there = sa.select(settings.c.id)
    if op.get_bind().scalar(there) is None:
        op.execute(settings.insert().values(DEFAULTS))


def downgrade() -> None:
    """The row stays: the version before took it as it is."""

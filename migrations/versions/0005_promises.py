"""What the engine finds broken of its promises, how much mail leaves in an hour, and more about each scheduler.

Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "finding",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("since", AT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_finding"),
    )
    op.create_table(
        "letter_hour",
        sa.Column("at", AT, nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("at", name="pk_letter_hour"),
    )
    breaker = op.create_table(
        "letter_breaker",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tripped_at", AT, nullable=True),
        sa.Column("open_until", AT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_letter_breaker"),
    )
    op.bulk_insert(breaker, [{"id": 1, "tripped_at": None, "open_until": None}])
    op.add_column("instance", sa.Column("audited_at", AT, nullable=True))
    op.add_column("tick", sa.Column("woke_at", AT, nullable=True))
    op.add_column("tick", sa.Column("left_at", AT, nullable=True))
    op.add_column("tick", sa.Column("stale", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    for column in ("stale", "left_at", "woke_at"):
        op.drop_column("tick", column)
    op.drop_column("instance", "audited_at")
    for table in ("letter_breaker", "letter_hour", "finding"):
        op.drop_table(table)

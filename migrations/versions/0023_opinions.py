"""Opinions that people concerned with a record are asked for.

Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TEXTS = ("topic", "question", "to_name", "to_email", "by_name", "answer", "answered_by", "withdrawn_because")


def upgrade() -> None:
    number, instant = sa.Integer(), sa.DateTime(timezone=True)
    op.add_column("record", sa.Column("opinions_asked", number, nullable=False, server_default="0"))
    op.create_table(
        "opinion",
        sa.Column("id", number, nullable=False),
        sa.Column("record_id", number, nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in TEXTS),
        *(sa.Column(name, number, nullable=True) for name in ("to_person_id", "by_id")),
        *(sa.Column(name, instant, nullable=False) for name in ("at", "due_at")),
        *(sa.Column(name, instant, nullable=True) for name in ("answered_at", "withdrawn_at")),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_opinion_record_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["to_person_id"], ["person.id"], name=op.f("fk_opinion_to_person_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_opinion_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion")),
    )
    op.create_index("ix_opinion_record", "opinion", ["record_id", "id"])
    op.create_index("ix_opinion_to", "opinion", ["to_person_id", "answered_at"])


def downgrade() -> None:
    op.drop_table("opinion")
    op.drop_column("record", "opinions_asked")

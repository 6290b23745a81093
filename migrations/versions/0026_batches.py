"""Acts on several issues at once, which can be undone as a whole.

Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number, text, instant = sa.Integer(), sa.String(), sa.DateTime(timezone=True)
    op.create_table(
        "batch",
        sa.Column("id", number, nullable=False),
        sa.Column("person_id", number, nullable=False),
        sa.Column("act", text, nullable=False),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("given", "numbers", "entries", "refused")),
        sa.Column("at_issue", number, nullable=False),
        sa.Column("stage", text, nullable=False),
        sa.Column("locale", text, nullable=False),
        sa.Column("undoes_id", number, nullable=True),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("lease_until", instant, nullable=True),
        sa.Column("ended_at", instant, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_batch_person_id")),
        sa.ForeignKeyConstraint(["undoes_id"], ["batch.id"], name=op.f("fk_batch_undoes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )
    op.create_index("ix_batch_stage", "batch", ["stage", "id"])
    op.create_index("ix_batch_person", "batch", ["person_id", "id"])
    op.create_index("ix_batch_undoes_id", "batch", ["undoes_id"])


def downgrade() -> None:
    op.drop_table("batch")

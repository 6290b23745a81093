"""Who has a case open.

Revises: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "presence",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("doing", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_presence_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "subject_kind", "subject_id", name=op.f("pk_presence")),
    )
    if op.get_bind().dialect.name == "postgresql":
        # Nothing of it outlives a crash, so that nothing of it is written twice.
        op.execute("ALTER TABLE presence SET UNLOGGED")


def downgrade() -> None:
    op.drop_table("presence")

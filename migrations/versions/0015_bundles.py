"""ZIP files of many records that people asked for; versions of an organisation's own form.

Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number, text, instant = sa.Integer(), sa.String(), sa.DateTime(timezone=True)
    op.create_table(
        "bundle",
        sa.Column("id", number, nullable=False),
        sa.Column("person_id", number, nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        *(sa.Column(name, text, nullable=False) for name in ("locale", "years", "stage")),
        sa.Column("done", number, nullable=False),
        sa.Column("size", number, nullable=False),
        sa.Column("error", text, nullable=False),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("lease_until", instant, nullable=True),
        sa.Column("ended_at", instant, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_bundle_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle")),
    )
    op.create_index("ix_bundle_stage", "bundle", ["stage", "id"])
    op.create_index("ix_bundle_person", "bundle", ["person_id", "id"])
    op.create_table(
        "form_version",
        sa.Column("id", number, nullable=False),
        sa.Column("note", text, nullable=False),
        sa.Column("in_use", sa.Boolean(), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("by_id", number, nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_form_version_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_version")),
    )


def downgrade() -> None:
    op.drop_table("form_version")
    op.drop_table("bundle")

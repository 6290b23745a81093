"""A record may carry cause, correction and proof for others; who has read which lesson.

Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number, instant = sa.Integer(), sa.DateTime(timezone=True)
    op.add_column("record", sa.Column("led_since", instant, nullable=True))
    op.add_column("record", sa.Column("led_by_name", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("record") as batch:
        batch.add_column(sa.Column("led_by_id", number, nullable=True))
        batch.create_foreign_key(
            op.f("fk_record_led_by_id"), "record", ["led_by_id"], ["id"], ondelete="SET NULL"
        )
    op.create_index(op.f("ix_record_led_by_id"), "record", ["led_by_id"])
    op.create_table(
        "lesson_read",
        sa.Column("id", number, nullable=False),
        sa.Column("record_id", number, nullable=False),
        sa.Column("person_id", number, nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_lesson_read_record_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_lesson_read_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_read")),
        sa.UniqueConstraint("record_id", "person_id", name=op.f("uq_lesson_read_record_id_person_id")),
    )
    op.create_index(op.f("ix_lesson_read_person_id"), "lesson_read", ["person_id"])


def downgrade() -> None:
    op.drop_table("lesson_read")
    op.drop_index(op.f("ix_record_led_by_id"), table_name="record")
    with op.batch_alter_table("record") as batch:
        batch.drop_constraint(op.f("fk_record_led_by_id"), type_="foreignkey")
        batch.drop_column("led_by_id")
    op.drop_column("record", "led_by_name")
    op.drop_column("record", "led_since")

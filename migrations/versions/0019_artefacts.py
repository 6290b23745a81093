"""Artefacts of a system with their versions, causes that flow back; what the form of the record still lacked.

Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TEXTS = {
    "record": (
        "environment_kind",
        "cause_artefact",
        "escape_reference",
        "proof_evidence",
        "material_changed",
    ),
    "record_item": ("effective", "standing", "artefact", "version"),
    "verification_run": ("evidence",),
}
COUNTS = ("reproduced_times", "reproduction_tries")
LINKS = (("record", "cause_artefact_id"), ("record_item", "artefact_id"))


def upgrade() -> None:
    _artefacts()
    _marks()
    for table, names in TEXTS.items():
        for name in names:
            op.add_column(table, sa.Column(name, sa.String(), nullable=False, server_default=""))
    for name in COUNTS:
        op.add_column("record", sa.Column(name, sa.Integer(), nullable=True))
    for table, name in LINKS:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column(name, sa.Integer(), nullable=True))
            batch.create_foreign_key(
                op.f(f"fk_{table}_{name}"), "artefact", [name], ["id"], ondelete="SET NULL"
            )
        op.create_index(op.f(f"ix_{table}_{name}"), table, [name])


def _artefacts() -> None:
    number, text, instant = sa.Integer(), sa.String(), sa.DateTime(timezone=True)
    op.create_table(
        "artefact",
        sa.Column("id", number, nullable=False),
        sa.Column("system_id", number, nullable=False),
        *(sa.Column(name, text, nullable=False) for name in ("kind", "name", "note")),
        sa.Column("owner_id", number, nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["system_id"], ["ai_system.id"], name=op.f("fk_artefact_system_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_artefact_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_artefact")),
        sa.UniqueConstraint("system_id", "kind", "name", name=op.f("uq_artefact_system_id_kind_name")),
    )
    op.create_index(op.f("ix_artefact_owner_id"), "artefact", ["owner_id"])
    op.create_table(
        "artefact_version",
        sa.Column("id", number, nullable=False),
        sa.Column("artefact_id", number, nullable=False),
        *(sa.Column(name, text, nullable=False) for name in ("version", "source", "note", "by_name")),
        sa.Column("at", instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["artefact_id"], ["artefact.id"], name=op.f("fk_artefact_version_artefact_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_artefact_version")),
        sa.UniqueConstraint("artefact_id", "version", name=op.f("uq_artefact_version_artefact_id_version")),
    )


def _marks() -> None:
    number, text = sa.Integer(), sa.String()
    op.create_table(
        "return_mark",
        sa.Column("id", number, nullable=False),
        sa.Column("record_id", number, nullable=False),
        *(sa.Column(name, text, nullable=False) for name in ("cause_class", "state", "note", "by_name")),
        sa.Column("by_id", number, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_return_mark_record_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_return_mark_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_mark")),
        sa.UniqueConstraint("record_id", "cause_class", name=op.f("uq_return_mark_record_id_cause_class")),
    )


def downgrade() -> None:
    op.drop_table("return_mark")
    for table, name in reversed(LINKS):
        op.drop_index(op.f(f"ix_{table}_{name}"), table_name=table)
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"fk_{table}_{name}"), type_="foreignkey")
            batch.drop_column(name)
    for name in reversed(COUNTS):
        op.drop_column("record", name)
    for table, names in TEXTS.items():
        for name in names:
            op.drop_column(table, name)
    op.drop_table("artefact_version")
    op.drop_table("artefact")

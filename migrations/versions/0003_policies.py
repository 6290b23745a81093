"""Chase policies as data: versions, when they came into force, the draft and its trials; the one each case goes by.

Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _version()
    _activation()
    _draft()
    _trial()
    op.add_column("issue", sa.Column("chase_policy", sa.String(), server_default="", nullable=False))
    # A case that is open keeps what it was measured by until now.
    op.execute(
        "UPDATE issue SET chase_policy = (SELECT chase_preset FROM organisation)"
        " WHERE closed_at IS NULL AND NOT imported AND EXISTS (SELECT 1 FROM organisation)"
    )


def _by() -> list[sa.Column[object]]:
    return [
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
    ]


def _version() -> None:
    op.create_table(
        "policy_version",
        sa.Column("number", sa.Integer(), nullable=False),
        *_by(),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("based_on", sa.String(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_policy_version_by_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_policy_version")),
    )


def _activation() -> None:
    op.create_table(
        "policy_activation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        *_by(),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("open_cases", sa.Boolean(), nullable=False),
        sa.Column("former", sa.String(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_policy_activation_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_activation")),
    )
    op.create_index("ix_policy_activation_waiting", "policy_activation", ["applied_at", "effective_at"])


def _draft() -> None:
    op.create_table(
        "policy_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("based_on", sa.String(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        *_by(),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_policy_draft_only_one")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_policy_draft_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_draft")),
    )


def _trial() -> None:
    op.create_table(
        "policy_trial",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        *_by(),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("against", sa.String(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("left", sa.JSON(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_policy_trial_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_trial")),
    )


def downgrade() -> None:
    # Versions that no older program knows: those cases go by the shipped normal one again.
    op.execute(
        "UPDATE organisation SET chase_preset = 'normal' WHERE chase_preset NOT IN ('slow', 'normal', 'tight')"
    )
    op.drop_column("issue", "chase_policy")
    for table in ("policy_trial", "policy_draft", "policy_activation", "policy_version"):
        op.drop_table(table)

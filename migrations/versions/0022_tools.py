"""Tools that call: which, what they told, and what is known of a ticket by them.

Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "ticket_tool",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("shape", sa.String(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("old_until", INSTANT, nullable=True),
        sa.Column("takes_token", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("meanings", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.CheckConstraint(
            "shape IN ('github', 'gitlab', 'jira', 'plain')", name=op.f("ck_ticket_tool_shape")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_tool")),
        sa.UniqueConstraint("key", name=op.f("uq_ticket_tool_key")),
    )
    op.create_table(
        "ticket_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tool_id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("delivery", sa.String(), nullable=True),
        sa.Column("body_sha256", sa.String(), nullable=True),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tool_id"], ["ticket_tool.id"], name=op.f("fk_ticket_call_tool_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_call")),
        sa.UniqueConstraint("tool_id", "body_sha256", name=op.f("uq_ticket_call_tool_id_body_sha256")),
        sa.UniqueConstraint("tool_id", "delivery", name=op.f("uq_ticket_call_tool_id_delivery")),
    )
    op.create_index("ix_ticket_call_tool", "ticket_call", ["tool_id", "id"])
    op.create_index("ix_ticket_call_at", "ticket_call", ["at"])
    op.add_column("reference", sa.Column("outside", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("reference", sa.Column("meaning", sa.String(), server_default="", nullable=False))
    for name in ("told_at", "done_at", "seen_at"):
        op.add_column("reference", sa.Column(name, INSTANT, nullable=True))


def downgrade() -> None:
    for name in ("seen_at", "done_at", "told_at", "meaning", "outside"):
        op.drop_column("reference", name)
    op.drop_index("ix_ticket_call_at", table_name="ticket_call")
    op.drop_index("ix_ticket_call_tool", table_name="ticket_call")
    op.drop_table("ticket_call")
    op.drop_table("ticket_tool")

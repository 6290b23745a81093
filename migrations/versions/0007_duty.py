"""Duty rotas, and escalations and systems that name one.

Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_rotas()
    _make_changes()
    _make_feed()
    with op.batch_alter_table("ai_system") as batch:
        batch.add_column(sa.Column("rota_id", sa.Integer(), nullable=True))
        batch.create_foreign_key("fk_ai_system_rota_id", "duty_rota", ["rota_id"], ["id"])
    with op.batch_alter_table("escalation") as batch:
        batch.add_column(sa.Column("to_rota_id", sa.Integer(), nullable=True))
        batch.create_foreign_key("fk_escalation_to_rota_id", "duty_rota", ["to_rota_id"], ["id"])
        batch.create_index("ix_escalation_rota", ["to_rota_id", "state"])


def _instant(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _number(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _text(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _to(table: str, column: str, other: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def _make_rotas() -> None:
    op.create_table(
        "duty_rota",
        _number("id"), _text("name"), _text("note"), sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True), _instant("created_at"), _instant("changed_at"),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_rota")),
        sa.UniqueConstraint("name", name=op.f("uq_duty_rota_name")),
    )  # fmt: skip
    op.create_table(
        "duty_term",
        _number("id"), _number("rota_id"), _instant("since"), _text("zone"), _text("rhythm"), _number("every_days"),
        sa.Column("points", sa.JSON(), nullable=False), sa.Column("anchor", sa.Date(), nullable=False),
        _number("lead"),
        _to("duty_term", "rota_id", "duty_rota", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_term")),
        sa.CheckConstraint("every_days BETWEEN 1 AND 60", name=op.f("ck_duty_term_every_days")),
    )  # fmt: skip
    op.create_index("ix_duty_term_rota", "duty_term", ["rota_id", "id"])
    op.create_table(
        "duty_member",
        _number("term_id"), _number("position"), _number("person_id"),
        _to("duty_member", "term_id", "duty_term", "CASCADE"), _to("duty_member", "person_id", "person"),
        sa.PrimaryKeyConstraint("term_id", "position", name=op.f("pk_duty_member")),
    )  # fmt: skip
    op.create_index(op.f("ix_duty_member_person_id"), "duty_member", ["person_id"])


def _make_changes() -> None:
    op.create_table(
        "duty_swap",
        _number("id"), _number("rota_id"), _text("state", True), _instant("state_since", True),
        _instant("updated_at"), _number("asker_id"), _number("to_id"), _instant("starts_at"), _instant("ends_at"),
        _instant("return_starts_at", True), _instant("return_ends_at", True), _text("note"), _instant("asked_at"),
        _to("duty_swap", "rota_id", "duty_rota", "CASCADE"), _to("duty_swap", "asker_id", "person"),
        _to("duty_swap", "to_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_swap")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_duty_swap_ends_after_start")),
    )  # fmt: skip
    op.create_index("ix_duty_swap_rota", "duty_swap", ["rota_id", "state"])
    op.create_table(
        "duty_override",
        _number("id"), _number("rota_id"), _number("swap_id", True), _instant("starts_at"), _instant("ends_at"),
        _number("person_id"), _text("reason"), _number("by_id", True), _instant("at"), _number("undone_by_id", True),
        _instant("undone_at", True),
        _to("duty_override", "rota_id", "duty_rota", "CASCADE"), _to("duty_override", "swap_id", "duty_swap"),
        _to("duty_override", "person_id", "person"), _to("duty_override", "by_id", "person"),
        _to("duty_override", "undone_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_override")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_duty_override_ends_after_start")),
    )  # fmt: skip
    op.create_index("ix_duty_override_rota", "duty_override", ["rota_id", "ends_at"])
    op.create_index(op.f("ix_duty_override_person_id"), "duty_override", ["person_id"])


def _make_feed() -> None:
    op.create_table(
        "duty_feed",
        _number("id"), _number("person_id"), _text("sha256"), _instant("created_at"), _instant("revoked_at", True),
        _to("duty_feed", "person_id", "person", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_feed")),
        sa.UniqueConstraint("sha256", name=op.f("uq_duty_feed_sha256")),
    )  # fmt: skip
    op.create_index("ix_duty_feed_person", "duty_feed", ["person_id"])


def downgrade() -> None:
    with op.batch_alter_table("escalation") as batch:
        batch.drop_index("ix_escalation_rota")
        batch.drop_constraint("fk_escalation_to_rota_id", type_="foreignkey")
        batch.drop_column("to_rota_id")
    with op.batch_alter_table("ai_system") as batch:
        batch.drop_constraint("fk_ai_system_rota_id", type_="foreignkey")
        batch.drop_column("rota_id")
    for table in ("duty_feed", "duty_override", "duty_swap", "duty_member", "duty_term", "duty_rota"):
        op.drop_table(table)

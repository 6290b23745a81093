"""Inspections: plans, their checklists, rounds and what was found.

Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOVING = (
    ("state", sa.String(), True), ("state_since", sa.DateTime(timezone=True), True),
    ("updated_at", sa.DateTime(timezone=True), False),
)  # fmt: skip


def _columns(*wanted: tuple[str, sa.types.TypeEngine[object], bool]) -> list[sa.Column[object]]:
    return [sa.Column(name, kind, nullable=nullable) for name, kind, nullable in wanted]


def _to(table: str, column: str, other: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete
    )


def upgrade() -> None:
    number, text, instant, day = sa.Integer(), sa.String(), sa.DateTime(timezone=True), sa.Date()
    op.create_table(
        "inspection_plan",
        *_columns(
            ("id", number, False), *MOVING, ("name", text, False), ("name_en", text, False),
            ("system_id", number, False), ("function_id", number, True), ("unit_id", number, True),
            ("owner_id", number, False), ("rhythm", text, False), ("every", number, False), ("first_day", day, False),
            ("within_days", number, False), ("turns", number, False), ("reason", text, False),
        ),
        _to("inspection_plan", "system_id", "ai_system"), _to("inspection_plan", "function_id", "system_function"),
        _to("inspection_plan", "unit_id", "unit"), _to("inspection_plan", "owner_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_plan")),
        sa.CheckConstraint("every BETWEEN 1 AND 52", name=op.f("ck_inspection_plan_every")),
        sa.CheckConstraint("within_days BETWEEN 1 AND 60", name=op.f("ck_inspection_plan_within_days")),
    )  # fmt: skip
    op.create_index("ix_inspection_plan_owner", "inspection_plan", ["owner_id", "state"])
    op.create_table(
        "inspection_item",
        *_columns(
            ("id", number, False), ("plan_id", number, False), ("position", number, False), ("text", text, False),
            ("text_en", text, False), ("active", sa.Boolean(), False),
        ),
        _to("inspection_item", "plan_id", "inspection_plan", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_item")),
    )  # fmt: skip
    op.create_index("ix_inspection_item_plan", "inspection_item", ["plan_id", "position"])
    op.create_table(
        "inspection_round",
        *_columns(
            ("id", number, False), ("plan_id", number, False), ("turn", number, False), *MOVING, ("day", day, False),
            ("opens_at", instant, False), ("due_at", instant, False), ("done_at", instant, True),
            ("done_by_id", number, True), ("reason", text, False),
        ),
        _to("inspection_round", "plan_id", "inspection_plan", "CASCADE"),
        _to("inspection_round", "done_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_round")),
        sa.UniqueConstraint("plan_id", "turn", name=op.f("uq_inspection_round_plan_id_turn")),
    )  # fmt: skip
    op.create_index("ix_inspection_round_state", "inspection_round", ["state", "due_at"])
    op.create_table(
        "inspection_result",
        *_columns(
            ("id", number, False), ("round_id", number, False), ("item_id", number, False), ("outcome", text, False),
            ("note", text, False), ("issue_id", number, True),
        ),
        _to("inspection_result", "round_id", "inspection_round", "CASCADE"),
        _to("inspection_result", "item_id", "inspection_item"), _to("inspection_result", "issue_id", "issue"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_result")),
        sa.UniqueConstraint("round_id", "item_id", name=op.f("uq_inspection_result_round_id_item_id")),
    )  # fmt: skip


def downgrade() -> None:
    for table in ("inspection_result", "inspection_round", "inspection_item", "inspection_plan"):
        op.drop_table(table)

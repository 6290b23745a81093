"""Statutory clocks: the clocks of a case, notices, facts that no other room keeps, versions of the rules.

Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "statutory_book",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_statutory_book_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statutory_book")),
    )
    op.create_table(
        "statutory_fact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statutory_fact")),
        sa.UniqueConstraint("kind", "subject_id", "name", name="uq_statutory_fact_kind"),
    )
    _clocks()
    _notices()


def _clocks() -> None:
    op.create_table(
        "statutory_clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("rule_id", sa.String(), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("start_at", WHEN, nullable=False),
        sa.Column("due_at", WHEN, nullable=True),
        sa.Column("asked_at", WHEN, nullable=True),
        sa.Column("started_at", WHEN, nullable=True),
        sa.Column("lapsed_at", WHEN, nullable=True),
        sa.Column("unknown", sa.JSON(), nullable=False),
        sa.Column("history", sa.JSON(), nullable=False),
        sa.Column("superseded_by", sa.String(), nullable=False),
        sa.Column("voluntary", sa.Boolean(), nullable=False),
        sa.Column("doubt", sa.Boolean(), nullable=False),
        sa.Column("done_at", WHEN, nullable=True),
        sa.Column("done_noted_at", WHEN, nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("waived_at", WHEN, nullable=True),
        sa.Column("waived_by_id", sa.Integer(), nullable=True),
        sa.Column("waived_because", sa.String(), nullable=False),
        sa.Column("tolled_at", WHEN, nullable=True),
        sa.Column("tolled_by_id", sa.Integer(), nullable=True),
        sa.Column("toll_basis", sa.String(), nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_statutory_clock_{column}"), ondelete=gone)
            for column, table, gone in (
                ("issue_id", "issue", "CASCADE"), ("record_id", "record", "SET NULL"), ("done_by_id", "person", None),
                ("waived_by_id", "person", None), ("tolled_by_id", "person", None),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statutory_clock")),
        sa.UniqueConstraint("issue_id", "rule_id", name="uq_statutory_clock_issue_id"),
    )  # fmt: skip
    op.create_index("ix_statutory_clock_record", "statutory_clock", ["record_id"], unique=False)
    op.create_index("ix_statutory_clock_due", "statutory_clock", ["due_at", "id"], unique=False)


def _notices() -> None:
    op.create_table(
        "statutory_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("clock_id", sa.Integer(), nullable=True),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("to", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("sent_at", WHEN, nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("withdrawn_at", WHEN, nullable=True),
        sa.Column("withdrawn_because", sa.String(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_statutory_notice_{column}"), ondelete=gone
            )
            for column, table, gone in (
                ("issue_id", "issue", "CASCADE"), ("clock_id", "statutory_clock", "SET NULL"),
                ("item_id", "record_item", "SET NULL"), ("by_id", "person", None),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statutory_notice")),
    )  # fmt: skip
    op.create_index("ix_statutory_notice_issue", "statutory_notice", ["issue_id", "id"], unique=False)
    op.create_index("ix_statutory_notice_clock_id", "statutory_notice", ["clock_id"], unique=False)


def downgrade() -> None:
    for table in ("statutory_notice", "statutory_clock", "statutory_fact", "statutory_book"):
        op.drop_table(table)

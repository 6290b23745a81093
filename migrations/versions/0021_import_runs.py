"""A table of last year's records on its way in, and which issue and record came of which row.

Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

from tracker.db import UTCDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("filename", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("reading", sa.JSON(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("system_id", sa.Integer()),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("lease_until", UTCDateTime()),
        sa.Column("ended_at", UTCDateTime()),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_import_run_by_id")),
        sa.ForeignKeyConstraint(["system_id"], ["ai_system.id"], name=op.f("fk_import_run_system_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    op.create_index("ix_import_run_stage", "import_run", ["stage", "id"])
    op.create_table(
        "import_row",
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_import_row_issue_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["import_run.id"], name=op.f("fk_import_row_run_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_import_row_record_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("issue_id", name=op.f("pk_import_row")),
    )
    op.create_index("ix_import_row_run", "import_row", ["run_id", "issue_id"])
    op.create_index("ix_import_row_record_id", "import_row", ["record_id"])


def downgrade() -> None:
    op.drop_table("import_row")
    op.drop_table("import_run")

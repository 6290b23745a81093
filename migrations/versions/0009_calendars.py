"""Named calendars in place of the organisation's one row of working hours; that row becomes the default one.

Revises: 0008
"""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

USUAL = [[540, 1080]] * 5 + [None, None]
TAIWAN = "TW"

organisation = sa.table(
    "organisation",
    sa.column("working_hours", sa.JSON()),
    sa.column("use_taiwan_holidays", sa.Boolean()),
    sa.column("calendar_stamp", sa.String()),
)
calendar = sa.table(
    "calendar",
    sa.column("id", sa.Integer()),
    sa.column("name", sa.String()),
    sa.column("zone", sa.String()),
    sa.column("country", sa.String()),
    sa.column("is_default", sa.Boolean()),
)
hours = sa.table("calendar_hours", sa.column("calendar_id", sa.Integer()), sa.column("week", sa.JSON()))


def upgrade() -> None:
    op.create_table(
        "calendar",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar")),
        sa.UniqueConstraint("name", name=op.f("uq_calendar_name")),
    )
    standard = sa.text("is_default")
    op.create_index(
        "uq_calendar_default",
        "calendar",
        ["is_default"],
        unique=True,
        sqlite_where=standard,
        postgresql_where=standard,
    )
    op.create_table(
        "calendar_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("calendar_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("week", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_calendar_hours_order")
        ),
        sa.ForeignKeyConstraint(
            ["calendar_id"],
            ["calendar.id"],
            name=op.f("fk_calendar_hours_calendar_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_hours")),
        sa.UniqueConstraint(
            "calendar_id", "valid_from", name=op.f("uq_calendar_hours_calendar_id_valid_from")
        ),
    )
    op.create_table(
        "calendar_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("calendar_id", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("windows", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('closed', 'worked', 'hours')", name=op.f("ck_calendar_day_kind")),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["calendar.id"], name=op.f("fk_calendar_day_calendar_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_day")),
        sa.UniqueConstraint("calendar_id", "day", name=op.f("uq_calendar_day_calendar_id_day")),
    )
    for_all = sa.text("calendar_id IS NULL")
    op.create_index(
        "uq_calendar_day_all",
        "calendar_day",
        ["day"],
        unique=True,
        sqlite_where=for_all,
        postgresql_where=for_all,
    )
    op.create_table(
        "unit_calendar",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("calendar_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["calendar.id"], name=op.f("fk_unit_calendar_calendar_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_unit_calendar_unit_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_unit_calendar")),
    )
    op.create_index(op.f("ix_unit_calendar_calendar_id"), "unit_calendar", ["calendar_id"])
    op.add_column(
        "organisation", sa.Column("calendar_stamp", sa.String(), server_default="first", nullable=False)
    )
    _move_over()
    op.add_column("clock", sa.Column("calendar_id", sa.Integer(), nullable=True))
    op.add_column("instance", sa.Column("calendar_digests", sa.JSON(), server_default="{}", nullable=False))
    op.drop_column("organisation", "working_hours")
    op.drop_column("organisation", "use_taiwan_holidays")


def _move_over() -> None:
    """The hours as they are become the default calendar; a stamp of their own names what they were."""
    connection = op.get_bind()
    row = connection.execute(
        sa.select(organisation.c.working_hours, organisation.c.use_taiwan_holidays)
    ).first()
    week, taiwan = (row[0], bool(row[1])) if row is not None else (USUAL, True)
    if not (isinstance(week, list) and len(week) == 7 and any(week)):
        week = USUAL
    connection.execute(
        calendar.insert().values(name="", zone="", country=TAIWAN if taiwan else "", is_default=True)
    )
    default = connection.execute(sa.select(calendar.c.id)).scalar_one()
    days = [[day] if day else [] for day in week]
    connection.execute(hours.insert().values(calendar_id=default, week=days))
    if (week, taiwan) != (USUAL, True):
        mark = hashlib.sha256(json.dumps([week, taiwan]).encode()).hexdigest()[:16]
        connection.execute(organisation.update().values(calendar_stamp=f"first-{mark}"))


def downgrade() -> None:
    usual = sa.text(f"'{json.dumps(USUAL)}'")
    op.add_column("organisation", sa.Column("working_hours", sa.JSON(), server_default=usual, nullable=False))
    op.add_column(
        "organisation",
        sa.Column("use_taiwan_holidays", sa.Boolean(), server_default=sa.true(), nullable=False),
    )
    _move_back()
    with op.batch_alter_table("organisation") as table:
        table.alter_column("working_hours", server_default=None)
        table.alter_column("use_taiwan_holidays", server_default=None)
        table.drop_column("calendar_stamp")
    op.drop_column("instance", "calendar_digests")
    op.drop_column("clock", "calendar_id")
    op.drop_table("unit_calendar")
    op.drop_table("calendar_day")
    op.drop_table("calendar_hours")
    op.drop_table("calendar")


def _move_back() -> None:
    """One window a weekday is all that the old column holds: from the first opening to the last closing."""
    connection = op.get_bind()
    row = connection.execute(
        sa.select(calendar.c.country, hours.c.week)
        .join_from(calendar, hours, hours.c.calendar_id == calendar.c.id)
        .where(calendar.c.is_default, sa.text("calendar_hours.valid_from IS NULL"))
    ).first()
    if row is not None:
        week = [[day[0][0], day[-1][1]] if day else None for day in row[1]]
        connection.execute(
            organisation.update().values(working_hours=week, use_taiwan_holidays=row[0] == TAIWAN)
        )

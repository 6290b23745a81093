"""The first schema: every room's tables.

Revises:
"""

import sqlalchemy as sa
from alembic import op

from tracker.index import ddl

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# References that go round in a circle: SQLite takes them with the table, PostgreSQL once all tables stand.
CIRCLES = (
    ("organisation", ["privacy_contact_id"], "person", ["id"]),
    ("organisation", ["security_contact_id"], "person", ["id"]),
    ("unit", ["head_id"], "person", ["id"]),
    ("person_role", ["system_id"], "ai_system", ["id"]),
)


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index("ix_attempt_key", "attempt", ["key", "at"], unique=False)
    op.create_table(
        "counter",
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", name=op.f("pk_counter")),
    )
    op.create_table(
        "ended_session",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_ended_session")),
    )
    op.create_index(op.f("ix_ended_session_until"), "ended_session", ["until"], unique=False)
    op.create_table(
        "idempotency",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("body_sha256", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency")),
        sa.UniqueConstraint("owner", "key", name=op.f("uq_idempotency_owner_key")),
    )
    op.create_table(
        "index_text",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("public", sa.String(), nullable=False),
        sa.Column("staff", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_index_text")),
    )
    op.create_table(
        "instance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("held_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resumed_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("policy_digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instance")),
    )
    op.create_table(
        "obligation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("clock", sa.String(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=True),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("stuck", sa.Integer(), nullable=False),
        sa.Column("wait_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_obligation")),
        sa.UniqueConstraint(
            "subject_kind",
            "subject_id",
            "clock",
            "epoch",
            "step",
            "occurrence",
            name=op.f("uq_obligation_subject_kind_subject_id_clock_epoch_step_occurrence"),
        ),
    )
    op.create_index(
        "ix_obligation_due",
        "obligation",
        ["due_at", "rank", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'scheduled'"),
        postgresql_where=sa.text("state = 'scheduled'"),
    )
    op.create_index(
        "ix_obligation_stuck",
        "obligation",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'scheduled' AND stuck >= 3"),
        postgresql_where=sa.text("state = 'scheduled' AND stuck >= 3"),
    )
    op.create_index("ix_obligation_subject", "obligation", ["subject_kind", "subject_id", "id"], unique=False)
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("help_phone", sa.String(), nullable=False),
        sa.Column("privacy_contact_id", sa.Integer(), nullable=True),
        sa.Column("security_contact_id", sa.Integer(), nullable=True),
        sa.Column("public_body", sa.String(), nullable=False),
        sa.Column("critical_provider", sa.String(), nullable=False),
        sa.Column("finance_or_health", sa.String(), nullable=False),
        sa.Column("eu", sa.String(), nullable=False),
        sa.Column("guests_may_report", sa.Boolean(), nullable=False),
        sa.Column("same_person_may_sign", sa.Boolean(), nullable=False),
        sa.Column("chase_preset", sa.String(), nullable=False),
        sa.Column("working_hours", sa.JSON(), nullable=False),
        sa.Column("use_taiwan_holidays", sa.Boolean(), nullable=False),
        sa.Column("nightly_backup", sa.Boolean(), nullable=False),
        sa.Column("minguo_dates", sa.Boolean(), nullable=False),
        sa.Column("set_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_organisation_only_one")),
        sa.ForeignKeyConstraint(
            ["privacy_contact_id"],
            ["person.id"],
            name=op.f("fk_organisation_privacy_contact_id"),
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["security_contact_id"],
            ["person.id"],
            name=op.f("fk_organisation_security_contact_id"),
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "rearm",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rearm")),
    )
    op.create_index("ix_rearm_reader", "rearm", ["reader", "id"], unique=False)
    op.create_table(
        "tally",
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("system_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("measure", "day", "system_id", "unit_id", name=op.f("pk_tally")),
    )
    op.create_index("ix_tally_day", "tally", ["day"], unique=False)
    op.create_table(
        "tally_stamp",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tally_stamp")),
    )
    op.create_table(
        "team",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("name", name=op.f("uq_team_name")),
    )
    op.create_table(
        "tick",
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ticks", sa.Integer(), nullable=False),
        sa.Column("fired", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("node", name=op.f("pk_tick")),
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("head_id", sa.Integer(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["head_id"], ["person.id"], name=op.f("fk_unit_head_id"), use_alter=True),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("name", name=op.f("uq_unit_name")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("session_epoch", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("text_size", sa.String(), nullable=False),
        sa.Column("keys_on", sa.Boolean(), nullable=False),
        sa.Column("mail_wish", sa.String(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=True),
        sa.Column("away_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("away_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["deputy_id"], ["person.id"], name=op.f("fk_person_deputy_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_person_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )
    op.create_index(op.f("ix_person_unit_id"), "person", ["unit_id"], unique=False)
    op.create_table(
        "ai_system",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("operated_by", sa.String(), nullable=False),
        sa.Column("vendor_name", sa.String(), nullable=False),
        sa.Column("vendor_contact", sa.String(), nullable=False),
        sa.Column("vendor_email", sa.String(), nullable=False),
        sa.Column("vendor_contract", sa.String(), nullable=False),
        sa.Column("support_hours", sa.String(), nullable=False),
        sa.Column("address_checked", sa.String(), nullable=False),
        sa.Column("address_checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("imported", sa.Boolean(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_ai_system_owner_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_ai_system_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ai_system")),
        sa.UniqueConstraint("key", name=op.f("uq_ai_system_key")),
    )
    op.create_index(op.f("ix_ai_system_owner_id"), "ai_system", ["owner_id"], unique=False)
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_api_token_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("sha256", name=op.f("uq_api_token_sha256")),
    )
    op.create_index(op.f("ix_api_token_person_id"), "api_token", ["person_id"], unique=False)
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("filename", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("stored_name", sa.String(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("masked_of_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("size >= 0", name=op.f("ck_attachment_size")),
        sa.ForeignKeyConstraint(["masked_of_id"], ["attachment.id"], name=op.f("fk_attachment_masked_of_id")),
        sa.ForeignKeyConstraint(["uploaded_by_id"], ["person.id"], name=op.f("fk_attachment_uploaded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index("ix_attachment_message_id", "attachment", ["message_id"], unique=False)
    op.create_index("ix_attachment_stored_name", "attachment", ["stored_name"], unique=False)
    op.create_index("ix_attachment_subject", "attachment", ["subject_kind", "subject_id", "id"], unique=False)
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("on_behalf", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("prev_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_audit_entry_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint(
            "subject_kind", "subject_id", "seq", name=op.f("uq_audit_entry_subject_kind_subject_id_seq")
        ),
    )
    op.create_index("ix_audit_entry_at", "audit_entry", ["at", "id"], unique=False)
    op.create_index("ix_audit_entry_by", "audit_entry", ["by_id", "id"], unique=False)
    op.create_table(
        "case_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_case_link_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_link")),
        sa.UniqueConstraint("sha256", name=op.f("uq_case_link_sha256")),
    )
    op.create_index("ix_case_link_subject", "case_link", ["subject_kind", "subject_id"], unique=False)
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idem_key", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("chase_id", sa.Integer(), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("undoable", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("subject_line", sa.String(), nullable=False),
        sa.Column("body_text", sa.String(), nullable=False),
        sa.Column("body_html", sa.String(), nullable=True),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("withheld", sa.Boolean(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_try", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("doubts", sa.Integer(), nullable=False),
        sa.Column("digest_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.CheckConstraint("channel IN ('bell', 'mail')", name=op.f("ck_letter_channel")),
        sa.CheckConstraint(
            "state IN ('pending', 'claimed', 'sent', 'deferred', 'unknown', 'dead', 'cancelled', 'kept')",
            name=op.f("ck_letter_state"),
        ),
        sa.ForeignKeyConstraint(["digest_id"], ["letter.id"], name=op.f("fk_letter_digest_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_letter_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("idem_key", name=op.f("uq_letter_idem_key")),
    )
    op.create_index("ix_letter_cause", "letter", ["cause"], unique=False)
    op.create_index("ix_letter_chase_id", "letter", ["chase_id"], unique=False)
    op.create_index(
        "ix_letter_claimed",
        "letter",
        ["lease_until"],
        unique=False,
        sqlite_where=sa.text("state = 'claimed'"),
        postgresql_where=sa.text("state = 'claimed'"),
    )
    op.create_index(
        "ix_letter_dead",
        "letter",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'dead'"),
        postgresql_where=sa.text("state = 'dead'"),
    )
    op.create_index("ix_letter_digest_id", "letter", ["digest_id"], unique=False)
    op.create_index(
        "ix_letter_due",
        "letter",
        ["next_try", "id"],
        unique=False,
        sqlite_where=sa.text(
            "channel = 'mail' AND state IN ('pending', 'deferred', 'unknown') AND digest_id IS NULL"
        ),
        postgresql_where=sa.text(
            "channel = 'mail' AND state IN ('pending', 'deferred', 'unknown') AND digest_id IS NULL"
        ),
    )
    op.create_index("ix_letter_person", "letter", ["person_id", "channel", "id"], unique=False)
    op.create_index("ix_letter_recipient", "letter", ["recipient", "sent_at"], unique=False)
    op.create_index(
        "ix_letter_resting",
        "letter",
        ["next_try"],
        unique=False,
        sqlite_where=sa.text("channel = 'bell' AND state = 'pending'"),
        postgresql_where=sa.text("channel = 'bell' AND state = 'pending'"),
    )
    op.create_index("ix_letter_subject", "letter", ["subject_kind", "subject_id", "id"], unique=False)
    op.create_index(
        "ix_letter_unseen",
        "letter",
        ["person_id", "id"],
        unique=False,
        sqlite_where=sa.text("channel = 'bell' AND seen_at IS NULL AND state <> 'cancelled'"),
        postgresql_where=sa.text("channel = 'bell' AND seen_at IS NULL AND state <> 'cancelled'"),
    )
    op.create_table(
        "people_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_people_import_by_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_import")),
    )
    op.create_table(
        "person_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("system_id", sa.Integer(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_role_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["system_id"], ["ai_system.id"], name=op.f("fk_person_role_system_id"), use_alter=True
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_person_role_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_role")),
        sa.UniqueConstraint(
            "person_id",
            "role",
            "unit_id",
            "system_id",
            name=op.f("uq_person_role_person_id_role_unit_id_system_id"),
        ),
    )
    op.create_index("ix_person_role_role", "person_role", ["role", "person_id"], unique=False)
    op.create_table(
        "report_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_report_draft_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_draft")),
        sa.UniqueConstraint("key", name=op.f("uq_report_draft_key")),
    )
    op.create_index(op.f("ix_report_draft_person_id"), "report_draft", ["person_id"], unique=False)
    op.create_table(
        "sign_in_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_sign_in_link_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_link")),
        sa.UniqueConstraint("sha256", name=op.f("uq_sign_in_link_sha256")),
    )
    op.create_table(
        "team_member",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_team_member_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_team_member_team_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("team_id", "person_id", name=op.f("pk_team_member")),
    )
    op.create_index(op.f("ix_team_member_person_id"), "team_member", ["person_id"], unique=False)
    op.create_table(
        "text_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_text_version_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_version")),
    )
    op.create_index(
        "ix_text_version_subject", "text_version", ["subject_kind", "subject_id", "field", "id"], unique=False
    )
    op.create_table(
        "must_know",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("system_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_must_know_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["system_id"], ["ai_system.id"], name=op.f("fk_must_know_system_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_must_know_unit_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_must_know")),
    )
    op.create_index(op.f("ix_must_know_person_id"), "must_know", ["person_id"], unique=False)
    op.create_index(op.f("ix_must_know_system_id"), "must_know", ["system_id"], unique=False)
    op.create_table(
        "system_function",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("system_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["system_id"], ["ai_system.id"], name=op.f("fk_system_function_system_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_system_function")),
        sa.UniqueConstraint("system_id", "name", name=op.f("uq_system_function_system_id_name")),
    )
    op.create_table(
        "system_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("system_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("limits", sa.String(), nullable=False),
        sa.Column("forbidden", sa.String(), nullable=False),
        sa.Column("how_to_report", sa.String(), nullable=False),
        sa.Column("guide_updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["system_id"], ["ai_system.id"], name=op.f("fk_system_version_system_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_system_version")),
        sa.UniqueConstraint("system_id", "version", name=op.f("uq_system_version_system_id_version")),
    )
    op.create_table(
        "guide_read",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("system_version_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_guide_read_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["system_version_id"],
            ["system_version.id"],
            name=op.f("fk_guide_read_system_version_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guide_read")),
        sa.UniqueConstraint(
            "system_version_id", "person_id", name=op.f("uq_guide_read_system_version_id_person_id")
        ),
    )
    op.create_index(op.f("ix_guide_read_person_id"), "guide_read", ["person_id"], unique=False)
    op.create_table(
        "issue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=True),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("impact_hint", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("severity_provisional", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("system_id", sa.Integer(), nullable=False),
        sa.Column("system_version", sa.String(), nullable=False),
        sa.Column("function_id", sa.Integer(), nullable=True),
        sa.Column("environment", sa.String(), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=True),
        sa.Column("reporter_name", sa.String(), nullable=False),
        sa.Column("reporter_email", sa.String(), nullable=False),
        sa.Column("reporter_phone", sa.String(), nullable=False),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("occurred_precision", sa.String(), nullable=False),
        sa.Column("aware_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_response_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_update_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_due_clock", sa.String(), nullable=False),
        sa.Column("personal_data", sa.Boolean(), nullable=False),
        sa.Column("harm", sa.Boolean(), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column(
            "alarming",
            sa.Boolean(),
            sa.Computed("harm OR personal_data OR severity = 'S1'", persisted=True),
            nullable=False,
        ),
        sa.Column("need_statement", sa.String(), nullable=False),
        sa.Column("need_confirmed_by", sa.String(), nullable=False),
        sa.Column("need_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("need_confirmed_how", sa.String(), nullable=False),
        sa.Column("proposed_solution", sa.String(), nullable=False),
        sa.Column("escalation_needed", sa.Boolean(), nullable=True),
        sa.Column("escalation_reason", sa.String(), nullable=False),
        sa.Column("workaround", sa.String(), nullable=False),
        sa.Column("close_reason", sa.String(), nullable=False),
        sa.Column("user_confirmed", sa.String(), nullable=False),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        sa.Column("reopened_count", sa.Integer(), nullable=False),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("split_from_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("imported", sa.Boolean(), nullable=False),
        sa.Column("imported_row", sa.JSON(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["assignee_id"], ["person.id"], name=op.f("fk_issue_assignee_id")),
        sa.ForeignKeyConstraint(["function_id"], ["system_function.id"], name=op.f("fk_issue_function_id")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["issue.id"], name=op.f("fk_issue_merged_into_id")),
        sa.ForeignKeyConstraint(["reporter_id"], ["person.id"], name=op.f("fk_issue_reporter_id")),
        sa.ForeignKeyConstraint(["split_from_id"], ["issue.id"], name=op.f("fk_issue_split_from_id")),
        sa.ForeignKeyConstraint(["system_id"], ["ai_system.id"], name=op.f("fk_issue_system_id")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["person.id"], name=op.f("fk_issue_taken_by_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_issue_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue")),
        sa.UniqueConstraint("number", name=op.f("uq_issue_number")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_issue_source_external_id")),
    )
    op.create_index(
        "ix_issue_alarming",
        "issue",
        ["alarming", "next_due_at", "id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL AND NOT imported"),
        postgresql_where=sa.text("closed_at IS NULL AND NOT imported"),
    )
    op.create_index(
        "ix_issue_inbox",
        "issue",
        ["next_due_at", "id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL AND NOT imported"),
        postgresql_where=sa.text("closed_at IS NULL AND NOT imported"),
    )
    op.create_index(
        "ix_issue_inbox_mine",
        "issue",
        ["assignee_id", "next_due_at", "id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL AND NOT imported"),
        postgresql_where=sa.text("closed_at IS NULL AND NOT imported"),
    )
    op.create_index(
        "ix_issue_inbox_state",
        "issue",
        ["state", "next_due_at", "id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL AND NOT imported"),
        postgresql_where=sa.text("closed_at IS NULL AND NOT imported"),
    )
    op.create_index(
        "ix_issue_inbox_system",
        "issue",
        ["system_id", "next_due_at", "id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL AND NOT imported"),
        postgresql_where=sa.text("closed_at IS NULL AND NOT imported"),
    )
    op.create_index(op.f("ix_issue_merged_into_id"), "issue", ["merged_into_id"], unique=False)
    op.create_index("ix_issue_reporter", "issue", ["reporter_id", "id"], unique=False)
    op.create_index(
        "ix_issue_restricted",
        "issue",
        ["id"],
        unique=False,
        sqlite_where=sa.text("restricted = 1"),
        postgresql_where=sa.text("restricted"),
    )
    op.create_index("ix_issue_state", "issue", ["state", "id"], unique=False)
    op.create_index("ix_issue_system", "issue", ["system_id", "id"], unique=False)
    op.create_index(op.f("ix_issue_unit_id"), "issue", ["unit_id"], unique=False)
    op.create_index("ix_issue_updated", "issue", ["updated_at", "id"], unique=False)
    op.create_table(
        "training_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("trainer", sa.String(), nullable=False),
        sa.Column("system_id", sa.Integer(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("functions", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_training_session_created_by_id")
        ),
        sa.ForeignKeyConstraint(["system_id"], ["ai_system.id"], name=op.f("fk_training_session_system_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["system_version.id"], name=op.f("fk_training_session_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_session")),
    )
    op.create_index("ix_training_session_held_on", "training_session", ["held_on", "id"], unique=False)
    op.create_index(op.f("ix_training_session_system_id"), "training_session", ["system_id"], unique=False)
    op.create_index(op.f("ix_training_session_version_id"), "training_session", ["version_id"], unique=False)
    op.create_table(
        "ask",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_ask_issue_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ask")),
    )
    op.create_index("ix_ask_issue", "ask", ["issue_id", "kind", "id"], unique=False)
    op.create_table(
        "attendee",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attendee_person_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["training_session.id"], name=op.f("fk_attendee_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendee")),
    )
    op.create_index(op.f("ix_attendee_person_id"), "attendee", ["person_id"], unique=False)
    op.create_index(op.f("ix_attendee_session_id"), "attendee", ["session_id"], unique=False)
    op.create_table(
        "chase",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=True),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("clock", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fired_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.JSON(), nullable=False),
        sa.Column("to", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_chase_issue_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["obligation_id"], ["obligation.id"], name=op.f("fk_chase_obligation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chase")),
        sa.UniqueConstraint("obligation_id", name=op.f("uq_chase_obligation_id")),
    )
    op.create_index("ix_chase_issue", "chase", ["issue_id", "id"], unique=False)
    op.create_index("ix_chase_subject", "chase", ["subject_kind", "subject_id", "id"], unique=False)
    op.create_table(
        "clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("met", sa.Boolean(), nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("workings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_clock_issue_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock")),
        sa.UniqueConstraint(
            "subject_kind", "subject_id", "name", name=op.f("uq_clock_subject_kind_subject_id_name")
        ),
    )
    op.create_index(
        "ix_clock_due",
        "clock",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_clock_issue", "clock", ["issue_id", "ended_at", "due_at"], unique=False)
    op.create_table(
        "contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("with_whom", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_contact_by_id")),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_contact_issue_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index("ix_contact_issue", "contact", ["issue_id", "id"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("input", sa.String(), nullable=False),
        sa.Column("actual", sa.String(), nullable=False),
        sa.Column("expected", sa.String(), nullable=False),
        sa.Column("expected_source", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("model_version", sa.String(), nullable=False),
        sa.Column("trace_id", sa.String(), nullable=False),
        sa.Column("more", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_evidence_issue_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("issue_id", name=op.f("pk_evidence")),
    )
    op.create_table(
        "issue_record",
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("record_number", sa.String(), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("in_work", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_issue_record_issue_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("issue_id", "record_number", name=op.f("pk_issue_record")),
    )
    op.create_index(op.f("ix_issue_record_record_number"), "issue_record", ["record_number"], unique=False)
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("author_name", sa.String(), nullable=False),
        sa.Column("from_reporter", sa.Boolean(), nullable=False),
        sa.Column("visibility", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("masked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_message_author_id")),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_message_issue_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index("ix_message_issue", "message", ["issue_id", "id"], unique=False)
    op.create_table(
        "participant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_participant_issue_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_participant_person_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_participant_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
        sa.UniqueConstraint(
            "issue_id",
            "person_id",
            "team_id",
            "role",
            name=op.f("uq_participant_issue_id_person_id_team_id_role"),
        ),
    )
    op.create_index("ix_participant_person", "participant", ["person_id", "issue_id"], unique=False)
    op.create_index("ix_participant_team", "participant", ["team_id", "issue_id"], unique=False)
    op.create_table(
        "record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=True),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_from", sa.String(), nullable=False),
        sa.Column("primary_issue_id", sa.Integer(), nullable=False),
        sa.Column("system_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("reissue_of_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_due_clock", sa.String(), nullable=False),
        sa.Column("long_form", sa.Boolean(), nullable=False),
        sa.Column("loops", sa.Integer(), nullable=False),
        sa.Column("relapses", sa.Integer(), nullable=False),
        sa.Column("reproducible", sa.String(), nullable=False),
        sa.Column("reproduction", sa.String(), nullable=False),
        sa.Column("anomaly_type", sa.String(), nullable=False),
        sa.Column("harm_realisation", sa.String(), nullable=False),
        sa.Column("impact", sa.Integer(), nullable=True),
        sa.Column("reach", sa.Integer(), nullable=True),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("severity_override", sa.String(), nullable=False),
        sa.Column("severity_override_reason", sa.String(), nullable=False),
        sa.Column("affected_count", sa.String(), nullable=False),
        sa.Column("personal_data", sa.String(), nullable=False),
        sa.Column("special_category", sa.String(), nullable=False),
        sa.Column("record_count", sa.Integer(), nullable=True),
        sa.Column("security_event", sa.String(), nullable=False),
        sa.Column("ip_concern", sa.String(), nullable=False),
        sa.Column("containment_none_because", sa.String(), nullable=False),
        sa.Column("already_out", sa.String(), nullable=False),
        sa.Column("cause_class", sa.String(), nullable=False),
        sa.Column("root_cause", sa.String(), nullable=False),
        sa.Column("escape_cause", sa.String(), nullable=False),
        sa.Column("similar_check", sa.String(), nullable=False),
        sa.Column("cause_not_found", sa.String(), nullable=False),
        sa.Column("preventive_none_because", sa.String(), nullable=False),
        sa.Column("fixed_in_version", sa.String(), nullable=False),
        sa.Column("proof_kind", sa.String(), nullable=False),
        sa.Column("proof_steps", sa.String(), nullable=False),
        sa.Column("proof_before", sa.String(), nullable=False),
        sa.Column("proof_after", sa.String(), nullable=False),
        sa.Column("verified_by_id", sa.Integer(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verification_result", sa.String(), nullable=False),
        sa.Column("same_person_reason", sa.String(), nullable=False),
        sa.Column("user_reply_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("training_gap", sa.String(), nullable=False),
        sa.Column("training_note", sa.String(), nullable=False),
        sa.Column("watch_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("close_code", sa.String(), nullable=False),
        sa.Column("conclude_reason", sa.String(), nullable=False),
        sa.Column("lessons", sa.String(), nullable=False),
        sa.Column("hold_waiting_for", sa.String(), nullable=False),
        sa.Column("hold_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold_liaison_id", sa.Integer(), nullable=True),
        sa.Column("hold_promise", sa.String(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["hold_liaison_id"], ["person.id"], name=op.f("fk_record_hold_liaison_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_record_owner_id")),
        sa.ForeignKeyConstraint(["primary_issue_id"], ["issue.id"], name=op.f("fk_record_primary_issue_id")),
        sa.ForeignKeyConstraint(["reissue_of_id"], ["record.id"], name=op.f("fk_record_reissue_of_id")),
        sa.ForeignKeyConstraint(["system_id"], ["ai_system.id"], name=op.f("fk_record_system_id")),
        sa.ForeignKeyConstraint(["verified_by_id"], ["person.id"], name=op.f("fk_record_verified_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
        sa.UniqueConstraint("number", name=op.f("uq_record_number")),
    )
    op.create_index(op.f("ix_record_owner_id"), "record", ["owner_id"], unique=False)
    op.create_index(op.f("ix_record_primary_issue_id"), "record", ["primary_issue_id"], unique=False)
    op.create_index(op.f("ix_record_reissue_of_id"), "record", ["reissue_of_id"], unique=False)
    op.create_index("ix_record_state", "record", ["state", "id"], unique=False)
    op.create_index("ix_record_system", "record", ["system_id", "id"], unique=False)
    op.create_index("ix_record_updated", "record", ["updated_at", "id"], unique=False)
    op.create_table(
        "tally_share",
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("system_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_tally_share_issue_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("issue_id", "measure", name=op.f("pk_tally_share")),
    )
    op.create_index("ix_tally_share_list", "tally_share", ["measure", "day", "issue_id"], unique=False)
    op.create_table(
        "effect_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recurrences", sa.Integer(), nullable=True),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_effect_check_by_id")),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_effect_check_record_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_effect_check")),
    )
    op.create_index("ix_effect_check_record", "effect_check", ["record_id", "due_at"], unique=False)
    op.create_table(
        "escalation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=True),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to_person_id", sa.Integer(), nullable=True),
        sa.Column("to_team_id", sa.Integer(), nullable=True),
        sa.Column("to_name", sa.String(), nullable=False),
        sa.Column("to_email", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.String(), nullable=False),
        sa.Column("expected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_update_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("external_ref", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_escalation_by_id")),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_escalation_record_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["to_person_id"], ["person.id"], name=op.f("fk_escalation_to_person_id")),
        sa.ForeignKeyConstraint(["to_team_id"], ["team.id"], name=op.f("fk_escalation_to_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation")),
    )
    op.create_index("ix_escalation_record", "escalation", ["record_id", "id"], unique=False)
    op.create_index("ix_escalation_team", "escalation", ["to_team_id", "state"], unique=False)
    op.create_index("ix_escalation_to", "escalation", ["to_person_id", "state"], unique=False)
    op.create_table(
        "field_author",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_field_author_person_id")),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_field_author_record_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record_id", "field", name=op.f("pk_field_author")),
    )
    op.create_table(
        "record_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_record_choice_record_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_choice")),
        sa.UniqueConstraint(
            "record_id", "field", "value", name=op.f("uq_record_choice_record_id_field_value")
        ),
    )
    op.create_table(
        "record_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("target_kind", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("dimension", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_record_item_owner_id")),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_record_item_record_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_item")),
    )
    op.create_index("ix_record_item_part", "record_item", ["record_id", "part", "id"], unique=False)
    op.create_table(
        "signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("signed_as", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("statement", sa.String(), nullable=False),
        sa.Column("same_person_reason", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digests", sa.JSON(), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_because", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_signature_person_id")),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_signature_record_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
    )
    op.create_index("ix_signature_record", "signature", ["record_id", "id"], unique=False)
    op.create_table(
        "verification_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tool", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("cases", sa.String(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_verification_run_record_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_run")),
    )
    op.create_index("ix_verification_run_record", "verification_run", ["record_id", "id"], unique=False)
    op.create_table(
        "escalation_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("escalation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("passed_on_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_escalation_note_by_id")),
        sa.ForeignKeyConstraint(
            ["escalation_id"],
            ["escalation.id"],
            name=op.f("fk_escalation_note_escalation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation_note")),
    )
    op.create_index("ix_escalation_note_escalation", "escalation_note", ["escalation_id", "id"], unique=False)
    for table, columns, other, others in CIRCLES:
        if op.get_bind().dialect.name == "postgresql":
            op.create_foreign_key(op.f(f"fk_{table}_{columns[0]}"), table, other, columns, others)
    ddl.create(op.get_bind())


def downgrade() -> None:
    ddl.drop(op.get_bind())
    for table, columns, _other, _others in CIRCLES:
        if op.get_bind().dialect.name == "postgresql":
            op.drop_constraint(op.f(f"fk_{table}_{columns[0]}"), table, type_="foreignkey")
    op.drop_index("ix_escalation_note_escalation", table_name="escalation_note")
    op.drop_table("escalation_note")
    op.drop_index("ix_verification_run_record", table_name="verification_run")
    op.drop_table("verification_run")
    op.drop_index("ix_signature_record", table_name="signature")
    op.drop_table("signature")
    op.drop_index("ix_record_item_part", table_name="record_item")
    op.drop_table("record_item")
    op.drop_table("record_choice")
    op.drop_table("field_author")
    op.drop_index("ix_escalation_to", table_name="escalation")
    op.drop_index("ix_escalation_team", table_name="escalation")
    op.drop_index("ix_escalation_record", table_name="escalation")
    op.drop_table("escalation")
    op.drop_index("ix_effect_check_record", table_name="effect_check")
    op.drop_table("effect_check")
    op.drop_index("ix_tally_share_list", table_name="tally_share")
    op.drop_table("tally_share")
    op.drop_index("ix_record_updated", table_name="record")
    op.drop_index("ix_record_system", table_name="record")
    op.drop_index("ix_record_state", table_name="record")
    op.drop_index(op.f("ix_record_reissue_of_id"), table_name="record")
    op.drop_index(op.f("ix_record_primary_issue_id"), table_name="record")
    op.drop_index(op.f("ix_record_owner_id"), table_name="record")
    op.drop_table("record")
    op.drop_index("ix_participant_team", table_name="participant")
    op.drop_index("ix_participant_person", table_name="participant")
    op.drop_table("participant")
    op.drop_index("ix_message_issue", table_name="message")
    op.drop_table("message")
    op.drop_index(op.f("ix_issue_record_record_number"), table_name="issue_record")
    op.drop_table("issue_record")
    op.drop_table("evidence")
    op.drop_index("ix_contact_issue", table_name="contact")
    op.drop_table("contact")
    op.drop_index("ix_clock_issue", table_name="clock")
    op.drop_index(
        "ix_clock_due",
        table_name="clock",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_table("clock")
    op.drop_index("ix_chase_subject", table_name="chase")
    op.drop_index("ix_chase_issue", table_name="chase")
    op.drop_table("chase")
    op.drop_index(op.f("ix_attendee_session_id"), table_name="attendee")
    op.drop_index(op.f("ix_attendee_person_id"), table_name="attendee")
    op.drop_table("attendee")
    op.drop_index("ix_ask_issue", table_name="ask")
    op.drop_table("ask")
    op.drop_index(op.f("ix_training_session_version_id"), table_name="training_session")
    op.drop_index(op.f("ix_training_session_system_id"), table_name="training_session")
    op.drop_index("ix_training_session_held_on", table_name="training_session")
    op.drop_table("training_session")
    op.drop_index("ix_issue_updated", table_name="issue")
    op.drop_index(op.f("ix_issue_unit_id"), table_name="issue")
    op.drop_index("ix_issue_system", table_name="issue")
    op.drop_index("ix_issue_state", table_name="issue")
    op.drop_index(
        "ix_issue_restricted",
        table_name="issue",
        sqlite_where=sa.text("restricted = 1"),
        postgresql_where=sa.text("restricted"),
    )
    op.drop_index("ix_issue_reporter", table_name="issue")
    op.drop_index(op.f("ix_issue_merged_into_id"), table_name="issue")
    op.drop_index(
        "ix_issue_inbox_system",
        table_name="issue",
        sqlite_where=sa.text("closed_at IS NULL AND NOT imported"),
        postgresql_where=sa.text("closed_at IS NULL AND NOT imported"),
    )
    op.drop_index(
        "ix_issue_inbox_state",
        table_name="issue",
        sqlite_where=sa.text("closed_at IS NULL AND NOT imported"),
        postgresql_where=sa.text("closed_at IS NULL AND NOT imported"),
    )
    op.drop_index(
        "ix_issue_inbox_mine",
        table_name="issue",
        sqlite_where=sa.text("closed_at IS NULL AND NOT imported"),
        postgresql_where=sa.text("closed_at IS NULL AND NOT imported"),
    )
    op.drop_index(
        "ix_issue_inbox",
        table_name="issue",
        sqlite_where=sa.text("closed_at IS NULL AND NOT imported"),
        postgresql_where=sa.text("closed_at IS NULL AND NOT imported"),
    )
    op.drop_index(
        "ix_issue_alarming",
        table_name="issue",
        sqlite_where=sa.text("closed_at IS NULL AND NOT imported"),
        postgresql_where=sa.text("closed_at IS NULL AND NOT imported"),
    )
    op.drop_table("issue")
    op.drop_index(op.f("ix_guide_read_person_id"), table_name="guide_read")
    op.drop_table("guide_read")
    op.drop_table("system_version")
    op.drop_table("system_function")
    op.drop_index(op.f("ix_must_know_system_id"), table_name="must_know")
    op.drop_index(op.f("ix_must_know_person_id"), table_name="must_know")
    op.drop_table("must_know")
    op.drop_index("ix_text_version_subject", table_name="text_version")
    op.drop_table("text_version")
    op.drop_index(op.f("ix_team_member_person_id"), table_name="team_member")
    op.drop_table("team_member")
    op.drop_table("sign_in_link")
    op.drop_index(op.f("ix_report_draft_person_id"), table_name="report_draft")
    op.drop_table("report_draft")
    op.drop_index("ix_person_role_role", table_name="person_role")
    op.drop_table("person_role")
    op.drop_table("people_import")
    op.drop_index(
        "ix_letter_unseen",
        table_name="letter",
        sqlite_where=sa.text("channel = 'bell' AND seen_at IS NULL AND state <> 'cancelled'"),
        postgresql_where=sa.text("channel = 'bell' AND seen_at IS NULL AND state <> 'cancelled'"),
    )
    op.drop_index("ix_letter_subject", table_name="letter")
    op.drop_index(
        "ix_letter_resting",
        table_name="letter",
        sqlite_where=sa.text("channel = 'bell' AND state = 'pending'"),
        postgresql_where=sa.text("channel = 'bell' AND state = 'pending'"),
    )
    op.drop_index("ix_letter_recipient", table_name="letter")
    op.drop_index("ix_letter_person", table_name="letter")
    op.drop_index(
        "ix_letter_due",
        table_name="letter",
        sqlite_where=sa.text(
            "channel = 'mail' AND state IN ('pending', 'deferred', 'unknown') AND digest_id IS NULL"
        ),
        postgresql_where=sa.text(
            "channel = 'mail' AND state IN ('pending', 'deferred', 'unknown') AND digest_id IS NULL"
        ),
    )
    op.drop_index("ix_letter_digest_id", table_name="letter")
    op.drop_index(
        "ix_letter_dead",
        table_name="letter",
        sqlite_where=sa.text("state = 'dead'"),
        postgresql_where=sa.text("state = 'dead'"),
    )
    op.drop_index(
        "ix_letter_claimed",
        table_name="letter",
        sqlite_where=sa.text("state = 'claimed'"),
        postgresql_where=sa.text("state = 'claimed'"),
    )
    op.drop_index("ix_letter_chase_id", table_name="letter")
    op.drop_index("ix_letter_cause", table_name="letter")
    op.drop_table("letter")
    op.drop_index("ix_case_link_subject", table_name="case_link")
    op.drop_table("case_link")
    op.drop_index("ix_audit_entry_by", table_name="audit_entry")
    op.drop_index("ix_audit_entry_at", table_name="audit_entry")
    op.drop_table("audit_entry")
    op.drop_index("ix_attachment_subject", table_name="attachment")
    op.drop_index("ix_attachment_stored_name", table_name="attachment")
    op.drop_index("ix_attachment_message_id", table_name="attachment")
    op.drop_table("attachment")
    op.drop_index(op.f("ix_api_token_person_id"), table_name="api_token")
    op.drop_table("api_token")
    op.drop_index(op.f("ix_ai_system_owner_id"), table_name="ai_system")
    op.drop_table("ai_system")
    op.drop_index(op.f("ix_person_unit_id"), table_name="person")
    op.drop_table("person")
    op.drop_table("unit")
    op.drop_table("tick")
    op.drop_table("team")
    op.drop_table("tally_stamp")
    op.drop_index("ix_tally_day", table_name="tally")
    op.drop_table("tally")
    op.drop_index("ix_rearm_reader", table_name="rearm")
    op.drop_table("rearm")
    op.drop_table("organisation")
    op.drop_index("ix_obligation_subject", table_name="obligation")
    op.drop_index(
        "ix_obligation_stuck",
        table_name="obligation",
        sqlite_where=sa.text("state = 'scheduled' AND stuck >= 3"),
        postgresql_where=sa.text("state = 'scheduled' AND stuck >= 3"),
    )
    op.drop_index(
        "ix_obligation_due",
        table_name="obligation",
        sqlite_where=sa.text("state = 'scheduled'"),
        postgresql_where=sa.text("state = 'scheduled'"),
    )
    op.drop_table("obligation")
    op.drop_table("instance")
    op.drop_table("index_text")
    op.drop_table("idempotency")
    op.drop_index(op.f("ix_ended_session_until"), table_name="ended_session")
    op.drop_table("ended_session")
    op.drop_table("counter")
    op.drop_index("ix_attempt_key", table_name="attempt")
    op.drop_table("attempt")

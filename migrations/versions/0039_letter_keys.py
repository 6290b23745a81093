"""The keys of the letters of one cause begin alike: the index has them in one place, and finds them by their cause.

The keys of letters written before are changed too: none of them is written a second time.  On the way down they stay
as they are, since what they were made of is not kept in full.

Revises: 0038
"""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

DIGITS = 16
LISTED = sa.text("digest_id IS NOT NULL")


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        connection.connection.driver_connection.create_function("digest_of", 1, _digest, deterministic=True)
        digest = "digest_of(cause)"
    else:
        digest = "encode(sha256(convert_to(cause, 'UTF8')), 'hex')"
    connection.execute(
        sa.text(
            f"UPDATE letter SET idem_key = substr({digest}, 1, {DIGITS}) || substr(idem_key, 1, 64 - {DIGITS})"
        )
    )
    op.drop_index("ix_letter_cause", table_name="letter")
    # Few letters stand in a digest, and each index is one more place to write for every letter.
    op.drop_index("ix_letter_digest_id", table_name="letter")
    op.create_index(
        "ix_letter_digest_id", "letter", ["digest_id"], sqlite_where=LISTED, postgresql_where=LISTED
    )


def _digest(cause: str) -> str:
    return hashlib.sha256(cause.encode("utf-8", "surrogatepass")).hexdigest()


def downgrade() -> None:
    op.drop_index("ix_letter_digest_id", table_name="letter")
    op.create_index("ix_letter_digest_id", "letter", ["digest_id"])
    op.create_index("ix_letter_cause", "letter", ["cause"])

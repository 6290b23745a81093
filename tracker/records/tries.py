"""B9: the files that show how the fault reproduces, written down with the record; a signature covers them."""

from collections.abc import Sequence
from datetime import datetime

from tracker import audit, rearm
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.records import signing
from tracker.records.models import Record


def note_files(
    record: Record, digests: Sequence[str], *, by: Actor, at: datetime, removed: bool = False
) -> None:
    """Files were added to the record or taken out, by their SHA-256."""
    audit.record("record.remove_file" if removed else "record.add_file", record, by=by, at=at,
                 after={"sha256": [*digests]})  # fmt: skip
    record.updated_at = at
    rearm.mark(record.kind_name, record.id, at=at)
    db.session.flush()
    signing.void_changed(record, by=by, at=at)

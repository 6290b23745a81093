"""Finding the record of a page, for this actor alone; looking at personal data is written down."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from flask import request
from flask_babel import gettext as _
from sqlalchemy import select

from tracker import audit, clock
from tracker.accounts.rules import AUDITOR, MANAGER, SUPERVISOR, Actor
from tracker.db import db, first_or_404, locked, writing
from tracker.records import queries
from tracker.records.models import Record
from tracker.web import current_actor

# What an auditor sees of people and evidence: that it is there.
MASKED = frozenset({
    "reporter", "input_text", "actual_output", "expected_output", "trace_refs", "need_confirmed_by", "contact_log",
})  # fmt: skip


def record_of(number: str) -> Record:
    """The visible record with this number, in any width and case; locked when the request will change it."""
    wanted = queries.by_number(current_actor(), unicodedata.normalize("NFKC", number).strip().upper())
    if request.method == "POST":
        return first_or_404(locked(queries.visible(current_actor()).where(Record.number == number.upper())))
    return log_view(first_or_404(wanted), current_actor())


def is_masked(actor: Actor, record: Record) -> bool:
    """Whether this actor reads the record as an auditor only: a role limited to other cases opens nothing here."""
    place = {"unit_id": record.primary_issue.unit_id, "system_id": record.system_id}
    return actor.is_(AUDITOR) and not any(actor.is_for(role, **place) for role in (SUPERVISOR, MANAGER))


def log_view(found: Record, actor: Actor) -> Record:
    """Write down who looked at personal data, and each look of an auditor."""
    if not (found.primary_issue.personal_data or is_masked(actor, found)):
        return found
    number = found.number
    # A transaction that began by reading cannot always go on to write on SQLite: begin anew.
    db.session.rollback()
    writing.set(True)
    again = db.session.scalars(locked(select(Record).where(Record.number == number))).one()
    audit.record("record.view", again, by=actor, at=clock.now())
    db.session.commit()
    writing.set(False)
    return again


def hidden(record: Record, actor: Actor) -> frozenset[str]:
    """The fields whose content this actor may not read; an auditor learns that there is some."""
    if not is_masked(actor, record):
        return frozenset()
    return MASKED | ({"description"} if record.primary_issue.personal_data else frozenset())


def masked(values: Mapping[str, Any], record: Record, actor: Actor) -> dict[str, Any]:
    """The values as this actor may read them."""
    keys = hidden(record, actor)
    return {key: _("(masked)") if key in keys and value else value for key, value in values.items()}

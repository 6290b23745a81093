"""Finding the record of a page, for this actor alone; looking at personal data is written down."""

import unicodedata

from flask import request
from sqlalchemy import select

from tracker import audit, clock
from tracker.accounts.rules import Actor
from tracker.db import db, first_or_404, locked, writing
from tracker.records import queries, standing_in
from tracker.records.masking import is_masked
from tracker.records.models import Record
from tracker.web import current_actor


def record_of(number: str) -> Record:
    """The visible record with this number, in any width and case; locked when the request will change it."""
    wanted = queries.by_number(current_actor(), unicodedata.normalize("NFKC", number).strip().upper())
    if request.method == "POST":
        return queries.for_change(queries.visible(current_actor()).where(Record.number == number.upper()))
    return log_view(first_or_404(wanted), current_actor())


def record_to_sign(number: str) -> Record:
    """The record of a page for signing, which opens to the deputy of a signer who is away as well."""
    found = standing_in.readable(current_actor(), clock.now()).where(Record.number == number.upper())
    if request.method == "POST":
        return queries.for_change(found)
    return log_view(first_or_404(queries.in_full(found)), current_actor())


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

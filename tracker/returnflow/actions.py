"""The verbs of the return flow: take a cause, say what was changed, or put it back."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from tracker import audit
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.errors import DomainError, NotAllowed, NotFound
from tracker.records.models import Record
from tracker.records.parts import RecordChoice
from tracker.returnflow import queries, rules
from tracker.returnflow.models import ReturnMark

ACTS = {
    rules.TAKEN: "record.return_taken",
    rules.DONE: "record.return_done",
    rules.WAITING: "record.return_open",
}


def mark(record: Record, cause: str, state: str, note: str, *, by: Actor, at: datetime) -> None:
    """Say how a cause stands; `done` needs a note, an empty state takes back what was said.

    Raises NotFound for a class that the record has not, NotAllowed, DomainError.
    """
    if cause not in _causes(record) or state not in rules.MARKS:
        raise NotFound()
    if not queries.may_mark(by, record, queries.keepers_of(record)):
        raise NotAllowed(_("Only those who lead the case or keep what the cause lies in can say so."))
    words = note.strip()[: rules.NOTE_MOST]
    if state == rules.DONE and not words:
        text = _("Write what was changed, or why nothing has to be.")
        raise DomainError(text, fields={"note": text})
    found = db.session.scalars(
        select(ReturnMark).where(ReturnMark.record_id == record.id, ReturnMark.cause_class == cause)
    ).first()
    before = found.state if found is not None else rules.WAITING
    if found is not None and state == before == rules.DONE and words != found.note:
        text = _("%(name)s marked it as done meanwhile: %(note)s", name=found.by_name, note=found.note)
        raise DomainError(text, fields={"note": text})
    if state == rules.WAITING:
        if found is not None:
            db.session.delete(found)
    else:
        found = found or ReturnMark(record_id=record.id, cause_class=cause)
        found.state, found.note, found.at = state, words, at
        found.by_id, found.by_name = by.person_id, by.name
        db.session.add(found)
    audit.record(
        ACTS[state], record, by=by, at=at, before={"cause_class": cause, "return_state": before},
        after={"cause_class": cause, "return_state": state}, texts={"return_note": words} if words else None,
    )  # fmt: skip
    db.session.flush()


def _causes(record: Record) -> set[str]:
    further = select(RecordChoice.value).where(
        RecordChoice.record_id == record.id, RecordChoice.field == "cause_classes"
    )
    return {record.cause_class, *db.session.scalars(further)} - {""}

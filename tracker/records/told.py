"""What another tool says of a ticket that stands on a record: noted, asked about, given to a person to verify.

It never moves the case and counts as nobody's progress: a machine at the other side would else silence the chasing.
"""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, func, or_, select, true

from tracker import audit, rearm
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.errors import DomainError, NotAllowed, WrongState
from tracker.records import escalating, letters, queries, rules
from tracker.records.models import Record
from tracker.records.parts import Reference
from tracker.workflow import ASSIGNEE, SUPERVISOR

OPEN, DONE, UNKNOWN = "open", "done", "unknown"
BEFORE_VERIFYING = frozenset({rules.OPENED, rules.ON_HOLD, *rules.ENGINEER_WORK})
"""The states of a record in which a ticket that is done there is something to verify."""


def standing(tool: str, number: str, url: str) -> Sequence[Reference]:
    """The tickets of open records that are this one: by its address, or by the tool's name and its number."""
    ways: list[ColumnElement[bool]] = []
    if url:
        ways.append(func.lower(func.rtrim(Reference.url, "/")) == url.rstrip("/").lower())
    if number:
        named = func.lower(Reference.name) == tool.lower()
        plain = func.lower(func.ltrim(Reference.number, "#!")) == number.lstrip("#!").lower()
        # Two projects of one tool may have the same number: where an address stands, it decides.
        ways.append(and_(named, plain, true() if not url else Reference.url == ""))
    if not ways:
        return ()
    found = select(Reference).join(Record, Record.id == Reference.record_id)
    found = found.where(or_(*ways), Reference.removed_at.is_(None), Record.state.not_in(rules.ENDED))
    return db.session.scalars(found.order_by(Reference.record_id, Reference.id)).all()


def learn(
    row: Reference, state: str, meaning: str, told_at: datetime | None, *, tool: Actor, at: datetime
) -> str:
    """Note what the tool says; answers what came of it: `older`, `same`, `noted`, `done`, `asked`."""
    if told_at is not None and row.told_at is not None and told_at < row.told_at:
        return "older"
    record, before = db.session.get_one(Record, row.record_id), row.status
    same = (row.status, row.meaning) == (state, meaning)
    row.status, row.meaning, row.checked_at, row.told_at = state, meaning, at, told_at or at
    if same:
        return "same"
    _write(record, row, "reference", tool, at, {"status": before})
    if meaning == DONE:
        return _is_done(record, row, tool, at)
    _not_done(record, row, at)
    if meaning == OPEN:
        _say(record, row, before, tool, at)
        return "noted"
    said = _("“%(state)s” is no state that we know. Please say what it means.", state=state)
    letters.to_owner(
        record, "ticket_asked", cause=_cause(row, at), at=at, by=tool, said=f"{_name(row)}: {said}"
    )
    return "asked"


def mean(row: Reference, meaning: str, *, by: Actor, at: datetime) -> None:
    """A person says what the words of the tool mean: still in work, or done there."""
    record = _may(row, by, at)
    if row.meaning != UNKNOWN:
        raise WrongState(act="reference")
    if meaning not in (OPEN, DONE):
        text = _("Choose one of: %(values)s.", values=f"{OPEN}, {DONE}")
        raise DomainError(text, fields={"meaning": text})
    row.meaning = meaning
    _write(record, row, "reference_meant", by, at, {})
    if meaning == DONE:
        _is_done(record, row, by, at)


def look(row: Reference, *, by: Actor, at: datetime) -> None:
    """A person has seen that it is done there, and goes on from here themselves: nobody is asked about it again."""
    record = _may(row, by, at)
    if not row.to_verify:
        raise WrongState(act="reference")
    row.seen_at = at
    _write(record, row, "reference_seen", by, at, {})
    rearm.mark(record.kind_name, record.id, at=at)


def to_verify(record: Record) -> Sequence[Reference]:
    """What is done elsewhere and nobody has looked at, the longest first; nothing once a correction is verified."""
    if record.state not in BEFORE_VERIFYING:
        return ()
    found = select(Reference).where(
        Reference.record_id == record.id,
        Reference.done_at.is_not(None),
        Reference.seen_at.is_(None),
        Reference.removed_at.is_(None),
    )
    return db.session.scalars(found.order_by(Reference.done_at, Reference.id)).all()


def _is_done(record: Record, row: Reference, by: Actor, at: datetime) -> str:
    row.done_at, row.seen_at = at, None
    rearm.mark(record.kind_name, record.id, at=at)
    if record.state not in BEFORE_VERIFYING:
        return "noted"
    said = _("It is done at the other side (“%(state)s”). Please verify it.", state=row.status)
    letters.to_owner(record, "ticket_done", cause=_cause(row, at), at=at, by=by, said=f"{_name(row)}: {said}")
    _say(record, row, "", by, at)
    return "done"


def _not_done(record: Record, row: Reference, at: datetime) -> None:
    """Opened again there: nothing is left to verify."""
    if row.done_at is not None:
        row.done_at = row.seen_at = None
        rearm.mark(record.kind_name, record.id, at=at)


def _say(record: Record, row: Reference, before: str, by: Actor, at: datetime) -> None:
    """One line in the talk between engineer and supervisor; not a sentence, so that everybody reads it alike."""
    escalation = queries.open_escalation(record)
    if escalation is not None:
        change = f"{before} → {row.status}" if before else row.status
        escalating.add_note(escalation, "note", f"{_name(row)}: {change}", by=by, at=at)


def _may(row: Reference, by: Actor, at: datetime) -> Record:
    """Who works on the record or supervises it may say what its tickets mean, people inside alone."""
    record = db.session.get_one(Record, row.record_id)
    known = queries.relations(by, record, queries.last_escalation(record), at)
    if by.link is not None or not known & {ASSIGNEE, SUPERVISOR}:
        raise NotAllowed(act="reference")
    return record


def _name(row: Reference) -> str:
    return f"{row.name} {row.number}".strip()


def _cause(row: Reference, at: datetime) -> str:
    return f"{row.id} {at.isoformat()}"


def _write(
    record: Record, row: Reference, verb: str, by: Actor, at: datetime, before: dict[str, str]
) -> None:
    audit.record(
        f"record.{verb}", record, by=by, at=at, before=before,
        after={
            "reference": row.id, "name": row.name, "number": row.number, "status": row.status, "meaning": row.meaning,
        },
    )  # fmt: skip

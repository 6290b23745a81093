"""Tickets about a record in other tools: kept by those who work on it; a change of their status is progress."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from flask_babel import gettext as _
from sqlalchemy import select

from tracker import audit, rearm
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.errors import DomainError, NotAllowed, WrongState
from tracker.records import escalating, queries, rules
from tracker.records.models import Record
from tracker.records.parts import Escalation, Reference
from tracker.workflow import ASSIGNEE, SUPERVISOR

LINE_MOST, URL_MOST = 120, 500


def of_record(record: Record) -> Sequence[Reference]:
    """Those that stand, in the order they were added."""
    found = select(Reference).where(Reference.record_id == record.id, Reference.removed_at.is_(None))
    return db.session.scalars(found.order_by(Reference.id)).all()


def shown_to(actor: Actor, escalation: Escalation) -> Sequence[Reference]:
    """Those that this actor sees: staff all of the record's, an outside contact what was noted by their letter."""
    found = of_record(escalation.record)
    return found if actor.link is None else [one for one in found if _is_theirs(one, escalation)]


def _is_theirs(row: Reference, escalation: Escalation) -> bool:
    return row.outside and row.escalation_id == escalation.id


def add(
    record: Record, *, name: str, number: str = "", url: str = "", status: str = "", by: Actor, at: datetime
) -> Reference:
    """Note a ticket in another tool.  Raises NotAllowed, or DomainError naming the field that is wrong."""
    escalation = _may(record, by, at)
    wrong = {}
    if not name.strip():
        wrong["name"] = _("Name the tool.")
    if not (number.strip() or url.strip()):
        wrong["number"] = _("Give the ticket's number or its address.")
    if wrong:
        raise DomainError(fields=wrong)
    row = Reference(
        record_id=record.id, escalation_id=escalation.id if escalation is not None else None,
        name=_line("name", name), number=_line("number", number), url=_url(url), status=_line("status", status),
        checked_at=at, at=at, by_name=by.name, outside=by.link is not None,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    _written(record, row, "reference_add", by, at)
    return row


def update(
    row: Reference, *, status: str, number: str | None = None, url: str | None = None, by: Actor, at: datetime
) -> None:
    """What the ticket says now.  A new status is progress and counts as an update; the same was only looked at."""
    record = db.session.get_one(Record, row.record_id)
    escalation = _may(record, by, at, row)
    if row.removed_at is not None:
        raise WrongState(act="reference")
    before, row.status, row.checked_at = row.status, _line("status", status), at
    row.number = row.number if number is None else _line("number", number)
    row.url = row.url if url is None else _url(url)
    if before == row.status:
        return
    # From here on a person's word stands, until the tool says something new.
    row.meaning, row.done_at = "", None
    rearm.mark(record.kind_name, record.id, at=at)
    _written(record, row, "reference", by, at, before=before)
    if escalation is not None:
        # Not a sentence, so that everybody reads it in their own language.
        said = f"{row.name} {row.number}".strip() + f": {before or '–'} → {row.status or '–'}"
        escalating.add_note(escalation, "update", said, by=by, at=at)
        escalation.last_update_at = at
        rearm.mark(escalation.kind_name, escalation.id, at=at)


def remove(row: Reference, *, by: Actor, at: datetime) -> None:
    """Take it off the list; the trail keeps it."""
    record = db.session.get_one(Record, row.record_id)
    _may(record, by, at, row)
    if row.removed_at is not None:
        raise WrongState(act="reference")
    row.removed_at = at
    _written(record, row, "reference_remove", by, at)
    rearm.mark(record.kind_name, record.id, at=at)


def restore(row: Reference, *, by: Actor, at: datetime) -> None:
    """Undo the removal."""
    record = db.session.get_one(Record, row.record_id)
    _may(record, by, at, row)
    if row.removed_at is None:
        raise WrongState(act="reference")
    row.removed_at = None
    _written(record, row, "reference_add", by, at)
    rearm.mark(record.kind_name, record.id, at=at)


def _may(record: Record, by: Actor, at: datetime, row: Reference | None = None) -> Escalation | None:
    """Who works on it or supervises it; answers the open escalation, to which progress belongs."""
    escalation = queries.last_escalation(record)
    if not queries.relations(by, record, escalation, at) & {ASSIGNEE, SUPERVISOR}:
        raise NotAllowed(act="reference")
    if by.link is not None and row is not None and (escalation is None or not _is_theirs(row, escalation)):
        raise NotAllowed(act="reference")
    is_open = escalation is not None and escalation.state in rules.ESCALATION_OPEN
    return escalation if is_open else None


def _line(key: str, text: str) -> str:
    line = " ".join(text.split())
    if len(line) > LINE_MOST:
        raise DomainError(fields={key: _("Use at most %(number)s characters.", number=LINE_MOST)})
    return line


def _url(text: str) -> str:
    """A web address as people paste it; anything that a browser would run is refused."""
    address = text.strip()
    if not address:
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc or len(address) > URL_MOST:
        raise DomainError(fields={"url": _("Give an address that begins with https:// or http://.")})
    return address


def _written(
    record: Record, row: Reference, verb: str, by: Actor, at: datetime, before: str | None = None
) -> None:
    audit.record(
        f"record.{verb}", record, by=by, at=at, before={} if before is None else {"status": before},
        after={"reference": row.id, "name": row.name, "number": row.number, "status": row.status},
    )  # fmt: skip

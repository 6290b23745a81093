"""A leading record carries cause, correction and proof (G, H, I) for its siblings: the same fault, reported apart.

A sibling keeps its own A to F, its users' answers and its signatures.  It waits in `fixing`, is verified once the
leader is, and goes back with it; taken off again, or sent back by its own users, it goes on by itself.
"""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from tracker import rearm
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.errors import DomainError
from tracker.records import queries, rules
from tracker.records.asking import Request
from tracker.records.models import Record

MAY_LEAD = rules.IN_WORK | {rules.CLOSED}
CORRECTED = frozenset({rules.VERIFYING, rules.USER_CONFIRM, rules.REVIEW, rules.WATCHING, rules.CLOSED})
SENT_BACK = (rules.VERIFYING, rules.USER_CONFIRM, rules.REVIEW)
IN_HAND = (rules.FIXING, *SENT_BACK, rules.WATCHING)


def followers(record: Record, *states: str) -> Sequence[Record]:
    """The siblings that this record leads, in these states."""
    led = select(Record).where(Record.led_by_id == record.id, Record.state.in_(states))
    return db.session.scalars(led.order_by(Record.id)).all()


def numbers_led(record: Record, actor: Actor) -> Sequence[str]:
    """The numbers of the siblings that this record leads, those that this actor sees."""
    led = queries.visible(actor).where(Record.led_by_id == record.id).with_only_columns(Record.number)
    return db.session.scalars(led.order_by(Record.id)).all()


def read_leader(request: Request) -> None:
    """The record that is to lead, by its number; DomainError names why it cannot."""
    number = str(request.fields.get("leader") or "").strip().upper()
    leader = db.session.scalars(queries.by_number(request.by, number).limit(1)).first() if number else None
    if number:
        wrong = _wrong(request.record, leader)
        if leader is None or wrong:
            raise DomainError(wrong, fields={"leader": wrong})
    request.facts |= {"led": leader is not None, "leader": leader}
    if leader is not None:
        request.after["leader"] = leader.number


def _wrong(record: Record, leader: Record | None) -> str:
    if leader is None or leader.id == record.id:
        return _("Choose another record that you may see.")
    if leader.system_id != record.system_id:
        return _("Choose a record of the same system.")
    if leader.state not in MAY_LEAD:
        return _("That record is not in work.")
    if leader.led_by_id is not None:
        return _("That record follows another one itself; choose the one that leads.")
    if leads(record):
        return _("This record leads others; take them off first.")
    if leader.primary_issue.restricted and not record.primary_issue.restricted:
        return _("That record is restricted; what it found cannot be shown here.")
    return ""


def leads(record: Record) -> bool:
    """Whether others follow this record."""
    return db.session.scalar(select(Record.id).where(Record.led_by_id == record.id).limit(1)) is not None


def link(record: Record, leader: Record, *, by: Actor, at: datetime) -> None:
    """From now on the leader carries G, H and I."""
    record.led_by_id, record.led_since, record.led_by_name = leader.id, at, by.name
    rearm.mark(record.kind_name, record.id, at=at)
    db.session.flush()
    db.session.expire(record, ["led_by"])


def unlink(record: Record) -> None:
    """What the record itself has in G, H and I stands again."""
    if record.led_by_id is not None:
        record.led_by_id = record.led_since = None
        record.led_by_name = ""
        db.session.flush()
        db.session.expire(record, ["led_by"])

"""Escalations to a duty rota: until one of them takes it, it is with whoever is on duty, and moves at hand-over."""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select

from tracker import audit, rearm
from tracker.accounts.models import Person
from tracker.accounts.rules import SYSTEM
from tracker.db import db, locked
from tracker.duty import queries as duty
from tracker.duty.models import Rota
from tracker.issues import parties
from tracker.records import letters, links, opening, queries, rules
from tracker.records.models import Record
from tracker.records.parts import Escalation
from tracker.systems.models import AISystem

log = logging.getLogger(__name__)
UNTAKEN = (
    Escalation.to_rota_id.is_not(None),
    Escalation.state == rules.SENT,
    Escalation.acknowledged_at.is_(None),
)


def any_waiting() -> ColumnElement[bool]:
    """Whether anything is with a rota and not taken yet."""
    return select(Escalation.id).where(*UNTAKEN).exists()


def follow(rota_id: int | None = None, *, at: datetime) -> int:
    """Hand what nobody has taken yet to those who are on duty now; answers how many moved.  Safe to run twice.

    Taking an escalation makes it one's own: it no longer follows the rota, unless its correction did not hold.
    """
    waiting = select(Escalation.id, Escalation.record_id).where(*UNTAKEN)
    if rota_id is not None:
        waiting = waiting.where(Escalation.to_rota_id == rota_id)
    on_duty: dict[int, Person | None] = {}
    moved = 0
    for escalation_id, record_id in db.session.execute(waiting.order_by(Escalation.record_id)).all():
        escalation = db.session.get_one(Escalation, escalation_id)
        rota = escalation.to_rota_id or 0
        if rota not in on_duty:
            on_duty[rota] = duty.on_duty(rota, at)
        person = on_duty[rota]
        if escalation.to_person_id != (person.id if person is not None else None):
            moved += _with_care(escalation_id, record_id, person, at)
    return moved


def _with_care(escalation_id: int, record_id: int, person: Person | None, at: datetime) -> bool:
    """Move one in a savepoint: an error there leaves it with whom it was, and the next tick tries again."""
    try:
        with db.session.begin_nested():
            return _hand_over(escalation_id, record_id, person, at)
    except Exception:
        log.exception("an escalation did not follow its rota", extra={"escalation": escalation_id})
        return False


def _hand_over(escalation_id: int, record_id: int, person: Person | None, at: datetime) -> bool:
    """Move one, locked in the order that every other door locks; False when somebody took it meanwhile."""
    again = select(Escalation).where(Escalation.id == escalation_id).execution_options(populate_existing=True)
    escalation = db.session.scalars(locked(again)).one()
    db.session.scalars(locked(select(Record).where(Record.id == record_id))).one()
    if escalation.state != rules.SENT or escalation.acknowledged_at is not None:
        return False
    before, escalation.to_person_id = escalation.to_person_id, person.id if person is not None else None
    db.session.flush()
    db.session.expire(escalation, ["to_person"])
    after = {"to": escalation.to_person_id, "rota": escalation.to_rota_id}
    audit.record(
        "escalation.duty_hand_over", escalation, by=SYSTEM, at=at, before={"to": before}, after=after
    )
    for issue in queries.issues_of(escalation.record):
        parties.leave(issue, ("assignee",), at=at)
        opening.let_read(escalation, issue, at=at)
    links.revoke(escalation, at=at)
    rearm.mark(escalation.kind_name, escalation.id, at=at)
    letters.to_assignees(
        escalation,
        "duty",
        cause=f"{escalation.id}.{at.isoformat()}",
        at=at,
        by=SYSTEM,
        said=escalation.summary,
    )
    return True


def systems_of(rota_id: int) -> Sequence[AISystem]:
    """The systems that name this rota."""
    found = select(AISystem).where(AISystem.rota_id == rota_id, AISystem.active)
    return db.session.scalars(found.order_by(AISystem.name)).all()


def rota_of(system: AISystem) -> Rota | None:
    """The rota that a system names."""
    return db.session.get(Rota, system.rota_id) if system.rota_id is not None else None

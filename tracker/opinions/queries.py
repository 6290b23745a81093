"""Named selects of opinions: who may see which, those of a record, those that wait for somebody."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, false, or_, select
from sqlalchemy.orm import joinedload

from tracker.accounts import queries as people
from tracker.accounts.models import Person
from tracker.accounts.rules import AUDITOR, Actor
from tracker.db import db
from tracker.issues.models import Issue
from tracker.records import queries as records
from tracker.records.models import Record
from tracker.records.parts import Opinion

PURPOSE = "opinion"
WAITS = and_(Opinion.answered_at.is_(None), Opinion.withdrawn_at.is_(None))


def visible(actor: Actor, at: datetime) -> Select[Opinion]:
    """The opinions asked of this actor or of whom they stand in for, and those of records they may see.

    A deputy sees no restricted case; a question that was taken back is gone for whom it was asked of.
    """
    found = select(Opinion).join(Record, Record.id == Opinion.record_id)
    found = found.join(Issue, Issue.id == Record.primary_issue_id).options(*_named())
    if actor.link is not None:
        own = Opinion.id == actor.link.subject_id if actor.link.purpose == PURPOSE else false()
        return found.where(own, Opinion.withdrawn_at.is_(None))
    if actor.person_id is None:
        return found.where(false())
    asked_of = and_(Opinion.to_person_id == actor.person_id, Opinion.withdrawn_at.is_(None))
    stands_in = and_(
        Opinion.to_person_id.in_(people.deputising_for(actor.person_id, at=at)),
        Opinion.withdrawn_at.is_(None), ~Issue.restricted,
    )  # fmt: skip
    seen = records.visible(actor).with_only_columns(Record.id)
    # What people said to one another about the case is no part of what an auditor reads.
    by_record = false() if _audits_only(actor) else Opinion.record_id.in_(seen)
    return found.where(or_(asked_of, stands_in, by_record))


def _audits_only(actor: Actor) -> bool:
    return actor.roles <= {AUDITOR}


def _named() -> tuple[Any, ...]:
    return (
        joinedload(Opinion.to_person).lazyload(Person.roles), joinedload(Opinion.by).lazyload(Person.roles),
    )  # fmt: skip


def of_record(record: Record) -> Sequence[Opinion]:
    """All that were asked about a record, oldest first."""
    if not record.opinions_asked:
        return ()
    mine = select(Opinion).where(Opinion.record_id == record.id).options(*_named()).order_by(Opinion.id)
    return db.session.scalars(mine).all()


def waiting_for(actor: Actor, at: datetime) -> Sequence[Opinion]:
    """What this actor is asked and has not answered, the nearest date first."""
    if actor.person_id is None:
        return ()
    me = {actor.person_id, *people.deputising_for(actor.person_id, at=at)}
    found = visible(actor, at).where(Opinion.to_person_id.in_(me), WAITS)
    return db.session.scalars(found.order_by(Opinion.due_at, Opinion.id).limit(50)).all()


def stands_in(actor: Actor, opinion: Opinion, at: datetime) -> str:
    """For whom the actor answers as a deputy; empty for one's own."""
    person = opinion.to_person
    if person is None or actor.person_id is None or person.id == actor.person_id:
        return ""
    return person.name if person.id in people.deputising_for(actor.person_id, at=at) else ""

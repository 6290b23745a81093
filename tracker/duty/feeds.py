"""The secret address of a person's calendar: shown once, stored as a hash, good until it is revoked."""

from datetime import datetime

from sqlalchemy import select, update

from tracker import audit
from tracker.accounts import queries as people
from tracker.accounts import tokens
from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.db import changed, db
from tracker.duty import queries
from tracker.duty.models import DutyFeed


def new_feed(person: Person, *, by: Actor, at: datetime) -> str:
    """A fresh secret for the calendar of this person; the one before opens nothing any more."""
    revoke_feed(person, by=by, at=at)
    secret = tokens.new_secret()
    db.session.add(DutyFeed(person_id=person.id, sha256=tokens.stored(secret), created_at=at))
    db.session.flush()
    audit.record("person.duty_feed", person, by=by, at=at)
    return secret


def revoke_feed(person: Person, *, by: Actor, at: datetime) -> None:
    """The secret address of this person's calendar opens nothing any more."""
    live = update(DutyFeed).where(DutyFeed.person_id == person.id, DutyFeed.revoked_at.is_(None))
    if changed(live.values(revoked_at=at)):
        audit.record("person.revoke_duty_feed", person, by=by, at=at)


def feed(secret: str, at: datetime) -> DutyFeed | None:
    """The live address with this secret, of somebody whose account is open and who may still read rotas."""
    found = select(DutyFeed).where(DutyFeed.sha256 == tokens.stored(secret), DutyFeed.revoked_at.is_(None))
    row = db.session.scalars(found).first()
    reads = row is not None and row.person.active and people.actor_of(row.person, at=at).is_(*queries.READERS)
    return row if reads else None

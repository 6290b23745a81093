"""Who signs in whose stead: the deputy of a supervisor or manager who is away, whatever roles the deputy has.

What an absence promises (decisions 1.5) is the signature itself: the deputy reads the record while it waits for it,
unless the case is restricted, and for nobody does separation of duties ask less than for the one who is away.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, false, or_, select

from tracker.accounts import queries as people
from tracker.accounts import rules as roles
from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.issues import queries as issues
from tracker.issues.models import Issue
from tracker.records import queries, rules
from tracker.records.models import Record

SIGNS_AS = {"supervisor": roles.SUPERVISOR, "manager": roles.MANAGER}
SIGNED_IN = frozenset({rules.REVIEW, rules.WATCHING})


def signers(record: Record, by: Actor, at: datetime) -> Mapping[str, Sequence[Person]]:
    """For each signature that this actor may give in somebody's stead, those who are away and would give it."""
    away = people.deputising_for(by.person_id, at=at) if by.person_id is not None else frozenset()
    issue = record.primary_issue
    if not away or (issue.restricted and not issues.may_view(by, issue)):
        return {}
    found: dict[str, Sequence[Person]] = {}
    for signed_as, role in SIGNS_AS.items():
        able = people.people_with(role, at=at, unit_id=issue.unit_id, system_id=record.system_id)
        theirs = [one for one in able if one.id in away]
        if theirs:
            found[signed_as] = theirs
    return found


def readable(by: Actor, at: datetime) -> Select[Record]:
    """The records that this actor sees, and those that wait for a signature they may give in somebody's stead."""
    waiting = and_(Record.state.in_(SIGNED_IN), ~Issue.restricted, or_(false(), *_theirs(by, at)))
    return queries.visible(by, waiting)


def _theirs(by: Actor, at: datetime) -> list[ColumnElement[bool]]:
    """The cases of each signer who is away, as conditions."""
    away = people.deputising_for(by.person_id, at=at) if by.person_id is not None else frozenset()
    found = db.session.scalars(select(Person).where(Person.id.in_(away))).all() if away else ()
    return [queries.overseen(people.actor_of(one, at=at)) for one in found]


def roles_of(by: Actor, at: datetime) -> frozenset[str]:
    """The roles in which this actor signs for somebody who is away."""
    away = people.deputising_for(by.person_id, at=at) if by.person_id is not None else frozenset()
    theirs = (people.actor_of(db.session.get_one(Person, one), at=at).roles for one in away)
    return frozenset().union(*theirs) & frozenset(SIGNS_AS.values())

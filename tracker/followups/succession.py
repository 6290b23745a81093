"""Who takes an issue over when its policy gives it away: the deputy, another supervisor, whoever is on duty."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import exists, func, select

from tracker.accounts import queries as people
from tracker.accounts import rules as roles
from tracker.accounts.models import Person
from tracker.accounts.rules import SYSTEM
from tracker.db import db
from tracker.errors import DomainError
from tracker.followups.models import Chase
from tracker.followups.recipients import Desk, Recipient
from tracker.followups.subjects import Subject
from tracker.issues import actions as issues
from tracker.issues.models import Issue
from tracker.policies.rules import TO_DEPUTY, TO_DUTY

REASSIGNED = "reassigned"


def hand_over(does: str, clock: str, subject: Subject, now: datetime) -> str:
    """Give the issue to the next one; answers the name of the act.

    Once a case and clock, or it would go round in a circle.  Raises DomainError when it was given away before, or
    nobody who may have it is there.
    """
    issue = subject.issue
    if _was_given_away(issue, clock):
        raise DomainError(_("This was given to somebody else before."))
    to = next((one for one in _successors(does, subject, now) if _may_have(one, issue, now)), None)
    if to is None:
        raise DomainError(_("There is nobody to give this to."))
    issues.assign(issue, to, by=SYSTEM, at=now)
    return REASSIGNED


def _was_given_away(issue: Issue, clock: str) -> bool:
    before = exists().where(
        Chase.subject_kind == "issue",
        Chase.subject_id == issue.id,
        Chase.clock == clock,
        Chase.step == REASSIGNED,
    )
    return bool(db.session.scalar(select(before)))


def _successors(does: str, subject: Subject, now: datetime) -> Iterator[Person]:
    """Those it may go to, the nearest first; a supervisor stands behind a missing deputy or duty."""
    holder = subject.issue.assignee
    if does == TO_DEPUTY and holder is not None and holder.deputy is not None:
        yield holder.deputy
    desk = Desk(now)
    if does == TO_DUTY:
        yield from _persons(desk.on_duty(subject))
    yield from _by_load(_persons(desk.supervisors(subject)))


def _persons(found: Sequence[Recipient]) -> list[Person]:
    return [db.session.get_one(Person, one.person_id) for one in found if one.person_id is not None]


def _by_load(found: Sequence[Person]) -> list[Person]:
    """Those with the fewest open issues first."""
    mine = select(Issue.assignee_id, func.count()).where(Issue.closed_at.is_(None), ~Issue.imported)
    load = {person: count for person, count in db.session.execute(mine.group_by(Issue.assignee_id))}
    return sorted(found, key=lambda one: (load.get(one.id, 0), one.id))


def _may_have(person: Person, issue: Issue, now: datetime) -> bool:
    if not person.active or person.is_away(now) or person.id == issue.assignee_id:
        return False
    theirs = people.actor_of(person, at=now)
    return theirs.is_for(roles.SUPERVISOR, unit_id=issue.unit_id, system_id=issue.system_id)

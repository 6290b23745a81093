"""Who sees which issue, as conditions of selects: every list, count, search and page starts here.

Building such a condition costs more than running the select, so that those of an actor are kept.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Exists, Select, and_, exists, false, func, or_, select, true, union_all
from sqlalchemy.orm import aliased

from tracker.accounts import queries as people
from tracker.accounts import rules as roles
from tracker.accounts.models import Person, PersonRole
from tracker.accounts.rules import Actor, Limit
from tracker.db import kept
from tracker.issues.models import Issue, Participant
from tracker.systems.models import AISystem

SEE_ALL = (roles.SUPERVISOR, roles.MANAGER)
# Parts in an issue that show its progress, not its text.
OUTSIDE = ("follower", "me_too")


def visible(actor: Actor) -> Select[Issue]:
    """The issues this actor may see: every list, count, search and page starts here.  `may_view` is its twin."""
    return select(Issue).where(may_see(actor))


def may_see(actor: Actor) -> ColumnElement[bool]:
    """The condition on `Issue` behind `visible`, for selects that begin elsewhere."""
    return seen_by(actor, sees_restricted(actor))


def sees_restricted(actor: Actor) -> bool:
    """Whether this actor is a contact, as selects ask it that are kept for each answer."""
    return is_contact(actor)


@kept
def seen_by(actor: Actor, contact: bool) -> ColumnElement[bool]:
    """The same for selects that are kept themselves: `contact` is what `sees_restricted` answered."""
    if actor.is_system:
        return true()
    if actor.link is not None:
        return Issue.id == actor.link.subject_id if opens_an_issue(actor) else false()
    if actor.person_id is None:
        return false()
    if not actor.is_(*SEE_ALL):
        return Issue.id.in_(_few_ids(actor, contact))
    ways = [and_(~Issue.restricted, within(actor, SEE_ALL)), _takes_part(actor)]
    if actor.is_(roles.ENGINEER):
        ways.append(and_(~Issue.restricted, Issue.system_id.in_(owned_systems(actor))))
    if contact:
        ways.append(Issue.restricted.is_(true()))
    if actor.is_(roles.SUPERVISOR):
        ways.append(and_(Issue.restricted, within(actor, (roles.SUPERVISOR,)), supervisors() == 1))
    return or_(*ways)


def may_read(actor: Actor) -> ColumnElement[bool]:
    """`may_see` without what the actor only follows, or reported outside their limits: that they know by its number."""
    return read_by(actor, sees_restricted(actor))


@kept
def read_by(actor: Actor, contact: bool) -> ColumnElement[bool]:
    """The same for selects that are kept themselves."""
    seen = seen_by(actor, contact)
    if actor.is_system or oversees_all(actor):
        return seen
    handles = Issue.assignee_id == actor.person_id
    return and_(seen, or_(handles, within(actor, SEE_ALL), may_work_on(actor, contact)))


def may_see_each(actor: Actor) -> ColumnElement[bool]:
    """`may_see` asked row by row, for selects that begin with few rows: an actor's own ids may be many."""
    return seen_each(actor, sees_restricted(actor))


@kept
def seen_each(actor: Actor, contact: bool) -> ColumnElement[bool]:
    """The same for selects that are kept themselves."""
    if actor.is_system or actor.link is not None or actor.person_id is None or actor.is_(*SEE_ALL):
        return seen_by(actor, contact)
    ways = [Issue.reporter_id == actor.person_id, _is_part_of(actor)]
    if actor.is_(roles.ENGINEER):
        ways.append(and_(~Issue.restricted, Issue.system_id.in_(owned_systems(actor))))
    if contact:
        ways.append(Issue.restricted.is_(true()))
    return or_(*ways)


def may_read_each(actor: Actor) -> ColumnElement[bool]:
    """The same of what the actor reads, their own reports among it; of what they only follow they know the number."""
    seen = may_see_each(actor)
    if actor.is_system or oversees_all(actor):
        return seen
    takes_part = _is_part_of(actor).where(Participant.role.not_in(OUTSIDE))
    ways = [Issue.reporter_id == actor.person_id, Issue.assignee_id == actor.person_id, takes_part]
    if actor.is_(roles.ENGINEER):
        ways.append(and_(~Issue.restricted, Issue.system_id.in_(owned_systems(actor))))
    if sees_restricted(actor):
        ways.append(Issue.restricted.is_(true()))
    return and_(seen, or_(within(actor, SEE_ALL), *ways))


def is_contact(actor: Actor) -> bool:
    """Whether the organisation named this person for privacy or security: they see every restricted case."""
    if actor.person_id is None:
        return False
    settings = people.organisation()
    return actor.person_id in (settings.privacy_contact_id, settings.security_contact_id)


def opens_an_issue(actor: Actor) -> bool:
    """Whether this is somebody with the link to one issue."""
    return (
        actor.link is not None
        and actor.link.purpose == "guest"
        and actor.link.subject_kind == Issue.kind_name
    )


def may_work(actor: Actor) -> ColumnElement[bool]:
    """What somebody without an overview works on: `worked_on` as a condition."""
    return may_work_on(actor, sees_restricted(actor))


@kept
def may_work_on(actor: Actor, contact: bool) -> ColumnElement[bool]:
    """The same for selects that are kept themselves."""
    few = _few_ids(actor, contact, outside=False)
    return and_(Issue.reporter_id.is_distinct_from(actor.person_id), Issue.id.in_(few))


def _few_ids(actor: Actor, contact: bool, *, outside: bool = True) -> Select[int]:
    """What somebody without an overview sees, driven from their own ids so that a million others cost nothing."""
    own, parts = aliased(Issue), select(Participant.issue_id).where(is_participant(actor))
    ways = [parts if outside else parts.where(Participant.role.not_in(OUTSIDE))]
    if outside:
        ways.append(select(own.id).where(own.reporter_id == actor.person_id))
    if actor.is_(roles.ENGINEER):
        ways.append(select(own.id).where(~own.restricted, own.system_id.in_(owned_systems(actor))))
    if contact:
        ways.append(select(own.id).where(own.restricted))
    return select(union_all(*ways).subquery().c[0])


def _takes_part(actor: Actor) -> ColumnElement[bool]:
    """The same for those with an overview, who read along an index of issues: asked row by row."""
    return or_(
        Issue.reporter_id == actor.person_id,
        Issue.assignee_id == actor.person_id,
        _is_part_of(actor),
    )


def _is_part_of(actor: Actor) -> Exists:
    return exists().where(Participant.issue_id == Issue.id, is_participant(actor))


def is_participant(actor: Actor) -> ColumnElement[bool]:
    """The parts that the actor or their team takes now."""
    mine = Participant.person_id == actor.person_id
    if actor.teams:
        mine = or_(mine, Participant.team_id.in_(actor.teams))
    return and_(mine, Participant.until.is_(None))


def owned_systems(actor: Actor) -> Select[int]:
    """The systems that the actor or their team answers for."""
    mine = AISystem.owner_id == actor.person_id
    if actor.teams:
        mine = or_(mine, AISystem.team_id.in_(actor.teams))
    return select(AISystem.id).where(mine)


def within(actor: Actor, wanted: Sequence[str]) -> ColumnElement[bool]:
    """The cases of the units and systems to which these roles of the actor are limited."""
    limits = _limits(actor, wanted)
    if any(limit.everywhere for limit in limits):
        return true()
    units = frozenset[int]().union(*(limit.units for limit in limits))
    systems = frozenset[int]().union(*(limit.systems for limit in limits))
    return or_(Issue.unit_id.in_(units), Issue.system_id.in_(systems))


def oversees_all(actor: Actor) -> bool:
    """Whether the overview of this actor has no limit: for them `within` says nothing."""
    return any(limit.everywhere for limit in _limits(actor, SEE_ALL))


def _limits(actor: Actor, wanted: Sequence[str]) -> list[Limit]:
    return [actor.limits.get(role, Limit()) for role in wanted if actor.is_(role)]


def supervisors() -> Any:
    """How many people supervise, as a scalar subquery: it is asked once a statement."""
    # Asked of each of the few, since PostgreSQL would go through all people to join them.
    active = select(Person.active).where(Person.id == PersonRole.person_id).correlate(PersonRole)
    few = select(func.count(PersonRole.person_id.distinct())).where(
        PersonRole.role == roles.SUPERVISOR, active.scalar_subquery()
    )
    return few.correlate(None).scalar_subquery()

"""Named selects of inspections: who sees which plan, what is open, what hangs on a round."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from tracker.accounts import queries as people
from tracker.accounts import rules as roles
from tracker.accounts.rules import Actor, Limit
from tracker.db import db, kept
from tracker.inspections import rules
from tracker.inspections.models import InspectionPlan, InspectionResult, InspectionRound
from tracker.issues import queries as issues
from tracker.issues.models import Issue
from tracker.systems.models import AISystem
from tracker.workflow import ASSIGNEE, SUPERVISOR, SYSTEM


def visible(actor: Actor, at: datetime) -> Select[InspectionPlan]:
    """The plans this actor may see: their own or a deputised one, their systems, what they oversee."""
    return select(InspectionPlan).where(_may_see(actor, at))


def _may_see(actor: Actor, at: datetime) -> ColumnElement[bool]:
    return _seen_by(actor, _owners(actor, at))


def _owners(actor: Actor, at: datetime) -> frozenset[int]:
    """The actor, and those whom they stand in for."""
    me = actor.person_id
    return frozenset() if me is None else people.deputising_for(me, at=at) | {me}


@kept
def _seen_by(actor: Actor, owners: frozenset[int]) -> ColumnElement[bool]:
    if actor.is_system:
        return true()
    if actor.person_id is None:
        return false()
    ways: list[ColumnElement[bool]] = [InspectionPlan.owner_id.in_(owners)]
    if actor.is_(roles.ENGINEER):
        mine = select(AISystem.id).where(AISystem.owner_id == actor.person_id)
        ways.append(InspectionPlan.system_id.in_(mine))
    for role in (roles.SUPERVISOR, roles.MANAGER):
        limit = actor.limits.get(role, Limit())
        if actor.is_(role):
            ways.append(true() if limit.everywhere else _within(limit))
    return or_(*ways)


def _within(limit: Limit) -> ColumnElement[bool]:
    return or_(InspectionPlan.unit_id.in_(limit.units), InspectionPlan.system_id.in_(limit.systems))


def plans(actor: Actor, at: datetime) -> Select[InspectionPlan]:
    """The visible plans, those in force first, by name."""
    at_hand = (joinedload(InspectionPlan.system), joinedload(InspectionPlan.owner))
    return (
        visible(actor, at)
        .options(*at_hand)
        .order_by(InspectionPlan.state, InspectionPlan.name, InspectionPlan.id)
    )


def rounds(actor: Actor, at: datetime) -> Select[InspectionRound]:
    """The rounds of the visible plans."""
    shown = joinedload(InspectionRound.plan)
    found = select(InspectionRound).join(InspectionPlan, InspectionPlan.id == InspectionRound.plan_id)
    return found.where(_may_see(actor, at)).options(
        shown.joinedload(InspectionPlan.system), shown.joinedload(InspectionPlan.owner)
    )


def overseen(actor: Actor) -> Select[InspectionRound]:
    """The rounds that this actor supervises or manages: what is decided on them is theirs to read."""
    ways: list[ColumnElement[bool]] = [false()]
    for role in (roles.SUPERVISOR, roles.MANAGER):
        limit = actor.limits.get(role, Limit())
        if actor.is_(role):
            ways.append(true() if limit.everywhere else _within(limit))
    found = select(InspectionRound).join(InspectionPlan, InspectionPlan.id == InspectionRound.plan_id)
    return found.where(or_(*ways))


def open_rounds(actor: Actor, at: datetime) -> Select[InspectionRound]:
    """What waits to be looked at, the longest due first."""
    return (
        rounds(actor, at)
        .where(InspectionRound.state == rules.OPEN)
        .order_by(InspectionRound.due_at, InspectionRound.id)
    )


def open_ids(
    actor: Actor, at: datetime, *, own: frozenset[int] = frozenset(), system_id: int | None = None
) -> Sequence[int]:
    """The ids of these rounds; of the owners in `own` where any are named, and of one system where it is."""
    return db.session.scalars(open_of(actor, _owners(actor, at), own, system_id)).all()


@kept
def open_of(
    actor: Actor, owners: frozenset[int], own: frozenset[int], system_id: int | None = None
) -> Select[int]:
    """The same for selects that are kept; `owners` are the actor and those whom they stand in for."""
    found = select(InspectionRound.id).join(InspectionPlan, InspectionPlan.id == InspectionRound.plan_id)
    found = found.where(_seen_by(actor, owners), InspectionRound.state == rules.OPEN)
    if own:
        found = found.where(InspectionPlan.owner_id.in_(own))
    return found if system_id is None else found.where(InspectionPlan.system_id == system_id)


def past_rounds(actor: Actor, at: datetime) -> Select[InspectionRound]:
    """What was looked at or missed, the newest first."""
    past = rounds(actor, at).where(InspectionRound.state != rules.OPEN)
    in_full = selectinload(InspectionRound.results).joinedload(InspectionResult.issue)
    return past.options(in_full).order_by(InspectionRound.day.desc(), InspectionRound.id.desc())


def relations(actor: Actor, plan: InspectionPlan, at: datetime) -> frozenset[str]:
    """What the actor is to this plan and its rounds."""
    found = {SYSTEM} if actor.is_system else set()
    if actor.is_for(roles.SUPERVISOR, unit_id=plan.unit_id, system_id=plan.system_id):
        found.add(SUPERVISOR)
    me = actor.person_id
    if me is not None and plan.owner_id in {me, *people.deputising_for(me, at=at)}:
        found.add(ASSIGNEE)
    return frozenset(found)


def is_sealed(result: InspectionResult) -> bool:
    """Whether what was seen stands in its case alone: restricted, or with personal data whose every view is logged."""
    return result.issue is not None and (result.issue.restricted or result.issue.personal_data)


def leads_to(result: InspectionResult, actor: Actor) -> Issue | None:
    """The case made of a finding, if this actor may know of it."""
    issue = result.issue
    return issue if issue is not None and (not issue.restricted or issues.may_view(actor, issue)) else None

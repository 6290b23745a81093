"""Named selects of issues: who sees which, what guards read, the parts of one issue, one person's list."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true, union_all
from sqlalchemy.orm import aliased

from tracker.accounts import queries as people
from tracker.accounts import rules as roles
from tracker.accounts.models import Person, PersonRole
from tracker.accounts.rules import Actor, Limit
from tracker.db import db
from tracker.issues import rules
from tracker.issues.models import Ask, Contact, Evidence, Issue, IssueRecord, Message, Participant
from tracker.systems.models import AISystem
from tracker.workflow import open_moves

SEE_ALL = (roles.SUPERVISOR, roles.MANAGER)
# Parts in an issue that show its progress, not its text.
OUTSIDE = ("follower", "me_too")


def visible(actor: Actor) -> Select[Issue]:
    """The issues this actor may see: every list, count, search and page starts here.  `may_view` is its twin."""
    return select(Issue).where(may_see(actor))


def may_see(actor: Actor) -> ColumnElement[bool]:
    """The condition on `Issue` behind `visible`, for selects that begin elsewhere."""
    if actor.is_system:
        return true()
    if actor.link is not None:
        return Issue.id == actor.link.subject_id if _opens_an_issue(actor) else false()
    if actor.person_id is None:
        return false()
    if not actor.is_(*SEE_ALL):
        return Issue.id.in_(_few_ids(actor))
    ways = [and_(~Issue.restricted, within(actor, SEE_ALL)), _takes_part(actor)]
    if actor.is_(roles.ENGINEER):
        ways.append(and_(~Issue.restricted, Issue.system_id.in_(_owned_systems(actor))))
    if is_contact(actor):
        ways.append(Issue.restricted.is_(true()))
    if actor.is_(roles.SUPERVISOR):
        ways.append(and_(Issue.restricted, within(actor, (roles.SUPERVISOR,)), _supervisors() == 1))
    return or_(*ways)


def may_view(actor: Actor, issue: Issue) -> bool:
    """Whether this actor may see this issue: the rule of `visible`, for a row at hand."""
    if actor.is_system:
        return True
    if actor.link is not None:
        return _opens_an_issue(actor) and actor.link.subject_id == issue.id
    if actor.person_id is None:
        return False
    if issue.reporter_id == actor.person_id or _has_participant(actor, issue):
        return True
    if issue.restricted:
        return _works_on_restricted(actor, issue, _supervises_alone(actor))
    if any(actor.is_for(role, unit_id=issue.unit_id, system_id=issue.system_id) for role in SEE_ALL):
        return True
    if issue.assignee_id == actor.person_id and actor.is_(*SEE_ALL):
        return True
    return actor.is_(roles.ENGINEER) and _owns_system(actor, issue)


def _works_on_restricted(actor: Actor, issue: Issue, alone: bool) -> bool:
    handler = issue.assignee_id == actor.person_id and actor.is_(*SEE_ALL)
    here = actor.is_for(roles.SUPERVISOR, unit_id=issue.unit_id, system_id=issue.system_id)
    return handler or is_contact(actor) or (alone and here)


def is_contact(actor: Actor) -> bool:
    """Whether the organisation named this person for privacy or security: they see every restricted case."""
    settings = people.organisation()
    return actor.person_id in (settings.privacy_contact_id, settings.security_contact_id)


def _opens_an_issue(actor: Actor) -> bool:
    return (
        actor.link is not None
        and actor.link.purpose == "guest"
        and actor.link.subject_kind == Issue.kind_name
    )


def may_work(actor: Actor) -> ColumnElement[bool]:
    """What somebody without an overview works on: `worked_on` as a condition."""
    return and_(
        Issue.reporter_id.is_distinct_from(actor.person_id), Issue.id.in_(_few_ids(actor, outside=False))
    )


def _few_ids(actor: Actor, *, outside: bool = True) -> Select[int]:
    """What somebody without an overview sees, driven from their own ids so that a million others cost nothing."""
    own, parts = aliased(Issue), select(Participant.issue_id).where(_is_participant(actor))
    ways = [parts if outside else parts.where(Participant.role.not_in(OUTSIDE))]
    if outside:
        ways.append(select(own.id).where(own.reporter_id == actor.person_id))
    if actor.is_(roles.ENGINEER):
        ways.append(select(own.id).where(~own.restricted, own.system_id.in_(_owned_systems(actor))))
    if is_contact(actor):
        ways.append(select(own.id).where(own.restricted))
    return select(union_all(*ways).subquery().c[0])


def _takes_part(actor: Actor) -> ColumnElement[bool]:
    """The same for those with an overview, who read along an index of issues: asked row by row."""
    return or_(
        Issue.reporter_id == actor.person_id,
        Issue.assignee_id == actor.person_id,
        exists().where(Participant.issue_id == Issue.id, _is_participant(actor)),
    )


def _is_participant(actor: Actor) -> ColumnElement[bool]:
    mine = Participant.person_id == actor.person_id
    if actor.teams:
        mine = or_(mine, Participant.team_id.in_(actor.teams))
    return and_(mine, Participant.until.is_(None))


def _owned_systems(actor: Actor) -> Select[int]:
    mine = AISystem.owner_id == actor.person_id
    if actor.teams:
        mine = or_(mine, AISystem.team_id.in_(actor.teams))
    return select(AISystem.id).where(mine)


def within(actor: Actor, wanted: Sequence[str]) -> ColumnElement[bool]:
    limits = [actor.limits.get(role, Limit()) for role in wanted if actor.is_(role)]
    if any(limit.everywhere for limit in limits):
        return true()
    units = frozenset[int]().union(*(limit.units for limit in limits))
    systems = frozenset[int]().union(*(limit.systems for limit in limits))
    return or_(Issue.unit_id.in_(units), Issue.system_id.in_(systems))


def _supervisors() -> Any:
    """How many people supervise, as a scalar subquery: it is asked once a statement."""
    return (
        select(func.count(PersonRole.person_id.distinct()))
        .join(Person, Person.id == PersonRole.person_id)
        .where(PersonRole.role == roles.SUPERVISOR, Person.active)
        .scalar_subquery()
    )


def _supervises_alone(actor: Actor) -> bool:
    return actor.is_(roles.SUPERVISOR) and db.session.scalar(select(_supervisors())) == 1


def _has_participant(actor: Actor, issue: Issue) -> bool:
    found = select(Participant.id).where(Participant.issue_id == issue.id, _is_participant(actor)).limit(1)
    return db.session.scalar(found) is not None


def _owns_system(actor: Actor, issue: Issue) -> bool:
    return db.session.scalar(_owned_systems(actor).where(AISystem.id == issue.system_id)) is not None


def relations(actor: Actor, issue: Issue) -> frozenset[str]:
    """What the actor is to this issue, for the workflow's `who`."""
    return rules.relations(
        actor,
        issue_id=issue.id,
        reporter_id=issue.reporter_id,
        unit_id=issue.unit_id,
        system_id=issue.system_id,
    )


def facts(issue: Issue, at: datetime, **request: Any) -> rules.Facts:
    """What the guards of this issue read, at most one query a child table; `request` overrides what it would change."""
    waiting = db.session.execute(
        select(Ask.kind, func.sum(Ask.count))
        .where(Ask.issue_id == issue.id, Ask.answered_at.is_(None))
        .group_by(Ask.kind)
    )
    asks = {kind: int(count) for kind, count in waiting}
    contacts = db.session.scalar(select(func.count()).where(Contact.issue_id == issue.id)) or 0
    working = select(IssueRecord.record_number).where(
        IssueRecord.issue_id == issue.id, IssueRecord.is_open, IssueRecord.in_work
    )
    found = rules.Facts(
        state=issue.state or "", kind=issue.kind, severity=issue.severity, description=issue.description,
        need_statement=issue.need_statement, need_confirmed=is_need_confirmed(issue),
        proposed_solution=issue.proposed_solution, escalation_reason=issue.escalation_reason, contacts=contacts,
        unanswered_asks=asks.get("question", 0) + asks.get("need", 0), solved_asks=asks.get("solved", 0),
        has_open_record=db.session.scalar(working.limit(1)) is not None, closed_at=issue.closed_at, at=at,
    )  # fmt: skip
    return replace(found, **request)


def is_need_confirmed(issue: Issue) -> bool:
    """C3: somebody confirmed the need at some time, in some way other than silence."""
    return issue.need_confirmed_at is not None and issue.need_confirmed_how not in ("", "no_answer")


def by_number(actor: Actor, number: str) -> Select[Issue]:
    """The one visible issue with this number."""
    return visible(actor).where(Issue.number == number)


def evidence_of(issue: Issue) -> Evidence | None:
    """B6, when there is any."""
    return db.session.get(Evidence, issue.id)


def messages(issue: Issue, *, internal: bool) -> Sequence[Message]:
    """The talk, oldest first; without the internal notes for those outside."""
    found = select(Message).where(Message.issue_id == issue.id)
    if not internal:
        found = found.where(Message.visibility == "public")
    return db.session.scalars(found.order_by(Message.id)).all()


def contacts(issue: Issue) -> Sequence[Contact]:
    """C2, oldest first."""
    return db.session.scalars(select(Contact).where(Contact.issue_id == issue.id).order_by(Contact.id)).all()


def open_ask(issue: Issue, *kinds: str) -> Ask | None:
    """The latest question of these kinds that still waits for its answer."""
    found = select(Ask).where(Ask.issue_id == issue.id, Ask.kind.in_(kinds), Ask.answered_at.is_(None))
    return db.session.scalars(found.order_by(Ask.id.desc()).limit(1)).first()


def participants(issue: Issue) -> Sequence[Participant]:
    """Who takes part now, in the order they came."""
    found = select(Participant).where(Participant.issue_id == issue.id, Participant.until.is_(None))
    return db.session.scalars(found.order_by(Participant.id)).all()


def records_of(issue: Issue) -> Sequence[IssueRecord]:
    """The records this issue belongs to, the open one first."""
    found = select(IssueRecord).where(IssueRecord.issue_id == issue.id)
    return db.session.scalars(
        found.order_by(IssueRecord.is_open.desc(), IssueRecord.record_number.desc())
    ).all()


def works_on(actor: Actor, issue: Issue) -> bool:
    """Whether this actor sees the issue as one who works on it: internal notes, evidence, the staff's page."""
    return issue.id in worked_on(actor, [issue])


def worked_on(actor: Actor, found: Sequence[Issue]) -> frozenset[int]:
    """Which of these the actor works on, by id, with a few queries however many they are."""
    if actor.is_system:
        return frozenset(issue.id for issue in found)
    if actor.person_id is None:
        return frozenset()
    overseen = {
        issue.id
        for issue in found
        if any(actor.is_for(role, unit_id=issue.unit_id, system_id=issue.system_id) for role in SEE_ALL)
    }
    # Who reports a sealed case is on its other side, whatever their roles.
    sealed = [one for one in found if one.restricted and one.reporter_id == actor.person_id]
    alone = bool(sealed) and _supervises_alone(actor)
    overseen -= {one.id for one in sealed if not _works_on_restricted(actor, one, alone)}
    others = [one for one in found if one.id not in overseen and one.reporter_id != actor.person_id]
    if not others:
        return frozenset(overseen)
    parts = select(Participant.issue_id).where(
        Participant.issue_id.in_([one.id for one in others]),
        _is_participant(actor),
        Participant.role.not_in(OUTSIDE),
    )
    taken, contact = set(db.session.scalars(parts)), is_contact(actor)
    owned = set(db.session.scalars(_owned_systems(actor))) if actor.is_(roles.ENGINEER) else set()
    return frozenset(overseen) | {
        one.id for one in others
        if one.id in taken or (contact if one.restricted else one.system_id in owned)
    }  # fmt: skip


def is_own(actor: Actor, issue: Issue) -> bool:
    """Whether this actor reported it, in person or by a guest's link."""
    return "reporter" in relations(actor, issue)


def follows(actor: Actor, issue: Issue) -> bool:
    """Whether the actor follows somebody else's report."""
    return any(one.person_id == actor.person_id and one.role in OUTSIDE for one in participants(issue))


def may_move(actor: Actor, issue: Issue, at: datetime) -> list[str]:
    """The moves this actor may make now, in the table's order; a reopening too late is none."""
    verbs = open_moves(rules.WORKFLOW, state=issue.state or "", relations=relations(actor, issue))
    late = issue.closed_at is not None and at - issue.closed_at > timedelta(days=rules.REOPEN_DAYS)
    return [verb for verb in verbs if verb != "reopen" or not late]

"""Named selects of issues: who sees which, what guards read, the parts of one issue, one person's list."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    Integer,
    Select,
    bindparam,
    func,
    select,
)

from tracker.accounts import rules as roles
from tracker.accounts.rules import Actor
from tracker.db import db, kept
from tracker.issues import rules, sight
from tracker.issues.models import Ask, Contact, Evidence, Issue, IssueRecord, Message, Participant
from tracker.issues.sight import OUTSIDE as OUTSIDE
from tracker.issues.sight import SEE_ALL as SEE_ALL
from tracker.issues.sight import is_contact as is_contact
from tracker.issues.sight import may_read as may_read
from tracker.issues.sight import may_read_each as may_read_each
from tracker.issues.sight import may_see as may_see
from tracker.issues.sight import may_see_each as may_see_each
from tracker.issues.sight import may_work as may_work
from tracker.issues.sight import may_work_on as may_work_on
from tracker.issues.sight import oversees_all as oversees_all
from tracker.issues.sight import read_by as read_by
from tracker.issues.sight import seen_by as seen_by
from tracker.issues.sight import seen_each as seen_each
from tracker.issues.sight import sees_restricted as sees_restricted
from tracker.issues.sight import supervisors as supervisors
from tracker.issues.sight import visible as visible
from tracker.issues.sight import within as within
from tracker.systems.models import AISystem
from tracker.workflow import open_moves

# The issue that a kept select is run for.
THIS: BindParameter[int] = bindparam("issue", type_=Integer())


def may_view(actor: Actor, issue: Issue) -> bool:
    """Whether this actor may see this issue: the rule of `visible`, for a row at hand."""
    if actor.is_system:
        return True
    if actor.link is not None:
        return sight.opens_an_issue(actor) and actor.link.subject_id == issue.id
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


def _supervises_alone(actor: Actor) -> bool:
    return actor.is_(roles.SUPERVISOR) and db.session.scalar(select(sight.supervisors())) == 1


def _has_participant(actor: Actor, issue: Issue) -> bool:
    found = (
        select(Participant.id).where(Participant.issue_id == issue.id, sight.is_participant(actor)).limit(1)
    )
    return db.session.scalar(found) is not None


def _owns_system(actor: Actor, issue: Issue) -> bool:
    return db.session.scalar(sight.owned_systems(actor).where(AISystem.id == issue.system_id)) is not None


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
    return db.session.scalars(_messages(internal), {"issue": issue.id}).all()


@kept
def _messages(internal: bool) -> Select[Message]:
    found = select(Message).where(Message.issue_id == THIS).order_by(Message.id)
    return found if internal else found.where(Message.visibility == "public")


def contacts(issue: Issue) -> Sequence[Contact]:
    """C2, oldest first."""
    return db.session.scalars(_contacts(), {"issue": issue.id}).all()


@kept
def _contacts() -> Select[Contact]:
    return select(Contact).where(Contact.issue_id == THIS).order_by(Contact.id)


def open_ask(issue: Issue, *kinds: str) -> Ask | None:
    """The latest question of these kinds that still waits for its answer."""
    found = select(Ask).where(Ask.issue_id == issue.id, Ask.kind.in_(kinds), Ask.answered_at.is_(None))
    return db.session.scalars(found.order_by(Ask.id.desc()).limit(1)).first()


def last_question(issue: Issue) -> Message | None:
    """What the reporter was asked and has not answered yet, in the words they read."""
    if open_ask(issue, "question", "need") is None:
        return None
    asked = (one for one in reversed(messages(issue, internal=False)) if one.act == "ask")
    return next(asked, None)


def asked_of(issues: Sequence[Issue]) -> frozenset[int]:
    """Which of these escalated issues wait for their reporters all the same, by id: an engineer's question went out."""
    ids = [one.id for one in issues if one.state == rules.ESCALATED]
    if not ids:
        return frozenset()
    waiting = select(Ask.issue_id).where(Ask.issue_id.in_(ids), Ask.kind.in_(("question", "need")))
    return frozenset(db.session.scalars(waiting.where(Ask.answered_at.is_(None))))


def public_state(issue: Issue) -> str:
    """Where the issue stands for its reporter, who owes an answer while a question is open, whoever asked it."""
    asked = issue.id in asked_of([issue])
    return rules.PUBLIC_STATES[rules.WAITING_USER if asked else issue.state or rules.NEW]


def participants(issue: Issue) -> Sequence[Participant]:
    """Who takes part now, in the order they came."""
    return db.session.scalars(_participants(), {"issue": issue.id}).all()


@kept
def _participants() -> Select[Participant]:
    now = select(Participant).where(Participant.issue_id == THIS, Participant.until.is_(None))
    return now.order_by(Participant.id)


def records_of(issue: Issue) -> Sequence[IssueRecord]:
    """The records this issue belongs to, the open one first."""
    return db.session.scalars(_records_of(), {"issue": issue.id}).all()


@kept
def _records_of() -> Select[IssueRecord]:
    found = select(IssueRecord).where(IssueRecord.issue_id == THIS)
    return found.order_by(IssueRecord.is_open.desc(), IssueRecord.record_number.desc())


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
        sight.is_participant(actor),
        Participant.role.not_in(OUTSIDE),
    )
    taken, contact = set(db.session.scalars(parts)), is_contact(actor)
    owned = set(db.session.scalars(sight.owned_systems(actor))) if actor.is_(roles.ENGINEER) else set()
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

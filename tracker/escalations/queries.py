"""The desk of those to whom anomalies are reported: what is with me, what I reported, nearest date first."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.base import ExecutableOption

from tracker.accounts import queries as people
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.issues.models import Issue
from tracker.records import queries as records
from tracker.records import rules
from tracker.records.models import Record
from tracker.records.parts import Escalation, EscalationNote

PAGE = 50
ENDED = (rules.CORRECTED, rules.RETURNED, rules.ESCALATION_CANCELLED)


def with_me(actor: Actor, *, at: datetime) -> Sequence[Escalation]:
    """What waits for me, my teams, or somebody I stand in for; the nearest expected or due date first."""
    nearest = func.coalesce(Escalation.expected_at, Escalation.due_at)
    wanted = _shown(actor, at).where(Escalation.state.in_(rules.ESCALATION_OPEN), mine(actor, at))
    return db.session.scalars(wanted.order_by(nearest, Escalation.id).limit(PAGE)).all()


def ended(actor: Actor, *, at: datetime) -> Sequence[Escalation]:
    """What was with me and is no longer, newest first."""
    wanted = _shown(actor, at).where(Escalation.state.in_(ENDED), mine(actor, at))
    return db.session.scalars(wanted.order_by(Escalation.id.desc()).limit(PAGE)).all()


def reported(actor: Actor) -> Sequence[Escalation]:
    """What I reported to others and is still open, nearest date first."""
    nearest = func.coalesce(Escalation.expected_at, Escalation.due_at)
    wanted = records.visible_escalations(actor).options(*_beside())
    wanted = wanted.where(Escalation.state.in_(rules.ESCALATION_OPEN), Escalation.by_id == actor.person_id)
    return db.session.scalars(wanted.order_by(nearest, Escalation.id).limit(PAGE)).all()


def notes(escalation: Escalation) -> Sequence[EscalationNote]:
    """The talk between engineer and supervisor, newest first."""
    of_this = select(EscalationNote).where(EscalationNote.escalation_id == escalation.id)
    return db.session.scalars(of_this.order_by(EscalationNote.id.desc())).all()


def same_cause(record: Record) -> int:
    """How many other issues are attached to the record."""
    return max(0, len(records.issues_of(record)) - 1)


def mine(actor: Actor, at: datetime) -> ColumnElement[bool]:
    """Escalated to me, to my teams, or to somebody I stand in for."""
    assert actor.person_id is not None
    persons = {actor.person_id, *people.deputising_for(actor.person_id, at=at)}
    return or_(Escalation.to_person_id.in_(persons), Escalation.to_team_id.in_(actor.teams))


def visible(actor: Actor, at: datetime) -> Select[Escalation]:
    """What this actor may open: their own and what they oversee, and in somebody's stead what is not restricted."""
    standing_in = people.deputising_for(actor.person_id, at=at) if actor.person_id is not None else ()
    return records.visible_escalations(actor, standing_in)


def _shown(actor: Actor, at: datetime) -> Select[Escalation]:
    return visible(actor, at).options(*_beside())


def _beside() -> tuple[ExecutableOption, ...]:
    whole = joinedload(Escalation.record)
    return (
        whole.joinedload(Record.primary_issue).joinedload(Issue.system), whole.joinedload(Record.system),
        joinedload(Escalation.to_person), joinedload(Escalation.to_team), joinedload(Escalation.to_rota),
    )  # fmt: skip

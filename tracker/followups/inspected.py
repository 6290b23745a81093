"""An inspection round as the engine sees it: in the place where other cases have their issue."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.followups import fixed
from tracker.followups.ladder import Want
from tracker.followups.models import Clock
from tracker.inspections import queries
from tracker.inspections import rules as inspections
from tracker.inspections import words as inspection_words
from tracker.inspections.models import InspectionPlan, InspectionRound
from tracker.issues.models import Issue
from tracker.systems.models import AISystem

SEVERITY = "S3"


@dataclass(frozen=True)
class Inspected:
    """What the engine asks of a case (`subjects.Chased`), answered for a round."""

    round: InspectionRound
    kind: str = ""
    severity: str = SEVERITY
    chase_policy: str = ""
    restricted: bool = False
    personal_data: bool = False
    reporter: None = None
    reporter_name: str = ""
    reporter_email: str = ""
    reminders_ended_at: None = None

    @property
    def is_demo(self) -> bool:
        return self.round.plan.is_demo

    @property
    def number(self) -> str:
        return self.round.number

    @property
    def title(self) -> str:
        return inspection_words.plan_name(self.round.plan)

    @property
    def system(self) -> AISystem:
        return self.round.plan.system

    @property
    def system_id(self) -> int:
        return self.round.plan.system_id

    @property
    def unit_id(self) -> int | None:
        return self.round.plan.unit_id

    @property
    def assignee_id(self) -> int:
        return self.round.plan.owner_id

    @property
    def assignee(self) -> Person:
        return self.round.plan.owner


def wanted(found: InspectionRound) -> Iterator[Want]:
    """The one clock of a round: to be inspected by its due date."""
    if found.state == inspections.OPEN:
        yield Want(fixed.INSPECTION, found.opens_at, until=found.due_at, key=str(found.plan.owner_id))


def open_ids(actor: Actor, at: datetime) -> Collection[int]:
    """The open rounds that this actor may see by the rule of /inspections."""
    return queries.open_ids(actor, at)


def clocks(of_cases: ColumnElement[bool], rounds: Collection[int]) -> Any:
    """Clocks with the issue they are about: of the cases that the condition lets through, and of these rounds."""
    found = select(Clock, Issue).join(Issue, Issue.id == Clock.issue_id, isouter=bool(rounds))
    if not rounds:
        return found.where(of_cases)
    of_rounds = and_(Clock.subject_kind == fixed.INSPECTION_ROUND, Clock.subject_id.in_(rounds))
    return found.where(or_(and_(Clock.issue_id.is_not(None), of_cases), of_rounds))


def by_id(clocks: Collection[Clock]) -> Mapping[int, InspectionRound]:
    """The rounds behind these clocks, each with its plan and owner."""
    ids = [one.subject_id for one in clocks if one.subject_kind == fixed.INSPECTION_ROUND]
    if not ids:
        return {}
    plan = joinedload(InspectionRound.plan)
    in_full = (
        plan.joinedload(InspectionPlan.owner).lazyload(Person.roles),
        plan.joinedload(InspectionPlan.system),
    )
    found = select(InspectionRound).where(InspectionRound.id.in_(ids)).options(*in_full)
    return {one.id: one for one in db.session.scalars(found)}

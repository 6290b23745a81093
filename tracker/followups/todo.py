"""What is to be done, line by line: the case, what its clock asks for, where that is done; all in one query."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import joinedload

from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.followups import fixed
from tracker.followups.models import Clock
from tracker.inspections.models import InspectionPlan, InspectionRound
from tracker.inspections.words import plan_name
from tracker.issues.models import Issue
from tracker.policies import rules as policy
from tracker.records.models import Record
from tracker.records.parts import EffectCheck, Escalation, Opinion, RecordItem
from tracker.statutory.models import StatutoryClock

PARTS: Mapping[str, Any] = {
    "escalation": Escalation, policy.EFFECT_CHECK: EffectCheck, policy.ACTION: RecordItem,
    fixed.OPINION: Opinion, fixed.STATUTORY: StatutoryClock, fixed.INSPECTION_ROUND: InspectionRound,
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One running clock; `outside` names who owes it without an account, `rule` the statutory rule it keeps."""

    clock: Clock
    number: str
    title: str
    href: str
    users: bool = False
    """Whether the reader owes it as the one who reported."""

    outside: str = ""
    rule: Mapping[str, Any] | None = None
    round: InspectionRound | None = None


def lines(ids: Collection[int], seen: ColumnElement[bool], actor: Actor) -> list[Line]:
    """The lines of these clocks, as far as their issue meets the condition; the nearest first."""
    if not ids:
        return []
    is_record = case((Clock.subject_kind == "record", Clock.subject_id))
    holders = (part.record_id for part in (Escalation, EffectCheck, RecordItem, Opinion, StatutoryClock))
    whole = select(Clock, Issue, Record.number, Escalation, Opinion, StatutoryClock.rule, InspectionRound)
    whole = whole.outerjoin(Issue, Issue.id == Clock.issue_id)
    for kind, part in PARTS.items():
        whole = whole.outerjoin(part, and_(Clock.subject_kind == kind, part.id == Clock.subject_id))
    whole = whole.outerjoin(Record, Record.id == func.coalesce(is_record, *holders))
    with_plan = joinedload(InspectionRound.plan).joinedload(InspectionPlan.system)
    found = whole.where(Clock.id.in_(ids), seen).order_by(Clock.due_at, Clock.id).options(with_plan)
    return [_line(actor, *row) for row in db.session.execute(found)]


def _line(
    actor: Actor, clock: Clock, issue: Issue | None, record: str | None, escalation: Escalation | None,
    opinion: Opinion | None, rule: Mapping[str, Any] | None, found: InspectionRound | None,
) -> Line:  # fmt: skip
    if found is not None or issue is None:
        assert found is not None
        href = f"/inspections/rounds/{found.id}"
        return Line(clock, found.number, plan_name(found.plan), href, round=found)
    number = record or issue.number
    users = clock.name == policy.USER_ANSWER and issue.reporter_id == actor.person_id
    if users:
        return Line(clock, issue.number, issue.title, f"/issues/{issue.number}", users=True)
    if opinion is not None:
        # Who is asked sees the question alone, not the case.
        outside = "" if opinion.to_person_id else opinion.addressee
        return Line(clock, number, opinion.question, f"/opinions/{opinion.id}", outside=outside)
    return Line(clock, number, issue.title, _href(clock, number), outside=_outside(escalation), rule=rule)


def _outside(escalation: Escalation | None) -> str:
    """The name of a contact without an account."""
    if escalation is None or escalation.to_person_id or escalation.to_team_id or escalation.to_rota_id:
        return ""
    return escalation.to_name or escalation.to_email


def _href(clock: Clock, number: str) -> str:
    """Where the move is made."""
    page = f"/records/{number}" if number.startswith("AR-") else f"/issues/{number}"
    if clock.subject_kind == "escalation":
        return f"/escalations/{clock.subject_id}"
    return {
        fixed.DECIDE: f"/decisions/{number}",
        policy.SIGNOFF: f"{page}/sign",
        policy.EFFECT_CHECK: f"{page}?open=L#f-effect_checks",
        **dict.fromkeys(fixed.BY_LAW, f"/statutory/{number}"),
    }.get(clock.name, page)

"""Rounds of inspections: open what falls due, fill, finish, note as missed, make an issue of a finding."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select

from tracker import audit, rearm, transitions, workflow
from tracker.accounts import names
from tracker.accounts import rules as roles
from tracker.accounts.rules import SYSTEM as THE_SYSTEM
from tracker.accounts.rules import Actor
from tracker.calendars import Calendar
from tracker.db import db, locked
from tracker.errors import DomainError, Missing, NotAllowed, WrongState
from tracker.inspections import queries, rules
from tracker.inspections.models import InspectionPlan, InspectionResult, InspectionRound
from tracker.inspections.planning import opens
from tracker.issues.intake import Intake, open_issue
from tracker.issues.models import Issue

LINE_MOST, NOTE_MOST = 300, 4000
AT_ONCE = 60


def any_planned() -> ColumnElement[bool]:
    """Whether any plan is in force."""
    return select(InspectionPlan.id).where(InspectionPlan.state == rules.ACTIVE).exists()


def open_due(calendar: Calendar, now: datetime) -> int:
    """Open every round whose day has come, those that fell due while nothing ran too; safe to run twice."""
    opened = 0
    active = select(InspectionPlan).where(InspectionPlan.state == rules.ACTIVE).order_by(InspectionPlan.id)
    for plan in db.session.scalars(active).all():
        if opens(plan, plan.turns, calendar) > now:
            continue
        again = (
            select(InspectionPlan)
            .where(InspectionPlan.id == plan.id)
            .execution_options(populate_existing=True)
        )
        db.session.scalars(locked(again)).one()
        for _turn in range(AT_ONCE):
            if plan.state != rules.ACTIVE or opens(plan, plan.turns, calendar) > now:
                break
            _open(plan, calendar, now)
            opened += 1
    return opened


def _open(plan: InspectionPlan, calendar: Calendar, now: datetime) -> None:
    day = rules.day_of(plan.first_day, plan.rhythm, plan.every, plan.turns)
    opens, due = rules.span_of(day, plan.within_days, calendar)
    found = InspectionRound(
        plan_id=plan.id,
        plan=plan,
        turn=plan.turns,
        state=None,
        updated_at=now,
        day=day,
        opens_at=opens,
        due_at=due,
    )
    db.session.add(found)
    db.session.flush()
    db.session.add_all(
        InspectionResult(round_id=found.id, item_id=one.id) for one in plan.items if one.active
    )
    plan.turns += 1
    transitions.start(
        found, rules.OPEN, by=THE_SYSTEM, at=now, after={"plan": plan.id, "day": day, "due_at": due}
    )


def fill(found: InspectionRound, given: Mapping[int, tuple[str, str]], *, by: Actor, at: datetime) -> None:
    """Write down what was found, result by result; raises NotAllowed, or WrongState once the round is over."""
    relations = queries.relations(by, found.plan, at)
    workflow.check(rules.ROUND_WORKFLOW, "finish", state=found.state or "", relations=relations)
    before: dict[str, Any] = {}
    texts: dict[str, str] = {}
    for result in found.results:
        if result.id not in given:
            continue
        outcome, note = given[result.id]
        outcome, note = (outcome if outcome in rules.OUTCOMES else ""), note.strip()[:NOTE_MOST]
        if result.issue_id is not None and outcome != rules.FINDING:
            raise DomainError(_("A finding that is an issue already stays a finding."))
        if queries.is_sealed(result):
            raise DomainError(_("What was seen stands in the case alone."))
        if (outcome, note) != (result.outcome, result.note):
            before[str(result.item_id)] = result.outcome
            texts |= {f"note_{result.item_id}": note} if note and note != result.note else {}
            result.outcome, result.note = outcome, note
    if before:
        found.updated_at = at
        after = {str(one.item_id): one.outcome for one in found.results if str(one.item_id) in before}
        audit.record("inspection_round.fill", found, by=by, at=at, before=before, after=after, texts=texts)


def finish(found: InspectionRound, *, by: Actor, at: datetime) -> None:
    """The round is done.  Raises Missing while a line is not answered or a finding has no words."""
    facts = rules.Facts(
        answered=all(one.outcome for one in found.results),
        described=all(one.note for one in found.results if one.outcome == rules.FINDING),
    )
    relations = queries.relations(by, found.plan, at)
    transitions.move(rules.ROUND_WORKFLOW, found, "finish", by=by, at=at, relations=relations, facts=facts)
    found.done_at, found.done_by_id = at, by.person_id


def miss(found: InspectionRound, note: str, *, by: Actor, at: datetime) -> None:
    """Nobody looked and nobody will: the round stays in the history with the reason."""
    reason = names.one_line(note)[:NOTE_MOST]
    transitions.move(
        rules.ROUND_WORKFLOW, found, "miss", by=by, at=at, relations=queries.relations(by, found.plan, at),
        facts=rules.Facts(reason=reason), texts={"reason": reason} if reason else None,
    )  # fmt: skip
    found.reason = reason


def postpone(found: InspectionRound, until: datetime, reason: str, *, by: Actor, at: datetime) -> None:
    """Agree on another date by which an open round is due; later rounds stay where the plan has them.

    Raises NotAllowed for who leads it not, WrongState once it is over.  The date and reason were looked at before.
    """
    if not by.is_for(
        roles.SUPERVISOR, unit_id=found.plan.unit_id, system_id=found.plan.system_id
    ) and not by.is_for(roles.MANAGER, unit_id=found.plan.unit_id, system_id=found.plan.system_id):
        raise NotAllowed("postpone")
    if found.state != rules.OPEN:
        raise WrongState("postpone")
    before, found.due_at, found.updated_at = found.due_at, until, at
    audit.record(
        "inspection_round.postpone", found, by=by, at=at, before={"due_at": before}, after={"due_at": until},
        texts={"reason": reason.strip()},
    )  # fmt: skip
    rearm.mark(found.kind_name, found.id, at=at)


def to_issue(found: InspectionRound, result: InspectionResult, *, by: Actor, at: datetime) -> Issue:
    """The finding as an issue, filled from what was written; asking again answers the same one."""
    if not queries.relations(by, found.plan, at):
        raise NotAllowed("issue")
    if result.issue is not None:
        return result.issue
    if result.outcome != rules.FINDING or not result.note:
        raise Missing(("note",))
    plan = found.plan
    issue = open_issue(
        fields=Intake(
            system=plan.system, description=f"{result.item.text}\n\n{result.note}", impact="wrong_content",
            title=(plan.name + _(": ") + result.item.text)[:LINE_MOST], function_id=plan.function_id,
            unit_id=plan.unit_id, channel="inspection", evidence={"actual": result.note, "inspection": found.number},
        ),
        by=by, at=at,
    )  # fmt: skip
    issue.kind, result.issue_id = "anomaly", issue.id
    db.session.flush()
    db.session.expire(result, ["issue"])
    audit.record(
        "inspection_round.issue", found, by=by, at=at, after={"item": result.item_id, "issue": issue.number}
    )
    return issue


def round_moves(found: InspectionRound, *, by: Actor, at: datetime) -> list[str]:
    """The verbs that this actor has on the round."""
    return workflow.open_moves(
        rules.ROUND_WORKFLOW, state=found.state or "", relations=queries.relations(by, found.plan, at)
    )

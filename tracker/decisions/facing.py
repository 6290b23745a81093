"""What the decision page needs to know of one case: its late clocks, whom it may go to, and what was decided."""

import re
from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, false, select
from wtforms import SelectChoice

from tracker.accounts import queries as people
from tracker.accounts import rules as roles
from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.db import db, first_or_404, locked
from tracker.decisions import rules
from tracker.decisions.cases import AnyCase, Case, RoundCase
from tracker.decisions.models import Decision
from tracker.errors import NotFound
from tracker.hours.book import office_day_end
from tracker.inspections import queries as inspections
from tracker.inspections.models import InspectionRound
from tracker.issues import fields as issue_fields
from tracker.issues import queries as issues
from tracker.issues.models import Issue
from tracker.records import queries as records
from tracker.records.models import Record

USUAL_DAYS = 5
ROUND = re.compile(r"IR-(\d{1,9})-(\d{1,9})")


def case_of(actor: Actor, number: str, *, lock: bool = False) -> Case:
    """The visible case with this number of an issue or a record; NotFound else."""
    found = db.session.scalars(records.visible(actor).where(Record.number == number)).first()
    if found is None:
        issue = _worked_on(actor, first_or_404(issues.by_number(actor, number)))
        found = records.of_issue(issue)
        if found is None or found.primary_issue_id != issue.id:
            return Case(_locked(issue) if lock else issue)
    _worked_on(actor, first_or_404(issues.by_number(actor, found.primary_issue.number)))
    if lock:
        _locked(found.primary_issue)
        db.session.scalars(locked(select(Record).where(Record.id == found.id))).one()
    return Case(found.primary_issue, found)


def any_case_of(actor: Actor, number: str, *, lock: bool = False) -> AnyCase:
    """The same, or the round of inspection with this number that the actor leads."""
    named = ROUND.fullmatch(number)
    if named is None:
        return case_of(actor, number, lock=lock)
    plan_id, turn = int(named[1]), int(named[2]) - 1
    wanted = inspections.overseen(actor).where(
        InspectionRound.plan_id == plan_id, InspectionRound.turn == turn
    )
    found = first_or_404(wanted)
    if lock:
        again = select(InspectionRound).where(InspectionRound.id == found.id)
        db.session.scalars(locked(again).execution_options(populate_existing=True)).one()
    return RoundCase(found)


def on_round(number: str) -> ColumnElement[bool]:
    """Decisions on the round with this number."""
    named = ROUND.fullmatch(number)
    if named is None:
        return false()
    mine = select(InspectionRound.id).where(
        InspectionRound.plan_id == int(named[1]), InspectionRound.turn == int(named[2]) - 1
    )
    return Decision.round_id.in_(mine)


def _worked_on(actor: Actor, issue: Issue) -> Issue:
    """The issue, unless the actor stands on its other side: whoever reported a sealed case decides nothing about it."""
    if not issues.works_on(actor, issue):
        raise NotFound()
    return issue


def _locked(issue: Issue) -> Issue:
    return db.session.scalars(locked(select(Issue).where(Issue.id == issue.id))).one()


def usual_date(now: datetime, days: int = USUAL_DAYS) -> str:
    """A date to begin from, as people type it: the end of an office day some days on."""
    return issue_fields.local(office_day_end(now, days))


def targets(case: AnyCase, now: datetime) -> list[SelectChoice]:
    """Whom a case may go to: engineers, teams and the vendor while it is with one, else supervisors for it; a round to
    anybody."""
    listed = [SelectChoice("", _("Please choose"))]
    if isinstance(case, RoundCase):
        everybody = db.session.scalars(people.people())
        return listed + [_choice(one, now) for one in everybody if one.id != case.round.plan.owner_id]
    if case.record is None or records.open_escalation(case.record) is None:
        issue = case.issue
        able = people.people_with(roles.SUPERVISOR, at=now, unit_id=issue.unit_id, system_id=issue.system_id)
        return listed + [_choice(one, now) for one in able if one.id != issue.assignee_id]
    system = case.issue.system
    if system.operated_by == "vendor" and system.vendor_email:
        listed.append(SelectChoice("vendor", f"{system.vendor_name} {system.vendor_contact}".strip()))
    listed += [_choice(one, now) for one in people.people_with(roles.ENGINEER, at=now)]
    return [*listed, *(SelectChoice(f"team:{team.id}", team.name) for team in people.teams())]


def _choice(person: Person, now: datetime) -> SelectChoice:
    away = " " + _("(away)") if person.is_away(now) else ""
    return SelectChoice(f"person:{person.id}", person.name + away)


def movable(names: Sequence[str]) -> list[str]:
    """Those of these clocks that may get another date."""
    return [one for one in names if one in rules.MAY_MOVE and one != "decide"]

"""Plans of inspections: make, change, pause, resume, end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from tracker import audit, rearm, transitions, workflow
from tracker.accounts import names
from tracker.accounts import rules as roles
from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.calendars import Calendar
from tracker.db import db
from tracker.errors import DomainError, NotAllowed, WrongState
from tracker.inspections import queries, rules
from tracker.inspections.models import InspectionItem, InspectionPlan, InspectionRound
from tracker.systems.models import AISystem, SystemFunction

ITEMS_MOST, LINE_MOST, NOTE_MOST = 60, 300, 4000
PLAIN = ("system_id", "owner_id", "first_day", "function_id", "unit_id", "rhythm", "every", "within_days")


@dataclass(frozen=True)
class Wanted:
    """What a plan should be; each item in Chinese and, after ` / `, in English if anybody wants it."""

    name: str
    system_id: int
    owner_id: int
    first_day: date
    items: Sequence[tuple[str, str]]
    name_en: str = ""
    function_id: int | None = None
    unit_id: int | None = None
    rhythm: str = rules.WEEKS
    every: int = 1
    within_days: int = 3


def make_plan(wanted: Wanted, *, is_demo: bool = False, by: Actor, at: datetime) -> InspectionPlan:
    """A new plan in force.  Raises NotAllowed, or DomainError naming the fields."""
    _check(wanted, by)
    plan = InspectionPlan(state=None, updated_at=at, is_demo=is_demo, **_columns(wanted))
    db.session.add(plan)
    db.session.flush()
    _save_items(plan, wanted.items)
    transitions.start(plan, rules.ACTIVE, by=by, at=at, after=_facts(plan), texts={"name": plan.name})
    return plan


def save_plan(plan: InspectionPlan, wanted: Wanted, *, by: Actor, at: datetime) -> None:
    """Change a plan from the next round on; turns that are over stay as they were.

    Raises NotAllowed, WrongState for an ended plan, or DomainError naming the fields.
    """
    _check(wanted, by)
    if "supervisor" not in queries.relations(by, plan, at):
        raise NotAllowed("save")
    if plan.state == rules.ENDED:
        raise WrongState("save")
    before = _facts(plan)
    moved = (plan.first_day, plan.rhythm, plan.every) != (wanted.first_day, wanted.rhythm, wanted.every)
    for key, value in _columns(wanted).items():
        setattr(plan, key, value)
    plan.updated_at = at
    if moved:
        # Turns are numbered on: the new days count from the new first day, and no number comes twice.
        plan.turns = _next_turn(plan)
    _save_items(plan, wanted.items)
    audit.record(
        "inspection_plan.save",
        plan,
        by=by,
        at=at,
        before=before,
        after=_facts(plan),
        texts={"name": plan.name},
    )
    for one in db.session.scalars(_open_of(plan)):
        rearm.mark(one.kind_name, one.id, at=at)


def _next_turn(plan: InspectionPlan) -> int:
    """The first turn by the new days that comes after the last round."""
    last = db.session.scalars(
        select(InspectionRound)
        .where(InspectionRound.plan_id == plan.id)
        .order_by(InspectionRound.turn.desc())
        .limit(1)
    ).first()
    if last is None:
        return 0
    turn = last.turn + 1
    while rules.day_of(plan.first_day, plan.rhythm, plan.every, turn) <= last.day:
        turn += 1
    return turn


def _open_of(plan: InspectionPlan) -> Any:
    return select(InspectionRound).where(
        InspectionRound.plan_id == plan.id, InspectionRound.state == rules.OPEN
    )


def _columns(wanted: Wanted) -> dict[str, Any]:
    kept = {key: getattr(wanted, key) for key in PLAIN}
    return kept | {"name": names.one_line(wanted.name), "name_en": names.one_line(wanted.name_en)}


def _facts(plan: InspectionPlan) -> dict[str, Any]:
    return {
        "system": plan.system_id, "function": plan.function_id, "unit": plan.unit_id, "owner": plan.owner_id,
        "rhythm": plan.rhythm, "every": plan.every, "first_day": plan.first_day, "within_days": plan.within_days,
    }  # fmt: skip


def _save_items(plan: InspectionPlan, items: Sequence[tuple[str, str]]) -> None:
    """Lines by their text: the same line stays the same item, one left out is asked no more."""
    have = {one.text: one for one in plan.items}
    for position, (text, english) in enumerate(items):
        row = have.get(text)
        if row is None:
            row = InspectionItem(plan_id=plan.id, text=text)
            db.session.add(row)
        row.position, row.text_en, row.active = position, english, True
    wanted = {text for text, _english in items}
    for text, row in have.items():
        row.active = text in wanted
    db.session.flush()
    db.session.expire(plan, ["items"])


def _check(wanted: Wanted, by: Actor) -> None:
    if not by.is_for(roles.SUPERVISOR, unit_id=wanted.unit_id, system_id=wanted.system_id):
        raise NotAllowed("inspection_plan")
    problems = {}
    if not names.is_name(names.one_line(wanted.name)):
        problems["name"] = _("Enter a name of at most %(count)s characters", count=names.NAME_MOST)
    owner = db.session.get(Person, wanted.owner_id)
    if owner is None or not owner.active:
        problems["owner_id"] = _("Choose one of the list")
    function = db.session.get(SystemFunction, wanted.function_id) if wanted.function_id is not None else None
    if db.session.get(AISystem, wanted.system_id) is None:
        problems["system_id"] = _("Choose one of the list")
    elif wanted.function_id is not None and (function is None or function.system_id != wanted.system_id):
        problems["function_id"] = _("Choose a function of this system")
    problems |= _bounds(wanted)
    if problems:
        raise DomainError(" ".join(problems.values()), fields=problems)


def _bounds(wanted: Wanted) -> dict[str, str]:
    found = {}
    texts = [text for text, _english in wanted.items]
    if (
        not texts
        or len(texts) > ITEMS_MOST
        or len(set(texts)) != len(texts)
        or max(map(len, texts)) > LINE_MOST
    ):
        found["items"] = _(
            "Write 1 to %(most)s different lines, each of at most %(count)s characters",
            most=ITEMS_MOST,
            count=LINE_MOST,
        )
    if wanted.rhythm not in rules.RHYTHMS:
        found["rhythm"] = _("Choose one of the list")
    for key, most in (("every", 52), ("within_days", 60)):
        if not 1 <= getattr(wanted, key) <= most:
            found[key] = _("Enter a number from 1 to %(most)s", most=most)
    if not date(2000, 1, 1) <= wanted.first_day <= date(2200, 1, 1):
        found["first_day"] = _("Enter a date like 2026-11-22, 115/11/22, 11/22 or tomorrow")
    return found


def hand_over(plan: InspectionPlan, person: Person, reason: str, *, by: Actor, at: datetime) -> None:
    """Somebody else inspects from here on, the open round too.  Raises NotAllowed, WrongState for an ended plan."""
    leads = (roles.SUPERVISOR, roles.MANAGER)
    if not any(by.is_for(one, unit_id=plan.unit_id, system_id=plan.system_id) for one in leads):
        raise NotAllowed("hand_over")
    if plan.state == rules.ENDED or not person.active or person.id == plan.owner_id:
        raise WrongState("hand_over")
    before, plan.owner_id, plan.updated_at = plan.owner_id, person.id, at
    db.session.flush()
    db.session.expire(plan, ["owner"])
    audit.record(
        "inspection_plan.hand_over", plan, by=by, at=at, before={"owner": before}, after={"owner": person.id},
        texts={"reason": reason.strip()},
    )  # fmt: skip
    for one in db.session.scalars(_open_of(plan)):
        rearm.mark(one.kind_name, one.id, at=at)


def move_plan(
    plan: InspectionPlan, verb: str, *, note: str, calendar: Calendar, by: Actor, at: datetime
) -> None:
    """`pause`, `resume` or `end`, with a reason.  What is open stays open; turns within a pause are passed over."""
    reason = names.one_line(note)[:NOTE_MOST]
    transitions.move(
        rules.PLAN_WORKFLOW, plan, verb, by=by, at=at, relations=queries.relations(by, plan, at),
        facts=rules.Facts(reason=reason), texts={"reason": reason} if reason else None,
    )  # fmt: skip
    plan.reason = reason
    if verb == "resume":
        while opens(plan, plan.turns, calendar) <= at:
            plan.turns += 1


def opens(plan: InspectionPlan, turn: int, calendar: Calendar) -> datetime:
    """When this turn of the plan opens."""
    return rules.span_of(
        rules.day_of(plan.first_day, plan.rhythm, plan.every, turn), plan.within_days, calendar
    )[0]


def plan_moves(plan: InspectionPlan, *, by: Actor, at: datetime) -> list[str]:
    """The verbs that this actor has on the plan."""
    return workflow.open_moves(
        rules.PLAN_WORKFLOW, state=plan.state or "", relations=queries.relations(by, plan, at)
    )

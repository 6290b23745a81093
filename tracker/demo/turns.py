"""Who is on duty in the demo, what is inspected there again and again, when its people work."""

from datetime import datetime, timedelta

from tracker.db import db
from tracker.demo.cases import Told
from tracker.demo.issue_stories import Story
from tracker.demo.stage import Stage
from tracker.duty import actions as duty
from tracker.duty import swapping
from tracker.duty.models import Rota
from tracker.hours import actions as hours
from tracker.hours import rules as times
from tracker.inspections import actions as inspections
from tracker.inspections import planning, queries, rules
from tracker.inspections.models import InspectionPlan, InspectionRound

ROTA = "AI 系統值班 · AI on call"
MEMBERS = ("engineer", "engineer2", "engineer3")
CALENDAR = "晨光社大 · Morning Light College"
CLOSED, CLOSED_IN = "校慶補假 · Founders' day", timedelta(days=18)
CHECKLIST = (
    ("隨機抽 10 則回答，出處都正確", "Ten answers at random each name the right source"),
    ("退費試算與教務組的金額相同", "Refund sums match those of the registrar"),
    ("沒有引用去年的簡章", "Last year's prospectus is not quoted"),
    ("不該回答的問題都婉拒並轉給服務組", "What it must not answer is declined and passed to the service desk"),
)  # fmt: skip
SEEN = "第 7 則引用去年的退費期限，已請標註小組更新。Answer 7 quoted last year's refund period; the data team was told."
ROUNDS = Told(
    stage="inspection", ago=21, reporter="supervisor2", system="demo-assistant", function="課程查詢", impact="", text=""
)  # fmt: skip
"""Rounds every two weeks, the first four weeks and a working day ago: one is done, one was missed, one is open."""


def make_calendar(stage: Stage, unit_id: int, at: datetime) -> None:
    """The hours that the demo's units keep, with one day of their own: real calendars stay as they are."""
    by = stage.actor("admin", at)
    made = hours.create_calendar(
        name=CALENDAR, zone="", country="TW", week=times.USUAL, units=[unit_id], is_demo=True, by=by, at=at
    )
    day = (stage.now + CLOSED_IN).astimezone(stage.zone).date()
    while day.weekday() > 4:
        day += timedelta(days=1)
    hours.set_day(day, times.CLOSED, calendar_id=made.id, name=CLOSED, by=by, at=at)


def make_rota(stage: Stage, at: datetime) -> None:
    """Three engineers take turns by the week; one has taken a colleague's next shift for one of their own."""
    rota = duty.make_rota(
        duty.Wanted(
            name=ROTA, members=[stage.persons[one].id for one in MEMBERS], zone=str(stage.zone),
            first_day=at.astimezone(stage.zone).date(), note="分機 1239 · extension 1239",
        ),
        is_demo=True, by=stage.actor("supervisor", at), at=at,
    )  # fmt: skip
    _swap(stage, rota)


def _swap(stage: Stage, rota: Rota) -> None:
    asked = stage.instant(1, (0, "15:20"))
    answered = asked + timedelta(minutes=40)
    shifts = [one for one in swapping.shifts(rota, asked) if one.starts_at > stage.now]
    mine = next(one for one in shifts if one.person == stage.persons["engineer2"].id)
    theirs = next(one for one in shifts if one.person == stage.persons["engineer3"].id)
    swap = swapping.ask(
        rota, (mine.starts_at, mine.ends_at), stage.persons["engineer3"], (theirs.starts_at, theirs.ends_at),
        note="Travelling that week — could we swap?", by=stage.actor("engineer2", asked), at=asked,
    )  # fmt: skip
    swapping.answer(swap, "accept", by=stage.actor("engineer3", answered), at=answered)


def inspect(stage: Stage) -> Story:
    """The story of the plan: its first round is done with a finding, its second missed, its third waits."""
    at = yield (0, "08:20")
    plan = _plan(stage, at)
    at = yield (1, "10:40")
    _fill(_round(plan, 0, stage, at), stage, at)
    at = yield (14, "16:10")
    inspections.miss(
        _round(plan, 1, stage, at), "系統搬遷，三天無法使用 · The system was being moved for three days",
        by=stage.actor("supervisor", at), at=at,
    )  # fmt: skip


def _plan(stage: Stage, at: datetime) -> InspectionPlan:
    system = stage.systems[ROUNDS.system]
    wanted = planning.Wanted(
        name="學員服務助理抽查", name_en="Spot check of the learner assistant", system_id=system.id,
        owner_id=stage.persons[ROUNDS.reporter].id, first_day=at.astimezone(stage.zone).date(), items=CHECKLIST,
        every=2,
    )  # fmt: skip
    return planning.make_plan(wanted, is_demo=True, by=stage.actor("supervisor", at), at=at)


def _round(plan: InspectionPlan, turn: int, stage: Stage, at: datetime) -> InspectionRound:
    found = queries.rounds(stage.actor("supervisor", at), at).where(
        InspectionRound.plan_id == plan.id, InspectionRound.turn == turn
    )
    return db.session.scalars(found).one()


def _fill(found: InspectionRound, stage: Stage, at: datetime) -> None:
    by = stage.actor(ROUNDS.reporter, at)
    given = {one.id: (rules.FINE, "") for one in found.results}
    given[found.results[2].id] = (rules.FINDING, SEEN)
    inspections.fill(found, given, by=by, at=at)
    inspections.finish(found, by=by, at=at)

"""The rungs of a clock and the instants they fall due."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

import pytest

from tests.clock import MONDAY, TAIPEI
from tracker import calendars
from tracker.calendars import Calendar
from tracker.followups import fixed, ladder
from tracker.followups.ladder import Want
from tracker.followups.rules import Yardstick
from tracker.hours import public
from tracker.policies import rules as policy
from tracker.policies.presets import PRESETS
from tracker.policies.rules import About

OFFICE = Calendar(zone="Asia/Taipei", windows=(((540, 1080),),) * 5 + ((), ()))
NORMAL = PRESETS["normal"]
HOURS_8 = Want("first_response", MONDAY, allowance=timedelta(hours=8))


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=TAIPEI)


def rule(want: Want, preset: policy.Policy = NORMAL) -> policy.Rule:
    return Yardstick(preset, about=About(kind="how_to")).of(want, "S3")


def rungs(want: Want, count: int, preset: policy.Policy = NORMAL) -> list[tuple[str, int, str]]:
    found = islice(ladder.plan(want, rule(want, preset), OFFICE), count)
    return [(rung.step.name, rung.occurrence, f"{rung.at.astimezone(TAIPEI):%m-%d %H:%M}") for rung in found]


def test_a_deadline_climbs_from_owner_to_manager_and_never_falls_silent():
    assert rungs(HOURS_8, 6) == [
        ("due_soon", 1, "11-23 15:00"),
        ("overdue", 1, "11-23 17:00"),
        ("to_supervisor", 1, "11-24 17:00"),
        ("to_manager", 1, "11-25 17:00"),
        ("weekly", 1, "12-02 17:00"),
        ("weekly", 2, "12-09 17:00"),
    ]


def test_a_tight_office_hears_again_every_second_day():
    assert [step for step, _n, _at in rungs(HOURS_8, 5, PRESETS["tight"])][3:] == [
        "to_manager",
        "weekly",
    ]
    assert rungs(HOURS_8, 5, PRESETS["tight"])[4] == ("weekly", 1, "11-27 17:00")


def test_nobody_is_chased_at_night_over_an_agreed_instant():
    want = Want("correct", MONDAY, until=at("11-28 23:30"))
    assert ladder.due(want, rule(want), OFFICE) == at("11-28 23:30")
    assert rungs(want, 2)[1] == ("overdue", 1, "11-30 09:00")


def test_an_agreed_instant_in_the_past_has_no_due_soon():
    assert rungs(Want("correct", MONDAY, until=MONDAY), 1) == [("overdue", 1, "11-23 09:00")]


def test_a_question_is_asked_again_twice_and_then_given_back():
    want = Want("user_answer", MONDAY, ladder=ladder.ASK, may_close=True)
    assert rungs(want, 4) == [
        ("remind", 1, "11-26 09:00"),
        ("remind", 2, "12-02 09:00"),
        ("close_unanswered", 1, "12-07 09:00"),
        ("weekly", 1, "12-14 09:00"),
    ]


def test_a_how_to_is_asked_once():
    want = Want("user_answer", MONDAY, ladder=ladder.ASK, may_close=True, repeats=False)
    assert rungs(want, 1) == [("close_unanswered", 1, "12-02 09:00")]


def test_a_case_that_the_system_may_not_close_goes_back_to_its_owner():
    want = Want("user_answer", MONDAY, ladder=ladder.ASK)
    assert rungs(want, 3)[2] == ("no_answer", 1, "12-07 09:00")


def test_a_paused_clock_has_no_rungs_and_goes_on_where_it_stopped():
    paused = replace(HOURS_8, pauses=((at("11-23 11:00"), None),))
    assert rungs(paused, 1) == []
    assert ladder.due(paused, rule(paused), OFFICE) is None
    resumed = replace(HOURS_8, pauses=((at("11-23 11:00"), at("11-30 11:00")),))
    assert rungs(resumed, 2) == [("due_soon", 1, "11-30 15:00"), ("overdue", 1, "11-30 17:00")]


def test_excluded_days_never_shorten_the_wait():
    friday = Want("next_update", at("11-27 17:00"), allowance=timedelta(hours=27))
    assert ladder.due(friday, rule(friday), OFFICE) == at("12-02 17:00")


def test_after_downtime_the_last_due_rung_fires_and_the_earlier_are_passed_over():
    turn = ladder.turn(HOURS_8, "due_soon", 1, at("11-24 18:00"), rule(HOURS_8), OFFICE)
    assert turn is not None
    assert turn.fires.step.name == "to_supervisor"
    assert [rung.step.name for rung in turn.passed_over] == ["due_soon", "overdue"]
    assert turn.then is not None
    assert turn.then.at == at("11-25 17:00")


def test_the_next_rung_comes_from_the_plan_however_late_this_one_fires():
    on_time = ladder.turn(HOURS_8, "overdue", 1, at("11-23 17:00"), rule(HOURS_8), OFFICE)
    late = ladder.turn(HOURS_8, "overdue", 1, at("11-24 16:59"), rule(HOURS_8), OFFICE)
    assert on_time is not None
    assert late is not None
    assert on_time.then == late.then


def test_questions_are_never_passed_over_and_leave_time_to_answer():
    want = Want("user_answer", MONDAY, ladder=ladder.ASK, may_close=True)
    turn = ladder.turn(want, "remind", 1, at("12-21 09:00"), rule(want), OFFICE)
    assert turn is not None
    assert (turn.fires.step.name, turn.passed_over) == (fixed.REMIND, ())
    assert turn.then is not None
    assert turn.then.at == calendars.add_working_days(at("12-21 09:00"), 3, OFFICE)


def test_a_rung_that_the_plan_lost_has_no_turn():
    assert ladder.turn(HOURS_8, "remind", 1, MONDAY, rule(HOURS_8), OFFICE) is None


def test_reminders_already_given_are_not_armed_again():
    want = Want("user_answer", MONDAY, ladder=ladder.ASK, may_close=True, asked=3)
    first = ladder.first(want, rule(want), OFFICE)
    assert first is not None
    assert first.step.name == fixed.CLOSE_UNANSWERED


@pytest.mark.parametrize("year", range(2026, 2030))
def test_every_rung_of_a_year_lies_in_open_time_and_after_the_one_before(year: int):
    off, on = public.days("TW", range(year - 1, year + 3))
    calendar = replace(OFFICE, holidays=off, workdays=on)
    start = datetime(year, 1, 2, 11, 30, tzinfo=TAIPEI)
    want = Want("next_update", start, allowance=timedelta(hours=27))
    plan = ladder.plan(want, rule(want), calendar)
    instants = [rung.at for rung in islice(plan, 50)]
    assert instants == sorted(set(instants))
    for instant in instants:
        local = instant.astimezone(TAIPEI)
        assert 9 <= local.hour <= 18
        assert local.date() not in off - on

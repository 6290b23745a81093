"""Rounds fall due from the plan's anchor, are chased until they are done, and are never silently dropped."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.clock import MONDAY
from tests.factories.chases import chases, clock_of, letters, local, obligations, tick, told
from tests.factories.people import actor_of, make_person, make_system
from tracker.audit.models import Entry
from tracker.db import db
from tracker.errors import DomainError, Missing, NotAllowed, WrongState
from tracker.followups import letters as chase_letters
from tracker.followups.office import office
from tracker.inspections import actions, planning, queries, rules
from tracker.inspections.models import InspectionRound
from tracker.inspections.planning import Wanted
from tracker.outbox.models import Letter

DAY = timedelta(days=1)


@pytest.fixture
def boss(app):
    return make_person("supervisor")


@pytest.fixture
def owner(app):
    return make_person("engineer")


def make_plan(boss, owner, **wish):
    wanted = {
        "name": "每兩週巡檢", "system_id": make_system().id, "owner_id": owner.id, "first_day": date(2026, 11, 23),
        "items": [("答案有出處", "Answers name a source"), ("沒有過期公告", "")], "every": 2, **wish,
    }  # fmt: skip
    plan = planning.make_plan(Wanted(**wanted), by=actor_of(boss), at=MONDAY - 3 * DAY)
    db.session.commit()
    return plan


def rounds():
    return list(db.session.scalars(select(InspectionRound).order_by(InspectionRound.turn)))


def fill(found, by, at=MONDAY, *, outcomes=("fine", "fine"), notes=("", "")):
    given = {one.id: pair for one, pair in zip(found.results, zip(outcomes, notes, strict=True), strict=True)}
    actions.fill(found, given, by=actor_of(by), at=at)


@pytest.mark.parametrize(
    ("first", "rhythm", "every", "expected"),
    [
        (date(2026, 11, 23), "weeks", 2, [date(2026, 11, 23), date(2026, 12, 7), date(2026, 12, 21)]),
        (date(2027, 1, 31), "months", 1, [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31)]),
        (date(2026, 12, 15), "months", 3, [date(2026, 12, 15), date(2027, 3, 15), date(2027, 6, 15)]),
    ],
)
def test_days_count_from_the_first(first, rhythm, every, expected):
    assert [rules.day_of(first, rhythm, every, turn) for turn in range(3)] == expected


def test_a_round_on_a_day_off_moves_to_the_next_working_day(app):
    # 2027-01-01 is a Friday and a public holiday.
    opens, due = rules.span_of(date(2027, 1, 1), 2, office(MONDAY).calendar)
    assert (opens, due) == (local("2027-01-04 09:00"), local("2027-01-06 09:00"))


def test_a_due_round_is_opened_once_and_has_its_clock(boss, owner):
    make_plan(boss, owner)
    tick(MONDAY - DAY)
    assert rounds() == []
    tick(MONDAY)
    tick(MONDAY + timedelta(minutes=1))
    (found,) = rounds()
    assert (found.state, found.due_at) == ("open", local("2026-11-26 09:00"))
    assert [one.item.text for one in found.results] == ["答案有出處", "沒有過期公告"]
    assert clock_of("inspection_round", found.id, "inspection").due_at == found.due_at


def test_it_is_chased_up_the_ladder_until_it_is_done(boss, owner):
    manager = make_person("manager")
    make_plan(boss, owner)
    tick(MONDAY)
    (found,) = rounds()
    tick(local("2026-11-26 09:00"))
    assert told(chases("inspection")[-1]) == {owner.id}
    tick(local("2026-11-27 09:00"))
    assert told(chases("inspection")[-1]) == {owner.id, boss.id}
    tick(local("2026-12-01 09:00"))
    assert told(chases("inspection")[-1]) == {owner.id, boss.id, manager.id}
    bell = letters("bell")[-1]
    assert bell.link == f"/decisions/{found.number}"
    assert chase_letters.still_needed(bell)
    fill(found, owner)
    actions.finish(found, by=actor_of(owner), at=local("2026-12-01 10:00"))
    count = len(chases("inspection"))
    tick(local("2026-12-05 10:00"))
    assert clock_of("inspection_round", found.id, "inspection").met is False
    assert obligations("inspection", "scheduled") == []
    assert len(chases("inspection")) == count


def test_while_the_owner_is_away_the_deputy_is_asked(boss, owner):
    deputy = make_person("engineer")
    owner.deputy_id, owner.away_from = deputy.id, MONDAY - DAY
    make_plan(boss, owner)
    tick(MONDAY)
    tick(local("2026-11-26 09:00"))
    chase = chases("inspection")[-1]
    (found,) = rounds()
    assert queries.relations(actor_of(deputy), found.plan, MONDAY) == {"assignee"}
    assert told(chase) == {deputy.id}
    assert chase.to[0]["deputy_for"] == owner.name


def test_the_next_round_counts_from_the_anchor_and_none_is_dropped(boss, owner):
    make_plan(boss, owner)
    tick(local("2026-12-23 10:00"))
    assert [one.day for one in rounds()] == [date(2026, 11, 23), date(2026, 12, 7), date(2026, 12, 21)]
    assert {one.state for one in rounds()} == {"open"}


def test_a_round_is_finished_when_each_line_is_answered_and_each_finding_described(boss, owner):
    make_plan(boss, owner)
    tick(MONDAY)
    (found,) = rounds()
    for outcomes, key in ((("fine", ""), "outcome"), (("finding", "fine"), "note")):
        fill(found, owner, outcomes=outcomes)
        with pytest.raises(Missing) as error:
            actions.finish(found, by=actor_of(owner), at=MONDAY)
        assert error.value.keys == (key,)
    fill(found, owner, outcomes=("finding", "not_applicable"), notes=("No source named", ""))
    actions.finish(found, by=actor_of(owner), at=MONDAY)
    assert (found.state, found.done_by_id) == ("done", owner.id)
    with pytest.raises(WrongState):
        fill(found, owner)


def test_a_stranger_neither_fills_nor_sees_it(boss, owner):
    make_plan(boss, owner)
    tick(MONDAY)
    (found,) = rounds()
    stranger = make_person("engineer")
    with pytest.raises(NotAllowed):
        fill(found, stranger)
    assert db.session.scalars(queries.rounds(actor_of(stranger), MONDAY)).all() == []
    assert db.session.scalars(queries.rounds(actor_of(owner), MONDAY)).all() == [found]


def test_limits_of_a_supervisor_hold(boss, owner):
    other = make_person("supervisor", system_limit=make_system())
    plan = make_plan(boss, owner)
    assert db.session.scalars(queries.visible(actor_of(other), MONDAY)).all() == []
    with pytest.raises(NotAllowed):
        planning.move_plan(
            plan, "end", note="x", calendar=office(MONDAY).calendar, by=actor_of(other), at=MONDAY
        )


def test_a_finding_becomes_one_issue_linked_back(boss, owner):
    make_plan(boss, owner)
    tick(MONDAY)
    (found,) = rounds()
    result = found.results[0]
    with pytest.raises(Missing):
        actions.to_issue(found, result, by=actor_of(owner), at=MONDAY)
    fill(found, owner, outcomes=("finding", "fine"), notes=("No source named", ""))
    issue = actions.to_issue(found, result, by=actor_of(owner), at=MONDAY)
    db.session.commit()
    assert (issue.channel, issue.kind, issue.system_id) == ("inspection", "anomaly", found.plan.system_id)
    assert "No source named" in issue.description
    assert actions.to_issue(found, result, by=actor_of(boss), at=MONDAY) is issue
    with pytest.raises(DomainError):
        fill(found, owner, outcomes=("fine", "fine"))


def test_missed_needs_a_reason_and_a_supervisor_and_stays_in_the_history(boss, owner):
    make_plan(boss, owner)
    tick(MONDAY)
    (found,) = rounds()
    with pytest.raises(NotAllowed):
        actions.miss(found, "On leave", by=actor_of(owner), at=MONDAY)
    with pytest.raises(Missing):
        actions.miss(found, " ", by=actor_of(boss), at=MONDAY)
    actions.miss(found, "System was off", by=actor_of(boss), at=MONDAY)
    assert db.session.scalars(queries.past_rounds(actor_of(boss), MONDAY)).all() == [found]
    trail = select(Entry.action).where(Entry.subject_kind == "inspection_round").order_by(Entry.id)
    assert list(db.session.scalars(trail)) == ["inspection_round.create", "inspection_round.miss"]


def test_days_within_a_pause_are_passed_over_and_an_end_ends(boss, owner):
    plan, calendar = make_plan(boss, owner), office(MONDAY).calendar
    with pytest.raises(Missing):
        planning.move_plan(plan, "pause", note="", calendar=calendar, by=actor_of(boss), at=MONDAY - DAY)
    planning.move_plan(plan, "pause", note="Rebuilt", calendar=calendar, by=actor_of(boss), at=MONDAY - DAY)
    tick(MONDAY + 20 * DAY)
    assert rounds() == []
    planning.move_plan(plan, "resume", note="", calendar=calendar, by=actor_of(boss), at=MONDAY + 20 * DAY)
    tick(local("2026-12-21 09:00"))
    assert [one.day for one in rounds()] == [date(2026, 12, 21)]
    planning.move_plan(
        plan, "end", note="Replaced", calendar=calendar, by=actor_of(boss), at=MONDAY + 30 * DAY
    )
    tick(MONDAY + 90 * DAY)
    assert len(rounds()) == 1


def test_a_changed_rhythm_holds_from_the_next_round_on(boss, owner):
    plan = make_plan(boss, owner)
    tick(MONDAY)
    wanted = Wanted(
        name=plan.name, system_id=plan.system_id, owner_id=owner.id, first_day=date(2026, 11, 24), every=1,
        items=[("答案有出處", "")],
    )  # fmt: skip
    planning.save_plan(plan, wanted, by=actor_of(boss), at=MONDAY + DAY)
    tick(local("2026-12-08 10:00"))
    days = [one.day for one in rounds()]
    assert days[0] == date(2026, 11, 23)
    assert days[1:] == [date(2026, 12, 1), date(2026, 12, 8)]
    assert [len(one.results) for one in rounds()] == [2, 1, 1]


@pytest.mark.parametrize(
    ("wish", "field"),
    [({"name": ""}, "name"), ({"items": []}, "items"), ({"every": 0}, "every"), ({"within_days": 99}, "within_days"),
     ({"owner_id": 10**6}, "owner_id")],
)  # fmt: skip
def test_what_makes_no_plan_is_named(boss, owner, wish, field):
    with pytest.raises(DomainError) as error:
        make_plan(boss, owner, **wish)
    assert set(error.value.fields) == {field}


def test_an_engineer_makes_no_plan(owner):
    with pytest.raises(NotAllowed):
        make_plan(owner, owner)


def test_the_letters_of_a_round_are_about_the_round(boss, owner):
    make_plan(boss, owner)
    tick(MONDAY)
    tick(local("2026-11-26 09:00"))
    (found,) = rounds()
    kinds = db.session.execute(
        select(Letter.subject_kind, Letter.subject_id).where(Letter.kind.startswith("chase."))
    )
    assert set(kinds) == {("inspection_round", found.id)}

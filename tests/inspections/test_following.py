"""Rounds stand where other work stands: on the follow-up page, on today's list, in the overview, on the bell."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.clock import MONDAY
from tests.factories.chases import chases, clock_of, letters, local, tick, told
from tests.factories.inspections import inspected
from tests.factories.people import actor_of, make_person, make_system
from tracker.audit.models import Entry
from tracker.db import db
from tracker.followups.lines import line
from tracker.inspections import actions
from tracker.inspections.models import InspectionRound


@pytest.fixture
def overdue(app, clock):
    """A round a day late, its supervisor and its owner; the supervisors have been told."""
    boss, owner = make_person("supervisor"), make_person("engineer", name="陳建宏")
    inspected(boss, owner, make_system().id, MONDAY)
    found = db.session.scalars(select(InspectionRound)).one()
    tick(MONDAY)
    clock.at("2026-11-27 10:00")
    tick(clock.now())
    return found, boss, owner


@pytest.fixture
def as_(app, login):
    return lambda person: login(app.test_client(), person)


def clock_row(found):
    return clock_of("inspection_round", found.id, "inspection")


def of_round(found):
    return [one for one in chases("inspection") if one.subject_id == found.id]


def test_it_is_a_row_of_follow_up_for_those_who_see_it(overdue, as_):
    found, boss, owner = overdue
    page = as_(boss).get("/follow-up?wait=inspector").text
    assert f"/inspections/rounds/{found.id}" in page
    assert found.number in page
    assert "陳建宏" in page
    assert "立即催辦" in page
    mine = as_(owner).get("/follow-up").text
    assert found.number in mine
    assert "立即催辦" not in mine
    strangers = [make_person("engineer"), make_person("supervisor", system_limit=make_system())]
    assert not any(found.number in as_(one).get("/follow-up?show=all").text for one in strangers)
    assert found.number not in as_(boss).get("/follow-up?wait=supervisor").text


def test_it_is_due_this_week_before_it_is_overdue(app, clock, as_):
    boss = make_person("supervisor")
    inspected(boss, boss, make_system().id, MONDAY)
    tick(MONDAY)
    assert "IR-" in as_(boss).get("/follow-up?show=week").text
    assert "IR-" not in as_(boss).get("/follow-up").text


def test_it_is_on_the_owners_list_of_today_or_the_deputys(overdue, as_, clock):
    found, _boss, owner = overdue
    deputy = make_person("engineer")
    assert f"/inspections/rounds/{found.id}" in as_(owner).get("/today").text
    assert f"/inspections/rounds/{found.id}" not in as_(deputy).get("/today").text
    owner.deputy_id, owner.away_from = deputy.id, clock.now() - timedelta(days=1)
    db.session.commit()
    assert f"/inspections/rounds/{found.id}" in as_(deputy).get("/today").text


def test_a_lead_chases_at_once_and_nobody_else(overdue, as_):
    found, boss, owner = overdue
    here = f"/follow-up/{clock_row(found).id}/chase"
    assert as_(owner).post(here).status_code == 403
    assert as_(make_person("supervisor", system_limit=make_system())).post(here).status_code == 404
    before = len(chases("inspection"))
    assert as_(boss).post(here).status_code == 303
    assert len(chases("inspection")) == before + 1
    assert told(chases("inspection")[-1]) == {owner.id}
    assert "人工催辦" in as_(boss).get(f"/inspections/rounds/{found.id}").text


def test_a_lead_moves_the_date_with_a_reason_and_it_is_chased_from_then(overdue, as_):
    found, boss, owner = overdue
    here = f"/follow-up/{clock_row(found).id}/postpone"
    assert as_(owner).get(here).status_code == 403
    desk = as_(boss)
    assert desk.post(here, data={"due_at": "2026-12-03 17:00", "reason": ""}).status_code == 422
    assert desk.post(here, data={"due_at": "2026-11-20 17:00", "reason": "Late"}).status_code == 422
    wanted = {"due_at": "2026-12-03 17:00", "reason": "系統搬遷"}
    assert desk.post(here, data=wanted).status_code == 303
    db.session.expire_all()
    assert found.due_at == local("2026-12-03 17:00")
    assert clock_row(found).due_at == local("2026-12-03 17:00")
    assert found.number not in desk.get("/follow-up").text
    acts = select(Entry.action).where(Entry.subject_kind == "inspection_round").order_by(Entry.id.desc())
    assert db.session.scalars(acts.limit(1)).one() == "inspection_round.postpone"
    count = len(of_round(found))
    tick(local("2026-12-03 17:00"))
    assert len(of_round(found)) == count + 1


def test_those_who_were_chased_hear_once_that_it_has_ended(overdue):
    found, boss, owner = overdue
    actions.miss(found, "System was off", by=actor_of(boss), at=local("2026-11-27 11:00"))
    tick(local("2026-11-27 11:00"))
    tick(local("2026-11-27 11:05"))
    ended = [one for one in letters("bell") if one.kind == "chase.ended"]
    assert {one.person_id for one in ended} == {owner.id, boss.id}
    assert len(ended) == 2
    assert {one.link for one in ended} == {f"/inspections/rounds/{found.id}"}


def test_the_overview_says_how_many_wait(overdue, as_):
    _found, boss, _owner = overdue
    assert "另有 1 次巡檢待辦" in as_(boss).get("/dashboard").text
    elsewhere = make_system().id
    assert "次巡檢待辦" not in as_(boss).get(f"/dashboard?system={elsewhere}").text


def test_the_letter_that_lists_everything_has_a_line_for_it(overdue):
    found, _boss, owner = overdue
    letter = next(one for one in letters() if one.person_id == owner.id and one.chase_id is not None)
    said = line(letter, local("2026-11-27 10:00"))
    assert said is not None
    assert found.number in said.text
    assert said.overdue

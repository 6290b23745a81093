"""A manager decides on a round of inspection as on any other case."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.api.caller import Caller
from tests.clock import MONDAY
from tests.factories.chases import chases, clock_of, letters, local, tick
from tests.factories.inspections import inspected
from tests.factories.people import make_person, make_system
from tests.worlds import kept
from tracker.db import db
from tracker.decisions.models import Decision
from tracker.inspections.models import InspectionRound

LATE = local("2026-12-02 18:00")


@kept()
def make_late_round():
    """A round that nobody looked at until the managers were told."""
    boss, owner, manager = make_person("supervisor"), make_person("engineer"), make_person("manager")
    made = inspected(boss, owner, make_system().id, MONDAY)
    tick(MONDAY)
    tick(LATE)
    return db.session.get_one(InspectionRound, made["round_id"]), boss, owner, manager


@pytest.fixture
def late(app, clock):
    clock.at("2026-12-02 18:00")
    return make_late_round()


@pytest.fixture
def as_(app, login):
    return lambda person: login(app.test_client(), person)


def chased(found):
    return [one for one in chases("inspection") if one.subject_id == found.id]


def clock_now(found):
    return clock_of("inspection_round", found.id, "inspection")


def test_what_has_climbed_leads_the_manager_to_the_form(late, as_):
    found, _boss, owner, manager = late
    assert "to_manager" in {one.step for one in chases("inspection")}
    mine = [one for one in letters("bell", "chase.to_manager") if one.person_id == manager.id]
    assert {one.link for one in mine} == {f"/decisions/{found.number}"}
    browser = as_(manager)
    assert found.number in browser.get("/decisions").text
    page = browser.get(f"/decisions/{found.number}").text
    assert owner.name in page
    assert all(
        f"/decisions/{found.number}/{kind}" in page
        for kind in ("more_time", "reassign", "suspend", "accept_risk")
    )
    assert "tell" not in page.partition("more_time")[2].partition("</form>")[0]
    assert as_(owner).get(f"/decisions/{found.number}").status_code == 403


def test_more_time_moves_the_day_of_this_round(late, as_):
    found, _boss, owner, manager = late
    browser, here = as_(manager), f"/decisions/{found.number}/more_time"
    typed = {
        "more_time-clock": f"inspection_round~{found.id}~inspection",
        "more_time-until": "2026-12-10 17:00",
    }
    assert browser.post(here, data=typed).status_code == 422
    assert browser.post(here, data={**typed, "more_time-reason": "年底盤點"}).status_code == 303
    assert found.due_at == clock_now(found).due_at == local("2026-12-10 17:00")
    row = db.session.scalars(select(Decision)).one()
    assert (row.round_id, row.issue_id, row.answer) == (found.id, None, "more_time")
    assert {one.person_id for one in letters("bell", "decision.answered")} == {owner.id}
    assert "年底盤點" in browser.get(f"/inspections/rounds/{found.id}").text
    assert found.number not in browser.get("/decisions").text.partition("<details")[0]


def test_somebody_else_inspects_from_here_on(late, as_):
    found, _boss, _owner, manager = late
    other = make_person("reporter")
    typed = {"reassign-to": f"person:{other.id}", "reassign-reason": "人力調整"}
    assert as_(manager).post(f"/decisions/{found.number}/reassign", data=typed).status_code == 303
    assert found.plan.owner_id == other.id
    assert f"/inspections/rounds/{found.id}" in as_(other).get("/today").text


def test_without_the_inspection_for_a_time_nobody_is_chased_and_then_it_comes_again(late, as_):
    found, _boss, _owner, manager = late
    typed = {"accept_risk-until": "2026-12-08 12:00", "accept_risk-reason": "系統停機"}
    assert as_(manager).post(f"/decisions/{found.number}/accept_risk", data=typed).status_code == 303
    before = len(chased(found))
    tick(local("2026-12-07 18:00"))
    assert (clock_now(found).paused_since, len(chased(found))) == (LATE, before)
    tick(local("2026-12-08 12:00"))
    tick(local("2026-12-08 12:01"))
    row = db.session.scalars(select(Decision)).one()
    assert (row.ended_because, clock_now(found).paused_since) == ("over", None)
    tick(local("2026-12-14 18:00"))
    assert len(chased(found)) > before


def test_it_is_taken_back_by_hand(late, as_):
    found, _boss, _owner, manager = late
    typed = {"accept_risk-until": "2026-12-08 12:00", "accept_risk-reason": "系統停機"}
    browser = as_(manager)
    browser.post(f"/decisions/{found.number}/accept_risk", data=typed)
    row = db.session.scalars(select(Decision)).one()
    assert browser.post(f"/decisions/{row.id}/take-back", data={"reason": "復機"}).status_code == 303
    assert (row.ended_because, clock_now(found).paused_since) == ("lifted", None)


def test_the_system_is_suspended_from_there_with_its_notice(late, as_):
    found, _boss, _owner, manager = late
    typed = {"suspend-notice": "請改用紙本", "suspend-reason": "三週沒人巡檢"}
    assert as_(manager).post(f"/decisions/{found.number}/suspend", data=typed).status_code == 303
    assert "請改用紙本" in as_(make_person("reporter")).get(f"/systems/{found.plan.system.key}").text


def test_a_supervisor_asks_and_the_question_is_chased_until_the_answer(late, as_):
    found, boss, _owner, manager = late
    asked = as_(boss).post(f"/decisions/{found.number}/ask", data={"question": "停辦嗎？"})
    assert asked.status_code == 303
    assert {one.person_id for one in letters("bell", "decision.ask")} == {manager.id}
    assert clock_of("inspection_round", found.id, "decide").ended_at is None
    as_(manager).post(
        f"/decisions/{found.number}/accept_risk",
        data={"accept_risk-until": "2026-12-08 12:00", "accept_risk-reason": "停辦"},
    )
    assert clock_of("inspection_round", found.id, "decide").ended_at == LATE
    row = db.session.scalars(select(Decision)).one()
    assert (row.question, row.answer) == ("停辦嗎？", "accept_risk")


def test_the_same_over_the_api(late, client):
    found, _boss, owner, manager = late
    theirs = Caller(client, manager)
    body = {
        "subject": found.number,
        "answer": "more_time",
        "reason": "x",
        "until": "2026-12-10T17:00:00+08:00",
    }
    made = theirs.post("/decisions", body)
    assert (made.status_code, made.json["subject"], made.json["clock"]) == (201, found.number, "inspection")
    listed = theirs.get(f"/decisions?subject={found.number}").json["items"]
    assert [one["answer"] for one in listed] == ["more_time"]
    assert Caller(client, owner).get("/decisions").json["items"] == []
    assert theirs.post("/decisions", {**body, "subject": "IR-99-1"}).status_code == 404
    assert Caller(client, owner).post("/decisions", body).status_code in (403, 404)


def test_a_round_that_is_over_leaves_nothing_to_decide(late, as_, clock):
    found, boss, _owner, manager = late
    as_(boss).post(f"/inspections/rounds/{found.id}/miss", data={"note": "Nobody came"})
    clock.at(f"{LATE + timedelta(minutes=1):%Y-%m-%d %H:%M}")
    page = as_(manager).get(f"/decisions/{found.number}").text
    assert "accept_risk" not in page
    assert "不需要再決定" in page

"""The pages of inspections, without JavaScript."""

import io
from datetime import date

import pytest
from sqlalchemy import select

from tests.clock import MONDAY
from tests.factories.chases import tick
from tests.factories.people import make_person, make_system
from tracker.db import db
from tracker.inspections.models import InspectionPlan, InspectionRound
from tracker.issues.models import Issue


@pytest.fixture
def as_(app, login):
    return lambda person: login(app.test_client(), person)


def typed(system, owner, **more):
    return {
        "name": "Sources", "system_id": system.id, "owner_id": owner.id, "rhythm": "weeks", "every": "2",
        "first_day": "2026-11-23", "within_days": "3",
        "items": "答案有出處 / Answers name a source\n沒有過期公告", **more,
    }  # fmt: skip


def test_from_a_plan_to_a_finding_that_is_an_issue(as_, clock):
    boss, owner = make_person("supervisor"), make_person("engineer")
    desk, hand = as_(boss), as_(owner)
    assert "/inspections/new" in desk.get("/inspections").get_data(as_text=True)
    assert desk.post("/inspections/new", data=typed(make_system(), owner)).status_code == 303
    tick(MONDAY)
    found = db.session.scalars(select(InspectionRound)).one()
    here = f"/inspections/rounds/{found.id}"
    assert here in hand.get("/inspections").get_data(as_text=True)
    first, second = found.results
    answers = {
        f"outcome-{first.id}": "finding", f"note-{first.id}": "No source", f"outcome-{second.id}": "",
        f"note-{second.id}": "",
        f"files-{first.id}": (io.BytesIO(b"plain words"), "seen.txt"),
    }  # fmt: skip
    page = hand.post(here, data=answers | {"finish": "1"})
    assert page.status_code == 422
    said = page.get_data(as_text=True)
    assert "每一項都要選結果" in said and "已填的內容都保留了" in said and "請選一個。" in said
    page = hand.get(here).get_data(as_text=True)
    assert "No source" in page
    assert "seen.txt" in page
    assert hand.post(f"{here}/results/{first.id}/issue").status_code == 303
    issue = db.session.scalars(select(Issue)).one()
    assert issue.number in hand.get(here).get_data(as_text=True)
    answers = {f"outcome-{first.id}": "finding", f"note-{first.id}": "No source",
               f"outcome-{second.id}": "fine", f"note-{second.id}": "", "finish": "1"}  # fmt: skip
    assert hand.post(here, data=answers).status_code == 303
    table = desk.get("/inspections.csv").get_data(as_text=True)
    assert issue.number in table
    assert table.count("\n") == 3
    assert as_(make_person("engineer")).get(here).status_code == 404


def test_who_inspects_needs_no_role(as_, clock):
    """A plain user who was made the owner is asked, opens the round, finds something and reports it."""
    boss, owner = make_person("supervisor"), make_person("reporter")
    as_(boss).post("/inspections/new", data=typed(make_system(), owner, items="答案有出處"))
    tick(MONDAY)
    found = db.session.scalars(select(InspectionRound)).one()
    here, hand = f"/inspections/rounds/{found.id}", as_(owner)
    assert here in hand.get("/inspections").text
    assert 'name="finish"' in hand.get(here).text
    (line,) = found.results
    answers = {f"outcome-{line.id}": "finding", f"note-{line.id}": "No source"}
    made = hand.post(f"{here}/results/{line.id}/issue", data=answers)
    issue = db.session.scalars(select(Issue)).one()
    assert made.location.endswith(issue.number)
    assert hand.get(f"/issues/{issue.number}").status_code == 200
    assert hand.post(here, data=answers | {"finish": "1"}).status_code == 303
    assert found.state == "done"
    other = as_(make_person("reporter"))
    assert here not in other.get("/inspections").text
    assert [other.get(here).status_code, other.get(f"/inspections/plans/{found.plan_id}").status_code] == [
        404,
        404,
    ]


def test_a_plan_is_paused_with_a_reason_only(as_, clock):
    boss, owner = make_person("supervisor"), make_person("engineer")
    desk = as_(boss)
    desk.post("/inspections/new", data=typed(make_system(), owner))
    plan = db.session.scalars(select(InspectionPlan)).one()
    here = f"/inspections/plans/{plan.id}"
    assert desk.post(f"{here}/pause").status_code == 422
    assert desk.post(f"{here}/pause", data={"note": "Rebuilt"}).status_code == 303
    assert "Rebuilt" in desk.get(here).get_data(as_text=True)
    assert desk.post(f"{here}/resume").status_code == 303
    assert desk.post(f"{here}/edit", data=typed(plan.system, owner, every="1")).status_code == 303
    assert plan.every == 1
    assert plan.first_day == date(2026, 11, 23)


def test_what_is_wrong_in_a_plan_is_said_and_the_rest_kept(as_):
    boss = make_person("supervisor")
    answer = as_(boss).post("/inspections/new", data=typed(make_system(), boss, every="99"))
    assert answer.status_code == 422
    assert "沒有過期公告" in answer.get_data(as_text=True)
    assert "1 到 52" in answer.get_data(as_text=True)

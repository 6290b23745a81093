"""The pages of decisions, in the browser's way, and the same over the API."""

import pytest

from tests.api.caller import Caller
from tests.clock import Clock
from tests.factories.chases import clock_of, local, make_late
from tests.factories.people import make_person
from tracker.db import db
from tracker.decisions.models import Decision
from tracker.records import queries as records
from tracker.systems.models import Suspension


@pytest.fixture
def late(app, clock: Clock):
    clock.at("2026-11-27 17:00")
    return make_late()


def test_the_manager_finds_it_everywhere_and_answers_on_one_page(client, login, late):
    record, cast = late
    browser = login(client, cast.manager)
    for path in ("/decisions", "/follow-up"):
        assert f"/decisions/{record.number}" in browser.get(path).text, path
    page = browser.get("/decisions").text
    assert (
        page.count(f'href="/decisions/{record.number}"') > 1 and "共 1 件；一件有幾個期限，就列幾行。" in page
    )
    for path in ("/approvals", "/dashboard"):
        assert 'href="/decisions"' in browser.get(path).text, path
    page = browser.get(f"/decisions/{record.number}").text
    for kind in ("more_time", "reassign", "suspend", "accept_risk"):
        assert f'action="/decisions/{record.number}/{kind}"' in page
    done = browser.post(
        f"/decisions/{record.number}/accept_risk",
        data={"accept_risk-until": "115/12/08 10:00", "accept_risk-reason": "供應商下週才上班"},
    )
    assert done.status_code == 303
    row = db.session.query(Decision).one()
    assert (row.answer, row.until) == ("accept_risk", local("2026-12-08 10:00"))
    paper = f"/records/{record.number}/print"
    for path in (f"/decisions/{record.number}", f"/records/{record.number}", paper, "/decisions"):
        assert "供應商下週才上班" in browser.get(path).text, path
    staff = login(client, cast.supervisor).get(f"/issues/{record.primary_issue.number}").text
    assert "供應商下週才上班" in staff
    reporter = login(client, cast.reporter).get(f"/issues/{record.primary_issue.number}").text
    assert "供應商下週才上班" not in reporter


def test_more_time_keeps_what_was_typed_when_it_cannot_be_read(client, login, late):
    record, cast = late
    escalation = records.open_escalation(record)
    browser = login(client, cast.manager)
    typed = {"more_time-clock": f"escalation~{escalation.id}~correct", "more_time-reason": "x1y"}
    typed["more_time-until"] = "soon"
    refused = browser.post(f"/decisions/{record.number}/more_time", data=typed)
    assert refused.status_code == 422
    assert "soon" in refused.text
    assert "x1y" in refused.text
    typed |= {"more_time-until": "2026-12-04 17:00", "more_time-tell": "y"}
    assert browser.post(f"/decisions/{record.number}/more_time", data=typed).status_code == 303
    assert clock_of("escalation", escalation.id, "correct").due_at == local("2026-12-04 17:00")


def test_a_supervisor_asks_and_only_the_manager_answers(client, login, late):
    record, cast = late
    browser = login(client, cast.supervisor)
    page = browser.get(f"/decisions/{record.number}").text
    assert f'action="/decisions/{record.number}/ask"' in page
    assert "accept_risk" not in page
    assert browser.post(f"/decisions/{record.number}/ask", data={"question": ""}).status_code == 422
    assert browser.post(f"/decisions/{record.number}/ask", data={"question": "停用嗎？"}).status_code == 303
    refused = browser.post(f"/decisions/{record.number}/accept_risk", data={})
    assert refused.status_code == 403
    assert "停用嗎？" in login(client, cast.manager).get("/decisions").text


def test_a_system_is_suspended_and_lifted_by_the_manager(client, login, late):
    record, cast = late
    key, browser = record.system.key, login(client, cast.manager)
    form = {"suspend-notice": "請改問櫃台", "suspend-reason": "天數答錯"}
    assert browser.post(f"/decisions/{record.number}/suspend", data=form).status_code == 303
    late_by_a_moment = browser.post(f"/decisions/{record.number}/suspend", data=form)
    assert late_by_a_moment.status_code == 409 and "請改問櫃台" in late_by_a_moment.text
    assert "請改問櫃台" in browser.get("/report").text
    assert "天數答錯" in browser.get(f"/systems/{key}/suspension").text
    assert browser.post(f"/systems/{key}/suspension", data={"reason": ""}).status_code == 422
    assert browser.post(f"/systems/{key}/suspension", data={"reason": "已修正"}).status_code == 303
    assert db.session.query(Suspension).one().lifted_by_name == cast.manager.name
    assert "請改問櫃台" not in browser.get("/report").text


def test_an_accepted_risk_is_taken_back_on_the_page(client, login, late):
    record, cast = late
    browser = login(client, cast.manager)
    data = {"accept_risk-until": "2026-12-08 10:00", "accept_risk-reason": "Wait"}
    browser.post(f"/decisions/{record.number}/accept_risk", data=data)
    row = db.session.query(Decision).one()
    assert browser.post(f"/decisions/{row.id}/take-back", data={"reason": ""}).status_code == 303
    assert db.session.get(Decision, row.id).ended_at is None
    browser.post(f"/decisions/{row.id}/take-back", data={"reason": "Came back"})
    db.session.expire_all()
    assert db.session.get(Decision, row.id).ended_because == "lifted"


def test_who_may_not_see_the_case_finds_nothing(client, login, late):
    record, _cast = late
    record.primary_issue.restricted = True
    db.session.commit()
    stranger = make_person("manager")
    assert login(client, stranger).get(f"/decisions/{record.number}").status_code == 404
    assert login(client, make_person("engineer")).get("/decisions").status_code == 403


def test_the_same_over_the_api(client, late):
    record, cast = late
    boss = Caller(client, cast.manager)
    body = {
        "subject": record.number, "answer": "more_time", "clock": "correct", "until": "2026-12-04T17:00:00+08:00",
        "reason": "Vendor",
    }  # fmt: skip
    made = boss.post("/decisions", body)
    assert made.status_code == 201, made.json
    assert (made.json["subject"], made.json["clock"]) == (record.number, "correct")
    assert boss.post("/decisions", {**body, "answer": "shrug"}).status_code == 422
    accept = {**body, "answer": "accept_risk", "until": "2026-12-10T17:00:00+08:00"}
    kept = boss.post("/decisions", accept).json
    assert boss.post(f"/decisions/{kept['id']}/end", {"reason": "over"}).status_code == 200
    listed = boss.get(f"/decisions?subject={record.number}").json["items"]
    assert [one["answer"] for one in listed] == ["accept_risk", "more_time"]
    assert listed[0]["ended_because"] == "lifted"


def test_a_supervisor_asks_over_the_api_and_does_not_answer(client, late):
    record, cast = late
    theirs = Caller(client, cast.supervisor)
    asked = theirs.post("/decisions", {"subject": record.number, "question": "Stop it?"})
    assert (asked.status_code, asked.json["answer"]) == (201, "")
    refused = theirs.post(
        "/decisions", {"subject": record.number, "answer": "suspend", "reason": "x", "notice": "y"}
    )
    assert refused.status_code == 403

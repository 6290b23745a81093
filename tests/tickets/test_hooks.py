"""A call of a tool: believed or refused, counted once, noted on its tickets; the case itself never moves."""

import json

import pytest
from sqlalchemy import func, select

from tests.api.caller import Caller
from tests.factories.chases import chases, clock_of, letters, local, tick, told
from tests.factories.people import actor_of, make_person
from tests.factories.records import make_cast, make_record
from tests.tickets.test_shapes import alone, github, plain, standard
from tracker.accounts import throttle
from tracker.db import db
from tracker.escalations import queries as escalations
from tracker.records import queries as records
from tracker.records import tickets
from tracker.records.parts import Reference
from tracker.tickets import actions, queries, rules
from tracker.tickets.models import TicketCall, TicketTool


@pytest.fixture
def admin(app):
    return make_person("admin")


@pytest.fixture
def case(app, clock):
    """A record in work with one ticket of GitHub, and the tool that calls about it."""
    record, cast = make_record(state="analysing")
    row = tickets.add(
        record, name="GitHub", number="#42", url="https://git.example/o/r/issues/42", status="open",
        by=cast.as_engineer, at=clock.now(),
    )  # fmt: skip
    tool = actions.add("GitHub", "github", by=actor_of(make_person("admin")), at=clock.now())
    db.session.commit()
    return record, cast, row, tool


def call(client, tool, body, *, secret="", delivery="d-1", **more):
    raw = json.dumps(body).encode()
    headers = {
        **alone(raw, secret or queries.secret(tool)),
        "X-GitHub-Event": "issues",
        "X-GitHub-Delivery": delivery,
    }
    return client.post(f"/hooks/{tool.key}", data=raw, headers={**headers, **more})


def results():
    return list(db.session.scalars(select(TicketCall.result).order_by(TicketCall.id)))


def test_what_is_done_elsewhere_is_given_to_the_owner_to_verify(client, case, clock):
    record, cast, row, tool = case
    assert call(client, tool, github("closed", "completed")).json == {
        "result": "done", "ticket": "42", "state": "closed completed",
    }  # fmt: skip
    assert (record.state, row.status, row.meaning, row.done_at) == (
        "analysing", "closed completed", "done", clock.now(),
    )  # fmt: skip
    (bell,) = letters("bell", "record.ticket_done")
    assert bell.person_id == cast.supervisor.id
    assert "GitHub #42" in bell.body_text
    tick(clock.now())
    assert clock_of("record", record.id, "elsewhere").due_at == local("2026-11-24 16:00")
    tick(local("2026-11-24 16:00"))
    assert told(chases("elsewhere")[-1]) == {cast.supervisor.id}
    assert [one.kind for one in escalations.notes(records.open_escalation(record))] == ["note"]


def test_a_call_is_nobodys_progress(client, case, clock):
    record, _cast, _row, tool = case
    before = records.open_escalation(record).last_update_at
    clock.advance(hours=3)
    call(client, tool, github("closed", "completed"))
    assert records.open_escalation(record).last_update_at == before


def test_once_somebody_has_looked_nobody_is_asked_again(client, login, case, clock):
    record, cast, row, tool = case
    call(client, tool, github("closed", "completed"))
    tick(clock.now())
    escalation = records.open_escalation(record)
    here, browser = f"/escalations/{escalation.id}", login(client, cast.supervisor)
    assert "對方已完成，請驗證" in browser.get(here).text
    assert browser.post(f"{here}/references/{row.id}/look").status_code == 303
    assert clock_of("record", record.id, "elsewhere").ended_at == clock.now()
    assert browser.post(f"{here}/references/{row.id}/look").status_code == 409
    call(client, tool, github("open", "reopened"), delivery="d-2")
    assert row.done_at is None


def test_a_state_that_nobody_knows_is_kept_in_its_words_and_asked_of_a_person(client, login, case, clock):
    record, cast, row, tool = case
    assert call(client, tool, github("closed", "not_planned")).json["result"] == "asked"
    assert (row.status, row.meaning, row.done_at) == ("closed not_planned", "unknown", None)
    (bell,) = letters("bell", "record.ticket_asked")
    assert (bell.person_id, "closed not_planned" in bell.body_text) == (cast.supervisor.id, True)
    here = f"/escalations/{records.open_escalation(record).id}"
    browser = login(client, cast.supervisor)
    assert "「closed not_planned」是什麼意思" in browser.get(here).text
    assert browser.post(f"{here}/references/{row.id}/mean", data={"meaning": "?"}).status_code == 303
    assert row.meaning == "unknown"
    browser.post(f"{here}/references/{row.id}/mean", data={"meaning": "done"})
    assert (row.meaning, row.done_at) == ("done", clock.now())


def test_the_same_over_the_api(client, case):
    _record, cast, row, tool = case
    call(client, tool, github("closed", "not_planned"))
    theirs = Caller(client, cast.supervisor)
    assert theirs.post(f"/references/{row.id}/mean", {"meaning": "nonsense"}).status_code == 422
    assert theirs.post(f"/references/{row.id}/mean", {"meaning": "done"}).json["done_at"]
    assert theirs.post(f"/references/{row.id}/look").json["seen_at"]
    assert Caller(client, make_person("engineer")).post(f"/references/{row.id}/look").status_code == 404


def test_a_call_counts_once_by_its_id_or_its_body(client, case):
    _record, _cast, row, tool = case
    body = github("closed", "completed")
    assert call(client, tool, body).json["result"] == "done"
    assert call(client, tool, body).json == {"result": "seen"}
    assert call(client, tool, body, delivery="made up").json == {"result": "seen"}
    assert call(client, tool, github("open"), delivery="d-1").json == {"result": "seen"}
    assert results() == ["done"]
    assert row.meaning == "done"


def test_what_is_older_than_what_is_known_changes_nothing(client, case):
    _record, _cast, row, tool = case
    call(client, tool, github("closed", "completed"))
    older = github("open")
    older["issue"]["updated_at"] = "2026-11-22T01:00:00Z"
    assert call(client, tool, older, delivery="d-2").json["result"] == "older"
    assert row.meaning == "done"


@pytest.mark.parametrize(
    ("break_it", "why"),
    [
        ({"X-Hub-Signature-256": "sha256=00"}, "does not fit"),
        ({"X-Hub-Signature-256": ""}, "is missing"),
    ],
)
def test_a_call_that_is_not_signed_is_refused_and_listed(client, case, break_it, why):
    _record, _cast, row, tool = case
    answer = call(client, tool, github("closed", "completed"), **break_it)
    assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
    assert why in answer.json["detail"]
    assert (results(), row.meaning) == (["refused"], "")
    assert call(client, tool, github("closed", "completed")).status_code == 200


def test_a_new_secret_leaves_the_former_one_a_day(client, case, clock, admin):
    _record, _cast, _row, tool = case
    old = queries.secret(tool)
    actions.rotate(tool, by=actor_of(admin), at=clock.now())
    for number, secret in enumerate((old, queries.secret(tool))):
        assert call(client, tool, github("open"), secret=secret, delivery=f"d-{number}").status_code == 200
    clock.advance(hours=25)
    assert call(client, tool, github("open"), secret=old, delivery="d-9").status_code == 401


def test_the_former_secret_can_be_ended_and_the_tool_switched_off(client, login, case, admin):
    _record, _cast, _row, tool = case
    old, browser = queries.secret(tool), login(client.application.test_client(), admin)
    shown = browser.post(f"/admin/tools/{tool.key}/rotate").text
    assert queries.secret(tool) in shown
    assert queries.secret(tool) not in browser.get(f"/admin/tools/{tool.key}").text
    browser.post(f"/admin/tools/{tool.key}/end_old")
    assert call(client, tool, github("open"), secret=old).status_code == 401
    browser.post(f"/admin/tools/{tool.key}/off")
    assert "switched off" in call(client, tool, github("open")).json["detail"]


@pytest.mark.parametrize(
    ("raw", "status"), [(b"[]", 422), (b"{", 422), (b"[" * 100_000, 422), (b"x" * (rules.BODY_MOST + 1), 413)]
)
def test_what_cannot_be_read_is_said(client, case, raw, status):
    _record, _cast, _row, tool = case
    headers = {**alone(raw, queries.secret(tool)), "X-GitHub-Event": "issues", "X-GitHub-Delivery": "d-1"}
    answer = client.post(f"/hooks/{tool.key}", data=raw, headers=headers)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


def test_events_that_are_no_news_and_tickets_that_nobody_noted(client, case):
    _record, _cast, row, tool = case
    assert call(client, tool, {"zen": "x"}, **{"X-GitHub-Event": "ping"}).json == {"result": "silent"}
    other = github("closed", "completed")
    other["issue"] |= {"number": 43, "html_url": "https://git.example/o/r/issues/43"}
    assert call(client, tool, other, delivery="d-2").json["result"] == "nobody"
    elsewhere = github("closed", "completed")
    elsewhere["issue"]["html_url"] = "https://git.example/other/repo/issues/42"
    assert call(client, tool, elsewhere, delivery="d-3").json["result"] == "nobody"
    assert row.meaning == ""


def test_one_ticket_of_two_records_tells_both(client, case, clock):
    _record, _cast, _row, tool = case
    other, cast = make_record(cast=make_cast(), state="analysing")
    tickets.add(other, name="github", number="42", by=cast.as_engineer, at=clock.now())
    call(client, tool, github("closed", "completed"))
    assert {one.meaning for one in db.session.scalars(select(Reference))} == {"done"}


def test_a_tool_that_calls_too_often_waits(client, case, monkeypatch):
    _record, _cast, _row, tool = case
    throttle.note(*[throttle.account_key(f"hook:{tool.id}")] * rules.CALLS_MOST, now=row_time(tool))
    answer = call(client, tool, github("open"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")


def test_one_who_guesses_is_stopped_and_fills_no_table(client, case):
    _record, _cast, _row, tool = case
    throttle.note(*[throttle.network_key("hook", "127.0.0.1")] * rules.REFUSED_MOST, now=row_time(tool))
    answers = [call(client, tool, github("open"), secret="guess").status_code for _ in range(3)]
    assert answers == [401, 429, 429]
    assert db.session.scalar(select(func.count(TicketCall.id))) == 1
    assert client.post("/hooks/nothing", data=b"{}").status_code == 429


def row_time(tool):
    return tool.at


def test_plain_json_and_the_words_of_the_organisation(client, login, app, clock, admin):
    record, cast = make_record(state="analysing")
    row = tickets.add(record, name="廠商平台", number="T-1", by=cast.as_engineer, at=clock.now())
    browser = login(client.application.test_client(), admin)
    made = browser.post("/admin/tools/new", data={"name": "廠商平台", "shape": "plain"})
    tool = db.session.scalars(select(TicketTool)).one()
    assert queries.secret(tool) in made.text
    raw = json.dumps(plain("待料")).encode()
    send = lambda key: client.post(  # noqa: E731
        f"/hooks/{tool.key}", data=raw, headers=standard(raw, queries.secret(tool), clock.now(), key)
    )
    assert send("m-1").json["result"] == "asked"
    page = browser.get(f"/admin/tools/{tool.key}").text
    assert "待料" in page
    assert "狀態不明" in page
    typed = {"name": "廠商平台", "word": ["待料", ""], "meaning": ["open", ""]}
    assert browser.post(f"/admin/tools/{tool.key}", data=typed).status_code == 303
    assert send("m-2").json["result"] == "noted"
    assert row.meaning == "open"
    assert browser.post("/admin/tools/new", data={"name": "", "shape": "plain"}).status_code == 422


def test_a_gitlab_that_cannot_sign_yet_is_taken_only_where_an_administrator_says_so(
    client, app, clock, admin
):
    by = actor_of(admin)
    tool = actions.add("GitLab", "gitlab", by=by, at=clock.now())
    body = {"object_kind": "issue", "object_attributes": {"iid": 1, "url": "", "state": "closed"}}
    send = lambda secret: client.post(  # noqa: E731
        "/hooks/gitlab", json=body, headers={"X-Gitlab-Token": secret}
    )
    assert send(queries.secret(tool)).status_code == 401
    actions.save(tool, "GitLab", True, {}, by=by, at=clock.now())
    assert [send("wrong").status_code, send(queries.secret(tool)).json["result"]] == [401, "nobody"]


def test_tools_over_the_api_show_a_secret_once(client, app, admin):
    theirs = Caller(client, admin, "read", "write", "admin")
    made = theirs.post("/tools", {"name": "Jira", "shape": "jira"}, Idempotency_Key="k")
    tool = queries.by_key("jira")
    assert (made.status_code, made.json["secret"]) == (201, queries.secret(tool))
    assert made.json["secret"] not in theirs.get("/tools").text
    turned = theirs.post("/tools/jira/rotate")
    assert turned.json["secret"] == queries.secret(tool) != made.json["secret"]
    assert theirs.get("/tools/jira/calls").json == {"items": [], "next": None}
    assert theirs.post("/tools", {"name": "Jira", "shape": "nonsense"}).status_code == 422
    assert Caller(client, make_person("supervisor")).get("/tools").status_code == 403
    # Whoever reads and writes cases for an administrator sets up no tools by that.
    plain = Caller(client, admin, "read", "write")
    assert plain.get("/tools").status_code == plain.post("/tools/jira/rotate").status_code == 403


def test_only_administrators_keep_tools(client, login, case):
    _record, cast, _row, tool = case
    for person in (cast.supervisor, cast.engineer, cast.reporter):
        browser = login(client.application.test_client(), person)
        assert browser.get(f"/admin/tools/{tool.key}").status_code == 403
        assert browser.post(f"/admin/tools/{tool.key}/rotate").status_code == 403

"""Presence: who has a case open is told to colleagues, soon forgotten, and never told outside; nothing is lost."""

from collections.abc import Callable
from copy import copy
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner
from playwright.sync_api import Page, expect

from tests.browser import axe, shot
from tests.clock import MONDAY
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person
from tests.factories.records import make_record
from tests.posting import send
from tracker.accounts.models import Person
from tracker.db import db
from tracker.issues.models import Issue
from tracker.presence import actions, queries, rules
from tracker.presence.models import Presence

Login = Callable[[FlaskClient, Person], FlaskClient]


def tells(client: FlaskClient, issue: Issue, doing: str = "viewing") -> Any:
    return send(client, "/presence", {"subject": f"issue:{issue.number}", "doing": doing})


def test_a_colleague_is_told_on_the_page_and_in_the_list(app: Any, login: Login) -> None:
    issue, wang, lin = make_issue(), make_person("supervisor", name="王小明"), make_person("supervisor")
    one, other = login(app.test_client(), wang), login(app.test_client(), lin)
    assert tells(one, issue, "editing").json == {"told": True, "others": ""}
    assert tells(other, issue).json == {"told": True, "others": "王小明正在編輯"}
    for page in (f"/issues/{issue.number}", f"/issues/{issue.number}/edit", "/inbox/all"):
        assert "王小明正在編輯" in other.get(page).text, page
        assert "王小明正在編輯" not in one.get(page).text, page
    assert other.get("/inbox/live/all").json["present"] == {issue.number: "王小明正在編輯"}
    assert tells(one, issue, "gone").status_code == 200
    assert other.get("/inbox/live/all").json["present"] == {}


class Earlier(TimestampSigner):
    """Signs as if it were two minutes ago."""

    def get_timestamp(self) -> int:
        return super().get_timestamp() - 120


def age(app: Any, client: FlaskClient) -> None:
    """Let the session's cookie be one of two minutes ago."""
    name = app.config["SESSION_COOKIE_NAME"]
    signer = copy(app.session_interface.get_signing_serializer(app))
    kept = signer.loads(client.get_cookie(name).value)
    signer.signer = Earlier
    client.set_cookie(name, signer.dumps(kept))


def test_a_call_that_a_page_makes_by_itself_leaves_the_session_as_it_is(app: Any, login: Login) -> None:
    issue, client = make_issue(), login(app.test_client(), make_person("supervisor"))
    page = f"/issues/{issue.number}"
    with client.session_transaction() as kept:
        kept.permanent = True
    client.get(page)  # The first form of a session writes its token into it.
    assert "Set-Cookie" not in client.get(page).headers, "A cookie that came just now is not sent anew."
    for headers in ({}, {"Sec-Fetch-Mode": "navigate"}):
        age(app, client)
        assert "Set-Cookie" in client.get(page, headers=headers).headers
    age(app, client)
    seen = {"subject": f"issue:{issue.number}", "doing": "viewing"}
    by_itself = send(client, "/presence", seen, headers={"Sec-Fetch-Mode": "cors"})
    assert by_itself.status_code == 200 and "Set-Cookie" not in by_itself.headers
    changed = send(client, f"{page}/accept", headers={"Sec-Fetch-Mode": "cors"})
    assert changed.status_code == 303 and "Set-Cookie" in changed.headers


def test_who_says_nothing_is_forgotten_and_long_past_rows_go(app: Any) -> None:
    issue, wang, lin = make_issue(), make_person("supervisor"), make_person("supervisor")
    actions.beat("issue", issue.id, wang.id, rules.IDLE, at=MONDAY)
    for seconds, there in ((39, 1), (41, 0)):
        now = MONDAY + timedelta(seconds=seconds)
        assert len(queries.here("issue", issue.id, actor_of(lin), now).others) == there
        assert len(queries.at_issues(actor_of(lin), now)) == there
    actions.beat("record", 1, lin.id, rules.VIEWING, at=MONDAY + timedelta(hours=2))
    assert [one.person_id for one in db.session.query(Presence)] == [lin.id]


def test_an_office_with_one_supervisor_hears_nothing_of_it(client: FlaskClient, login: Login) -> None:
    issue, alone = make_issue(), make_person("supervisor")
    mine = login(client, alone)
    assert tells(mine, issue).json == {"told": False, "others": ""}
    assert db.session.query(Presence).count() == 0
    assert 'data-presence="issue' not in mine.get(f"/issues/{issue.number}").text


def test_nobody_outside_tells_or_hears(app: Any, login: Login) -> None:
    record, cast = make_record(state="fixing")
    issue = record.primary_issue
    make_person("supervisor")
    actions.beat("issue", issue.id, cast.supervisor.id, rules.EDITING, at=MONDAY)
    db.session.commit()
    reporter = login(app.test_client(), issue.reporter)
    assert tells(reporter, issue).status_code == 403
    assert "正在編輯" not in reporter.get(f"/issues/{issue.number}").text
    other = login(app.test_client(), make_person("engineer"))
    assert tells(other, issue).status_code == 404
    assert (
        send(other, "/presence", {"subject": f"record:{record.number}", "doing": "viewing"}).status_code
        == 404
    )
    assert send(other, "/presence", {"subject": "person:1", "doing": "viewing"}).status_code == 404
    engineer = login(app.test_client(), cast.engineer)
    told = send(engineer, "/presence", {"subject": f"record:{record.number}", "doing": "viewing"})
    assert told.json == {"told": True, "others": ""}


@pytest.mark.browser
def test_two_people_at_one_field_see_each_other_and_lose_nothing(open_page: Callable[..., Page]) -> None:
    issue = make_issue(description="退貨期限寫成三十天")
    wang, lin = make_person("supervisor", name="王小明"), make_person("supervisor", name="林志偉")
    first, second = open_page(wang), open_page(lin)
    first.goto(f"/issues/{issue.number}/edit")
    with first.expect_response("**/presence", timeout=10_000) as told:
        first.locator("#need_statement").fill("王的寫法")
    assert told.value.ok
    second.goto(f"/issues/{issue.number}/edit")
    expect(second.locator(".presence")).to_contain_text("王小明正在編輯")
    shot(second, "presence/editing")
    assert axe(second) == []
    second.locator("#need_statement").fill("林的寫法")
    second.locator("main form button[type=submit]").last.click()
    second.wait_for_url(f"**/issues/{issue.number}")
    first.locator("main form button[type=submit]").last.click()
    expect(first.locator("#need_statement-theirs")).to_contain_text("您編輯時，林志偉改了這一欄")
    expect(first.locator("#need_statement-theirs")).to_contain_text("林的寫法")
    expect(first.locator("#need_statement")).to_have_value("王的寫法")
    shot(first, "presence/conflict")
    db.session.rollback()
    assert db.session.get_one(Issue, issue.id).need_statement == "林的寫法"

"""The first start: one link, one administrator, then never again."""

import pytest

from tests.posting import send
from tracker.accounts import queries
from tracker.accounts.actions import setup_link
from tracker.accounts.models import Organisation, Person
from tracker.db import db

FIELDS = {
    "name": "林志偉",
    "email": "admin@office.test",
    "password": "four plain words here",
    "also_works": "y",
}


@pytest.fixture
def secret(app, clock):
    secret = setup_link(at=clock.now())
    db.session.commit()
    return secret


def test_the_link_leads_through_language_and_account_into_the_guided_steps(client, secret):
    assert "歡迎" in client.get(f"/setup/{secret}").text
    answer = send(client, f"/setup/{secret}/administrator", FIELDS)
    assert answer.location == "/admin/start/organisation"
    person = db.session.query(Person).one()
    assert {row.role for row in person.roles} == {"reporter", "admin", "supervisor", "manager"}
    assert db.session.get(Organisation, 1).set_up_at is not None
    assert client.get("/admin").status_code == 200


def test_the_first_page_speaks_the_language_that_was_chosen(client, secret):
    send(client, "/me/locale", {"locale": "en", "next": f"/setup/{secret}/administrator"})
    assert "Your account" in client.get(f"/setup/{secret}/administrator").text
    send(client, f"/setup/{secret}/administrator", FIELDS)
    assert db.session.query(Person).one().locale == "en"


def test_after_the_first_administrator_the_set_up_is_not_there(client, app, secret, clock):
    send(client, f"/setup/{secret}/administrator", FIELDS)
    for visitor in (client, app.test_client()):
        gone = visitor.get(f"/setup/{secret}")
        assert gone.status_code == 404 and "設定已經完成" in gone.text and "Q-202611" not in gone.text
        assert send(visitor, f"/setup/{secret}/administrator", FIELDS).status_code == 404
    assert 'href="/login"' in gone.text
    assert setup_link(at=clock.now()) is None


def test_without_a_valid_link_there_is_no_set_up(client, secret, clock):
    gone = client.get("/setup/guess")
    assert gone.status_code == 404 and "最新的連結" in gone.text and "Q-202611" not in gone.text
    clock.advance(hours=24)
    assert client.get(f"/setup/{secret}").status_code == 404


def test_a_new_start_prints_a_new_link_and_the_old_one_is_dead(client, secret, clock):
    second = setup_link(at=clock.now())
    assert client.get(f"/setup/{secret}").status_code == 404
    assert client.get(f"/setup/{second}").status_code == 200


def test_a_wrong_answer_keeps_what_was_typed_and_the_link(client, secret):
    answer = send(client, f"/setup/{secret}/administrator", {**FIELDS, "password": "short"})
    assert answer.status_code == 422
    assert "林志偉" in answer.text
    assert not queries.has_administrator()
    assert send(client, f"/setup/{secret}/administrator", FIELDS).status_code == 303


def test_the_guided_steps_add_a_system_and_a_colleague_and_may_be_skipped(client, secret):
    send(client, f"/setup/{secret}/administrator", FIELDS)
    assert (
        send(client, "/admin/start/organisation", {"name": "幸福診所", "eu": "no"}).location
        == "/admin/start/system"
    )
    system = {"name": "客服問答機器人", "version": "2.1", "functions": "退貨問答：回答期限\n訂單查詢"}
    assert send(client, "/admin/start/system", system).status_code == 303
    assert "客服問答機器人" in client.get("/admin/start/system").text
    person = {"name": "陳美玲", "email": "chen@office.test", "roles": ["reporter", "engineer"]}
    assert send(client, "/admin/start/people", person).status_code == 303
    assert "回報者、工程人員" in client.get("/admin/start/people").text
    assert client.get("/admin/start/finish").status_code == 200
    assert db.session.get(Organisation, 1).eu == "no"
    assert {row.role for row in queries.by_email("chen@office.test").roles} == {"reporter", "engineer"}


def test_going_on_keeps_what_was_typed_and_skips_what_is_empty(client, secret):
    send(client, f"/setup/{secret}/administrator", FIELDS)
    onward = {"go_on": "1"}
    assert send(client, "/admin/start/system", {"name": " ", **onward}).location == "/admin/start/people"
    assert (
        send(client, "/admin/start/system", {"name": "摘要助理", **onward}).location == "/admin/start/people"
    )
    assert "摘要助理" in client.get("/admin/start/system").text
    person = {"name": "陳美玲", "email": "chen@office.test", "roles": ["engineer"], **onward}
    assert send(client, "/admin/start/people", person).location == "/admin/start/finish"
    assert queries.by_email("chen@office.test") is not None
    half = {"email": "no name", "roles": ["engineer"], **onward}
    refused = send(client, "/admin/start/people", half)
    assert refused.status_code == 422 and "no name" in refused.text

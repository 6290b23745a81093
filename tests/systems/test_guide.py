"""The guide of a system, and its poster, whose address is tried with a phone."""

import re

import pytest

from tests.clock import MONDAY
from tests.factories.issues import make_issue
from tests.factories.people import make_person, make_unit, organisation
from tests.posting import send
from tracker.accounts.rules import SYSTEM
from tracker.db import db
from tracker.systems.actions import NewSystem, add_system
from tracker.systems.models import AISystem
from tracker.systems.views import signer
from tracker.training.models import GuideRead


@pytest.fixture
def bot(app):
    system = add_system(NewSystem(name="客服問答機器人", key="bot", version="2.1"), by=SYSTEM, at=MONDAY)
    system.versions[0].limits = "只懂**中文**\n<script>alert(1)</script> [x](javascript:alert(1))"
    db.session.commit()
    return system


def test_visitors_read_the_guide_where_they_may_report(client, bot):
    organisation()
    page = client.get("/guide/bot").text
    assert "<strong>中文</strong>" in page
    assert 'href="/report?system=bot"' in page
    assert "我已閱讀" not in page
    organisation(guests_may_report=False)
    assert client.get("/guide/bot").location.startswith("/login")


def test_nothing_in_a_guide_is_active(client, bot):
    page = client.get("/systems/bot/guide").text
    assert "<script>alert" not in page
    assert 'href="javascript:' not in page


def test_saying_i_have_read_it_is_kept_once_for_the_version(client, login, bot):
    person = make_person("reporter")
    assert "我已閱讀" in login(client, person).get("/systems/bot/guide").text
    version = {"version": bot.versions[0].id}
    for _ in range(2):
        assert send(client, "/systems/bot/guide/read", version).status_code == 303
    assert [one.person_id for one in db.session.query(GuideRead)] == [person.id]
    assert "您已閱讀" in client.get("/systems/bot/guide").text


def test_the_poster_carries_system_and_unit(make_app, login, bot):
    unit, person = make_unit(name="一科"), make_person("supervisor")
    desk = login(make_app(base_url="http://desk.office").test_client(), person)
    page = desk.get(f"/systems/bot/poster?unit={unit.id}").text
    assert "<svg" in page
    assert "style=" not in page
    assert "http://desk.office/report" in page
    assert "一科" in page


def test_a_local_address_is_warned_of(client, login, bot):
    assert "只有這臺電腦" in login(client, make_person("admin")).get("/systems/bot/poster").text


def test_a_phone_that_opens_the_address_confirms_it(make_app, login, bot):
    app, person = make_app(base_url="http://desk.office"), make_person("admin")
    desk, phone, path = login(app.test_client(), person), app.test_client(), "/systems/bot/poster/check"
    assert "還沒有用手機試過" in desk.get("/systems/bot/poster").text
    with app.app_context():
        fields = {"sign": signer().dumps(["bot", "http://desk.office"])}
    assert "已確認" in phone.get(path, query_string=fields).text
    assert db.session.get(AISystem, bot.id).address_checked == ""
    assert send(phone, path, fields).status_code == 303
    assert "已用手機打開過" in desk.get("/systems/bot/poster").text


@pytest.mark.parametrize("token", ["", "x", "WyJib3QiLCJ4Il0.x.y"])
def test_nobody_notes_an_address_without_the_posters_code(client, bot, token):
    assert client.get(f"/systems/bot/poster/check?sign={token}").status_code == 404
    assert send(client, "/systems/bot/poster/check", {"sign": token}).status_code == 404


def test_the_count_of_open_cases_is_of_those_that_the_reader_may_see(client, login, bot):
    own = make_unit()
    for facts in ({}, {"unit_id": own.id}, {"restricted": True}):
        make_issue(system=bot, **facts)
    for person, count in (
        (make_person("supervisor"), 2),
        (make_person("supervisor", unit_limit=own), 1),
        (make_person("reporter"), 0),
    ):
        found = re.findall(r"處理中 (\d+) 件", login(client, person).get("/systems/bot").text)
        assert found == ([str(count)] if count else [])

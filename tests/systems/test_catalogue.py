"""The catalogue: systems, versions and their guides, functions; who changes it."""

import pytest

from tests.clock import MONDAY
from tests.factories.people import make_person
from tests.posting import send
from tracker.accounts.rules import SYSTEM
from tracker.audit.models import Entry
from tracker.db import db
from tracker.errors import DomainError
from tracker.systems import queries
from tracker.systems.actions import (
    NewSystem,
    add_system,
    add_version,
    ensure_unknown,
    make_current,
    save_functions,
)
from tracker.systems.models import AISystem

BY = {"by": SYSTEM, "at": MONDAY}
BOT = {
    "name": "客服問答機器人",
    "key": "bot",
    "version": "2.1",
    "functions": "退貨問答：回答期限\n訂單查詢",
    "operated_by": "us",
    "active": "y",
}


@pytest.fixture
def admin(client, login):
    return login(client, make_person("admin"))


def bot(**changes):
    system = add_system(
        NewSystem(name="客服問答機器人", key="bot", version="2.1", functions=["退貨問答"], more=changes), **BY
    )
    db.session.commit()
    return system


def test_a_system_starts_with_its_version_and_functions(app):
    system = bot()
    assert queries.current_version(system).version == "2.1"
    assert [one.name for one in system.functions] == ["退貨問答"]
    actions = [
        one.action for one in db.session.query(Entry).filter_by(subject_kind="system").order_by(Entry.id)
    ]
    assert actions == ["system.create", "system.add_version", "system.make_current", "system.functions"]


def test_a_key_is_made_where_none_is_given(app):
    keys = [
        add_system(NewSystem(name=name), **BY).key
        for name in ("Ask Me!", "Ask me", "客服機器人", "摘要", "unknown")
    ]
    assert keys == ["ask-me", "ask-me-2", "ai", "ai-2", "ai-3"]


@pytest.mark.parametrize("key", ["unknown", "a b", "-a", "客服", "a" * 41, "../x"])
def test_an_unusable_key_is_refused(app, key):
    with pytest.raises(DomainError) as refused:
        add_system(NewSystem(name="X", key=key), **BY)
    assert set(refused.value.fields) == {"key"}


def test_the_system_for_not_sure_is_made_once(app):
    assert ensure_unknown(at=MONDAY).id == ensure_unknown(at=MONDAY).id
    assert "不確定" not in [one.name for one in queries.known_systems()]


def test_one_version_is_current(app):
    system = bot()
    second = add_version(system, version="3.0", guide={}, **BY)
    assert queries.current_version(system).version == "2.1"
    make_current(system, second, **BY)
    db.session.refresh(system)
    assert [one.version for one in system.versions if one.current] == ["3.0"]


def test_a_function_left_out_stays_for_old_reports_and_comes_back(app):
    system = bot()
    save_functions(system, "訂單查詢: where is it\n", **BY)
    assert {(one.name, one.active) for one in system.functions} == {("退貨問答", False), ("訂單查詢", True)}
    save_functions(system, "退貨問答", **BY)
    assert {(one.name, one.active) for one in system.functions} == {("退貨問答", True), ("訂單查詢", False)}


def test_an_administrator_adds_a_system_by_the_form(admin):
    assert send(admin, "/admin/systems/new", BOT).location == "/admin/systems/bot"
    assert send(admin, "/admin/systems/new", {**BOT, "name": "另一個"}).status_code == 422
    fields = {
        "name": "客服",
        "operated_by": "vendor",
        "vendor_name": "甲公司",
        "vendor_email": "help@vendor.test",
        "active": "y",
    }
    assert send(admin, "/admin/systems/bot", {**fields, "functions": "一\n二"}).status_code == 303
    system = db.session.query(AISystem).filter_by(key="bot").one()
    assert (system.name, system.vendor_name) == ("客服", "甲公司")
    assert {one.name for one in system.functions if one.active} == {"一", "二"}
    assert send(admin, "/admin/systems/bot", {**fields, "vendor_email": "no address"}).status_code == 422
    assert "甲公司" in admin.get("/systems/bot").text


def test_a_version_is_added_with_its_guide_and_made_current(admin):
    bot()
    fields = {
        "version": "3.0",
        "released_on": "115/11/1",
        "purpose": "回答**退貨**問題",
        "forbidden": "不可做法律判斷",
    }
    assert send(admin, "/admin/systems/bot/versions/new", fields).status_code == 303
    system = db.session.query(AISystem).filter_by(key="bot").one()
    version = system.versions[0]
    assert not version.current
    assert send(admin, f"/admin/systems/bot/versions/{version.id}/current").status_code == 303
    page = admin.get("/systems/bot/guide").text
    assert "<strong>退貨</strong>" in page
    assert "不可做法律判斷" in page
    assert send(admin, "/admin/systems/bot/versions/new", {**fields, "purpose": ""}).status_code == 422
    assert (
        send(admin, f"/admin/systems/bot/versions/{version.id}", {**fields, "limits": "x"}).status_code == 303
    )


@pytest.mark.parametrize(
    "path", ["/admin/systems", "/admin/systems/new", "/admin/systems/bot", "/admin/systems/bot/versions/new"]
)
def test_only_administrators_change_the_catalogue(client, login, path):
    bot()
    assert (
        login(client, make_person(roles=("supervisor", "manager", "engineer"))).get(path).status_code == 403
    )


def test_a_system_known_from_history_only_has_no_page(client, login):
    bot(active=True)
    system = db.session.query(AISystem).one()
    system.imported = True
    assert login(client, make_person("reporter")).get("/systems/bot").status_code == 404


@pytest.mark.parametrize(
    "path", ["/systems/unknown", "/systems/none", "/systems/none/guide", "/guide/none", "/systems/%00/poster"]
)
def test_what_is_not_there_is_404(client, login, path):
    ensure_unknown(at=MONDAY)
    assert login(client, make_person("reporter")).get(path).status_code == 404


def test_open_cases_are_shown_to_those_who_could_open_them(app, login):
    bot()
    assert "/inbox?system=bot" in login(app.test_client(), make_person("supervisor")).get("/systems/bot").text
    assert (
        "/inbox?system=bot" not in login(app.test_client(), make_person("reporter")).get("/systems/bot").text
    )

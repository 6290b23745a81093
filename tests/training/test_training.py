"""Training: the log of sessions, who must know a system, who does; counted for the current version."""

import io
from datetime import date

import pytest

from tests.clock import MONDAY
from tests.factories.people import actor_of, make_person, make_unit
from tests.posting import send
from tracker.accounts.rules import SYSTEM
from tracker.audit.models import Entry
from tracker.db import db
from tracker.systems.actions import NewSystem, add_system, add_version, make_current
from tracker.systems.models import SystemVersion
from tracker.systems.queries import current_version
from tracker.training import actions, queries
from tracker.training.models import TrainingSession

BY = {"by": SYSTEM, "at": MONDAY}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


@pytest.fixture
def bot(app):
    system = add_system(NewSystem(name="客服問答機器人", key="bot", version="2.1"), **BY)
    db.session.commit()
    return system


@pytest.fixture
def keeper(client, login):
    return login(client, make_person("supervisor", name="訓練主管"))


def states(bot):
    return {one.name: one.trained for one in queries.table(bot, current_version(bot))}


def test_who_must_know_is_said_by_unit_role_person_or_for_all(bot):
    top = make_unit()
    below = make_unit(parent_id=top.id)
    make_person("reporter", name="In the unit", unit_id=below.id)
    make_person("engineer", name="By role")
    named = make_person(name="By name")
    make_person(name="Nobody's")
    make_person("engineer", name="Gone", active=False)
    actions.require(bot, unit_id=top.id, **BY)
    actions.require(bot, role="engineer", **BY)
    actions.require(bot, person_id=named.id, **BY)
    assert set(states(bot)) == {"In the unit", "By role", "By name"}
    assert queries.required_of(named.id) == {bot.id}
    everybody = actions.require(bot, **BY)
    assert len(states(bot)) == 4
    actions.release(bot, everybody, **BY)
    assert len(states(bot)) == 3


def test_reading_the_guide_or_attending_counts_for_the_current_version_only(bot):
    reader, attendee, neither = (make_person(name=name) for name in ("Reader", "Attendee", "Neither"))
    actions.require(bot, **BY)
    version = current_version(bot)
    actions.read_guide(version, by=actor_of(reader), at=MONDAY)
    facts = {"held_on": date(2026, 11, 20), "topic": "T", "trainer": "X", "version_id": version.id}
    actions.hold_session(facts, people=[attendee.id], **BY)
    assert states(bot) == {"Reader": True, "Attendee": True, neither.name: False}
    make_current(bot, add_version(bot, version="3.0", guide={}, **BY), **BY)
    assert set(states(bot).values()) == {False}


def test_a_colleagues_full_name_counts_as_theirs_unless_two_have_it(bot):
    person = make_person(name="林志偉")
    make_person(name="同名")
    make_person(name="同名")
    facts = {"held_on": date(2026, 11, 20), "topic": "T", "trainer": "X"}
    session = actions.hold_session(facts, people=[], names_only="林志偉\n同名\n訪客\n\n", **BY)
    assert [(one.name, one.person_id) for one in session.attendees] == [
        ("林志偉", person.id),
        ("同名", None),
        ("訪客", None),
    ]


def test_reading_and_holding_are_written_down(bot):
    person = make_person()
    actions.read_guide(current_version(bot), by=actor_of(person), at=MONDAY)
    actions.hold_session(
        {"held_on": date(2026, 11, 20), "topic": "T", "trainer": "X"}, people=[person.id], **BY
    )
    found = {one.action for one in db.session.query(Entry)}
    assert {"training.read_guide", "training.hold"} <= found


def test_a_session_comes_into_the_log_with_its_sheet(keeper, bot):
    person = make_person(name="陳美玲")
    version = db.session.query(SystemVersion).one()
    fields = {
        "held_on": "115/11/20",
        "topic": "退貨問答",
        "trainer": "林志偉",
        "version_id": version.id,
        "people": [person.id],
        "names_only": "訪客甲",
        "sheet": (io.BytesIO(PNG), "sheet.png"),
    }
    here = send(keeper, "/training/new", fields).location
    page = keeper.get(here).text
    assert all(word in page for word in ("退貨問答", "陳美玲", "訪客甲", "sheet.png"))
    session = db.session.query(TrainingSession).one()
    assert (session.held_on, session.system_id) == (date(2026, 11, 20), bot.id)
    with keeper.get(f"/training/{session.id}/files/1") as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "退貨問答" in keeper.get("/training/log").text


def test_a_session_is_corrected(keeper, bot):
    send(
        keeper, "/training/new", {"held_on": "2026-11-20", "topic": "Old", "trainer": "X", "names_only": "A"}
    )
    session = db.session.query(TrainingSession).one()
    assert keeper.get(f"/training/{session.id}/edit").status_code == 200
    fields = {"held_on": "2026-11-21", "topic": "New", "trainer": "X", "names_only": "A\nB"}
    assert send(keeper, f"/training/{session.id}/edit", fields).status_code == 303
    db.session.expire_all()
    assert (session.topic, len(session.attendees)) == ("New", 2)


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"held_on": "some day"}, "日期看不懂"),
        ({"held_on": ""}, "請填日期"),
        ({"topic": ""}, "請填主題"),
        ({"sheet": (b"MZ\x90\x00", "sheet.exe")}, "sheet.exe"),
    ],
)
def test_a_wrong_session_is_refused_and_what_was_typed_stays(keeper, bot, wrong, word):
    if "sheet" in wrong:
        wrong = {"sheet": (io.BytesIO(wrong["sheet"][0]), wrong["sheet"][1])}
    fields = {"held_on": "2026-11-20", "topic": "Topic", "trainer": "講師甲", **wrong}
    answer = send(keeper, "/training/new", fields)
    assert answer.status_code == 422
    assert word in answer.text
    assert "講師甲" in answer.text
    assert db.session.query(TrainingSession).count() == 0


def test_the_table_and_its_csv_say_who_is_trained(keeper, bot):
    make_person("engineer", name="=cmd()")
    assert send(keeper, "/training/who/bot", {"kind": "role", "role": "engineer"}).status_code == 303
    assert "=cmd()" in keeper.get("/training/who/bot").text
    answer = keeper.get("/training/who/bot.csv")
    assert answer.text.startswith("\ufeff")
    assert "\n'=cmd(),,客服問答機器人,2.1,,,否" in answer.text.replace("\r", "")
    assert keeper.get("/training/who").status_code == 200


def test_what_must_be_chosen_must_be_chosen(keeper, bot):
    assert send(keeper, "/training/who/bot", {"kind": "unit"}).status_code == 422


@pytest.mark.parametrize(
    "path", ["/training/log", "/training/new", "/training/who", "/training/who/bot", "/training/who/bot.csv"]
)
def test_the_log_is_kept_by_those_who_train(app, login, bot, path):
    assert (
        login(app.test_client(), make_person(roles=("reporter", "engineer", "auditor"))).get(path).status_code
        == 403
    )
    assert app.test_client().get(path).status_code == 303


def test_everybody_sees_what_they_must_read_first(client, login, bot):
    other = add_system(NewSystem(name="摘要助理", key="sum", version="1"), **BY)
    person = make_person("reporter")
    actions.require(other, person_id=person.id, **BY)
    page = login(client, person).get("/training").text
    assert page.index("摘要助理") < page.index("客服問答機器人")
    assert "待讀" in page

"""The pages of administration and of one's own settings."""

import re

import pytest

from tests.factories.people import make_person, make_system, make_team, make_unit, organisation
from tests.posting import send
from tracker.accounts import queries
from tracker.accounts.models import Organisation, Person, SignInLink, Team, Unit
from tracker.db import db
from tracker.outbox.models import Letter
from tracker.outbox.rules import idem_key


@pytest.fixture
def admin(client, login):
    return login(client, make_person("admin", name="Admin"))


PAGES = [
    "/admin",
    "/admin/users",
    "/admin/users/new",
    "/admin/users/import",
    "/admin/units",
    "/admin/teams",
    "/admin/organisation",
    "/admin/systems",
    "/admin/systems/new",
    "/admin/letters",
    "/admin/tokens",
    "/admin/start/organisation",
    "/admin/start/system",
    "/admin/start/people",
    "/admin/start/finish",
    "/admin/users/import/example.csv",
]


def test_administration_is_for_administrators(app, login):
    stranger, administrator, other = (app.test_client() for _ in range(3))
    login(administrator, make_person("admin"))
    login(other, make_person(roles=("reporter", "supervisor", "engineer", "manager", "auditor")))
    for path in PAGES:
        assert stranger.get(path).location.startswith("/login?next="), path
        assert administrator.get(path).status_code == 200, path
        assert other.get(path).status_code == 403, path


def test_the_list_of_people_finds_and_goes_on(admin):
    for number in range(60):
        make_person("reporter", name=f"同仁 {number:02}")
    make_person("engineer", name="100% Lin_", email="odd@example.test")
    first = admin.get("/admin/users").text
    assert first.count("/admin/users/") > 50
    rest = admin.get(re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")).text
    assert "同仁 59" in rest
    assert "同仁 01" not in rest
    assert admin.get("/admin/users?q=0%25+lin_").text.count("odd@example.test") == 1
    assert "同仁" not in admin.get("/admin/users?role=engineer").text
    assert admin.get("/admin/users?q=%F0%9F&role=x&unit=y&after=z").status_code == 200


def test_an_administrator_adds_and_changes_a_person(admin):
    unit = make_unit()
    fields = {
        "name": "王小明",
        "email": "wang@example.test",
        "unit_id": unit.id,
        "roles": ["reporter", "engineer"],
    }
    here = send(admin, "/admin/users/new", fields).location
    person = queries.by_email("wang@example.test")
    assert here == f"/admin/users/{person.id}"
    assert admin.get(here).status_code == 200
    assert send(admin, here, {**fields, "roles": ["supervisor"], "phone": "7"}).status_code == 303
    db.session.expire_all()
    assert ({row.role for row in person.roles}, person.phone) == ({"supervisor"}, "7")


def test_what_was_typed_stays_when_something_is_wrong(admin):
    make_person(email="taken@example.test", name="Owner")
    answer = send(
        admin, "/admin/users/new", {"name": "王小明", "email": "taken@example.test", "roles": ["reporter"]}
    )
    assert answer.status_code == 422
    assert "王小明" in answer.text
    assert "Owner 已經用了這個地址" in answer.text


def test_a_limited_role_is_added_and_removed_and_survives_saving(admin):
    person, unit = make_person("reporter"), make_unit()
    here = f"/admin/users/{person.id}"
    assert send(admin, here + "/rights", {"role": "supervisor", "unit_id": unit.id}).status_code == 303
    assert (
        send(admin, here, {"name": person.name, "email": person.email, "roles": ["reporter"]}).status_code
        == 303
    )
    db.session.expire_all()
    (row,) = [one for one in person.roles if one.role == "supervisor"]
    assert row.unit_id == unit.id
    assert send(admin, f"{here}/rights/{row.id}/remove").status_code == 303
    db.session.expire_all()
    assert [one.role for one in person.roles] == ["reporter"]


def test_a_limited_role_needs_its_limit(admin):
    person = make_person("reporter")
    assert send(admin, f"/admin/users/{person.id}/rights", {"role": "supervisor"}).status_code == 422


def test_the_last_administrator_is_told_so_on_the_page(admin):
    (me,) = db.session.query(Person).all()
    closed = send(admin, f"/admin/users/{me.id}/active", {"active": "0"})
    assert (closed.status_code, "最後一位系統管理員" in closed.text) == (422, True)
    saved = send(admin, f"/admin/users/{me.id}", {"name": "Admin", "email": me.email, "roles": ["reporter"]})
    assert (saved.status_code, "最後一位系統管理員" in saved.text) == (422, True)


def test_a_sign_in_link_stands_on_the_screen_and_nowhere_else(admin, app):
    person = make_person("reporter", email="new@example.test")
    page = send(admin, f"/admin/users/{person.id}/link")
    secret = re.search(r"/login/link/([\w-]+)", page.text)[1]
    assert page.headers["Cache-Control"] == "no-store"
    assert db.session.query(Letter).count() == 0
    assert db.session.query(SignInLink).count() == 1
    visitor = app.test_client()
    assert send(visitor, f"/login/link/{secret}").location == "/me/security"


def test_nobody_sets_another_persons_password(admin):
    person = make_person("reporter")
    fields = {"name": "X", "email": person.email, "roles": ["reporter"], "password": "four plain words here"}
    send(admin, f"/admin/users/{person.id}", fields)
    db.session.expire_all()
    assert person.password_hash is None


def test_settings_of_the_organisation_are_saved(admin):
    facts = {
        "name": "幸福市政府",
        "eu": "no",
        "public_body": "yes",
        "critical_provider": "unknown",
        "finance_or_health": "no",
    }
    answer = send(admin, "/admin/organisation", {**facts, "chase_preset": "tight", "minguo_dates": "y"})
    assert answer.status_code == 303
    settings = db.session.get(Organisation, 1)
    assert (settings.chase_preset, settings.guests_may_report, settings.minguo_dates) == (
        "tight",
        False,
        True,
    )


@pytest.mark.parametrize("wrong", [{"name": "X" * 5000}, {"eu": "maybe"}])
def test_settings_that_make_no_sense_are_refused(admin, wrong):
    organisation()
    facts = {
        "name": "X",
        "eu": "no",
        "public_body": "no",
        "critical_provider": "no",
        "finance_or_health": "no",
    }
    answer = send(admin, "/admin/organisation", {**facts, "chase_preset": "normal", **wrong})
    assert answer.status_code == 422
    assert db.session.get(Organisation, 1).name == ""


def test_units_form_a_tree_without_circles(admin):
    assert send(admin, "/admin/units", {"name": "一處"}).status_code == 303
    top = db.session.query(Unit).one()
    send(admin, "/admin/units", {"name": "一科", "parent_id": top.id})
    below = db.session.query(Unit).filter_by(name="一科").one()
    assert below.parent_id == top.id
    assert send(admin, f"/admin/units/{top.id}", {"name": "一處", "parent_id": below.id}).status_code == 422
    assert send(admin, f"/admin/units/{top.id}/delete").status_code == 422
    assert send(admin, f"/admin/units/{below.id}/delete").status_code == 303
    assert db.session.query(Unit).count() == 1
    assert admin.get("/admin/units").status_code == 200


def test_teams_have_members(admin):
    people = [make_person(), make_person()]
    send(admin, "/admin/teams", {"name": "工程組", "members": [one.id for one in people]})
    team = db.session.query(Team).one()
    assert "Person" in admin.get("/admin/teams").text
    assert (
        send(admin, f"/admin/teams/{team.id}", {"name": "工程二組", "members": [people[0].id]}).status_code
        == 303
    )
    assert queries.actor_of(people[0], at=people[0].created_at).teams == {team.id}
    assert queries.actor_of(people[1], at=people[1].created_at).teams == frozenset()
    assert send(admin, "/admin/teams", {"name": "工程二組"}).status_code == 422
    assert send(admin, "/admin/teams", {"name": "三", "members": ["999999"]}).status_code == 422


def letter(clock, **changes):
    key = idem_key(("x", str(changes)), "person 1", "mail", "ask")
    facts = {
        "idem_key": key,
        "cause": "x",
        "recipient": "person 1",
        "channel": "mail",
        "kind": "ask",
        "subject_kind": "issue",
        "subject_id": 1,
        "locale": "en",
        "subject_line": "A letter",
        "body_text": "",
        "message_id": key,
        "state": "dead",
        "next_try": clock.now(),
        "created_at": clock.now(),
        **changes,
    }
    row = Letter(**facts)
    db.session.add(row)
    db.session.commit()
    return row


def test_letters_given_up_can_be_tried_again_and_sign_in_links_never_stand_there(admin, clock):
    dead = letter(clock)
    letter(clock, kind="security.link", subject_line="Secret link")
    letter(clock, channel="bell", person_id=make_person(name="Rung for").id)
    page = admin.get("/admin/letters?state=dead").text
    assert "A letter" in page
    assert "Rung for" in page
    assert "Secret link" not in page
    assert send(admin, f"/admin/letters/{dead.id}/retry").status_code == 303
    db.session.expire_all()
    assert dead.state == "pending"


@pytest.mark.sqlite_only
def test_a_backup_is_made_by_one_button(admin, config):
    assert send(admin, "/admin/backup").status_code == 303
    assert len(list(config.backups_dir.glob("*/manifest.json"))) == 1
    assert "最近備份" in admin.get("/admin?backup=done").text


def test_the_checklist_knows_what_is_done(admin):
    assert admin.get("/admin").text.count("circle-check") == 0
    organisation(name="X", public_body="no", critical_provider="no", finance_or_health="no", eu="no")
    make_system(version="1")
    make_team()
    make_person("supervisor")
    assert admin.get("/admin").text.count("circle-check") == 6


def test_a_page_of_another_role_says_so_and_a_refused_form_leads_back_to_what_was_typed(client, login):
    browser = login(client, make_person("reporter"))
    shut = browser.get("/admin/users").text
    assert "這個頁面沒有開放給您" in shut and "data-back" not in shut
    here = {"Referer": "http://localhost/admin/users/new"}
    refused = browser.post("/admin/users/new", data={"name": "A"}, headers=here).text
    assert "您不能做這個動作" in refused and "data-back hidden" in refused and here["Referer"] not in refused

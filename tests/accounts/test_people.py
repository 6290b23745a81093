"""People: made, changed, given and taken rights, away, closed; the last administrator stays."""

from datetime import timedelta

import pytest

from tests.clock import MONDAY
from tests.factories.people import actor_of, make_person, make_system, make_unit
from tests.posting import send
from tracker import audit
from tracker.accounts.actions import (
    create_person,
    create_token,
    deactivate,
    grant,
    reactivate,
    revoke,
    save_person,
    set_absence,
    set_password,
    set_roles,
)
from tracker.accounts.actions.roles import Right
from tracker.accounts.models import Person, Token
from tracker.accounts.rules import ADMIN, AUDITOR, REPORTER, SUPERVISOR, SYSTEM
from tracker.audit.models import Entry, TextVersion
from tracker.db import db
from tracker.errors import DomainError

BY = {"by": SYSTEM, "at": MONDAY}


def actions_of(person):
    return [
        one.action for one in db.session.query(Entry).filter_by(subject_kind="person", subject_id=person.id)
    ]


def test_a_person_is_made_with_roles_and_it_is_written_down(app):
    person = create_person(name="  林  志偉 ", email="LIN@Example.TEST", roles=(REPORTER, SUPERVISOR), **BY)
    assert (person.name, person.email) == ("林 志偉", "lin@example.test")
    assert actor_of(person).roles == {REPORTER, SUPERVISOR}
    assert actions_of(person) == ["person.create", "person.grant", "person.grant"]


def test_names_and_addresses_stand_in_the_trail_by_digest_only(app):
    create_person(name="王小明", email="wang@example.test", **BY)
    entries = " ".join(f"{one.before} {one.after}" for one in db.session.query(Entry))
    assert "王小明" not in entries
    assert "wang@" not in entries
    assert {one.body for one in db.session.query(TextVersion)} >= {"王小明", "wang@example.test"}
    assert list(audit.verify()) == []


@pytest.mark.parametrize("email", ["a@b", "x@y.test", "林@例子.tw", "a+b@x.test", "o'neil@x.test"])
def test_any_syntactic_address_is_taken(app, email):
    assert create_person(name="A", email=email, **BY).email == email


@pytest.mark.parametrize(
    "email",
    [
        "a",
        "@b",
        "a@",
        "a b@c.test",
        "a@b@c",
        "a@b\nBcc: x@y.test",
        "a..b@c.test",
        "<a@b.test>",
        "a@b..c",
        "a\0@b.test",
        "a,b@c.test",
    ],
)
def test_what_is_no_address_is_refused_and_named(app, email):
    with pytest.raises(DomainError) as refused:
        create_person(name="A", email=email, **BY)
    assert set(refused.value.fields) == {"email"}


@pytest.mark.parametrize("name", ["", "   ", "a\x07b", "a" * 121, "\u2028", "a\ud800"])
def test_an_unusable_name_is_refused(app, name):
    with pytest.raises(DomainError) as refused:
        create_person(name=name, **BY)
    assert set(refused.value.fields) == {"name"}


def test_one_address_has_one_person(app):
    make_person(email="one@example.test")
    with pytest.raises(DomainError):
        create_person(name="Other", email="ONE@example.test", **BY)


@pytest.mark.parametrize(
    "password", ["short", "password123", "aaaaaaaaaaaa", "chen-meiling1", "x" * 201, "1234567890"]
)
def test_a_password_that_is_easy_to_guess_is_refused(app, password):
    person = make_person(name="chen-meiling", email="chen@example.test")
    with pytest.raises(DomainError) as refused:
        set_password(person, password, **BY)
    assert set(refused.value.fields) == {"password"}


def test_a_new_password_ends_open_sessions(app):
    person = make_person()
    set_password(person, "four plain words here", **BY)
    assert person.session_epoch == 1
    assert "four plain" not in str(person.password_hash)


def test_a_role_may_be_limited_to_a_unit_and_all_below_it(app):
    top = make_unit()
    below = make_unit(parent_id=top.id)
    person = make_person()
    grant(person, SUPERVISOR, unit_id=top.id, **BY)
    actor = actor_of(person)
    assert actor.is_for(SUPERVISOR, unit_id=below.id, system_id=None)
    assert not actor.is_for(SUPERVISOR, unit_id=make_unit().id, system_id=None)


def test_a_role_without_a_limit_wins_over_one_with(app):
    person, system = make_person(), make_system()
    grant(person, SUPERVISOR, system_id=system.id, **BY)
    grant(person, SUPERVISOR, **BY)
    assert actor_of(person).limits[SUPERVISOR].everywhere


def test_granting_twice_is_granting_once(app):
    person = make_person()
    assert grant(person, SUPERVISOR, **BY) is grant(person, SUPERVISOR, **BY)
    assert actions_of(person) == ["person.grant"]


def test_an_auditors_role_ends_by_itself(app, clock):
    person = make_person()
    grant(person, AUDITOR, until=MONDAY + timedelta(days=30), **BY)
    assert AUDITOR in actor_of(person, at=MONDAY + timedelta(days=29)).roles
    assert AUDITOR not in actor_of(person, at=MONDAY + timedelta(days=30)).roles


@pytest.mark.parametrize(
    "right",
    [
        Right("king"),
        Right(ADMIN, unit_id=1),
        Right(SUPERVISOR, until=MONDAY + timedelta(days=1)),
        Right(AUDITOR, until=MONDAY),
    ],
)
def test_rights_that_make_no_sense_are_refused(app, right):
    with pytest.raises(DomainError):
        set_roles(make_person(), [right], **BY)


def test_the_last_administrator_cannot_be_made_to_go(app):
    admin = make_person(ADMIN)
    with pytest.raises(DomainError):
        revoke(admin, admin.roles[0], **BY)
    with pytest.raises(DomainError):
        deactivate(admin, **BY)
    with pytest.raises(DomainError):
        set_roles(admin, [Right(REPORTER)], **BY)
    make_person(ADMIN)
    deactivate(admin, **BY)
    assert not admin.active


def test_a_closed_administrator_does_not_count(app):
    admin, other = make_person(ADMIN), make_person(ADMIN)
    deactivate(other, **BY)
    with pytest.raises(DomainError):
        deactivate(admin, **BY)


def test_closing_an_account_ends_its_tokens(app):
    person = make_person(SUPERVISOR)
    create_token(person, name="x", scopes=["read"], **BY)
    deactivate(person, **BY)
    assert db.session.query(Token).one().revoked_at == MONDAY
    reactivate(person, **BY)
    assert person.active
    assert db.session.query(Token).one().revoked_at == MONDAY


def test_only_administrators_get_tokens_that_administer(app):
    with pytest.raises(DomainError):
        create_token(make_person(SUPERVISOR), name="x", scopes=["admin"], **BY)
    token, secret = create_token(make_person(ADMIN), name="x", scopes=["admin", "read"], **BY)
    assert token.scopes == ["read", "admin"]
    assert secret.startswith("trk_")
    assert secret not in str(vars(token))


def test_somebody_away_has_a_deputy_until_they_are_back(app):
    person, deputy = make_person(), make_person("reporter")
    set_absence(person, away_from=MONDAY, until=MONDAY + timedelta(days=5), deputy_id=deputy.id, **BY)
    assert person.is_away(MONDAY)
    assert not person.is_away(MONDAY + timedelta(days=5))
    set_absence(person, away_from=None, until=None, deputy_id=deputy.id, **BY)
    assert not person.is_away(MONDAY)
    assert actions_of(person) == ["person.absence", "person.return"]


def test_only_who_can_sign_in_and_act_is_offered_and_taken_as_a_deputy(client, login):
    person, able = make_person("supervisor"), make_person("reporter", name="Able")
    unable = [
        make_person(), make_person("auditor"), make_person("engineer", until=MONDAY),
        make_person("reporter", active=False), make_person("reporter", email=None),
    ]  # fmt: skip
    page = login(client, person).get("/me/absence").text
    assert f'<option value="{able.id}">Able' in page
    for one in (person, *unable):
        assert f'<option value="{one.id}"' not in page
    for deputy_id in (person.id, *(one.id for one in unable), 999_999):
        with pytest.raises(DomainError):
            save_person(person, {"deputy_id": deputy_id}, **BY)


def test_a_deputy_who_lost_the_account_is_named_with_a_warning(client, login):
    person, deputy = make_person("supervisor"), make_person("reporter")
    set_absence(person, away_from=MONDAY, until=None, deputy_id=deputy.id, **BY)
    browser = login(client, person)
    assert "無法代理" not in browser.get("/me/absence").text
    deputy.active = False
    db.session.commit()
    assert "無法代理" in browser.get("/me/absence").text


def test_who_comes_back_need_not_name_another_deputy(app):
    person, deputy = make_person(), make_person("reporter")
    set_absence(person, away_from=MONDAY, until=None, deputy_id=deputy.id, **BY)
    deputy.active = False
    set_absence(person, away_from=None, until=None, deputy_id=deputy.id, **BY)
    assert not person.is_away(MONDAY)


def test_an_absence_must_end_after_it_begins(app):
    person = make_person()
    with pytest.raises(DomainError) as refused:
        set_absence(person, away_from=MONDAY, until=MONDAY, deputy_id=None, **BY)
    assert "until" in refused.value.fields


def test_an_absence_without_a_deputy_says_what_becomes_of_the_work(client, login):
    person, deputy = make_person(), make_person("reporter")
    browser, said = login(client, person), "沒有代理人：這段期間到期的工作會一直等著"
    days = {"away_from": "115/11/23", "until": "115/11/26", "deputy_id": ""}
    assert send(browser, "/me/absence", days).status_code == 303
    assert said in browser.get("/me/absence").text
    send(browser, "/me/absence", {**days, "deputy_id": deputy.id})
    assert said not in browser.get("/me/absence").text


def test_people_enter_their_own_absence_by_days(client, login):
    person, deputy = make_person(), make_person("reporter")
    days = {"away_from": "115/11/25", "until": "2026-11-26", "deputy_id": deputy.id}
    assert send(login(client, person), "/me/absence", days).status_code == 303
    person = db.session.get(Person, person.id)
    assert person.away_from == MONDAY + timedelta(days=1, hours=15)
    assert person.away_until == MONDAY + timedelta(days=3, hours=15)
    assert "11月26日" in client.get("/me/absence").text
    assert send(client, "/me/absence/end").status_code == 303
    db.session.expire_all()
    assert db.session.get(Person, person.id).away_from is None


def test_a_supervisor_enters_the_absence_of_others_and_a_reporter_does_not(app, login):
    person = make_person()
    days = {"away_from": "2026-11-23", "until": "2026-11-24"}
    assert (
        send(
            login(app.test_client(), make_person(SUPERVISOR)), f"/people/{person.id}/absence", days
        ).status_code
        == 303
    )
    assert (
        send(
            login(app.test_client(), make_person(REPORTER)), f"/people/{person.id}/absence", days
        ).status_code
        == 403
    )


def test_who_enters_anothers_absence_cannot_name_themselves_deputy(app):
    person, supervisor = make_person("manager"), make_person(SUPERVISOR)
    wish = {"away_from": MONDAY, "until": None, "at": MONDAY}
    with pytest.raises(DomainError):
        set_absence(person, deputy_id=supervisor.id, by=actor_of(supervisor), **wish)
    set_absence(person, deputy_id=make_person("engineer").id, by=actor_of(supervisor), **wish)


def test_a_supervisor_of_one_unit_enters_no_absence_elsewhere(app, login):
    unit, days = make_unit(), {"away_from": "2026-11-23", "until": "2026-11-24"}
    supervisor = make_person(SUPERVISOR, unit_limit=unit)
    inside, outside = make_person(unit_id=unit.id), make_person()
    client = login(app.test_client(), supervisor)
    assert send(client, f"/people/{inside.id}/absence", days).status_code == 303
    assert send(client, f"/people/{outside.id}/absence", days).status_code == 403

"""Signing in: with a password, with a link, never too often; and nobody learns who has an account."""

import pytest
from argon2 import extract_parameters
from flask import has_request_context
from sqlalchemy import event, update

from tests.factories.people import make_person
from tests.posting import send
from tracker.accounts import passwords, throttle
from tracker.accounts.actions import deactivate, end_sessions, make_sign_in_link, set_password
from tracker.accounts.models import Attempt, Person, SignInLink
from tracker.accounts.rules import SYSTEM
from tracker.db import db

PASSWORD = "four plain words here"


@pytest.fixture
def person(app, clock):
    person = make_person("supervisor", email="lin@example.test")
    set_password(person, PASSWORD, by=SYSTEM, at=clock.now())
    db.session.commit()
    return person


def sign_in(client, email="lin@example.test", password=PASSWORD, **fields):
    return send(client, "/login", {"email": email, "password": password, **fields})


def is_in(client) -> bool:
    return client.get("/me").status_code == 200


def test_the_right_password_leads_to_the_start_page(client, person):
    answer = sign_in(client)
    assert (answer.status_code, answer.location) == (303, "/")
    assert is_in(client)


def test_who_is_not_signed_in_finds_the_way_without_opening_a_menu(client, person):
    way = '<a class="icon-button" href="/login">'
    assert way in client.get("/report").text.split('class="menu profile"')[0]
    sign_in(client)
    assert way not in client.get("/report").text


def test_the_address_may_be_typed_in_capitals(client, person):
    assert sign_in(client, email=" LIN@Example.test ").status_code == 303


def test_after_signing_in_people_are_where_they_wanted_to_go(client, person):
    assert sign_in(client, next="/inbox?system=bot").location == "/inbox?system=bot"


def test_a_wish_for_another_site_is_not_followed(client, person):
    assert sign_in(client, next="//evil.test/").location == "/"


@pytest.mark.parametrize(
    "email", ["lin@example.test", "nobody@example.test", "no address", "a\0b@example.test", "é" * 300]
)
def test_a_wrong_password_and_an_unknown_account_read_the_same(client, person, email):
    answer = sign_in(client, email=email[:250], password="something else")
    assert answer.status_code == 422
    assert "不正確" in answer.text
    assert not is_in(client)


@pytest.mark.parametrize("change", [{"password_hash": "another"}, {"active": False}])
def test_what_changed_while_the_password_was_compared_counts(client, person, change):
    commits = []

    def meanwhile(session):
        if has_request_context():
            commits.append(session)
            if len(commits) == 2:
                with db.engine.begin() as connection:
                    connection.execute(update(Person).values(**change))

    event.listen(db.session, "after_commit", meanwhile)
    try:
        answer = sign_in(client)
    finally:
        event.remove(db.session, "after_commit", meanwhile)
    assert answer.status_code == 422 and not is_in(client)


def test_a_closed_account_does_not_open(client, person, clock):
    make_person("admin")
    deactivate(person, by=SYSTEM, at=clock.now())
    assert sign_in(client).status_code == 422


def test_somebody_without_a_password_cannot_sign_in_with_an_empty_one(client, app):
    make_person("reporter", email="new@example.test")
    assert sign_in(client, email="new@example.test", password="").status_code == 422
    assert sign_in(client, email="new@example.test", password="x").status_code == 422


@pytest.mark.parametrize("email", ["lin@example.test", "nobody@example.test"])
def test_after_ten_tries_in_fifteen_minutes_even_the_right_password_waits(client, person, clock, email):
    for _ in range(10):
        assert sign_in(client, email=email, password="wrong").status_code == 422
    answer = sign_in(client, email=email)
    assert answer.status_code == 429
    assert "15 分鐘" in answer.text
    clock.advance(minutes=16)
    assert sign_in(client).status_code == 303


def test_tries_count_across_nodes(client, person, make_app):
    other = make_app().test_client()
    for node in [client, other] * 5:
        sign_in(node, password="wrong")
    assert sign_in(other).status_code == 429


def test_one_address_cannot_try_many_accounts(app, client, person, clock):
    throttle.note(*[throttle.network_key("sign-in", "127.0.0.1")] * throttle.ADDRESS_MOST, now=clock.now())
    assert sign_in(client).status_code == 429


def test_a_network_counts_as_one_by_whichever_of_its_addresses_it_comes(app, client, person, clock):
    tries = [throttle.network_key("sign-in", f"2001:db8::{end:x}") for end in range(throttle.ADDRESS_MOST)]
    throttle.note(*tries, now=clock.now())
    place = {"REMOTE_ADDR": "2001:db8::ffff:1"}
    sent = {"email": person.email, "password": "wrong"}
    assert client.post("/login", data=sent, environ_base=place).status_code == 429
    keys = [
        throttle.network_key("sign-in", one)
        for one in (
            "192.0.2.1",
            "::ffff:192.0.2.1",
            "::ffff:192.0.2.2",
            "2001:db8:0:1::1",
            "fe80::1%eth0",
            "fe80::2",
        )
    ]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 4


def test_signing_in_clears_the_count(client, person):
    for _ in range(8):
        sign_in(client, password="wrong")
    sign_in(client)
    send(client, "/logout")
    for _ in range(8):
        assert sign_in(client, password="wrong").status_code == 422


def test_attempts_keep_no_address_in_clear(client, person):
    sign_in(client, password="wrong")
    keys = [attempt.key for attempt in db.session.query(Attempt)]
    assert len(keys) == 2
    assert not any("lin" in key or "127" in key for key in keys)


def test_an_unknown_account_costs_the_same_hashing_as_a_known_one(app, person):
    known = extract_parameters(passwords.hashed(PASSWORD))
    stand_in = passwords._dummy(*passwords._cost())
    assert extract_parameters(stand_in) == known
    assert not passwords.matches(None, "wrong password")


def test_a_session_ends_with_the_next_request_once_it_is_ended_elsewhere(client, person, login, clock):
    login(client, person)
    assert is_in(client)
    end_sessions(person, by=SYSTEM, at=clock.now())
    assert client.get("/me").status_code == 303


def test_a_closed_account_is_out_at_the_next_request(client, person, login, clock):
    make_person("admin")
    login(client, person)
    deactivate(person, by=SYSTEM, at=clock.now())
    assert client.get("/me").location.startswith("/login?next=")


def test_a_role_taken_back_counts_from_the_next_request(client, person, login):
    login(client, person)
    assert client.get("/people").status_code == 200
    person.roles.clear()
    assert client.get("/people").status_code == 403


def test_a_copied_cookie_opens_nothing_after_signing_out(client, person):
    sign_in(client)
    copied = client.get_cookie("session").value
    answer = send(client, "/logout")
    assert answer.headers["Clear-Site-Data"] == '"storage"'
    client.set_cookie("session", copied)
    assert not is_in(client)


def test_signing_in_begins_a_new_session(client, person):
    client.get("/login")
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
    sign_in(client)
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session["sid"]


def test_a_link_shows_a_button_and_only_the_button_signs_in(client, person, clock):
    secret = make_sign_in_link(person, by=SYSTEM, at=clock.now())
    for _ in range(3):
        page = client.get(f"/login/link/{secret}")
        assert page.status_code == 200
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert not is_in(client)
    assert send(client, f"/login/link/{secret}").status_code == 303
    assert is_in(client)


def test_a_link_works_once(client, app, person, clock):
    secret = make_sign_in_link(person, by=SYSTEM, at=clock.now())
    send(client, f"/login/link/{secret}")
    assert send(app.test_client(), f"/login/link/{secret}").status_code == 410


def test_a_link_dies_after_ten_minutes_and_with_the_next_one(client, person, clock):
    first = make_sign_in_link(person, by=SYSTEM, at=clock.now())
    second = make_sign_in_link(person, by=SYSTEM, at=clock.now())
    assert client.get(f"/login/link/{first}").status_code == 410
    clock.advance(minutes=10)
    assert client.get(f"/login/link/{second}").status_code == 410
    assert send(client, f"/login/link/{second}").status_code == 410


def test_a_link_is_stored_as_a_hash(app, person, clock):
    secret = make_sign_in_link(person, by=SYSTEM, at=clock.now())
    assert secret not in str([vars(link) for link in db.session.query(SignInLink)])


def test_a_setup_link_signs_nobody_in(client, person, clock):
    assert client.get("/login/link/%20").status_code == 410

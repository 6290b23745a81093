"""A link by mail that signs one in: the same answer for everybody, once, ten minutes, few at a time."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from tests.clock import Clock
from tests.factories.people import make_person
from tracker.accounts import queries
from tracker.accounts.models import SignInLink
from tracker.db import db
from tracker.outbox.models import Letter


@pytest.fixture
def post_office(make_app: Callable[..., Flask]) -> Iterator[FlaskClient]:
    queries.organisation().address = "http://desk.example.test"
    db.session.commit()
    app = make_app(smtp_url="smtp://127.0.0.1:9")
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


def ask(client: FlaskClient, email: str) -> str:
    answer = client.post("/login/link", data={"email": email})
    assert answer.status_code == 200
    found = re.search("<main.*</main>", answer.text, re.S)
    assert found is not None and email in found[0]
    return found[0].replace(email, "…")


def letters() -> list[Letter]:
    db.session.expire_all()
    return db.session.query(Letter).filter(Letter.kind == "security.sign_in_link").order_by(Letter.id).all()


def test_the_known_and_the_unknown_read_the_same_and_one_letter_is_written(post_office: FlaskClient) -> None:
    person = make_person("supervisor")
    assert ask(post_office, person.email.upper()) == ask(post_office, "nobody@example.test")
    [letter] = letters()
    assert (letter.person_id, letter.urgent) == (person.id, True)


def test_the_unknown_takes_the_steps_of_a_letter_and_keeps_none(post_office: FlaskClient) -> None:
    person = make_person("supervisor")
    statements: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement.split("(")[0].strip())

    def asked(email: str) -> list[str]:
        statements.clear()
        ask(post_office, email)
        return [one for one in statements if one.startswith("INSERT INTO")]

    event.listen(Engine, "before_cursor_execute", note)
    try:
        known, unknown = asked(person.email), asked("nobody@example.test")
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert set(known) <= set(unknown)
    assert any("sign_in_link" in one for one in unknown)
    [letter] = letters()
    assert letter.person_id == person.id
    assert db.session.query(SignInLink).filter(SignInLink.used_at.is_(None)).count() == 1


def test_the_link_signs_in_once_and_not_after_ten_minutes(post_office: FlaskClient, clock: Clock) -> None:
    person = make_person("supervisor")
    ask(post_office, person.email)
    link = letters()[0].link
    assert post_office.post(link).status_code == 303
    assert post_office.get("/my").status_code == 200
    assert post_office.post(link).status_code == 410
    ask(post_office, person.email)
    clock.advance(minutes=11)
    assert post_office.post(letters()[1].link).status_code == 410


def test_one_account_gets_few_letters_and_one_place_few_answers(post_office: FlaskClient) -> None:
    person = make_person("supervisor")
    for _ in range(5):
        ask(post_office, person.email)
    assert len(letters()) == 3
    for _ in range(15):
        ask(post_office, "nobody@example.test")
    assert post_office.post("/login/link", data={"email": "nobody@example.test"}).status_code == 429


def test_a_closed_account_gets_none_and_without_a_mail_server_nobody_does(
    post_office: FlaskClient, client: FlaskClient
) -> None:
    person = make_person("supervisor", active=False)
    ask(post_office, person.email)
    client.post("/login/link", data={"email": make_person("manager").email})
    assert letters() == []
    assert "/login/link" in post_office.get("/login").text and "/login/link" not in client.get("/login").text

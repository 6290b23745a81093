"""What people settle for themselves."""

import re

from tests.factories.people import make_person
from tests.posting import send
from tracker.db import db

PROFILE = {
    "name": "New",
    "phone": "5",
    "locale": "en",
    "theme": "dark",
    "text_size": "large",
}


def test_people_settle_how_they_like_it(client, login):
    person = make_person("reporter")
    assert send(login(client, person), "/me", {**PROFILE, "keys_on": "y"}).status_code == 303
    db.session.expire_all()
    assert (person.name, person.locale, person.theme) == ("New", "en", "dark")
    page = client.get("/me").text
    assert 'data-theme="dark"' in page
    assert 'data-text="large"' in page
    assert '<html lang="en"' in page


def test_the_language_is_switched_for_visitors_by_a_cookie_and_for_people_for_good(app, client, login):
    assert '<html lang="zh-Hant-TW"' in client.get("/help").text
    answer = send(client, "/me/locale", {"locale": "en", "next": "/help?x=1"})
    assert answer.location == "/help?x=1"
    assert '<html lang="en"' in client.get("/help").text
    person = make_person("reporter")
    send(login(client, person), "/me/locale", {"locale": "en"})
    assert '<html lang="en"' in login(app.test_client(), person).get("/help").text
    assert send(client, "/me/locale", {"locale": "xx", "next": "//evil.test"}).location == "/"


def test_a_new_password_needs_the_present_one_and_keeps_this_session_only(app, client, login):
    person = make_person("reporter", email="own@example.test")
    elsewhere = login(app.test_client(), person)
    assert (
        send(login(client, person), "/me/security", {"password": "four plain words here"}).status_code == 303
    )
    assert client.get("/me").status_code == 200
    assert elsewhere.get("/me").status_code == 303
    assert (
        send(
            client, "/me/security", {"current": "wrong", "password": "five plain words here now"}
        ).status_code
        == 422
    )
    fields = {"current": "four plain words here", "password": "five plain words here now"}
    assert send(client, "/me/security", fields).status_code == 303


def test_signing_out_elsewhere_keeps_this_session(app, client, login):
    person = make_person("reporter")
    elsewhere = login(app.test_client(), person)
    send(login(client, person), "/me/security/sessions")
    assert client.get("/me").status_code == 200
    assert elsewhere.get("/me").status_code == 303


def test_a_token_is_shown_once_and_revoked_by_its_owner_alone(app, client, login):
    person = make_person("supervisor")
    page = send(
        login(client, person), "/me/security/tokens", {"token-name": "script", "token-scopes": ["read"]}
    )
    assert re.search(r"trk_[\w-]{40}", page.text)
    assert "trk_" not in client.get("/me/security").text
    token = re.search(r"/me/security/tokens/(\d+)/revoke", client.get("/me/security").text)[1]
    other = login(app.test_client(), make_person("supervisor"))
    assert send(other, f"/me/security/tokens/{token}/revoke").status_code == 404
    assert send(client, f"/me/security/tokens/{token}/revoke").status_code == 303
    assert "已撤銷" in client.get("/me/security").text
    assert (
        send(client, "/me/security/tokens", {"token-name": "x", "token-scopes": ["admin"]}).status_code == 422
    )

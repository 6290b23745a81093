"""Where this installation is: confirmed by an administrator or set, never believed from a request."""

import pytest

from tests.factories.outbox import make_letter
from tests.factories.people import make_person, make_system, organisation
from tests.outbox.test_deliver import Postbox
from tests.posting import send
from tracker import addresses
from tracker.cli import doctor
from tracker.outbox import jobs

EVIL = "http://evil.example"


@pytest.fixture
def admin(client):
    """An administrator who is signed in under several names of this computer."""
    person = make_person("admin", locale="en")
    for address in ("http://localhost", EVIL, "http://192.168.1.20:8000"):
        with client.session_transaction(base_url=address) as session:
            session["_user_id"], session["_fresh"] = person.get_id(), True
    return client


def test_a_letter_takes_its_link_from_the_confirmed_address_and_never_from_a_request(app, admin, clock):
    assert "evil.example" in admin.get("/admin/start/finish", base_url=EVIL).text
    box = Postbox()
    make_letter(address="first@example.test")
    jobs.deliver(clock.now(), send=box)
    assert "http" not in box[0].text
    organisation(address="http://192.168.1.20:8000")
    make_letter(address="second@example.test")
    jobs.deliver(clock.now(), send=box)
    assert "http://192.168.1.20:8000/issues/" in box[1].text


def test_the_last_step_asks_for_the_address_and_everything_then_carries_it(admin):
    page = admin.get("/admin/start/finish", base_url="http://192.168.1.20:8000").text
    assert 'value="http://192.168.1.20:8000"' in page
    assert addresses.settled() == ""
    assert send(admin, "/admin/start/finish", {"address": " http://192.168.1.20:8000/ "}).status_code == 303
    assert addresses.settled() == "http://192.168.1.20:8000"
    person = make_person("reporter")
    answer = admin.post(f"/admin/users/{person.id}/link", base_url=EVIL)
    assert "http://192.168.1.20:8000/login/link/" in answer.text
    assert "evil.example" not in answer.text


def test_what_was_set_from_outside_stands_above_what_was_confirmed(make_app, login):
    organisation(address="http://192.168.1.20:8000")
    app = make_app(base_url="https://desk.office")
    with app.app_context():
        assert addresses.settled() == "https://desk.office"
    page = login(app.test_client(), make_person("admin", locale="en")).get("/admin/organisation").text
    assert "TRACKER_BASE_URL says https://desk.office" in page


@pytest.mark.parametrize(
    "text",
    ["desk.office", "ftp://desk.office", "http://", "http://desk.office/path", "http://a@b", "http://desk.office?x",
     "http://desk.office:", "http://desk.office:99999", "http://desk office", 'http://"><script>', "javascript://x",
     "http://desk.office\r\nX: y", "http://" + "a" * 200, "http://[::1"],
)  # fmt: skip
def test_what_is_no_address_is_refused_by_name(text):
    assert not addresses.is_address(text)


@pytest.mark.parametrize("text", ["http://192.168.1.20:8000", "https://desk.office", "http://[fe80::1]:8000"])
def test_an_address_is_a_scheme_a_host_and_maybe_a_port(text):
    assert addresses.is_address(text)


def test_a_wrong_address_keeps_what_was_typed(admin):
    answer = send(admin, "/admin/start/finish", {"address": "desk.office/path"})
    assert answer.status_code == 422
    assert "desk.office/path" in answer.text
    assert addresses.settled() == ""


def test_a_poster_says_that_nobody_has_confirmed_its_address(admin):
    make_system(key="bot")
    assert "Nobody has confirmed this address" in admin.get("/systems/bot/poster", base_url=EVIL).text
    organisation(address="http://10.0.0.9")
    assert "Nobody has confirmed this address" not in admin.get("/systems/bot/poster").text


@pytest.mark.parametrize(
    ("given", "settled", "state", "says"),
    [
        ("", "", "warn", "not settled"),
        ("", "http://10.0.0.9", "warn", "plain http"),
        ("", "https://desk.office", "warn", "TRACKER_BASE_URL as well"),
        ("https://desk.office", "https://desk.office", "ok", "https://desk.office"),
    ],
)
def test_the_doctor_says_what_the_address_is_good_for(given, settled, state, says):
    found = doctor._address(given, settled)
    assert found.verdict == state
    assert says in found.says

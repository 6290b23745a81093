"""Guests: a report without an account, one secret address, and nothing more than that."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient

from tests.clock import MONDAY, Clock
from tests.factories.issues import bring_to, make_guest_issue
from tests.factories.people import actor_of, make_person, make_system
from tracker.accounts import throttle, tokens
from tracker.accounts.models import CaseLink, Person
from tracker.accounts.rules import Actor, Link
from tracker.attachments.models import Attachment
from tracker.db import db
from tracker.errors import NotAllowed
from tracker.issues import actions, links
from tracker.issues.models import Issue, Message
from tracker.issues.views.loading import GUEST_REPORTS
from tracker.outbox.models import Letter

RECEIPT = r"[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{5}"
Login = Callable[[FlaskClient, Person], FlaskClient]
THREE = {"description": "It says 30 days. It is 7.", "impact": "wrong_content", "system": "unknown"}


@pytest.fixture
def secret(app: object) -> str:
    issue = bring_to(make_guest_issue(), "waiting_user")
    found = links.make(issue, at=MONDAY)
    db.session.commit()
    return found


def state() -> str | None:
    return db.session.query(Issue).one().state


def test_a_guest_reports_with_three_answers_and_gets_a_receipt(client: FlaskClient) -> None:
    answer = client.post("/report", data=THREE)
    assert answer.status_code == 303 and re.fullmatch(rf"/i/{RECEIPT}\?sent=1", answer.location)
    page = client.get(answer.location)
    assert page.status_code == 200 and "Q-202611-0001" in page.text and answer.location[3:20] in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert answer.location[3:20] not in {link.sha256 for link in db.session.query(CaseLink)}


def test_a_form_gone_back_to_opens_the_report_before_to_nobody_and_swallows_no_other(
    client: FlaskClient,
) -> None:
    sent = THREE | {"once": "a" * 22}
    first, twice = (client.post("/report", data=sent).location.split("?")[0] for _ in range(2))
    assert "Q-202611-0001" in client.get(first).text and "Q-202611-0001" in client.get(twice).text
    other = client.post("/report", data=sent | {"description": "Another person's words."}).location
    assert "Q-202611-0002" in client.get(other).text and db.session.query(Issue).count() == 2


@pytest.mark.parametrize("impact", ["harm", "wrong_content"])
def test_who_was_harmed_is_told_again_what_to_do_at_once(client: FlaskClient, impact: str) -> None:
    page = client.get(client.post("/report", data=THREE | {"impact": impact}).location).text
    assert ("緊急時請先停用" in page) is (impact == "harm")


def test_the_address_a_guest_leaves_gets_fixed_words_and_a_link_of_its_own(client: FlaskClient) -> None:
    here = client.post(
        "/report", data=THREE | {"description": "Buy my pills at evil.example"}
    ).location.split("?")[0]
    reach = {"name": "Click evil.example", "email": "Victim@example.test", "phone": "12"}
    assert client.post(f"{here}/contact", data=reach).status_code == 303
    letter = db.session.query(Letter).one()
    assert (letter.address, letter.channel) == ("victim@example.test", "mail")
    assert "evil" not in letter.subject_line + letter.body_text and "Q-202611-0001" in letter.subject_line
    assert letter.link.startswith("/i/") and letter.link != here
    assert client.get(letter.link).status_code == 200


def test_one_address_gets_one_first_word_a_day(client: FlaskClient, clock: Clock) -> None:
    for _ in range(3):
        here = client.post("/report", data=THREE).location.split("?")[0]
        client.post(f"{here}/contact", data={"email": "victim@example.test"})
    assert db.session.query(Letter).count() == 1


@pytest.mark.parametrize("first", [True, False])
def test_an_address_that_is_none_is_named_and_the_rest_kept(client: FlaskClient, first: bool) -> None:
    sent = client.post("/report", data=THREE).location
    page = client.get(sent if first else sent.split("?")[0]).text
    (to,) = re.findall(r'action="([^"]*/contact[^"]*)"', page)
    page = client.post(to, data={"name": "Chen", "email": "no address"})
    assert page.status_code == 422 and "Chen" in page.text and "請填寫電子郵件" in page.text
    assert db.session.query(Letter).count() == 0


def test_who_kept_only_the_receipt_can_still_say_who_they_are(client: FlaskClient, login: Login) -> None:
    here = client.post("/report", data=THREE).location.split("?")[0]
    answer = client.post(f"{here}/contact", data={"name": "王小美", "phone": "分機 1234"})
    assert answer.location == here
    page = client.get(here).text
    assert "聯絡方式已儲存" in page and 'value="分機 1234"' in page
    client.post(f"{here}/note", data={"body": "It was on Friday."})
    assert db.session.query(Message).one().author_name == "王小美"
    asks = login(client, make_person("supervisor")).get("/issues/Q-202611-0001/ask").text
    assert "系統無法通知" in asks and "分機 1234" in asks


def test_a_guest_replies_confirms_and_reopens(client: FlaskClient, secret: str, clock: Clock) -> None:
    assert client.post(f"/i/{secret}/note", data={"body": "On Monday."}).status_code == 303
    assert state() == "confirming"
    assert db.session.query(Message).order_by(Message.id.desc()).first().from_reporter
    actions.carry_out(db.session.query(Issue).one(), "answer", by=actor_of(make_person("supervisor")), at=MONDAY,
                      fields={"proposed_solution": "Use the manual.", "issue_kind": "how_to"})  # fmt: skip
    assert client.post(f"/i/{secret}/unsolved", data={"note": ""}).status_code == 409
    assert (
        client.post(f"/i/{secret}/unsolved", data={"note": "No."}).status_code == 303
        and state() == "confirming"
    )
    assert client.post(f"/i/{secret}/withdraw", data={}).status_code == 303 and state() == "withdrawn"


@pytest.mark.parametrize("path", ["accept", "merge", "escalate", "close", "assign", "edit", "restrict"])
def test_a_guest_s_address_opens_no_other_door(client: FlaskClient, secret: str, path: str) -> None:
    assert client.get(f"/i/{secret}/{path}").status_code == 404
    assert client.post(f"/i/{secret}/{path}", data={"note": "x"}).status_code == 404
    number = db.session.query(Issue).one().number
    assert client.get(f"/issues/{number}/{path}").status_code == 303
    assert client.get(f"/issues/{number}").status_code == 303


def test_looking_changes_nothing(client: FlaskClient, secret: str) -> None:
    for path in ("", "/reply", "/withdraw", "/note", "/calendar.ics"):
        for _ in range(3):
            assert client.get(f"/i/{secret}{path}").status_code == 200
    assert state() == "waiting_user" and db.session.query(Message).count() == 1
    assert all(link.revoked_at is None for link in db.session.query(CaseLink))


def test_after_30_days_the_address_is_gone_and_can_be_sent_anew(
    client: FlaskClient, secret: str, clock: Clock
) -> None:
    letters = db.session.query(Letter).count()
    clock.advance(days=31)
    page = client.get(f"/i/{secret}")
    assert page.status_code == 410 and f"/i/{secret}/resend" in page.text
    assert client.post(f"/i/{secret}/reply", data={"body": "x"}).status_code == 410
    for _ in range(2):
        assert client.post(f"/i/{secret}/resend").status_code == 200
    assert db.session.query(Letter).count() == letters + 1
    assert client.get(db.session.query(Letter).order_by(Letter.id.desc()).first().link).status_code == 200


@pytest.mark.parametrize("wrong", ["x", "%20", "a" * 43, "../my", "%00"])
def test_a_wrong_secret_says_the_same_as_an_old_one(client: FlaskClient, secret: str, wrong: str) -> None:
    assert client.get(f"/i/{wrong}").status_code in (404, 410)
    page = client.post("/i", data={"code": wrong.replace("%20", "?")})
    assert page.status_code == 422 and "invalid" in page.text


def test_a_receipt_is_short_enough_for_paper_and_read_in_any_hand(client: FlaskClient) -> None:
    code = client.post("/report", data=THREE).location[3:20]
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    for typed in (
        code,
        code.lower(),
        code.replace("-", " "),
        code.replace("-", ""),
        code.replace("0", "o"),
        wide,
    ):
        answer = client.post("/i", data={"code": typed})
        assert (answer.status_code, answer.location) == (303, f"/i/{code}")
    assert client.get(f"/i/{code.lower()}").status_code == 200


@pytest.mark.parametrize("place", [0, 7, 15, 16])
def test_one_wrong_sign_is_found_by_the_check_sign(place: int) -> None:
    code = tokens.new_receipt()
    at = place + (code[place] == "-")
    others = [sign for sign in tokens.RECEIPT_SIGNS if sign != code[at]]
    assert tokens.read_receipt(code) == code
    assert not any(tokens.read_receipt(code[:at] + sign + code[at + 1 :]) for sign in others)


def test_guessing_codes_is_slowed_down(client: FlaskClient, secret: str) -> None:
    throttle.note(*[throttle.network_key("guess", "127.0.0.1")] * (GUEST_REPORTS - 1), now=MONDAY)
    db.session.commit()
    tries = [client.get(f"/i/{tokens.new_receipt()}").status_code for _ in range(3)]
    assert tries == [410, 429, 429]
    assert client.get(f"/i/{secret}").status_code == 200, "the true secret is not counted"


def test_a_revoked_link_opens_nothing_and_is_not_sent_anew(client: FlaskClient, secret: str) -> None:
    links.revoke(db.session.query(Issue).one(), at=MONDAY)
    letters = db.session.query(Letter).count()
    assert client.get(f"/i/{secret}").status_code == 410
    client.post(f"/i/{secret}/resend")
    assert db.session.query(Letter).count() == letters


def test_a_guest_of_one_issue_is_a_stranger_to_all_others(app: object) -> None:
    one, other = make_guest_issue(), bring_to(make_guest_issue(), "answered")
    guest = Actor(name="g", link=Link(1, "guest", "issue", one.id))
    with pytest.raises(NotAllowed):
        actions.carry_out(other, "solved", by=guest, at=MONDAY)


def test_many_reports_from_one_place_are_slowed_down(client: FlaskClient) -> None:
    key = throttle.network_key("report", "127.0.0.1")
    throttle.note(*[key] * (GUEST_REPORTS - 1), now=MONDAY)
    answers = [client.post("/report", data=THREE).status_code for _ in range(3)]
    assert answers == [303, 429, 429] and db.session.query(Issue).count() == 1


def test_a_guest_s_draft_stays_with_their_browser(app: object, client: FlaskClient) -> None:
    saved = client.post("/report/draft", data={"description": "Half"})
    assert "Half" in client.get(saved.location).text
    assert app.test_client().get(saved.location).status_code == 404


def test_what_is_sealed_is_not_shown_by_a_link_alone(client: FlaskClient) -> None:
    here = client.post(
        "/report", data=THREE | {"impact": "personal_data", "description": "Wang, A123456789"}
    ).location
    page = client.get(here)
    assert page.status_code == 200 and "A123456789" not in page.text


def test_reporting_with_an_unknown_system_key_is_refused(client: FlaskClient) -> None:
    make_system()
    page = client.post("/report", data=THREE | {"system": "no-such-system"})
    assert page.status_code == 422 and db.session.query(Issue).count() == 0


def test_a_file_that_came_before_the_case_was_sealed_asks_for_a_sign_in(
    client: FlaskClient, secret: str
) -> None:
    sent = {"body": "See.", "files": (BytesIO(b"Wang A123456789"), "log.txt")}
    assert client.post(f"/i/{secret}/note", data=sent).status_code == 303
    here = f"/i/{secret}/files/{db.session.query(Attachment).one().id}"
    with client.get(here) as got:
        assert got.data == b"Wang A123456789"
    db.session.query(Issue).one().personal_data = True
    db.session.commit()
    assert client.get(here).status_code == 404


def test_a_guest_whose_report_was_joined_sees_how_the_other_one_stands(client: FlaskClient) -> None:
    boss = actor_of(make_person("supervisor"))
    joined, other = make_guest_issue(), make_guest_issue()
    address = "/i/" + links.make(joined, at=MONDAY)
    actions.carry_out(joined, "merge", by=boss, at=MONDAY, fields={"into": other.number})
    db.session.commit()
    assert f"{other.number}（同一個問題）。目前狀態：已收到" in client.get(address).text
    answer = {"issue_kind": "how_to", "proposed_solution": "Press the third button."}
    actions.carry_out(other, "answer", by=boss, at=MONDAY, fields=answer)
    db.session.commit()
    assert "Press the third button." in client.get(address).text
    other.personal_data = True
    db.session.commit()
    assert "Press the third button." not in client.get(address).text


def test_a_guest_is_not_sent_to_a_sign_in_for_what_is_sealed(client: FlaskClient) -> None:
    sealed = make_guest_issue(impact="personal_data")
    address = "/i/" + links.make(sealed, at=MONDAY)
    db.session.commit()
    assert "只有指定的人看得到" in client.get(address).text


def test_a_supervisor_ends_the_links_that_came_into_other_hands(
    client: FlaskClient, login: Login, secret: str
) -> None:
    issue = db.session.query(Issue).one()
    issue.reporter_email = "guest@example.org"
    login(client, make_person("supervisor"))
    here = f"/issues/{issue.number}/links"
    assert here in client.get(f"/issues/{issue.number}").text
    assert client.post(here, data={"note": "The letter was passed on."}).status_code == 303
    assert client.get(f"/i/{secret}").status_code == 410
    assert client.post(f"/i/{secret}/resend").status_code == 200
    (letter,) = db.session.query(Letter).filter_by(address="guest@example.org")
    assert client.get(letter.link).status_code == 200
    other = make_person("reporter")
    assert login(client, other).post(here, data={"note": "x"}).status_code == 404


def test_a_guest_is_written_to_in_the_language_of_the_page_they_reported_on(client: FlaskClient) -> None:
    make_system(key="assistant")
    client.post("/me/locale", data={"locale": "en"})
    sent = client.post("/report", data=THREE | {"system": "assistant"})
    address = sent.location.partition("?")[0]
    client.post(f"{address}/contact", data={"email": "guest@example.test"})
    issue, boss = db.session.query(Issue).one(), actor_of(make_person("supervisor"))
    actions.carry_out(issue, "ask", by=boss, at=MONDAY, fields={"body": "哪一天？"})
    first, later = db.session.query(Letter).filter_by(address="guest@example.test").order_by(Letter.id)
    assert (first.locale, later.locale) == ("en", "en")
    assert "We need one more thing from you" in later.subject_line

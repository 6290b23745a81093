"""The links of letters, walked as people meet them: whole, cut, out of time, pressed again; nothing typed is lost."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from tests.browser import axe, overflows, shot
from tests.clock import MONDAY, Clock
from tests.factories.chases import letters
from tests.factories.issues import bring_to, make_guest_issue
from tests.factories.people import organisation
from tests.factories.records import make_cast, make_record
from tracker.accounts.models import CaseLink, Person
from tracker.db import db
from tracker.issues import links
from tracker.issues.models import Issue
from tracker.records.parts import Escalation

Login = Callable[[FlaskClient, Person], FlaskClient]


@pytest.fixture
def asked(app: object) -> tuple[Issue, str]:
    issue = bring_to(make_guest_issue(), "waiting_user")
    secret = links.make(issue, at=MONDAY)
    db.session.commit()
    return issue, secret


@pytest.fixture
def mailed(app: object) -> tuple[str, Any, int]:
    _record, cast = make_record(state="assigned", cast=make_cast())
    (letter,) = [one for one in letters("mail", "record.escalated") if one.person_id == cast.engineer.id]
    link = db.session.query(CaseLink).filter_by(purpose="assignee", person_id=cast.engineer.id).one()
    return letter.link, cast, link.subject_id


def words_of(page: str) -> str:
    return re.sub(r"<[^>]+>", " ", page[page.index("<main") : page.index("</main>")])


@pytest.mark.browser
def test_a_guest_s_link_out_of_time_keeps_their_words_and_leads_on(
    open_page: Callable[..., Page], asked: tuple[Issue, str], clock: Clock
) -> None:
    organisation(help_phone="分機 1234")
    _issue, secret = asked
    page = open_page(None, width=360, javascript=False)
    page.goto(f"/i/{secret}")
    box = page.locator("textarea[name=body]").first
    box.fill("是星期二發生的。")
    clock.advance(days=31)
    box.locator("xpath=ancestor::form").locator("button[type=submit]").first.click()
    expect(page.locator(".quote")).to_contain_text("是星期二發生的。")
    expect(page.locator("main")).to_contain_text("分機 1234")
    shot(page, "walk/guest-gone")
    assert not overflows(page)
    page.locator(f"form[action='/i/{secret}/resend'] button").click()
    expect(page.get_by_role("link", name="收據")).to_be_visible()
    shot(page, "walk/guest-resent")


@pytest.mark.browser
def test_an_engineer_s_link_cut_pressed_again_and_out_of_time(
    open_page: Callable[..., Page], mailed: tuple[str, Any, int], clock: Clock
) -> None:
    link, _cast, escalation_id = mailed
    page = open_page(None, width=360, locale="en", dark=True)
    assert page.goto(link[:-1]).status == 410
    shot(page, "walk/engineer-cut")
    assert axe(page) == [] and not overflows(page)
    page.goto(link)
    other = page.context.new_page()
    other.goto(link)
    first = page.locator("form[action$='/acknowledge'] button[type=submit]").first
    first.click()
    expect(page.locator(".flashes")).to_be_visible()
    other.locator("form[action$='/acknowledge'] button[type=submit]").first.click()
    other.wait_for_load_state()
    shot(other, "walk/engineer-again")
    clock.advance(days=15)
    assert page.goto(link).status == 410
    shot(page, "walk/engineer-gone")
    page.locator(".error-page .actions a.primary").click()
    expect(page).to_have_url(re.compile(f"/login.*escalations%2F{escalation_id}"))


def test_what_an_engineer_typed_too_late_is_shown_and_nothing_is_done(
    client: FlaskClient, mailed: tuple[str, Any, int], clock: Clock
) -> None:
    link, _cast, escalation_id = mailed
    clock.advance(days=15)
    page = client.post(f"{link}/question", data={"body": "哪一天問的？要有紀錄檔。"})
    assert page.status_code == 410 and "哪一天問的？要有紀錄檔。" in page.text
    assert f"next=%2Fescalations%2F{escalation_id}" in page.text
    assert db.session.get_one(Escalation, escalation_id).state == "sent"


def test_who_is_signed_in_goes_on_with_one_click_and_a_contact_without_account_is_not_sent_to_sign_in(
    client: FlaskClient, login: Login, mailed: tuple[str, Any, int], clock: Clock
) -> None:
    link, cast, escalation_id = mailed
    clock.advance(days=15)
    assert f'href="/escalations/{escalation_id}"' in login(client, cast.engineer).get(link).text
    db.session.query(CaseLink).filter_by(purpose="assignee").update({"person_id": None})
    db.session.commit()
    page = client.get(link).text
    assert "/login?next" not in page and f"/escalations/{escalation_id}" not in page
    cut = words_of(client.get(link[:-1]).text)
    assert words_of(page) == cut and "請您修正的異常" in cut and "寫信給您的訓練主管" in cut


@pytest.mark.parametrize(("locale", "word"), [("zh_Hant_TW", "索取新的連結"), ("en", "Ask for a new link")])
def test_a_link_to_sign_in_that_was_used_leads_to_a_new_one(
    client: FlaskClient, locale: str, word: str
) -> None:
    client.set_cookie("locale", locale)
    page = client.get("/login/link/used-long-ago")
    assert page.status_code == 410 and word in page.text and 'href="/login/link"' in page.text


def test_a_cut_link_and_one_out_of_time_say_the_same(
    client: FlaskClient, asked: tuple[Issue, str], clock: Clock
) -> None:
    """Whoever guesses addresses learns nothing; whoever cut one is told what may be wrong and where to go on."""
    _issue, secret = asked
    cut = words_of(client.get(f"/i/{secret[:-1]}").text)
    clock.advance(days=31)
    assert words_of(client.get(f"/i/{secret}").text) == cut
    assert "網址不完整" in cut and "輸入收據上的代碼" in cut

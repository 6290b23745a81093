"""The network goes while somebody sends: the page stays with all that was written and chosen; nothing goes twice."""

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser import axe, overflows, shot
from tests.browser_fixtures import Live
from tests.clock import MONDAY
from tests.factories.issues import make_issue
from tests.factories.people import make_person, make_system
from tracker.attachments.models import Attachment
from tracker.db import db
from tracker.issues import links
from tracker.issues.models import Issue, Message

pytestmark = pytest.mark.browser
LOST = "網路中斷，還沒送出"


def picture() -> dict[str, object]:
    buffer = BytesIO()
    Image.new("RGB", (60, 40), "red").save(buffer, "PNG")
    return {"name": "a.png", "mimeType": "image/png", "buffer": buffer.getvalue()}


@pytest.mark.parametrize("who", ["guest", "reporter", "supervisor"])
def test_a_reply_waits_on_its_page_until_the_network_is_back(
    open_page: Callable[..., Page], who: str
) -> None:
    person = None if who == "guest" else make_person(who)
    issue = make_issue(**{"reporter": person} if who == "reporter" else {})
    here = f"/i/{links.receipt(issue, at=MONDAY)}" if who == "guest" else f"/issues/{issue.number}"
    db.session.commit()
    page = open_page(person, width=360)
    page.goto(here if who != "supervisor" else f"{here}/note")
    form = page.locator("form[data-sends]").filter(has=page.locator("textarea[name=body]"))
    form.locator("textarea[name=body]").fill("還是三十天。")
    form.locator("input[type=file]").set_input_files(picture())
    send = form.locator("button[type=submit]:visible").last
    page.context.set_offline(True)
    send.click()
    expect(form.locator(".upload-lost")).to_contain_text(LOST)
    assert axe(page) == [] and not overflows(page)
    shot(page, f"reply-lost-{who}-360")
    page.context.set_offline(False)
    # It goes on by itself; the message stands in the talk, its file with it.
    expect(page.locator(".talk, .thread, main").get_by_text("還是三十天。").first).to_be_visible()
    expect(page.locator("textarea[name=body]").first).to_have_value("")
    db.session.rollback()
    assert (db.session.query(Message).count(), db.session.query(Attachment).count()) == (1, 1)


def test_an_answer_lost_on_its_way_back_does_not_send_a_report_twice(
    open_page: Callable[..., Page], live: Live
) -> None:
    make_system(name="客服問答機器人")
    page = open_page(make_person("reporter"), width=360)
    page.goto("/report")
    page.get_by_text("客服問答機器人").click()
    page.get_by_label("發生了什麼事").fill("退貨天數答錯。")
    page.get_by_text("可以繼續，但不方便").click()
    expect(page.locator("form[data-sends]")).to_be_attached()
    # The server keeps the report, the answer never comes.
    page.route("**/report", lambda route: (route.fetch(max_redirects=0), route.abort())[0])
    page.get_by_role("button", name="送出回報").click()
    expect(page.locator(".upload-lost")).to_contain_text(LOST)
    expect(page.get_by_label("發生了什麼事")).to_have_value("退貨天數答錯。")
    page.unroute("**/report")
    page.get_by_role("button", name="再試一次").click()
    expect(page.get_by_role("heading", name="已收到您的回報")).to_be_visible()
    db.session.rollback()
    assert db.session.query(Issue).count() == 1


def test_a_file_that_is_not_taken_is_named_on_the_page_where_the_others_stay_chosen(
    open_page: Callable[..., Page],
) -> None:
    person = make_person("reporter")
    issue = make_issue(reporter=person)
    page = open_page(person, width=360)
    page.goto(f"/issues/{issue.number}")
    form = page.locator("form[data-sends]")
    form.locator("textarea[name=body]").fill("還是三十天。")
    bad = {"name": "evil.svg", "mimeType": "image/svg+xml", "buffer": b"<svg onload='alert(1)'/>"}
    form.locator("input[type=file]").set_input_files([picture(), bad])
    form.locator("button[type=submit]:visible").last.click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator(".error-summary")).to_contain_text("「evil.svg」不能上傳")
    assert axe(page) == [] and not overflows(page)
    shot(page, "reply-bad-file-360")
    page.get_by_role("button", name="移除 evil.svg").click()
    form.locator("button[type=submit]:visible").last.click()
    expect(page.locator(".talk .attached")).to_contain_text("a.png")

"""A person reports in a browser: three answers on a phone, the same without scripts, and nothing lost on the way."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser import axe, overflows, shot
from tests.factories.people import make_person, make_system, organisation
from tracker.attachments.models import Attachment
from tracker.db import db
from tracker.issues.models import Issue, ReportDraft

pytestmark = pytest.mark.browser
# So many pixels take a busy computer a while, in ms.
AT_LEISURE = 30_000
PASTE = """() => {
  const canvas = document.createElement("canvas");
  return new Promise((done) => canvas.toBlob((blob) => {
    const carrier = new DataTransfer();
    carrier.items.add(new File([blob], "image.png", { type: "image/png" }));
    document.body.dispatchEvent(
      new ClipboardEvent("paste", { clipboardData: carrier, bubbles: true, cancelable: true }));
    done();
  }));
}"""

KEPT_AT = """(at) => { for (const key of Object.keys(localStorage).filter((key) => key.startsWith("draft:")))
  localStorage[key] = JSON.stringify({ ...JSON.parse(localStorage[key]), at }); }"""


@pytest.fixture(autouse=True)
def world(app: object) -> None:
    organisation(help_phone="1234")
    make_system(name="客服問答機器人", tell_customers="請客人先以公告的七天為準。")


def test_three_answers_and_a_pasted_picture_on_a_phone(open_page: Callable[..., Page]) -> None:
    page = open_page(make_person("reporter"), width=360)
    page.goto("/report")
    expect(page.locator("[data-files][data-ready]")).to_be_attached()
    page.get_by_text("客服問答機器人").click()
    page.get_by_label("發生了什麼事").fill("退貨天數答成 30 天，應該是 7 天。")
    page.get_by_text("AI 給錯內容，可能已有人照做").click()
    page.evaluate(PASTE)
    expect(page.locator(".thumbs li")).to_have_count(1)
    page.get_by_role("button", name="送出回報").click()
    expect(page.get_by_role("heading", name="已收到您的回報")).to_be_visible()
    expect(page.get_by_text("請客人先以公告的七天為準。")).to_be_visible()
    assert axe(page) == [] and not overflows(page)
    shot(page, "report-sent-360")
    db.session.rollback()
    issue = db.session.query(Issue).one()
    assert (issue.title, issue.impact_hint) == ("退貨天數答成 30 天，應該是 7 天", "wrong_content")
    assert db.session.query(Attachment).one().media_type == "image/png"


def test_the_same_without_scripts_as_a_guest(open_page: Callable[..., Page]) -> None:
    page = open_page(width=360, javascript=False)
    page.goto("/report")
    page.get_by_text("客服問答機器人").click()
    page.get_by_role("button", name="送出回報").click()
    expect(page.get_by_role("link", name="請寫下發生了什麼事")).to_be_visible()
    page.get_by_label("發生了什麼事").fill("退貨天數答錯。")
    page.get_by_label("截圖或照片").set_input_files(
        {"name": "log.txt", "mimeType": "text/plain", "buffer": "三十天".encode()}
    )
    page.get_by_role("button", name="送出回報").click()
    # The file of a try that failed waits for the next one.
    expect(page.get_by_text("log.txt")).to_be_visible()
    page.get_by_text("可以繼續，但不方便").click()
    page.get_by_role("button", name="送出回報").click()
    expect(page.get_by_text("您的收據")).to_be_visible()
    db.session.rollback()
    assert db.session.query(Issue).count() == db.session.query(Attachment).count() == 1


def test_a_killed_tab_loses_nothing_and_a_sent_report_leaves_nothing(open_page: Callable[..., Page]) -> None:
    first = open_page(make_person("reporter"))
    first.goto("/report")
    expect(first.locator("[data-files][data-ready]")).to_be_attached()
    first.get_by_label("發生了什麼事").fill("退貨天數答錯。")
    first.get_by_text("可以繼續，但不方便").click()
    expect(first.locator(".draft-status")).to_contain_text("已自動儲存")
    first.close(run_before_unload=False)
    page = first.context.new_page()
    page.goto("/my")
    expect(page.get_by_text("退貨天數答錯。")).to_be_visible()
    page.evaluate(KEPT_AT, 1e13)
    page.goto("/report")
    expect(page.get_by_label("發生了什麼事")).to_have_value("退貨天數答錯。")
    expect(page.get_by_role("radio", name="可以繼續，但不方便")).to_be_checked()
    # The draft that came back is not offered once more; one that the server got long after is.
    expect(page.get_by_role("link", name="繼續填草稿")).to_be_hidden()
    page.evaluate(KEPT_AT, 1)
    page.reload()
    expect(page.get_by_role("link", name="繼續填草稿")).to_be_visible()
    page.get_by_text("客服問答機器人").click()
    page.get_by_role("button", name="送出回報").click()
    expect(page.get_by_role("heading", name="已收到您的回報")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('draft:'))") == []
    db.session.rollback()
    assert db.session.query(ReportDraft).count() == 0
    page.goto("/my")
    expect(page.get_by_text("還沒送出")).to_have_count(0)


def test_what_a_guest_typed_stays_in_its_tab(open_page: Callable[..., Page]) -> None:
    page = open_page(width=360)
    page.goto("/report")
    page.get_by_label("發生了什麼事").fill("退貨天數答錯。")
    page.wait_for_function("() => Object.keys(sessionStorage).some(key => key.startsWith('draft:'))")
    next_guest = page.context.new_page()
    next_guest.goto("/report")
    expect(next_guest.locator("form[data-sends]")).to_be_attached()
    expect(next_guest.get_by_label("發生了什麼事")).to_have_value("")
    page.reload()
    expect(page.get_by_label("發生了什麼事")).to_have_value("退貨天數答錯。")


def test_a_lost_network_costs_a_second_press_and_a_refused_file_is_named(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(make_person("reporter"), width=360)
    page.goto("/report")
    expect(page.locator("[data-files][data-ready]")).to_be_attached()
    page.get_by_text("客服問答機器人").click()
    page.get_by_label("發生了什麼事").fill("退貨天數答錯。")
    page.get_by_text("可以繼續，但不方便").click()
    page.locator("input[type=file]").set_input_files(
        [
            {"name": "evil.svg", "mimeType": "image/svg+xml", "buffer": b"<svg onload='alert(1)'/>"},
            {"name": "log.txt", "mimeType": "text/plain", "buffer": "三十天".encode()},
        ]
    )
    page.route("**/report/draft?*file=1", lambda route: route.abort())
    page.get_by_role("button", name="送出回報").click()
    expect(page.locator(".upload-lost")).to_contain_text("網路中斷，還沒送出")
    assert axe(page) == [] and not overflows(page)
    shot(page, "report-lost-360")
    page.unroute("**/report/draft?*file=1")
    page.get_by_role("button", name="再試一次").click()
    expect(page.locator(".uploaded")).to_contain_text("log.txt")
    # What was refused stays said after the next file was taken, and the focus stands where it can be removed.
    expect(page.locator(".thumbs .error")).to_contain_text("「evil.svg」不能上傳")
    expect(page.get_by_role("button", name="移除 evil.svg")).to_be_focused()
    page.get_by_role("button", name="移除 evil.svg").click()
    page.get_by_role("button", name="送出回報").click()
    expect(page.get_by_role("heading", name="已收到您的回報")).to_be_visible()
    db.session.rollback()
    assert [one.filename for one in db.session.query(Attachment).filter_by(subject_kind="issue")] == [
        "log.txt"
    ]


def photograph() -> dict[str, Any]:
    """More pixels than are taken, as telephones make them by now; in few bytes."""
    buffer = BytesIO()
    Image.new("1", (10_000, 5_000), 1).save(buffer, "PNG")
    return {"name": "photo.png", "mimeType": "image/png", "buffer": buffer.getvalue()}


def test_a_picture_of_50_megapixels_is_named_or_made_smaller_and_nothing_is_lost(
    open_page: Callable[..., Page],
) -> None:
    page = open_page(make_person("reporter"), width=360)
    page.goto("/report")
    expect(page.locator("[data-files][data-ready]")).to_be_attached()
    page.get_by_text("客服問答機器人").click()
    page.get_by_label("發生了什麼事").fill("退貨天數答錯。")
    page.get_by_text("可以繼續，但不方便").click()
    page.locator("input[type=file]").set_input_files([photograph()])
    # What is written is counted where it becomes too much.
    text = page.get_by_label("發生了什麼事")
    text.fill("天" * 20_001)
    expect(page.locator(".written.error")).to_have_text("20,001 / 20,000")
    text.fill("退貨天數答錯。")
    expect(page.locator(".written")).to_have_count(0)
    # A browser that cannot make it smaller says what is wrong with it, and keeps the rest.
    page.evaluate("() => { window.kept = OffscreenCanvas; delete window.OffscreenCanvas; }")
    page.get_by_role("button", name="送出回報").click()
    expect(page.locator(".thumbs .error")).to_contain_text(
        "「photo.png」超過 4,000 萬像素", timeout=AT_LEISURE
    )
    expect(page.get_by_label("發生了什麼事")).to_have_value("退貨天數答錯。")
    shot(page, "report-photo-360")
    assert not overflows(page)
    page.evaluate("() => { window.OffscreenCanvas = window.kept; }")
    page.get_by_role("button", name="送出回報").click()
    expect(page.get_by_role("heading", name="已收到您的回報")).to_be_visible(timeout=AT_LEISURE)
    db.session.rollback()
    issue, sent = db.session.query(Issue).one(), db.session.query(Attachment).one()
    assert issue.description == "退貨天數答錯。"
    assert (sent.filename, sent.media_type, sent.subject_kind) == ("photo.jpg", "image/jpeg", "issue")
    assert (sent.width, sent.height) == (4899, 2449)

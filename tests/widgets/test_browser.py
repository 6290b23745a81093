"""The widget on a page of another origin, in a real browser, under that page's own strict policy."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page, expect

from tests.browser import axe, shot
from tests.factories.people import make_person
from tests.factories.widgets import make_widget
from tracker.db import db
from tracker.issues.models import Evidence, Issue

PAGE = """<!doctype html><html lang="{lang}"><head><title>Chat</title>
<style nonce="x">* {{ color: #a00; }}</style></head>
<body><main>
<h1>Chat</h1><p id="answer">Within 30 days.</p>
<button id="bad" data-tracker-report data-tracker-input="Until when?" data-tracker-output="Within 30 days."
  data-tracker-model="chat" data-tracker-version="2" data-tracker-trace-id="t-9">Wrong?</button></main>
<script src="{tracker}/widget.js" data-key="{key}" defer></script></body></html>"""


class Elsewhere:
    """A site of its own port, hence of its own origin."""

    def __init__(self) -> None:
        self.body, self.policy = "", ""
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", site.policy)
                self.end_headers()
                self.wfile.write(site.body.encode())

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def carries(self, tracker: str, key: str, lang: str = "zh-Hant-TW") -> None:
        """Carry the widget from now on; its own policy lets nothing in but Tracker."""
        self.body = PAGE.format(tracker=tracker, key=key, lang=lang)
        self.policy = f"default-src 'none'; style-src 'nonce-x'; script-src {tracker}; connect-src {tracker}"


@pytest.fixture
def site() -> Iterator[Elsewhere]:
    site = Elsewhere()
    thread = threading.Thread(target=site.server.serve_forever, name="another site")
    thread.start()
    yield site
    site.server.shutdown()
    thread.join()
    site.server.server_close()


def dialog(page: Page):
    return page.get_by_role("dialog")


def test_an_answer_is_reported_beside_it_by_keyboard_and_words_survive_a_lost_network(
    live, open_page, site: Elsewhere
) -> None:
    widget = make_widget(site.url)
    site.carries(live.url, widget.key)
    page = open_page()
    page.goto(site.url)
    page.locator("#bad").focus()
    page.keyboard.press("Enter")
    box = dialog(page)
    expect(box.get_by_label("發生了什麼事")).to_be_focused()
    shot(page, "widget-zh", full=False)
    assert axe(page) == []
    page.keyboard.type("簡章寫七天")
    box.get_by_role("button", name="送出回報").click()
    expect(box.get_by_role("radio").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.context.set_offline(True)
    box.get_by_role("button", name="送出回報").click()
    expect(box.get_by_role("alert")).to_contain_text("還在這裡")
    expect(box.get_by_role("button", name="送出回報")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#bad")).to_be_focused()
    page.context.set_offline(False)
    page.keyboard.press("Enter")
    expect(box.get_by_label("發生了什麼事")).to_have_value("簡章寫七天")
    box.get_by_role("button", name="送出回報").click()
    expect(box).to_contain_text("Q-202611-0001")
    shot(page, "widget-zh-sent", full=False)
    assert axe(page) == []
    assert box.get_by_role("link").get_attribute("href").startswith(f"{live.url}/i/")
    box.get_by_role("button", name="關閉").click()
    expect(page.locator("#bad")).to_be_focused()
    issue = db.session.query(Issue).one()
    assert (issue.description, issue.impact_hint, db.session.get_one(Evidence, issue.id).actual) == (
        "簡章寫七天", "personal_data", "Within 30 days.",
    )  # fmt: skip
    assert page.context.cookies(site.url) == [] or all(
        one["name"] == "locale" for one in page.context.cookies()
    )


def test_in_english_at_360_px_in_the_dark_what_was_entered_may_stay_behind(
    live, open_page, site: Elsewhere
) -> None:
    widget = make_widget(site.url)
    site.carries(live.url, widget.key, "en")
    page = open_page(locale="en", dark=True, width=360, height=740)
    page.goto(site.url)
    page.evaluate("window.promised = Tracker.report({ input: 'my secret', output: 'x' }); null")
    box = dialog(page)
    box.get_by_label("What happened?").fill("It is wrong.")
    box.get_by_label("I only have a question or an idea").check()
    box.get_by_label("Send along").uncheck()
    shot(page, "widget-en-360", full=False)
    assert axe(page) == []
    box.get_by_role("button", name="Send the report").click()
    expect(box).to_contain_text("Q-202611-0001")
    box.get_by_role("button", name="Close").click()
    assert page.evaluate("promised.then(found => found.number)") == "Q-202611-0001"
    assert db.session.query(Evidence).count() == 0


def test_on_a_site_that_is_not_listed_nothing_arrives_and_the_words_stay(
    live, browser, site: Elsewhere
) -> None:
    widget = make_widget("https://somewhere.test")
    site.carries(live.url, widget.key, "en")
    page = browser.new_page()
    page.goto(site.url)
    page.get_by_role("button", name="Report a problem").click()
    box = dialog(page)
    box.get_by_label("What happened?").fill("It is wrong.")
    box.get_by_label("I cannot go on").check()
    box.get_by_role("button", name="Send the report").click()
    expect(box.get_by_role("alert")).to_contain_text("could not be sent")
    expect(box.get_by_label("What happened?")).to_have_value("It is wrong.")
    assert db.session.query(Issue).count() == 0
    page.close()


def test_an_administrator_tries_it_on_its_own_page(live, open_page) -> None:
    widget = make_widget()
    page = open_page(make_person("admin"))
    page.goto(f"/admin/widgets/{widget.id}")
    shot(page, "widget-admin")
    page.get_by_role("button", name="回報這個回答").click()
    box = dialog(page)
    box.get_by_label("發生了什麼事").fill("試試看")
    box.get_by_label("只是想問或建議").check()
    box.get_by_role("button", name="送出回報").click()
    expect(box).to_contain_text("沒有留下回報")
    assert db.session.query(Issue).count() == 0

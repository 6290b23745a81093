"""Typing a report in a browser: what may help appears at a pause, not while an input method composes."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import axe, overflows, shot
from tests.factories.guides import ANSWER, make_article, make_known
from tests.factories.people import make_person, organisation
from tracker.db import db
from tracker.guides.models import Affected, Verdict

pytestmark = pytest.mark.browser


ANSWERS = "#suggestions[data-ready]"


def test_nothing_is_asked_while_an_input_method_composes(open_page: Callable[..., Page]) -> None:
    make_article(**ANSWER)
    organisation(help_phone="1234")
    page = open_page(make_person("reporter"))
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url) if sent.url.endswith("/report/suggest") else None)
    page.clock.install()
    page.goto("/report")
    expect(page.locator(ANSWERS)).to_be_attached()
    typing = page.context.new_cdp_session(page)
    page.get_by_label("發生了什麼事").focus()
    typing.send("Input.imeSetComposition", {"text": "退貨天數", "selectionStart": 4, "selectionEnd": 4})
    page.wait_for_function("document.activeElement.value === '退貨天數'")
    page.clock.fast_forward(5_000)
    assert asked == []
    typing.send("Input.insertText", {"text": "退貨天數"})
    page.clock.fast_forward(1_000)
    expect(page.get_by_role("link", name=re.compile("退貨天數怎麼查"))).to_be_visible()
    assert len(asked) == 1


def test_answers_come_while_typing_and_one_tap_ends_it(open_page: Callable[..., Page]) -> None:
    article, known = make_article(**ANSWER), make_known()
    organisation(help_phone="1234")
    page = open_page(make_person("reporter"), width=360)
    page.goto("/report")
    expect(page.locator(ANSWERS)).to_be_attached()
    box = page.get_by_label("發生了什麼事")
    box.fill("退貨天數")
    expect(page.get_by_role("link", name=re.compile("退貨天數怎麼查"))).to_be_visible()
    expect(page.locator("#suggestions")).to_have_attribute("aria-live", "polite")
    assert not overflows(page) and axe(page) == []
    shot(page, "report-suggestions-360")
    page.get_by_role("button", name="我也遇到").click()
    expect(page.get_by_text("不用再回報，解決時會通知您")).to_be_visible()
    page.get_by_role("link", name="我還是要繼續回報").click()
    expect(box).to_have_value("退貨天數")
    page.get_by_role("button", name="解決了，不用送出").click()
    expect(page.get_by_text("沒有送出任何內容")).to_be_visible()
    page.goto("/report")
    expect(page.locator("#suggestions[data-ready]")).to_be_attached()
    expect(box).to_have_value("")
    db.session.rollback()
    assert db.session.query(Affected).one().known_id == known.id
    assert db.session.query(Verdict).one().guide_id == article.id

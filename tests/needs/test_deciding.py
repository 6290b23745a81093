"""A need is decided by keyboard from the inbox, and the list is read on a phone in English as well."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import axe, overflows, shot
from tests.factories.issues import make_issue
from tests.factories.people import make_person, make_system
from tracker.db import db
from tracker.issues.models import Issue

pytestmark = pytest.mark.browser


def test_a_need_is_decided_from_the_inbox_and_stands_in_the_list(open_page: Callable[..., Page]) -> None:
    system = make_system(name="客服問答機器人")
    issue = make_issue(
        system=system, impact="question", kind="feature_request", description="希望回答可以附上出處的連結。"
    )
    make_issue(system=system, impact="question", kind="complaint", description="等太久才有人回覆。")
    supervisor = make_person("supervisor", name="林志偉")
    make_person("engineer", name="黃建國")
    page = open_page(supervisor)
    page.goto("/inbox/triage")
    expect(page.locator("[data-list][data-ready]")).to_be_visible()
    page.locator(f"#row-{issue.number} .row-title a").focus()
    expect(page.locator(f'#preview [data-shown="{issue.number}"]')).to_be_visible()
    page.keyboard.press("d")
    page.wait_for_url("**/need*")
    shot(page, "needs/decide")
    assert axe(page) == []
    page.locator("label[for=decision-0]").click()
    page.locator("textarea[name=reason]").fill("下一版會附上出處。")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".flashes")).to_contain_text("已決定")
    page.goto("/needs")
    shot(page, "needs/list")
    assert axe(page) == []
    phone = open_page(supervisor, locale="en", dark=True, width=360)
    phone.goto("/needs")
    expect(phone.locator("main")).to_contain_text("希望回答可以附上出處的連結")
    shot(phone, "needs/list-phone")
    assert not overflows(phone) and axe(phone) == []
    db.session.rollback()
    assert db.session.get_one(Issue, issue.id).state == "answered"

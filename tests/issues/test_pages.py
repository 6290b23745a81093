"""The pages of issues as people see them: nothing axe finds, no sideways scrolling, both languages and themes."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser import axe, overflows, shot
from tests.clock import MONDAY, Clock
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person, make_system, organisation
from tracker.accounts.models import Person
from tracker.db import db
from tracker.issues import actions, links
from tracker.issues.models import Evidence

OpenPage = Callable[..., Page]
LOOKS = [{"locale": "zh_Hant_TW", "dark": False, "width": 1280}, {"locale": "en", "dark": True, "width": 360}]
FORMS = ("/confirm", "/edit", "/ask", "/answer", "/escalate", "/merge", "/assign", "/contact", "/restrict")


def story(state: str) -> tuple[dict[str, Person], str]:
    """An issue in `state` with talk, evidence and a note, and the people around it."""
    people = {
        "reporter": make_person("reporter", name="陳美玲"),
        "supervisor": make_person("supervisor", name="林志偉"),
    }
    organisation(help_phone="分機 1234")
    system = make_system(
        name="客服問答機器人", name_en="Support chatbot", version="3.2", functions=("退貨政策",)
    )
    for name in ("公文摘要助理", "影像瑕疵辨識"):
        make_system(name=name, name_en=name.encode().hex()[:12])
    issue = make_issue(
        reporter=people["reporter"], system=system, state=state, supervisor=people["supervisor"],
        description="客人問退貨期限，AI 回答 30 天，公告是 7 天。\n已經有三位客人照做。",
        evidence={"input": "退貨期限幾天？", "actual": "30 天", "expected": "7 天", "model_version": "3.2"},
    )  # fmt: skip
    supervisor = actor_of(people["supervisor"])
    actions.say(issue, "先請門市以公告為準。", visibility="public", by=supervisor, at=MONDAY)
    actions.say(issue, "跟 **Q-202611-0399** 可能是同一件。", visibility="internal", by=supervisor, at=MONDAY)
    issue.workaround = "請以公告的 7 天為準。"
    db.session.commit()
    assert db.session.get(Evidence, issue.id) is not None
    return people, issue.number


def looked_at(page: Page, name: str) -> None:
    shot(page, f"issues-{name}")
    assert axe(page) == []
    assert not overflows(page)


@pytest.mark.parametrize("look", LOOKS, ids=["zh", "en-dark-360"])
def test_the_report_page(open_page: OpenPage, look: dict[str, Any]) -> None:
    people, _number = story("new")
    page = open_page(people["reporter"], **look)
    page.goto("/report")
    page.click("details.more-fields summary")
    page.click("label[for=impact-0]")
    looked_at(page, f"report-{look['locale']}")
    page.fill("#description", "")
    page.click("button.primary[type=submit]")
    page.wait_for_selector("#errors")
    looked_at(page, f"report-errors-{look['locale']}")


@pytest.mark.parametrize("look", LOOKS, ids=["zh", "en-dark-360"])
@pytest.mark.parametrize("state", ["new", "waiting_user", "answered", "closed"])
def test_the_reporter_s_page(open_page: OpenPage, look: dict[str, Any], state: str) -> None:
    people, number = story(state)
    page = open_page(people["reporter"], **look)
    page.goto(f"/issues/{number}{'?sent=1' if state == 'new' else ''}")
    looked_at(page, f"reporter-{state}-{look['locale']}")
    if state == "waiting_user":
        page.goto("/my?state=waiting")
        looked_at(page, f"my-{look['locale']}")


@pytest.mark.parametrize("look", LOOKS, ids=["zh", "en-dark-360"])
def test_the_forms_of_the_moves(open_page: OpenPage, look: dict[str, Any]) -> None:
    people, number = story("confirming")
    page = open_page(people["supervisor"], axe=True, **look)
    for path in FORMS if look["dark"] else FORMS[:2]:
        page.goto(f"/issues/{number}{path}")
        looked_at(page, f"staff{path.replace('/', '-')}-{look['locale']}")
    page.goto(f"/issues/{number}/confirm")
    page.click("button.primary[type=submit]")
    page.wait_for_selector("#missing")
    looked_at(page, f"staff-confirm-missing-{look['locale']}")


def test_a_guest_s_page_and_the_page_of_a_link_that_is_gone(open_page: OpenPage, clock: Clock) -> None:
    guest = make_issue(state="waiting_user", description="It says 30 days.")
    secret = links.make(guest, at=MONDAY)
    db.session.commit()
    page = open_page(None, width=360)
    page.goto(f"/i/{secret}?sent=1")
    looked_at(page, "guest")
    clock.advance(days=31)
    assert page.goto(f"/i/{secret}").status == 410
    looked_at(page, "guest-gone")
    page.goto("/i")
    looked_at(page, "receipt")


def test_a_reporter_s_page_by_a_letter_s_link_and_the_same_link_where_another_is_signed_in(
    open_page: OpenPage,
) -> None:
    issue = make_issue(state="waiting_user", description="It says 30 days.")
    address = links.path(issue, at=MONDAY, person=issue.reporter)
    db.session.commit()
    page = open_page(None, width=360, locale="en", dark=True)
    page.goto(address)
    looked_at(page, "reporter-by-letter")
    other = open_page(make_person("supervisor"), width=360)
    assert other.goto(address).status == 403
    looked_at(other, "reporter-by-letter-another")

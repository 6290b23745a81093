"""The main job by four people, from the report to the closed record, through the pages alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from tests.clock import Clock
from tests.factories.people import make_person, make_system
from tests.site import steps
from tests.site.desk import Desk
from tracker.db import db
from tracker.issues.models import Issue
from tracker.records.models import Record


@pytest.mark.browser
@pytest.mark.parametrize(
    ("locale", "javascript"),
    [
        pytest.param("zh_Hant_TW", True, id="zh-javascript"),
        pytest.param("en", False, id="en-without"),
        # Each language and each way is walked by the two above; crosswise they are walked by `make drill`.
        pytest.param("zh_Hant_TW", False, id="zh-without", marks=pytest.mark.drill),
        pytest.param("en", True, id="en-javascript", marks=pytest.mark.drill),
    ],
)
def test_a_report_becomes_a_closed_and_signed_record(
    open_page: Callable[..., Page], clock: Clock, locale: str, javascript: bool
) -> None:
    def desk(role: str, name: str) -> Desk:
        return Desk(open_page(make_person(role, name=name), locale=locale, javascript=javascript), locale)

    make_system(name="客服問答機器人", name_en="Support chatbot", version="3.2")
    make_system(name="公文摘要助理", name_en="Summaries")
    reporter, supervisor = desk("reporter", "陳美玲"), desk("supervisor", "林志偉")
    engineer = desk("engineer", "黃建國")

    number = steps.reports(reporter, "Support chatbot" if locale == "en" else "客服問答機器人")
    clock.advance(hours=1)
    steps.confirms_the_need(supervisor, number)
    record = steps.escalates(supervisor, number, engineer="黃建國", due="2026-11-24 12:00")
    clock.advance(hours=1)
    steps.corrects(engineer, expected="2026-11-23 17:00")
    steps.asks_the_user(supervisor, record)
    steps.says_it_is_solved(reporter, number)
    steps.signs(supervisor, record, name="林志偉")
    clock.advance(days=15)
    steps.closes(supervisor, record)

    assert db.session.scalar(select(Record.state).where(Record.number == record)) == "closed"
    assert db.session.scalar(select(Issue.state).where(Issue.number == number)) == "closed"

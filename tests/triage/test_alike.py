"""Look-alikes: twenty-five equal reports are answered by one act, each reporter asked once, and undone by one press."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from tests.browser import axe, shot
from tests.factories.issues import make_issue
from tests.factories.people import make_person, make_system
from tests.issues.test_cost import MOST, counted
from tracker.accounts.models import Person
from tracker.db import db
from tracker.issues.models import Ask, Issue

Login = Callable[[FlaskClient, Person], FlaskClient]
SAME, OTHER = "請問出差報告的附件要怎麼一次匯出成表格", "印表機一直卡紙"


def answered() -> int:
    db.session.rollback()
    return db.session.query(Issue).filter_by(state="answered").count()


def test_the_open_ones_of_the_same_system_in_similar_words(client: FlaskClient, login: Login) -> None:
    system = make_system()
    first, second = (make_issue(system=system, description=SAME, impact="question") for _ in range(2))
    out = [
        make_issue(system=make_system(), description=SAME),
        make_issue(system=system, description=OTHER),
        make_issue(system=system, description=SAME, state="answered"),
        make_issue(system=system, description=SAME, impact="personal_data"),
    ]
    mine = login(client, make_person("supervisor"))
    page = mine.get(f"/inbox/alike/{first.number}").text
    assert f'value="{second.number}" checked' in page
    assert second.reporter is not None and second.reporter.name in page
    assert not [one.number for one in out if f'value="{one.number}"' in page]
    assert "沒有其他相似的問題在等" in mine.get(f"/inbox/alike/{out[1].number}").text


def test_however_many_there_are_the_page_asks_no_more(client: FlaskClient, login: Login) -> None:
    system = make_system()
    issues = [make_issue(system=system, description=SAME) for _ in range(12)]
    mine = login(client, make_person("supervisor"))
    with counted() as statements:
        mine.get(f"/inbox/alike/{issues[0].number}")
    assert len(statements) <= MOST, "\n\n".join(statements)


@pytest.mark.browser
def test_twenty_five_equal_reports_are_answered_by_one_act(open_page: Callable[..., Page]) -> None:
    system = make_system(name="公文摘要助理")
    for _ in range(25):
        make_issue(system=system, description=SAME, impact="question")
    make_person("supervisor")
    page = open_page(make_person("supervisor"))
    page.goto("/inbox/triage")
    expect(page.locator("[data-list][data-ready]")).to_be_visible()
    page.keyboard.press("y")
    expect(page.locator("input[name=number]:checked")).to_have_count(25)
    shot(page, "triage/alike")
    assert axe(page) == []
    page.get_by_role("button", name="提供解決方案").click()
    page.locator("textarea[name=proposed_solution]").fill("請按「匯出」，選「全部附件」。")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".flashes")).to_contain_text("25")
    assert answered() == 25 and db.session.query(Ask).filter_by(kind="solved", count=1).count() == 25
    page.locator(".flashes button").click()
    expect(page.locator(".flashes")).to_contain_text("已復原 25 件")
    assert answered() == 0

"""Look-alikes: twenty-five equal reports are answered by one act, each reporter asked once, and undone by one press."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from tests.browser import axe, shot
from tests.clock import MONDAY
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person, make_system
from tests.issues.test_cost import MOST, counted
from tracker.accounts.models import Person
from tracker.db import db
from tracker.issues import actions as issues
from tracker.issues import grouping, jobs
from tracker.issues.models import Alike, Ask, Issue

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


def test_the_list_says_once_how_many_others_like_it_wait(client: FlaskClient, login: Login) -> None:
    system, supervisor = make_system(), make_person("supervisor")
    same = [make_issue(system=system, description=SAME, impact="question") for _ in range(4)]
    make_issue(system=system, description=OTHER)
    make_issue(system=make_system(), description=SAME)
    make_issue(system=system, description=SAME, impact="personal_data")
    make_issue(system=system, description=SAME, state="closed")
    assert jobs.group_alike(MONDAY) == 7 and jobs.group_alike(MONDAY) == 0
    mine = login(client, supervisor)
    page = mine.get("/inbox/triage").text
    assert page.count("件相似") == 1 and "另有 3 件相似" in page
    shown = re.search(r'href="/inbox/alike/(Q-[\d-]+)"><svg', page)
    assert shown is not None and shown[1] in {one.number for one in same}
    listed = mine.get(f"/inbox/alike/{shown[1]}").text
    assert [f'value="{one.number}" checked' in listed for one in same] == [True] * 4
    issues.carry_out(same[0], "accept", by=actor_of(supervisor), at=MONDAY)
    issues.carry_out(same[1], "answer", by=actor_of(supervisor), at=MONDAY,
                     fields={"proposed_solution": "匯出。", "issue_kind": "how_to"})  # fmt: skip
    db.session.commit()
    assert "另有 2 件相似" in mine.get("/inbox/triage").text


def test_a_report_that_comes_later_joins_the_group_of_the_first(app: Any) -> None:
    system = make_system()
    first, second = (make_issue(system=system, description=SAME) for _ in range(2))
    jobs.group_alike(MONDAY)
    third = make_issue(system=system, description=SAME + "？")
    jobs.group_alike(MONDAY)
    assert {one.issue_id: one.first_id for one in db.session.query(Alike)} == dict.fromkeys(
        (first.id, second.id, third.id), first.id
    )
    assert sorted(grouping.members(third)) == [first.id, second.id]


@pytest.mark.browser
def test_twenty_five_equal_reports_are_answered_by_one_act(open_page: Callable[..., Page]) -> None:
    system = make_system(name="公文摘要助理")
    for _ in range(25):
        make_issue(system=system, description=SAME, impact="question")
    jobs.group_alike(MONDAY)
    jobs.group_alike(MONDAY)
    make_person("supervisor")
    page = open_page(make_person("supervisor"))
    page.goto("/inbox/triage")
    expect(page.locator("[data-list][data-ready]")).to_be_visible()
    shot(page, "triage/alike_in_list")
    assert axe(page) == []
    page.get_by_role("link", name="另有 24 件相似").click()
    expect(page.locator("input[name=number]:checked")).to_have_count(25)
    shot(page, "triage/alike")
    assert axe(page) == []
    page.get_by_role("button", name="提供解決方案").click()
    page.locator("textarea[name=proposed_solution]").fill("請按「匯出」，選「全部附件」。")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.locator(".flashes")).to_contain_text("25")
    assert answered() == 25 and db.session.query(Ask).filter_by(kind="solved", count=1).count() == 25
    with page.expect_navigation():
        page.locator(".flashes button").click()
    expect(page.locator(".flashes")).to_contain_text("已復原 25 件")
    assert answered() == 0

"""Twenty issues triaged by keyboard alone: few keys each, the focus is never lost, Chinese input fires nothing."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser import axe, shot
from tests.clock import MONDAY
from tests.factories.issues import make_issue
from tests.factories.people import make_person, make_system
from tracker.db import db
from tracker.issues.models import Issue

pytestmark = pytest.mark.browser
FOCUS = "document.activeElement !== document.body"
# What is done with the next row: the keys (a text between them is typed), and the state that it leads to.
ACCEPT = (["1"], "confirming")
ANSWER = (["3", "text:See page 3 of the manual.", "Control+Enter"], "answered")
ASK = (["4", "text:On which day?", "Control+Enter"], "waiting_user")
LATER = (["h", "focus:button[name=until]", "Enter"], "new")
ROUND = [ACCEPT, ACCEPT, ANSWER, ACCEPT, ASK] * 3 + [ACCEPT, LATER, ANSWER, ASK]


class Keyboard:
    """A person who has no mouse; counts what they press, typing aside."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def does(self, keys: list[str]) -> None:
        for key in keys:
            if key.startswith("focus:"):
                expect(self.page.locator(f"{key.removeprefix('focus:')}:focus")).to_be_visible()
            elif key.startswith("text:"):
                expect(self.page.locator("textarea:focus")).to_be_visible()
                self.page.keyboard.type(key.removeprefix("text:"))
            else:
                self.page.keyboard.press(key)
                self.pressed += 1


def seeded(count: int) -> list[Issue]:
    system = make_system(name="客服問答機器人")
    return [
        make_issue(
            system=system, impact="question", description=f"第 {n} 題：退貨期限是幾天？",
            next_due_at=MONDAY + timedelta(hours=n),
        )
        for n in range(1, count + 1)
    ]  # fmt: skip


@pytest.fixture
def inbox(open_page: Callable[..., Page]) -> tuple[Page, list[Issue]]:
    issues = seeded(20)
    make_person("supervisor")
    page = open_page(make_person("supervisor", name="林志偉"))
    opens(page)
    return page, issues


def opens(page: Page) -> None:
    """The inbox, once it listens to keys."""
    page.goto("/inbox/triage")
    expect(page.locator("[data-list][data-ready]")).to_be_visible()


def stands_on(page: Page, issue: Issue) -> None:
    """The row is selected, has the focus, and the pane shows the same case."""
    expect(page.locator(".row-item.selected")).to_have_id(f"row-{issue.number}")
    expect(page.locator("#preview [data-shown]")).to_have_attribute("data-shown", issue.number)


def test_twenty_issues_are_triaged_without_a_mouse(inbox: tuple[Page, list[Issue]]) -> None:
    page, issues = inbox
    keyboard, left = Keyboard(page), list(issues)
    stands_on(page, left[0])
    shot(page, "triage/inbox")
    for keys, _state in ROUND:
        stands_on(page, left.pop(0))
        keyboard.does(keys)
        page.wait_for_url("**/inbox/triage*")
        expect(page.locator(f"#row-{left[0].number}")).to_be_visible()
        expect(page.locator(".row-item.selected a:focus")).to_have_count(1)
        assert page.evaluate(FOCUS)
    stands_on(page, left[0])
    keyboard.does(["1"])
    expect(page.locator(".empty")).to_be_visible()
    wanted = [state for _keys, state in ROUND] + ["confirming"]
    db.session.rollback()
    assert [db.session.get_one(Issue, issue.id).state for issue in issues] == wanted
    assert keyboard.pressed / len(issues) <= 3


def test_undo_by_key_says_so_and_several_rows_are_done_and_undone_at_once(
    inbox: tuple[Page, list[Issue]],
) -> None:
    page, issues = inbox
    page.keyboard.press("1")
    expect(page.locator(".flashes button[data-key=z]")).to_be_visible()
    expect(page.locator("[data-list][data-ready]")).to_be_visible()
    expect(page.locator("#said")).to_contain_text("件")
    page.keyboard.press("z")
    expect(page.locator(f"#row-{issues[0].number} a:focus")).to_be_visible()
    # Out of a page in between as by its own way back, on the row that the reader came from; not from what is written.
    expect(page.locator("[data-list][data-ready]")).to_be_visible()
    stands_on(page, issues[0])
    page.keyboard.press("h")
    expect(page.locator("button[name=until]:focus")).to_be_visible()
    page.locator("#custom").fill("明天")
    page.keyboard.press("Escape")
    expect(page.locator("#custom")).to_have_value("明天")
    page.locator("#custom").fill("")
    page.keyboard.press("Escape")
    expect(page.locator(f"#row-{issues[0].number} a:focus")).to_be_visible()
    expect(page.locator("[data-list][data-ready]")).to_be_visible()
    # Its deadline is counted anew, so that it stands last now.
    for key in ("k", "k", "k", "x", "j", "j", "j", "Shift+X"):
        page.keyboard.press(key)
    expect(page.locator("[data-count]")).to_have_text("已選 4 件")
    shot(page, "triage/selected")
    assert axe(page) == []
    page.keyboard.press("1")
    expect(page.locator(".row-item")).to_have_count(16)
    expect(page.locator("[data-list][data-ready]")).to_be_visible()
    page.keyboard.press("z")
    expect(page.locator(".row-item")).to_have_count(20)
    expect(page.locator(".row-item.selected a:focus")).to_be_visible()


def test_the_page_of_a_case_has_the_keys_of_its_preview_and_each_stands_once_on_the_sheet(
    inbox: tuple[Page, list[Issue]],
) -> None:
    page, issues = inbox
    # What is similar comes with a title of its own, which is not that of the list.
    expect(page.locator("#alike h2, #alike h3").first).to_be_visible()
    expect(page).to_have_title(re.compile("待處理"))
    page.keyboard.press("?")
    keys = page.locator("#key-sheet dt").all_inner_texts()
    assert len(keys) == len(set(keys)) and {"1", "3", "4", "H"} <= set(keys)
    page.goto(f"/issues/{issues[0].number}")
    expect(page.locator("body[data-keys=on]")).to_be_visible()
    page.wait_for_function("document.querySelector('form[data-draft]') && window.htmx")
    page.keyboard.press("n")
    expect(page.locator("#body")).to_be_focused()
    expect(page.locator("[name=mode][value=internal]")).to_be_checked()
    page.keyboard.type("134")
    expect(page.locator("#body")).to_have_value("134")
    page.locator("h1").click()
    page.keyboard.press("1")
    expect(page.locator(".flashes .notice")).to_be_visible()
    db.session.rollback()
    assert db.session.get_one(Issue, issues[0].id).state == "confirming"


def test_no_key_fires_while_a_word_is_composed_or_typed(inbox: tuple[Page, list[Issue]]) -> None:
    page, issues = inbox
    page.keyboard.press("4")
    box = page.locator("textarea:focus")
    expect(box).to_be_visible()
    page.keyboard.type("134")
    for event in ("new CompositionEvent('compositionstart', {bubbles: true})",
                  "new KeyboardEvent('keydown', {key: 'Enter', code: 'Enter', ctrlKey: true, isComposing: true, "
                  "bubbles: true})"):  # fmt: skip
        box.evaluate(f"node => node.dispatchEvent({event})")
    expect(box).to_have_value("134")
    opens(page)
    row = page.locator(".row-item.selected a")
    row.focus()
    for init in ("isComposing: true", "keyCode: 229"):
        row.evaluate(f"node => node.dispatchEvent(new KeyboardEvent('keydown', "
                     f"{{code: 'Digit1', key: '1', bubbles: true, {init}}}))")  # fmt: skip
    # The same key by its place fires whatever letter a switched-on Zhuyin layout puts there.
    row.evaluate(
        "node => node.dispatchEvent(new KeyboardEvent('keydown', {code: 'KeyJ', key: 'ㄨ', bubbles: true}))"
    )
    expect(page.locator(".row-item.selected")).to_have_id(f"row-{issues[1].number}")
    expect(page.locator(".row-item")).to_have_count(20)


def test_counts_keep_up_and_nothing_moves_until_one_asks(
    open_page: Callable[..., Page],
) -> None:
    first = make_issue(description="第一件")
    make_person("supervisor")
    page = open_page(make_person("supervisor"))
    page.clock.install()
    page.goto("/inbox/triage")
    expect(page.locator(".row-item")).to_have_count(1)
    make_issue(description="第二件")
    with page.expect_response("**/inbox/live/**"):
        page.clock.fast_forward(21_000)
    expect(page.locator("[data-fresh]")).to_contain_text("有 1 件新的，更新")
    expect(page.locator('[data-view="triage"]')).to_have_text("2")
    expect(page.locator(".row-item.selected")).to_have_id(f"row-{first.number}")
    shot(page, "triage/fresh")
    page.locator("[data-fresh] a").click()
    expect(page.locator(".row-item")).to_have_count(2)


@pytest.mark.parametrize(
    ("locale", "dark", "width"), [("en", True, 360), ("zh_Hant_TW", False, 360), ("en", True, 1280)]
)
def test_the_inbox_is_well_made(open_page: Callable[..., Page], locale: str, dark: bool, width: int) -> None:
    seeded(3)
    make_person("supervisor")
    page = open_page(make_person("supervisor"), locale=locale, dark=dark, width=width)
    page.goto("/inbox/triage")
    page.locator(".row-item input").first.check()
    shot(page, f"triage/inbox-{locale}-{width}", full=False)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0

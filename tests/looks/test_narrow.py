"""On a telephone of 360 px nothing is cut off at the side: tables become cards, the paper and the bars fit."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.factories.people import make_person
from tests.factories.records import make_record

# What stands wider than its place: of every box on the page, how far it must be scrolled or is cut off.
HIDDEN = """() => [...document.querySelectorAll('main, .scroll, ol.prose, .bars, .paper')]
  .filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.className)"""


def test_nothing_is_cut_off_for_an_administrator(open_page: Callable[..., Page]) -> None:
    admin = make_person(
        "admin", name="一個名字很長很長很長的人", email="somebody.with.a.long.name@example.test"
    )
    page = open_page(admin, width=360)
    hidden = {}
    for path in ("/admin/users", "/admin/letters", "/help", "/people", "/admin/systems", "/audit"):
        page.goto(path)
        hidden[path] = page.evaluate(HIDDEN)
    assert not any(hidden.values()), hidden


def test_the_paper_to_sign_is_read_without_scrolling_sideways(open_page: Callable[..., Page]) -> None:
    record, cast = make_record(state="review")
    page = open_page(cast.supervisor, width=360)
    page.goto(f"/records/{record.number}/sign")
    assert page.evaluate(HIDDEN) == []
    assert page.locator(".paper th").first.bounding_box()["width"] > 200


def test_the_bars_of_the_overview_are_seen(open_page: Callable[..., Page]) -> None:
    make_record(state="review", grave=True)
    page = open_page(make_person("manager"), width=360)
    page.goto("/dashboard")
    for bar in page.locator(".bars svg.bar").all():
        assert bar.bounding_box()["width"] > 150


def test_the_filters_of_a_list_are_folded_on_a_telephone_alone(open_page: Callable[..., Page]) -> None:
    page = open_page(make_record()[1].supervisor, width=360)
    page.goto("/records?severity=S3")
    state, fold = page.get_by_label("狀態"), page.locator(".sieve > summary")
    assert not state.is_visible() and fold.inner_text().split() == ["篩選", "1"]
    fold.click()
    assert state.is_visible()
    page.goto("/records")
    page.set_viewport_size({"width": 1280, "height": 800})
    assert state.is_visible() and not fold.is_visible()


# Words of the bottom bar that are broken over two lines: taller than a line although they hold no space.
BROKEN = """() => [...document.querySelectorAll('.menu-bar > ul > li > a > span, .menu-bar summary span')]
  .filter(one => one.offsetParent && one.getClientRects().length).flatMap(one => {
    const range = document.createRange(), text = one.firstChild;
    return text.textContent.split(/\\s+/).filter(word => {
      const at = text.textContent.indexOf(word);
      range.setStart(text, at);
      range.setEnd(text, at + word.length);
      return range.getClientRects().length > 1;
    });
  })"""


@pytest.mark.parametrize("roles", [("admin",), ("supervisor", "engineer", "manager", "admin"), ("auditor",)])
def test_no_english_word_of_the_bottom_bar_is_broken(
    open_page: Callable[..., Page], roles: tuple[str, ...]
) -> None:
    page = open_page(make_person(roles=roles, locale="en"), locale="en", width=360)
    page.goto("/training")
    assert page.locator(".menu-bar a").first.is_visible()
    assert page.evaluate(BROKEN) == []
    page.goto("/admin" if "admin" in roles else "/register")
    assert page.evaluate(BROKEN) == []

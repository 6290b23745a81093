"""Every component as people meet it: for screen readers, in both languages, on a phone, with a keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import axe, overflows, shot
from tests.factories.people import make_person

pytestmark = [pytest.mark.browser, pytest.mark.sqlite_only]
PATH = "/admin/styleguide"
Open = Callable[..., Page]

PASTE = """data => {
  const carrier = new DataTransfer();
  carrier.items.add(new File(["x"], "image.png", { type: "image/png" }));
  document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: carrier, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def guide(open_page: Open) -> Open:
    """`guide(**window)`: the style guide, opened by an administrator."""

    def opened(**window: object) -> Page:
        page = open_page(make_person("admin"), **window)
        page.goto(PATH)
        page.wait_for_function("() => document.querySelector('.row-item.selected')")
        return page

    return opened


@pytest.mark.parametrize(
    ("locale", "dark", "width"), [("zh_Hant_TW", False, 1280), ("en", True, 1280), ("zh_Hant_TW", False, 360)]
)
def test_nothing_stands_in_the_way_of_anybody(guide: Open, locale: str, dark: bool, width: int) -> None:
    page = guide(locale=locale, dark=dark, width=width)
    shot(page, f"styleguide-{locale}-{'dark' if dark else 'light'}-{width}")
    assert axe(page) == []
    assert not overflows(page)


def test_a_page_of_the_other_language_says_so(guide: Open) -> None:
    assert guide(locale="en").locator("html").get_attribute("lang") == "en"


def test_j_and_k_walk_the_list_and_x_selects(guide: Open) -> None:
    page = guide()
    page.locator(".row-item a").first.focus()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("x")
    row = page.locator(".row-item.selected")
    expect(row).to_have_attribute("id", "Q-202611-0416")
    expect(row.locator("a")).to_be_focused()
    expect(row.locator("input")).to_be_checked()


def test_shift_x_selects_up_to_here(guide: Open) -> None:
    page = guide()
    page.locator(".row-item a").first.focus()
    for key in ("x", "j", "j", "Shift+X"):
        page.keyboard.press(key)
    expect(page.locator(".row-item input:checked")).to_have_count(3)


def test_a_letter_typed_into_a_field_is_only_a_letter(guide: Open) -> None:
    page = guide()
    before = page.locator(".row-item.selected").get_attribute("id")
    page.locator("#title").press_sequentially("jjx1")
    assert page.locator(".row-item.selected").get_attribute("id") == before
    assert page.locator("#title").input_value() == "jjx1"


def test_no_key_acts_while_a_candidate_is_being_chosen(guide: Open) -> None:
    page = guide()
    page.locator(".row-item a").first.focus()
    page.evaluate(
        """() => {
          const fire = (type, more) => document.activeElement.dispatchEvent(
            new KeyboardEvent(type, { bubbles: true, cancelable: true, ...more }));
          fire("keydown", { code: "KeyJ", key: "j", isComposing: true });
          fire("keydown", { code: "KeyJ", key: "Process", keyCode: 229 });
        }"""
    )
    expect(page.locator(".row-item.selected")).to_have_attribute("id", "Q-202611-0417")


def test_keys_can_be_switched_off(open_page: Open) -> None:
    page = open_page(make_person("admin", keys_on=False))
    page.goto(PATH)
    page.locator(".row-item a").first.focus()
    page.keyboard.press("j")
    expect(page.locator(".row-item a").first).to_be_focused()
    expect(page.locator("kbd")).to_have_count(0)


def test_the_sheet_of_keys_opens_and_gives_the_focus_back(guide: Open) -> None:
    page = guide()
    link = page.locator(".row-item a").first
    link.focus()
    page.keyboard.press("?")
    expect(page.locator("#key-sheet")).to_be_visible()
    expect(page.locator("#key-sheet")).to_contain_text("受理")
    page.keyboard.press("Escape")
    expect(link).to_be_focused()


def test_enter_never_sends_and_ctrl_enter_does(guide: Open) -> None:
    page = guide()
    page.evaluate("addEventListener('submit', event => { event.preventDefault(); document.title = 'sent'; })")
    page.locator("#text").fill("一")
    page.keyboard.press("Enter")
    assert page.title() != "sent"
    page.locator("#text").dispatch_event("keydown", {"key": "Enter", "ctrlKey": True, "keyCode": 229})
    assert page.title() != "sent"
    page.keyboard.press("Control+Enter")
    assert page.title() == "sent"


def test_what_is_typed_survives_a_closed_tab_but_no_sign_out(guide: Open) -> None:
    page = guide()
    page.locator("#text").fill("退貨天數答錯")
    page.locator("label", has_text="只是想問或建議").first.click()
    page.wait_for_function(
        "() => Object.keys(localStorage).some(key => localStorage[key].includes('question'))"
    )
    again = page.context.new_page()
    again.goto(PATH)
    expect(again.locator("#text")).to_have_value("退貨天數答錯")
    expect(again.locator("#impact-1")).to_be_checked()
    expect(again.locator(".draft-status")).to_contain_text("已帶回您的草稿")
    with again.expect_navigation():
        again.evaluate("document.querySelector('[data-wipe-drafts]').requestSubmit()")
    assert again.evaluate("Object.keys(localStorage).filter(key => key.startsWith('draft:'))") == []


def test_what_was_typed_just_before_a_sign_out_is_not_kept_after_it(guide: Open) -> None:
    page = guide()
    page.clock.install()
    page.reload()
    expect(page.locator("form[data-sends]:has(#text)")).to_be_attached()
    # The answer is slow: the page is still there when its words would be kept.
    page.route("**/logout", lambda route: route.fulfill(status=204))
    page.locator("#text").fill("退貨天數答錯")
    page.evaluate("document.querySelector('[data-wipe-drafts]').requestSubmit()")
    page.clock.run_for(4_000)
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('draft:'))") == []


def test_a_pasted_picture_can_be_taken_back(guide: Open) -> None:
    page = guide()
    expect(page.locator("[data-files][data-ready]").first).to_be_visible()
    page.evaluate(PASTE)
    box = page.locator("[data-files]").first
    expect(box.locator(".thumbs li")).to_have_count(1)
    assert page.evaluate("document.querySelector('#files').files[0].name").startswith("screenshot-")
    box.get_by_role("button", name="移除").click()
    assert page.evaluate("document.querySelector('#files').files.length") == 0


CLIPBOARDS = {"without https": "undefined", "refused": "{ writeText: () => Promise.reject(new Error('no')) }"}


@pytest.mark.parametrize("clipboard", CLIPBOARDS.values(), ids=CLIPBOARDS)
def test_a_number_is_copied_without_https_too(guide: Open, clipboard: str) -> None:
    page = guide()
    page.evaluate(f"Object.defineProperty(navigator, 'clipboard', {{ value: {clipboard} }})")
    page.locator("[data-copy]").first.click()
    expect(page.locator("#said")).to_have_text("已複製 Q-202611-0417")


def test_menus_close_with_escape_and_give_the_focus_back(guide: Open) -> None:
    page = guide()
    summary = page.locator(".profile summary")
    summary.click()
    page.keyboard.press("Escape")
    expect(page.locator(".profile")).not_to_have_attribute("open", "")
    expect(summary).to_be_focused()


def test_the_first_tab_stop_skips_to_the_content(open_page: Open) -> None:
    page = open_page(make_person("admin"))
    page.goto("/help")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_colours_follow_the_choice_at_once(guide: Open) -> None:
    page = guide()
    page.locator(".profile summary").click()
    with page.expect_response("**/me/theme"):
        page.get_by_role("button", name="深色").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


COVER = """async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 200, height: 100 });
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#FF0000";
  pen.fillRect(0, 0, 200, 100);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  const carrier = new DataTransfer();
  carrier.items.add(new File([blob], "card.png", { type: "image/png" }));
  document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: carrier, bubbles: true, cancelable: true }));
}"""
PIXELS = """async () => {
  const picture = await createImageBitmap(document.querySelector("#files").files[0]);
  const canvas = Object.assign(document.createElement("canvas"), { width: 200, height: 100 });
  const pen = canvas.getContext("2d");
  pen.drawImage(picture, 0, 0);
  return [[20, 20], [190, 90]].map(([x, y]) => [...pen.getImageData(x, y, 1, 1).data].slice(0, 3));
}"""


@pytest.mark.parametrize("by_keyboard", [False, True], ids=["pointer", "keyboard"])
def test_what_was_blacked_out_is_gone_from_the_file(guide: Open, by_keyboard: bool) -> None:
    page = guide()
    expect(page.locator("[data-files][data-ready]").first).to_be_visible()
    page.evaluate(COVER)
    page.get_by_role("button", name="遮蔽 card.png").click()
    page.evaluate("document.querySelector('.thumbs li').dataset.bare = ''")
    canvas = page.locator(".redact canvas")
    if by_keyboard:
        canvas.focus()
        for key in (
            *["ArrowLeft"] * 7,
            *["ArrowUp"] * 4,
            "Enter",
            *["ArrowRight"] * 5,
            *["ArrowDown"] * 4,
            "Enter",
        ):
            page.keyboard.press(key)
    else:
        canvas.click(position={"x": 2, "y": 2})
        canvas.click(position={"x": 100, "y": 60})
    page.get_by_role("button", name="套用").click()
    expect(page.locator(".thumbs li[data-bare]")).to_have_count(0)
    assert page.evaluate(PIXELS) == [[0, 0, 0], [255, 0, 0]]


APPLY = """() => {
  document.querySelector(".redact [value=apply]").click();
  return new Promise((done) => { setTimeout(() => done(document.querySelector("#files").files[0].lastModified), 0); });
}"""


@pytest.mark.parametrize("corners", [1, 2])
def test_what_is_seen_black_is_black_before_anything_else_can_be_pressed(guide: Open, corners: int) -> None:
    """However busy the computer is; also a box that the pointer still draws."""
    page = guide()
    expect(page.locator("[data-files][data-ready]").first).to_be_visible()
    page.evaluate(COVER)
    bare = page.evaluate("document.querySelector('#files').files[0].lastModified")
    page.get_by_role("button", name="遮蔽 card.png").click()
    canvas = page.locator(".redact canvas")
    canvas.click(position={"x": 2, "y": 2})
    canvas.hover(position={"x": 100, "y": 60})
    if corners == 2:
        canvas.click(position={"x": 100, "y": 60})
    page.evaluate("() => { const busy = () => { const end = performance.now() + 40;"
                  " while (performance.now() < end); requestAnimationFrame(busy); }; busy(); }")  # fmt: skip
    assert page.evaluate(APPLY) > bare
    assert page.evaluate(PIXELS) == [[0, 0, 0], [255, 0, 0]]

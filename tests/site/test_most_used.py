"""The pages people use most: what has the focus is never behind a bar that stays, and words 40 % longer still fit.

ux: WCAG 2.4.11, and a pseudo-locale instead of waiting for a language with long words.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.authorisation.world import World, make_world
from tests.browser import shot
from tests.browser_fixtures import Live
from tests.clock import Clock

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
# By who works with them: the placeholders are those of the world.
USED = {
    "R": ("/report", "/my", "/issues/{issue}", "/kb", "/known/{known}"),
    "S": ("/inbox/all", "/issues/{issue}", "/issues/{issue}/edit", "/records/{record}?all=1", "/follow-up", "/kb/{kb}",
          "/needs"),
    "E": ("/escalations", "/escalations/{escalation}"),
    "M": ("/dashboard", "/records", "/approvals"),
}  # fmt: skip

# Each stop of Tab in its order, and each place that a link of the page leads to: what lies over its middle is part of
# it, of its label, or moves along with it.
BEHIND = """() => {
  const stays = one => { for (; one; one = one.parentElement)
    if (['fixed', 'sticky'].includes(getComputedStyle(one).position)) return one; return null; };
  const words = one => (one.textContent || one.name || '').trim().slice(0, 30);
  const name = one => `${one.tagName}#${one.id}.${one.className} ${words(one)}`;
  const within = (at, size, most) => Math.min(Math.max(at + Math.min(size / 2, 12), 0), most - 1);
  const hidden = (one, box) => {
    const over = document.elementFromPoint(
      within(box.left, box.width, innerWidth), within(box.top, box.height, innerHeight));
    const bar = over && stays(over);
    return (bar && !bar.contains(one)) || box.bottom <= 0 || box.top >= innerHeight;
  };
  const found = [];
  const stops = document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary');
  for (const back of [false, true]) {
    // Downwards and upwards: at the other end of the window stands the other bar.
    for (const one of back ? [...stops].reverse() : stops) {
      if (one.closest('.sr-only, .skip, dialog:not([open])') || one.tabIndex < 0) continue;
      if (!one.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      one.focus();
      const box = one.getBoundingClientRect();
      if (document.activeElement === one && box.width > 2 && hidden(one, box)) found.push(`focus ${name(one)}`);
    }
  }
  for (const link of document.querySelectorAll('main a[href^="#"], .skip')) {
    const one = document.getElementById(link.hash.slice(1));
    if (!one || !one.checkVisibility()) continue;
    scrollTo(0, document.body.scrollHeight);
    location.hash = '';
    location.hash = link.hash;
    const box = one.getBoundingClientRect();
    if (hidden(one, box)) found.push(`anchor ${link.hash}`);
  }
  return [...new Set(found)];
}"""

# Every word of the page 40 % longer; what people typed themselves too, which is no less long in earnest.
LONGER = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode, holder = text.parentElement;
    if (holder.closest('script, style, textarea, template, svg')) continue;
    text.data = text.data.replace(/[A-Za-z]{2,}/g, word => word + 'n'.repeat(Math.ceil(word.length * .4)));
  }
  for (const box of document.querySelectorAll('[placeholder]'))
    box.placeholder += 'n'.repeat(box.placeholder.length * .4);
  const name = one => `${one.tagName}.${one.className} ${one.textContent.trim().slice(0, 40)}`;
  const root = document.documentElement;
  const wide = root.scrollWidth > root.clientWidth ? [`the page by ${root.scrollWidth - root.clientWidth} px`] : [];
  const boxes = 'button, .button, .tag, h1, h2, h3, legend, label, dt, summary, th';
  const tight = [...document.querySelectorAll(boxes)].filter(
    one => one.checkVisibility() && !one.closest('.sr-only, .scroll, svg')
      && getComputedStyle(one).webkitLineClamp === 'none' && getComputedStyle(one).textOverflow !== 'ellipsis'
      && one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1);
  return [...wide, ...tight.map(name)];
}"""


def places(world: World) -> dict[str, str]:
    numbers = world.values["number"]
    return {
        "issue": numbers["issues"], "record": numbers["records"], "known": str(world.values["known_id"]),
        "kb": str(world.values["article_id"]), "escalation": str(world.values["escalation_id"]),
    }  # fmt: skip


@pytest.mark.parametrize("width", [360, 1280])
def test_no_bar_hides_what_has_the_focus_or_where_a_link_leads(
    clock: Clock, live: Live, open_page: OpenPage, width: int
) -> None:
    world, wrong = make_world(clock.now()), []
    window = open_page(width=width, height=600)
    for letter, paths in USED.items():
        page = live.hand_to(world.people[letter], window)
        for path in paths:
            page.goto(path.format(**places(world)))
            if path == "/inbox/all":
                # Only then the bar of acts follows the eye.
                page.locator(".row-item > input").first.check()
            wrong += [f"{path} as {letter}: {line}" for line in page.evaluate(BEHIND)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("width", [360, 1280])
def test_words_that_are_40_per_cent_longer_break_no_page(
    clock: Clock, live: Live, open_page: OpenPage, width: int
) -> None:
    world, wrong = make_world(clock.now()), []
    window = open_page(locale="en", width=width)
    for letter, paths in USED.items():
        page = live.hand_to(world.people[letter], window)
        for path in paths:
            page.goto(path.format(**places(world)))
            found = page.evaluate(LONGER)
            if found:
                shot(page, f"longer/{letter}{path.split('?')[0].replace('/', '-')}-{width}")
            wrong += [f"{path} as {letter}: {line}" for line in found]
    assert not wrong, "\n".join(wrong)


# Hints of keys are hidden from screen readers, and so from axe: here their colours are counted.
FAINT = """() => {
  const part = text => text.match(/[0-9.]+/g).map(Number);
  const light = rgb => rgb.slice(0, 3).map(one => one / 255).map(
    one => one <= .04045 ? one / 12.92 : ((one + .055) / 1.055) ** 2.4).reduce((sum, one, at) =>
      sum + one * [.2126, .7152, .0722][at], 0);
  const ground = one => { for (; one; one = one.parentElement) {
    const found = part(getComputedStyle(one).backgroundColor);
    if (found.length < 4 || found[3] === 1) return found; } return [255, 255, 255]; };
  return [...document.querySelectorAll('main kbd')].filter(one => one.checkVisibility()).map(one => {
    const [ink, under] = [light(part(getComputedStyle(one).color)), light(ground(one))];
    return [one.textContent, (Math.max(ink, under) + .05) / (Math.min(ink, under) + .05)];
  }).filter(([, contrast]) => contrast < 4.5);
}"""


@pytest.mark.parametrize("dark", [False, True])
def test_the_hint_of_a_key_can_be_read_on_every_button(clock: Clock, open_page: OpenPage, dark: bool) -> None:
    world = make_world(clock.now())
    page = open_page(world.people["S"], dark=dark, width=1280)
    page.goto("/inbox/all")
    expect(page.locator("#preview .primary kbd")).to_be_visible()
    assert page.evaluate(FAINT) == []

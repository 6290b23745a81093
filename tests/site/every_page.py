"""Every page there is to read, who reads it, and what is looked at on each."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.authorisation.matrix import ALL, MATRIX
from tests.authorisation.walk import address
from tests.authorisation.world import World
from tests.browser import RULES, axe

# Answers that no person reads in a window of their own; the preview stands inside the inbox.
NO_PAGE = re.compile(
    r"^/(static/|healthz|readyz|metrics|inbox/(preview|live)/|widget\.js$)|\.(csv|ics)$|/export$|/avid$"
)
# Letters as they were written, each in its reader's language, and the samples of the style guide.
IN_ANY_LANGUAGE = ("/admin/letters", "/admin/styleguide")
# Of the name that Chinese gives itself; its first half goes with the words of the language switch.
OWN_NAME = "（台灣）"
QUERIES = {"/chases": "?subject={}", "/escalate": "?issue={}"}
# Who opens a page that several may open: first the one who works with it most.
FIRST = "SREMDUO"
PROBES = """() => {
  const root = document.documentElement;
  const name = one => `${one.tagName} ${one.className} ${one.textContent.trim().slice(0, 30)}`;
  const shown = one => one.checkVisibility({ visibilityProperty: true }) && !one.closest('.sr-only, .skip');
  // WCAG 1.4.12: more room between letters, words and lines cuts no word off.
  const spaced = () => {
    if (root.clientWidth > 500) return [];
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('* { letter-spacing: .12em !important; word-spacing: .16em !important; }'
      + ' :where(p, li, dd, td, th, label, a, button, h1, h2, h3) { line-height: 1.5 !important; }');
    document.adoptedStyleSheets = [sheet];
    const cut = [...document.querySelectorAll('main *')].filter(one => shown(one) && one.children.length === 0
      && one.textContent.trim() && !one.matches('textarea, input, select, option, svg *')
      && getComputedStyle(one).overflow === 'hidden' && getComputedStyle(one).webkitLineClamp === 'none'
      && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1));
    return cut.map(name);
  };
  // WCAG 1.4.4: text of twice the size needs no scrolling sideways on a wide screen.
  const large = () => {
    if (root.clientWidth < 1000) return 0;
    root.style.fontSize = '200%';
    return root.scrollWidth - root.clientWidth;
  };
  // WCAG 2.4.3: the first stop skips to the content, and none stands out of its order.
  const ordered = () => {
    const first = document.querySelector('a[href], button, input:not([type=hidden]), select, textarea, summary');
    const ahead = [...document.querySelectorAll('[tabindex]')].filter(one => one.tabIndex > 0).map(name);
    return document.querySelector('.top') && !first?.matches('.skip') ? ['no skip link first', ...ahead] : ahead;
  };
  // A label, a hint or an error that names an id means one thing alone.
  const doubled = () => [...document.querySelectorAll('[id]')].map(one => one.id).filter(
    (id, at, all) => all.indexOf(id) < at);
  // What a page is for is pressed with a thumb.
  const small = () => [...document.querySelectorAll('main .button.primary')].filter(one => shown(one)
    && one.getBoundingClientRect().height < 43.5).map(name);
  // WCAG 2.5.3: a name for the ear says what the eye reads.
  const plain = text => text.replace(/\\s/g, '');
  const unlike = () => [...document.querySelectorAll('main :is(a, button, summary)[aria-label]')].filter(
    one => !plain(one.getAttribute('aria-label')).includes(plain(one.textContent))).map(name);
  const said = [...document.querySelectorAll('body, [aria-label], [title], [placeholder], [alt]')].map(
    one => one === document.body ? one.innerText
      : ['aria-label', 'title', 'placeholder', 'alt'].map(name => one.getAttribute(name) || '').join(' '));
  const foreign = [...document.querySelectorAll('[lang^=zh]')].filter(one => one !== root).map(one => one.innerText)
    .sort((one, other) => other.length - one.length);
  const found = {
    lang: root.lang, title: document.title, headings: document.querySelectorAll('h1').length,
    wide: root.scrollWidth - root.clientWidth, ordered: ordered(), doubled: doubled(),
    unlike: unlike(), small: root.clientWidth < 500 ? small() : [],
    said: foreign.reduce((all, one) => all.replaceAll(one, ''), [document.title, ...said].join('\\n')),
    // At the end, for the page is left as these make it.
    spaced: spaced(), large: large(),
  };
  // Nobody looks at it as they made it: it need not be drawn.
  root.hidden = true;
  return found;
}"""
HAN = re.compile(r"[\u3400-\u9fff]+")


@dataclass(frozen=True)
class Look:
    """A language, a theme, a width, and what axe asks there; what hangs on none of them is asked in the first alone."""

    locale: str
    dark: bool
    width: int
    asked: Sequence[str]

    @property
    def lang(self) -> str:
        return self.locale.replace("_", "-")


LOOKS = (
    Look("zh_Hant_TW", False, 1280, RULES),
    Look("en", True, 320, ("color-contrast", "target-size", "scrollable-region-focusable")),
)


def paths(*rooms: str) -> list[str]:
    """The patterns of all pages whose first part is one of these, or of all others for none."""
    named = {room for part in PARTS.values() for room in part}
    found = [route.removeprefix("GET ") for route in MATRIX if route.startswith("GET ")]
    pages = [path for path in found if not NO_PAGE.search(path)]
    return [
        path for path in pages if (path.split("/")[1] in rooms if rooms else path.split("/")[1] not in named)
    ]


PARTS: dict[str, tuple[str, ...]] = {
    "admin": ("admin",),
    "issues": ("issues",),
    "records": ("records", "escalations"),
    "work": (
        "inbox",
        "escalate",
        "follow-up",
        "chases",
        "approvals",
        "dashboard",
        "today",
        "notifications",
        "search",
    ),
    "own": ("me", "my", "systems", "guide", "training", "people"),
    "the rest": (),
}


def reader(pattern: str, look: Look) -> str:
    """The letter of who opens it; what is open to all is seen by a visitor in one look, by a reporter in the other."""
    who = MATRIX[f"GET {pattern}"]
    if who == ALL:
        return "R" if look.dark and pattern != "/login" else "-"
    return next(letter for letter in FIRST if letter in who)


def addressed(pattern: str, world: World) -> str:
    """The pattern with the world's own things in its places."""
    return address(f"GET {pattern}", world) + QUERIES.get(pattern, "").format(
        world.values["number"]["issues"]
    )


def faults(page: Page, look: Look) -> Iterator[str]:
    """What is wrong with the page as it stands, one line each."""
    yield from axe(page, look.asked)
    seen = page.evaluate(PROBES)
    if seen["lang"] != look.lang:
        yield f"lang is {seen['lang']}"
    if not seen["title"].strip():
        yield "no title"
    if seen["headings"] != 1:
        yield f"{seen['headings']} h1"
    if seen["wide"] > 0:
        yield f"{seen['wide']} px wider than the window"
    if seen["large"] > 0:
        yield f"{seen['large']} px wider than the window with text of twice the size"
    for what in ("spaced", "ordered", "doubled", "unlike", "small"):
        yield from (f"{what}: {one}" for one in seen[what])
    found = HAN.findall(seen["said"].replace(OWN_NAME, ""))
    if found and look.lang == "en" and not page.url.endswith(IN_ANY_LANGUAGE):
        yield f"Chinese on an English page: {' '.join(sorted(set(found)))}"

"""Looking at pages as a person would: a signed-in browser, pictures, and what axe finds."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import BrowserContext, Page

HERE = Path(__file__).parent
PICTURES = HERE / "pictures"
AXE = HERE / "vendor" / "axe.min.js"
AUDIT = (HERE / "axe.js").read_text("utf-8")
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
HOW_TO_GET_ONE = "no Chromium: run `make test` as root on Debian or Ubuntu, or install the package `chromium`"

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
    # What was compiled of the scripts stays so, and what they throw away is looked at seldom.
    "--js-flags=--no-flush-bytecode --min-semi-space-size=16",
]


def chromium() -> str | None:
    """The path of an installed Chromium or Chrome, if there is one; first the one without windows of its own."""
    names = (
        "chromium-headless-shell",
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    )
    return next((path for name in names if (path := shutil.which(name))), None)


ASKED: set[str] = set()


def axe(page: Page, rules: Sequence[str] = RULES) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA on the page as it stands: one line a violation, with where.

    It is asked once about what looks the same at the same width, in the same colours and by the same rules,
    whichever test shows it: what is wrong with it fails the first.
    A window that looks at many pages has it from `open_page(axe=True)`, and is not sent it for each.
    """
    # Styles are fetched for no rule that is asked here, which costs seconds.
    asked = [{"runOnly": list(rules), "preload": {"assets": ["media"]}}, " ".join(ASKED)]
    found = page.evaluate(AUDIT, asked)
    if found is None:
        page.evaluate(AXE.read_text("utf-8"))
        found = page.evaluate(AUDIT, asked)
    ASKED.update(found["fresh"].split())
    faults: list[str] = found["faults"]
    return faults


def shot(page: Page, name: str, *, full: bool = True) -> None:
    """With TRACKER_PICTURES=1 in the environment: save the page as tests/pictures/NAME.png, for people to look at."""
    if os.environ.get("TRACKER_PICTURES"):
        path = PICTURES / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=path, full_page=full, animations="disabled")


def overflows(page: Page) -> bool:
    """Whether the page is wider than its window, so that people must scroll sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def complaints(context: BrowserContext) -> list[str]:
    """A list that fills with script errors and policy violations of every page of the context.

    Chromium also writes a line for each answer of 400 and above, which pages here give on purpose.
    """
    heard: list[str] = []
    context.on("weberror", lambda error: heard.append(str(error.error)))
    context.on(
        "console",
        lambda line: (
            heard.append(f"{line.location['url']}: {line.text}")
            if line.type == "error" and not line.text.startswith("Failed to load resource")
            else None
        ),
    )
    return heard

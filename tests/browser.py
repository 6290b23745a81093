"""Looking at pages as a person would: a signed-in browser, pictures, and what axe finds."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page

HERE = Path(__file__).parent
PICTURES = HERE / "pictures"
AXE = HERE / "vendor" / "axe.min.js"
VIOLATIONS = """([options, left]) => axe.run(
  { include: [document], exclude: left.map(one => [one]) }, options,
).then(found => found.violations.flatMap(
  violation => violation.nodes.map(node => `${violation.id}: ${node.target} ${node.failureSummary}`)))"""
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


def axe(page: Page, left: Sequence[str] = (), **options: Any) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA on the page as it stands: one line a violation, with where.

    Elements that match a selector of `left` are left out.
    A window that looks at many pages has it from `page.add_init_script(path=AXE)`, and is not sent it for each.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    # All that it found in order is not described, the lines are written where the report is, and styles are fetched
    # for no rule that is asked here: each costs seconds.
    spared = {"resultTypes": ["violations"], "preload": {"assets": ["media"]}}
    found: list[str] = page.evaluate(VIOLATIONS, [{"runOnly": tags, **spared, **options}, list(left)])
    return found


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

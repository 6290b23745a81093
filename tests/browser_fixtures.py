"""Fixtures that drive Chromium against a running server."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import FLAGS, HOW_TO_GET_ONE, chromium
from tests.live import BLANK, Door, served
from tests.windows import Kind, Windows
from tracker.accounts.models import Person
from tracker.db import db


@dataclass
class Live:
    """A running server of the test's app."""

    app: Flask
    url: str

    def session_cookie(self, person: Person) -> dict[str, Any]:
        """The cookie of somebody who has signed in."""
        client = self.app.test_client()
        with client.session_transaction() as session:
            session["_user_id"] = person.get_id()
            session["_fresh"] = True
        name = self.app.config["SESSION_COOKIE_NAME"]
        cookie = client.get_cookie(name)
        assert cookie is not None
        return {"name": name, "value": cookie.value, "url": self.url}

    def hand_to(self, person: Person | None, page: Page) -> Page:
        """The window as this person finds it after whoever had it; cheaper than a new one."""
        # What the page still asks for would be refused to the next person.
        page.goto(BLANK)
        page.context.clear_cookies(name=self.app.config["SESSION_COOKIE_NAME"])
        if person is not None:
            page.context.add_cookies([self.session_cookie(person)])  # type: ignore[list-item]
        return page


@pytest.fixture(scope="session")
def door() -> Iterator[Door]:
    """The one address at which all tests' apps are served, so that windows keep what they have read of it."""
    with served() as door:
        yield door


@pytest.fixture
def live(app: Flask, door: Door) -> Iterator[Live]:
    """The test's app served on loopback, on SQLite; what the browser is to see must be committed before."""
    app.config["WTF_CSRF_ENABLED"] = True
    with door.showing(app):
        yield Live(app, door.url)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole session."""
    path = chromium()
    if path is None:
        pytest.skip(HOW_TO_GET_ONE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def windows(browser: Browser, door: Door) -> Windows:
    """The windows that tests hand on to one another."""
    return Windows(browser, door.url)


@pytest.fixture
def open_page(live: Live, windows: Windows) -> Iterator[Callable[..., Page]]:
    """`open_page(person=None, locale="zh_Hant_TW", dark=False, width=1280, javascript=True)`: a window as good as new.

    One that looks at many pages has `axe=True`, and is not sent axe for each.
    At the end of the test no page may have had a script error or broken the content security policy.
    """
    taken = []

    def open_one(
        person: Person | None = None,
        *,
        locale: str = "zh_Hant_TW",
        dark: bool = False,
        width: int = 1280,
        height: int = 900,
        javascript: bool = True,
        axe: bool = False,
    ) -> Page:
        window = windows.take(Kind(locale, javascript, axe))
        taken.append(window)
        window.look(dark=dark, width=width, height=height)
        cookies = [{"name": "locale", "value": locale, "url": live.url}]
        if person is not None:
            cookies.append(live.session_cookie(person))
        window.context.add_cookies(cookies)  # type: ignore[arg-type]
        # What the test holds open in its own session would hide from it what the server writes.
        db.session.commit()
        return window.page

    yield open_one
    for window in taken:
        windows.give_back(window)
    assert [line for window in taken for line in window.complained()] == []


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A window of a visitor, Traditional Chinese, light, 1280 wide."""
    return open_page()

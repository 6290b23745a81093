"""Fixtures that drive Chromium against a running server."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import FLAGS, HOW_TO_GET_ONE, chromium, complaints
from tests.live import served
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
        page.goto("about:blank")
        page.context.clear_cookies(name=self.app.config["SESSION_COOKIE_NAME"])
        if person is not None:
            page.context.add_cookies([self.session_cookie(person)])  # type: ignore[list-item]
        return page


@pytest.fixture
def live(app: Flask) -> Iterator[Live]:
    """The test's app served on loopback, on SQLite; what the browser is to see must be committed before."""
    app.config["WTF_CSRF_ENABLED"] = True
    with served(app) as url:
        yield Live(app, url)


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


@pytest.fixture
def open_page(live: Live, browser: Browser) -> Iterator[Callable[..., Page]]:
    """`open_page(person=None, locale="zh_Hant_TW", dark=False, width=1280, javascript=True)`: a fresh browser window.

    At the end of the test no page may have had a script error or broken the content security policy.
    """
    contexts, heard = [], []

    def open_one(
        person: Person | None = None,
        *,
        locale: str = "zh_Hant_TW",
        dark: bool = False,
        width: int = 1280,
        height: int = 900,
        javascript: bool = True,
    ) -> Page:
        context = browser.new_context(
            base_url=live.url,
            locale=locale.replace("_Hant_", "-").replace("_", "-"),
            timezone_id="Asia/Taipei",
            color_scheme="dark" if dark else "light",
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        cookies = [{"name": "locale", "value": locale, "url": live.url}]
        if person is not None:
            cookies.append(live.session_cookie(person))
        context.add_cookies(cookies)  # type: ignore[arg-type]
        contexts.append(context)
        heard.append(complaints(context))
        # What the test holds open in its own session would hide from it what the server writes.
        db.session.commit()
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()
    assert [line for lines in heard for line in lines] == []


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A window of a visitor, Traditional Chinese, light, 1280 wide."""
    return open_page()

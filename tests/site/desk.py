"""Somebody at a browser: goes to a page, types into what is labelled so, presses what is called so."""

import re
from typing import Any

from flask_babel import force_locale, gettext
from playwright.sync_api import Page, expect


class Desk:
    """One person's window in one language; every word is given in English, and met in that language."""

    def __init__(self, page: Page, locale: str) -> None:
        self.page = page
        self.locale = locale

    def word(self, text: Any, **values: Any) -> str:
        """The text as this desk's page says it; `text` is an English string, or one of the product's own words."""
        with force_locale(self.locale):
            return gettext(text, **values) if type(text) is str else str(text)

    def goes(self, path: str) -> None:
        answer = self.page.goto(path)
        assert answer is not None and answer.ok, f"{path}: {answer and answer.status}"

    def follows(self, text: Any, **values: Any) -> None:
        self._named("link", text, values).click()

    def presses(self, text: Any, **values: Any) -> None:
        self._named("button", text, values).click()

    def unfolds(self, text: Any) -> None:
        """Open what is folded under this line, unless it is open."""
        summary = self.page.locator("summary").filter(has_text=self.word(text))
        if summary.locator("xpath=..").get_attribute("open") is None:
            summary.click()

    def types(self, label: Any, text: str) -> None:
        self._labelled(label).fill(text)

    def picks(self, label: Any, option: Any) -> None:
        """Choose from a list."""
        self._labelled(label).select_option(label=self.word(option))

    def ticks(self, text: Any) -> None:
        """Choose a card."""
        self.page.locator("label").filter(has_text=self.word(text)).click()

    def attaches(self, label: Any, **file: Any) -> None:
        self._labelled(label).set_input_files(file)

    def reads(self, text: Any, **values: Any) -> None:
        """Wait until the page says so."""
        expect(self.page.get_by_text(self.word(text, **values)).filter(visible=True).first).to_be_visible()

    def _named(self, role: Any, text: Any, values: dict[str, Any]) -> Any:
        return self.page.get_by_role(role, name=self.word(text, **values), exact=True)

    def _labelled(self, label: Any) -> Any:
        starts = re.compile(r"^\s*" + re.escape(self.word(label)) + r"\s*(\(optional\)|（選填）)?\s*$")
        return self.page.get_by_label(starts)

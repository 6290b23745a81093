"""What a page may ask of its reader: how many stops to send a report, how much it weighs, how plain its words are."""

import gzip
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from tests.clock import MONDAY
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person, make_system, organisation
from tracker.accounts.models import Person
from tracker.issues import actions

Login = Callable[[FlaskClient, Person], FlaskClient]
pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.sqlite_only]
REPORT_HTML, INBOX_HTML, REQUESTS, STOPS, LONGEST = 8_000, 60_000, 6, 10, 40
# What only staff say: kinds of anomalies and causes, severities, names of records' states.
CODES = re.compile(r"\b(?:AN|CC)\d{1,2}\b|\bS[1-4]\b")
SENTENCE = re.compile(r"[。！？；\n]")


class Page(HTMLParser):
    """What stands in the page's main part: where Tab stops, in order, and what is read; and what the page fetches."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.inside, self.folded, self.silent = 0, 0, 0
        self.stops: list[str] = []
        self.texts: list[str] = []
        self.fetched: set[str] = set()
        self.radios: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._fetches(tag, given)
        self.inside += tag == "main"
        # What is folded is skipped by Tab; its summary is not.
        self.folded += tag == "details" and "open" not in given
        self.silent += tag in ("script", "style", "textarea")
        if self.inside:
            self._stops(tag, given)

    def _fetches(self, tag: str, given: dict[str, str]) -> None:
        if tag == "link" and given.get("rel") in ("stylesheet", "icon"):
            self.fetched.add(given["href"])
        elif tag == "script" and given.get("src"):
            self.fetched.add(given["src"])

    def _stops(self, tag: str, given: dict[str, str]) -> None:
        kind, hidden = given.get("type", ""), given.get("tabindex") == "-1" or "hidden" in given
        if hidden or (self.folded and tag != "summary") or kind == "hidden":
            return
        if kind == "radio":
            # One stop for all that belong together.
            if given["name"] not in self.radios:
                self.radios.add(given["name"])
                self.stops.append(f"radio {given['name']}")
        elif tag in ("button", "select", "textarea", "summary", "input") or (tag == "a" and "href" in given):
            self.stops.append(f"{tag} {given.get('name') or given.get('href', '')} {kind}".strip())

    def handle_endtag(self, tag: str) -> None:
        self.inside -= tag == "main"
        self.folded -= tag == "details" and self.folded > 0
        self.silent -= tag in ("script", "style", "textarea")

    def handle_data(self, data: str) -> None:
        if self.inside and not self.silent and data.strip():
            self.texts.append(data)


def weighed(html: str) -> int:
    return len(gzip.compress(html.encode(), 9))


def test_a_report_is_sent_with_few_stops_and_a_light_page(client: FlaskClient, login: Login) -> None:
    organisation()
    make_system(name="客服問答機器人")
    make_system(name="公文摘要助理")
    html = login(client, make_person("reporter")).get("/report").text
    page = Page(html)
    send = next(at for at, stop in enumerate(page.stops) if stop.startswith("button") and "submit" in stop)
    assert send + 1 <= STOPS, page.stops
    assert weighed(html) <= REPORT_HTML and len(page.fetched) <= REQUESTS, (weighed(html), page.fetched)


def test_an_inbox_of_fifty_rows_is_light(client: FlaskClient, login: Login) -> None:
    organisation()
    system, supervisor = make_system(name="客服問答機器人"), make_person("supervisor")
    make_person("supervisor")
    reporter = make_person("reporter")
    for number in range(50):
        make_issue(
            system=system,
            reporter=reporter,
            description=f"第 {number} 題：請問退貨期限是幾天，跟手冊寫的不同？",
        )
    html = login(client, supervisor).get("/inbox/triage").text
    assert html.count('class="row-item') == 50
    assert weighed(html) <= INBOX_HTML and len(Page(html).fetched) <= REQUESTS


def sentences(page: Page) -> Iterator[str]:
    for text in page.texts:
        yield from (one.strip() for one in SENTENCE.split(text) if one.strip())


@pytest.mark.parametrize("state", ["waiting_user", "answered", "escalated"])
def test_reporters_read_short_sentences_and_no_codes(client: FlaskClient, login: Login, state: str) -> None:
    issue = make_issue(state=state, description="退貨天數答錯")
    if state == "escalated":
        actions.say(
            issue, "請問是哪一天？", visibility="public", by=actor_of(make_person("supervisor")), at=MONDAY
        )
    mine = login(client, issue.reporter)
    for path in ("/report", "/my", f"/issues/{issue.number}", f"/issues/{issue.number}?sent=1"):
        said = list(sentences(Page(mine.get(path).text)))
        assert [one for one in said if len(one) > LONGEST] == [], path
        assert [one for one in said if CODES.search(one)] == [], path

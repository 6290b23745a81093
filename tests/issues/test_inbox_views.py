"""Which view the inbox opens, what an empty one says, and what the next issue is."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.factories.issues import make_issue
from tests.factories.people import make_person
from tracker.accounts.models import Person

Login = Callable[[FlaskClient, Person], FlaskClient]


@pytest.mark.parametrize(
    ("states", "view"),
    [
        (("confirming", "new"), "triage"),
        (("escalated", "confirming"), "confirming"),
        ((), "triage"),
    ],
)
def test_the_inbox_opens_where_something_waits(
    client: FlaskClient, login: Login, states: tuple[str, ...], view: str
) -> None:
    for state in states:
        make_issue(state=state)
    page = login(client, make_person("supervisor")).get("/inbox").text
    assert f'href="/inbox/{view}" aria-current="page"' in page


def test_an_empty_view_says_where_something_is(client: FlaskClient, login: Login) -> None:
    client.set_cookie("locale", "en")
    make_issue(state="waiting_user")
    page = login(client, make_person("supervisor")).get("/inbox/triage").text
    assert "Nothing to triage." in page and 'class="button" href="/inbox/waiting"' in page


def test_the_next_one_is_an_answer_that_came_back_when_nothing_is_new(
    client: FlaskClient, login: Login
) -> None:
    issue = make_issue(state="confirming")
    answer = login(client, make_person("supervisor")).get("/inbox/next")
    assert answer.location == f"/issues/{issue.number}"

"""What is kept ends with the next change, whoever made it, and with the minute; what the reader sees is never older."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, insert

from tests.clock import MONDAY, Clock
from tests.factories.chases import tick
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person
from tests.issues.test_cost import MOST, counted
from tracker import audit, rearm
from tracker.accounts.models import Person
from tracker.audit.models import Entry
from tracker.db import db
from tracker.issues import actions
from tracker.issues.models import Issue
from tracker.rearm import Rearm
from tracker.unchanged import last_change, unchanged

Login = Callable[[FlaskClient, Person], FlaskClient]
pytestmark = pytest.mark.usefixtures("app")


def entry(entry_id: int) -> None:
    """An entry with a number of one's own, as a transaction writes it that is committed late."""
    row = {column.name: "" for column in Entry.__table__.columns}
    more = {
        "id": entry_id,
        "at": MONDAY,
        "by_id": None,
        "subject_id": entry_id,
        "seq": 1,
        "before": {},
        "after": {},
    }
    db.session.execute(insert(Entry), row | more)


def forget_marks() -> None:
    db.session.execute(delete(Rearm))


CHANGES: dict[str, Callable[[], object]] = {
    "an entry": lambda: audit.record("issue.view", ("issue", 1), by=actor_of(make_person()), at=MONDAY),
    "an entry that was committed late": lambda: entry(98),
    "a case that waits for its clocks": lambda: rearm.mark("issue", 1, at=MONDAY),
    "a case that has them": forget_marks,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_is_kept_ends_with_a_change(change: Callable[[], object]) -> None:
    asked: list[int] = []

    def ask() -> int:
        asked.append(1)
        return len(asked)

    for entry_id in (97, 99):
        entry(entry_id)
    rearm.mark("issue", 2, at=MONDAY)
    for _ in range(2):
        assert unchanged("this", last_change(), MONDAY, ask) == 1
    change()
    assert unchanged("this", last_change(), MONDAY, ask) == 2


def test_what_is_kept_ends_with_the_minute_and_is_of_one_thing_alone(clock: Clock) -> None:
    last = last_change()
    assert (
        unchanged("this", last, clock.now(), lambda: 1)
        == unchanged("this", last, clock.now(), lambda: 2)
        == 1
    )
    assert unchanged("that", last, clock.now(), lambda: 3) == 3
    assert unchanged("this", last, clock.advance(seconds=59), lambda: 4) == 1
    assert unchanged("this", last, clock.advance(seconds=1), lambda: 5) == 5


def test_the_inbox_asks_again_after_a_change_alone(client: FlaskClient, login: Login) -> None:
    boss = make_person("supervisor")
    make_person("supervisor")
    issue = make_issue(state="confirming", supervisor=boss)
    tick(MONDAY)
    login(client, boss)
    number = issue.number
    # Who reads, and who else is there.
    for most in (MOST, 2):
        with counted() as statements:
            assert number in client.get("/inbox/all").text
        assert len(statements) <= most, "\n\n".join(statements)
    actions.save(issue, {"title": "Another title"}, by=actor_of(boss), at=MONDAY, seen={})
    db.session.commit()
    assert client.get("/inbox/all").text.count("Another title") == 2
    assert make_issue().number in client.get("/inbox/all").text


def test_a_deadline_that_is_reached_shows_though_nothing_else_changed(
    client: FlaskClient, login: Login, clock: Clock
) -> None:
    boss = make_person("supervisor")
    issue = make_issue(state="confirming", supervisor=boss)
    tick(MONDAY)
    login(client, boss)
    due = db.session.get_one(Issue, issue.id).next_due_at
    clock.advance(seconds=(due - clock.now()).total_seconds() - 10)
    before = client.get("/inbox/all").text
    clock.advance(seconds=20)
    assert "tag due red" in client.get("/inbox/all").text and "tag due red" not in before


def test_the_kept_pane_has_the_token_of_who_reads_it(client: FlaskClient, login: Login) -> None:
    boss, issue = make_person("supervisor"), make_issue()
    tokens = set()
    for _ in range(2):
        with client.session_transaction() as session:
            session.clear()
        page = login(client, boss).get("/inbox/all").text
        found = set(page.split('name="csrf_token" value="')[1:])
        own = {one.partition('"')[0] for one in found}
        assert len(own) == 1 and f"/issues/{issue.number}/classify" in page
        tokens |= own
    assert len(tokens) == 2

"""What a page may cost: at most 15 queries, however long the talk is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from tests.clock import MONDAY
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person, make_system
from tracker.accounts.models import Person
from tracker.db import db
from tracker.issues import actions, inbox

Login = Callable[[FlaskClient, Person], FlaskClient]
MOST = 15


@contextmanager
def counted(*, every: bool = False) -> Iterator[list[str]]:
    """The selects sent; with `every` all statements but those that only begin or end something."""
    kinds = ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE") if every else ("SELECT", "WITH")
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith(kinds):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_pages_stay_within_their_statements(client: FlaskClient, login: Login) -> None:
    supervisor, system = make_person("supervisor"), make_system(functions=("A", "B"), version="1")
    issue = make_issue(state="confirmed", supervisor=supervisor, system=system)
    for n in range(10):
        actions.say(issue, f"Word {n}", visibility="public", by=actor_of(supervisor), at=MONDAY)
    for _ in range(5):
        make_issue(reporter=issue.reporter, system=make_system())
    for person in (issue.reporter, supervisor):
        login(client, person)
        for path in ("/report", "/my", f"/issues/{issue.number}", f"/issues/{issue.number}/note"):
            with counted() as statements:
                assert client.get(path).status_code == 200
            assert len(statements) <= MOST, (person.name, path, "\n\n".join(statements))


def test_the_page_of_an_ordinary_case_asks_four_times(client: FlaskClient, login: Login) -> None:
    """Who reads it; the case; its trail with what else there is of it; its clocks with what comes next."""
    path = f"/issues/{make_issue().number}"
    login(client, make_person("supervisor"))
    with counted() as statements:
        assert client.get(path).status_code == 200
    assert len(statements) == 4, "\n\n".join(statements)


def test_a_report_is_sent_in_four_selects_and_thirteen_writes(client: FlaskClient, login: Login) -> None:
    """Who sends it; the system; whether it was sent before; who else hears of it."""
    make_person("supervisor")
    system = make_system(functions=("A",), version="1")
    login(client, make_person("reporter"))
    form = {"system": system.key, "impact": "blocked", "description": "No sums.", "once": "first"}
    assert client.post("/report", data=form).status_code == 303
    with counted(every=True) as statements:
        assert client.post("/report", data={**form, "once": "second"}).status_code == 303
    assert [one.partition(" ")[0] for one in statements].count("SELECT") == 4, "\n\n".join(statements)
    assert len(statements) == 17, "\n\n".join(statements)


@pytest.mark.postgresql_only
def test_however_many_rows_a_list_has_it_is_one_statement_for_postgresql(app: Any) -> None:
    ids = [make_issue().id for _ in range(3)]
    with counted() as statements:
        assert [row.id for row in inbox.shown(ids)] == ids[::-1]
        assert [row.id for row in inbox.shown(ids[:1])] == ids[:1]
    assert len(statements) == 2 and len(set(statements)) == 1

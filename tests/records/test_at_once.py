"""Two people change one case at the same moment: what each did stands, or the second is told."""

import contextvars
import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, text

from tests.clock import MONDAY
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person
from tests.factories.records import Cast, make_record, take
from tracker.accounts.models import Person, Team
from tracker.db import db, locked
from tracker.issues.models import Issue
from tracker.records import actions, queries
from tracker.records.models import Record

pytestmark = pytest.mark.postgresql_only
WAITS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


def meanwhile(app: Flask, act: Callable[[], None], then: Callable[[], None] = lambda: None) -> None:
    """Another one acts and waits for this session's locks; then `then`, this session commits, and both are done."""

    def run() -> None:
        with app.app_context():
            act()
            db.session.remove()

    second = threading.Thread(target=lambda: contextvars.Context().run(run))
    second.start()
    with db.engine.connect() as looking:
        while second.is_alive() and not looking.scalar(WAITS):
            looking.rollback()
    then()
    db.session.commit()
    second.join()
    db.session.expire_all()


def actor(person_id: int):
    return actor_of(db.session.get_one(Person, person_id))


def withdraw(issue_id: int, cast: Cast) -> None:
    issue = db.session.scalars(locked(select(Issue).where(Issue.id == issue_id))).one()
    actions.move_issue(issue, "withdraw", by=cast.as_reporter, at=MONDAY, note="It was nothing.")


@pytest.mark.parametrize(("state", "verb"), [("fixing", "conclude"), ("user_confirm", "back")])
def test_a_report_withdrawn_while_its_record_moves_stays_withdrawn(app, state, verb):
    record, cast = make_record(state=state)
    record_id, issue_id, supervisor = record.id, record.primary_issue_id, cast.supervisor.id

    def move() -> None:
        found = queries.for_change(select(Record).where(Record.id == record_id))
        given = {"close_code": "wont_fix", "proposed_solution": "Ask the desk."}
        actions.move_record(found, verb, by=actor(supervisor), at=MONDAY, fields=given, note="Because.")
        db.session.commit()

    withdraw(issue_id, cast)
    meanwhile(app, move)
    assert db.session.get_one(Issue, issue_id).state == "withdrawn"


def test_the_last_two_users_to_answer_at_once_let_the_record_go_on(app):
    record, cast = make_record(state="verifying")
    second = make_issue(
        state="escalated", supervisor=cast.supervisor, reporter=cast.reporter, system=record.system
    )
    actions.attach(second, record, at=MONDAY)
    take(record, "ask_user", cast)
    db.session.commit()
    record_id, first_id, second_id, reporter = record.id, record.primary_issue_id, second.id, cast.reporter.id

    def solved(issue_id: int) -> None:
        issue = db.session.scalars(locked(select(Issue).where(Issue.id == issue_id))).one()
        actions.move_issue(issue, "solved", by=actor(reporter), at=MONDAY)

    def solved_too() -> None:
        solved(second_id)
        db.session.commit()

    solved(first_id)
    meanwhile(app, solved_too)
    assert db.session.get_one(Record, record_id).state == "review"


def test_who_waits_for_one_that_waits_for_them_goes_after_them(app, login):
    supervisor = make_person("supervisor")
    first, other = make_issue(), make_issue()
    first_id, number, into, person_id = first.id, other.number, first.number, supervisor.id
    db.session.commit()
    answers: list[int] = []

    def merge() -> None:
        client = app.test_client()
        login(client, db.session.get_one(Person, person_id))
        answers.append(
            client.post(f"/issues/{number}/merge", data={"into": into, "note": "twice"}).status_code
        )

    def reach_across() -> None:
        db.session.scalars(locked(select(Issue).where(Issue.number == number))).one()

    db.session.scalars(locked(select(Issue).where(Issue.id == first_id))).one()
    meanwhile(app, merge, reach_across)
    assert answers == [303]
    assert db.session.scalars(select(Issue.state).where(Issue.number == number)).one() == "merged"


def test_nothing_is_merged_into_a_report_that_is_just_being_withdrawn(app, login):
    supervisor = make_person("supervisor")
    target, other = make_issue(), make_issue()
    number, into, person_id = other.number, target.number, supervisor.id

    def merge() -> None:
        client = app.test_client()
        login(client, db.session.get_one(Person, person_id))
        client.post(f"/issues/{number}/merge", data={"into": into, "note": "twice"})

    issue = db.session.scalars(locked(select(Issue).where(Issue.number == into))).one()
    actions.move_issue(issue, "withdraw", by=actor_of(supervisor), at=MONDAY, note="Nothing.")
    meanwhile(app, merge)
    assert db.session.scalars(select(Issue.state).where(Issue.number == number)).one() != "merged"


def test_whoever_is_second_with_a_name_is_told_that_it_is_taken(app, login):
    person_id = make_person("admin").id
    answers: list[int] = []

    def make() -> None:
        client = login(app.test_client(), db.session.get_one(Person, person_id))
        answers.append(client.post("/admin/teams", data={"name": "Night"}).status_code)

    db.session.add(Team(name="Night"))
    db.session.flush()
    meanwhile(app, make)
    assert answers == [422]

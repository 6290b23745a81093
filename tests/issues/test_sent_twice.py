"""The same report or message sent twice at the same moment, by an impatient finger or a browser that tries again."""

import contextvars
import threading

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, insert, select, text

from tests.clock import MONDAY
from tests.factories.issues import make_issue
from tests.factories.people import make_system
from tracker.db import db
from tracker.issues import drafts, links
from tracker.issues.models import Idempotency, Issue, Message, ReportDraft

pytestmark = pytest.mark.postgresql_only
SENT = {"description": "It says 30 days.", "impact": "wrong_content", "system": "unknown", "once": "a" * 22}
WAITS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


def test_whoever_comes_second_is_led_to_the_report_of_the_first(app: Flask, client: FlaskClient) -> None:
    make_system(key="unknown")
    first = client.post("/report", data=SENT).location
    mark = db.session.execute(select(Idempotency.__table__)).mappings().one()
    db.session.execute(delete(Idempotency))
    db.session.commit()
    answers: list[str] = []

    def send() -> None:
        with app.app_context():
            answers.append(app.test_client().post("/report", data=SENT).location)

    second = threading.Thread(target=lambda: contextvars.Context().run(send))
    with db.engine.connect() as other:
        # The first one is not committed yet when the second looks for it.
        other.execute(insert(Idempotency), [dict(mark)])
        second.start()
        while second.is_alive() and not db.session.scalar(WAITS):
            db.session.rollback()
        other.commit()
    second.join()
    assert "Q-202611-0001" in client.get(first).text and "Q-202611-0001" in client.get(answers[0]).text
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Issue)) == 1


def test_two_first_drafts_of_one_person_become_one(app: Flask) -> None:
    def keep() -> None:
        with app.app_context():
            drafts.keep({"description": "the second"}, "k", person_id=None, at=MONDAY)
            db.session.commit()
            db.session.remove()

    second = threading.Thread(target=lambda: contextvars.Context().run(keep))
    drafts.keep({"description": "the first"}, "k", person_id=None, at=MONDAY)
    second.start()
    with db.engine.connect() as looking:
        while second.is_alive() and not looking.scalar(WAITS):
            looking.rollback()
    db.session.commit()
    second.join()
    db.session.expire_all()
    assert [one.fields["description"] for one in db.session.scalars(select(ReportDraft))] == ["the second"]


def test_a_message_sent_by_two_tabs_at_once_is_said_once(app: Flask) -> None:
    issue = make_issue()
    secret = links.receipt(issue, at=MONDAY)
    db.session.commit()

    def send() -> None:
        with app.app_context():
            assert app.test_client().post(f"/i/{secret}/note", data={"body": "Any news?"}).status_code == 303

    both = [threading.Thread(target=lambda: contextvars.Context().run(send)) for _ in range(2)]
    with db.engine.connect() as other:
        # Both have come as far as the issue before either goes on.
        other.execute(select(Issue.id).with_for_update())
        for one in both:
            one.start()
        while db.session.scalar(WAITS) < 2 and any(one.is_alive() for one in both):
            db.session.rollback()
        other.rollback()
    for one in both:
        one.join()
    db.session.rollback()
    assert [one.body for one in db.session.scalars(select(Message))] == ["Any news?"]

"""Somebody leaves: what was sent to them opens nothing, and what still waits for them is not sent."""

from flask import Flask
from flask.testing import FlaskClient

from tests.clock import Clock
from tests.factories.outbox import letter, make_letter
from tests.factories.records import make_cast, make_record
from tracker.accounts.actions import people
from tracker.accounts.rules import SYSTEM
from tracker.db import db
from tracker.outbox import jobs
from tracker.outbox.rules import SENT, Outcome
from tracker.records import links, queries
from tracker.records.parts import Escalation


def test_the_link_of_somebody_whose_account_was_closed_opens_nothing(
    client: FlaskClient, clock: Clock
) -> None:
    cast = make_cast()
    record, _ = make_record(cast, state="assigned")
    escalation = queries.open_escalation(record)
    address = links.path(escalation, at=clock.now(), person=cast.engineer)
    db.session.commit()
    assert client.get(address).status_code == 200
    people.deactivate(cast.engineer, by=SYSTEM, at=clock.now())
    db.session.commit()
    taken = client.post(f"{address}/acknowledge", data={"expected_at": "2026-11-25T17:00"})
    assert client.get(address).status_code == taken.status_code == 410
    db.session.expire_all()
    assert db.session.get_one(Escalation, escalation.id).state == "sent"


def test_what_still_waits_for_them_is_not_sent(app: Flask, clock: Clock) -> None:
    cast, sent = make_cast(), list[object]()
    gone = make_letter(person_id=cast.engineer.id, undoable=True)
    other = make_letter(person_id=cast.supervisor.id, undoable=True)
    people.deactivate(cast.engineer, by=SYSTEM, at=clock.now())
    db.session.commit()
    jobs.deliver(clock.advance(minutes=5), send=lambda envelope: Outcome(SENT, str(sent.append(envelope))))
    assert [letter(one.id).state for one in (gone, other)] == ["cancelled", "sent"] and len(sent) == 1

"""Escalating a record: to whom, with what promise, and back; record and escalation move together."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.clock import MONDAY, Clock
from tests.factories.people import actor_of, make_person
from tests.factories.records import (
    CORRECTION,
    bring_to,
    do,
    make_cast,
    make_record,
    take,
)
from tracker.accounts.rules import SYSTEM, Actor
from tracker.db import db
from tracker.errors import DomainError, Missing
from tracker.outbox.models import Letter
from tracker.records import actions, links, queries


def test_assigning_sends_an_escalation_and_a_letter_and_lets_the_engineer_read(app: Flask) -> None:
    record, cast = make_record(state="opened")
    assert db.session.scalars(queries.visible(actor_of(cast.engineer))).all() == []
    do(record, "assign", cast)
    escalation = queries.open_escalation(record)
    assert escalation is not None and escalation.state == "sent"
    assert db.session.scalars(queries.visible(actor_of(cast.engineer))).all() == [record]
    letters = db.session.scalars(select(Letter).where(Letter.kind == "record.escalated")).all()
    assert {one.channel for one in letters} == {"bell", "mail"}
    assert all(one.person_id == cast.engineer.id for one in letters)


def test_assigning_needs_somebody_and_a_time_to_come(app: Flask) -> None:
    record, cast = make_record(state="opened")
    with pytest.raises(Missing) as missing:
        actions.move_record(record, "assign", by=actor_of(cast.supervisor), at=MONDAY)
    assert missing.value.keys == ("assigned_to", "due_at")
    with pytest.raises(DomainError) as wrong:
        do(record, "assign", cast, due_at=MONDAY - timedelta(days=1))
    assert "due_at" in wrong.value.fields
    with pytest.raises(DomainError) as nobody:
        do(record, "assign", cast, to="nobody@example.test")
    assert "to" in nobody.value.fields


def test_a_grave_record_is_contained_before_it_is_assigned(app: Flask) -> None:
    record, cast = make_record(state="opened", grave=True)
    actions.save(record, {"containment": []}, by=actor_of(cast.supervisor), at=MONDAY)
    with pytest.raises(Missing) as missing:
        do(record, "assign", cast)
    assert missing.value.keys == ("containment",)


def test_returned_work_is_no_longer_with_the_engineer(app: Flask) -> None:
    record, cast = make_record(state="analysing")
    do(record, "return", cast, actor_of(cast.engineer))
    escalation = queries.last_escalation(record)
    assert escalation is not None
    assert (record.state, escalation.state, escalation.reason) == ("opened", "returned", "Because.")
    assert db.session.scalars(queries.visible(actor_of(cast.engineer))).all() == []


def test_reassigning_is_returning_and_assigning(app: Flask) -> None:
    record, cast = make_record(state="assigned")
    other = make_person("engineer")
    first = queries.open_escalation(record)
    assert first is not None
    second = actions.move_escalation(
        first,
        "reassign",
        by=actor_of(cast.supervisor),
        at=MONDAY,
        fields={"to": other.email},
        note="Knows it better.",
    )
    assert (first.state, second.state, second.to_person_id) == ("returned", "sent", other.id)
    assert record.state == "assigned"


def test_a_lapsed_promise_is_given_again_without_moving_the_record(app: Flask, clock: Clock) -> None:
    record, cast = make_record(state="fixing")
    escalation = queries.open_escalation(record)
    assert escalation is not None
    actions.move_escalation(escalation, "lapse", by=SYSTEM, at=MONDAY)
    assert escalation.state == "sent"
    later = MONDAY + timedelta(days=3)
    actions.move_escalation(
        escalation, "acknowledge", by=actor_of(cast.engineer), at=MONDAY, fields={"expected_at": later}
    )
    assert (record.state, escalation.state, escalation.expected_at) == ("fixing", "acknowledged", later)


def test_reporting_the_correction_moves_both(app: Flask) -> None:
    record, cast = make_record(state="fixing")
    escalation = queries.open_escalation(record)
    assert escalation is not None
    engineer = actor_of(cast.engineer)
    with pytest.raises(Missing):
        actions.move_escalation(escalation, "correct", by=engineer, at=MONDAY)
    actions.save(record, CORRECTION, by=engineer, at=MONDAY)
    actions.move_escalation(escalation, "correct", by=engineer, at=MONDAY)
    assert (record.state, escalation.state) == ("verifying", "corrected")


def test_a_supervisor_speaks_for_an_outside_contact(app: Flask) -> None:
    record, cast = make_record(state="opened")
    supervisor = actor_of(cast.supervisor)
    vendor = actions.Target(name="Vendor's desk", email="desk@vendor.test")
    actions.escalate(record, to=vendor, due_at=MONDAY + timedelta(days=1), by=supervisor, at=MONDAY)
    letter = db.session.scalars(select(Letter).where(Letter.address == "desk@vendor.test")).one()
    assert letter.link.startswith("/e/")
    cast.engineer = cast.supervisor
    bring_to(record, "verifying", cast)
    assert {one.name for one in queries.Whole(record).authors.values() if one.field == "root_cause"} == {
        "Vendor's desk"
    }
    take(record, "ask_user", cast)
    assert (record.state, record.same_person_reason) == ("user_confirm", "")


def test_what_somebody_writes_through_their_letters_link_is_theirs(app: Flask) -> None:
    cast = make_cast()
    cast.engineer = cast.supervisor
    record, _ = make_record(cast, state="analysing")
    escalation = queries.open_escalation(record)
    assert escalation is not None
    other = make_person("supervisor")
    secret = links.path(escalation, at=MONDAY, person=other).removeprefix("/e/")
    link = links.find(secret)
    assert link is not None and links.is_open(link, at=MONDAY)
    through = Actor(name=other.name, link=links.opened(link))
    actions.save(record, {"root_cause": "Found by mail."}, by=through, at=MONDAY)
    assert queries.Whole(record).authors["root_cause"].person_id == other.id
    links.revoke(escalation, at=MONDAY)
    assert not links.is_open(link, at=MONDAY)

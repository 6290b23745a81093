"""Who sees which record."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.clock import MONDAY
from tests.factories.people import actor_of, make_person, make_system, make_team, make_unit
from tests.factories.records import issues_of, make_record
from tracker.accounts.models import Person, PersonRole
from tracker.accounts.rules import Actor, Link
from tracker.audit.models import Entry
from tracker.db import db
from tracker.records import actions, queries
from tracker.records.models import Record


def sees(person: Person | Actor, record: Record) -> bool:
    actor = person if isinstance(person, Actor) else actor_of(person)
    return record in db.session.scalars(queries.visible(actor)).all()


def test_overview_roles_see_all_within_their_limits(app: Flask) -> None:
    record, _cast = make_record()
    there, elsewhere = record.system, make_system()
    for role in ("supervisor", "manager", "auditor"):
        assert sees(make_person(role), record)
        assert sees(make_person(role, system_limit=there), record)
        assert not sees(make_person(role, system_limit=elsewhere), record)
        assert not sees(make_person(role, unit_limit=make_unit()), record)


def test_reporters_strangers_admins_and_visitors_see_none(app: Flask) -> None:
    record, cast = make_record()
    for person in (cast.reporter, make_person(), make_person("admin"), cast.engineer):
        assert not sees(person, record)
    assert not sees(Actor(), record)


def test_an_engineer_sees_what_is_with_them_their_team_or_their_system(app: Flask) -> None:
    team = make_team()
    member, owner = make_person("engineer", teams=(team,)), make_person("engineer")
    record, cast = make_record(state="opened", system=make_system(owner=owner))
    assert sees(owner, record) and not sees(member, record)
    due = MONDAY.replace(hour=23)
    actions.escalate(record, to=f"team:{team.id}", due_at=due, by=actor_of(cast.supervisor), at=MONDAY)
    db.session.commit()
    assert sees(member, record) and not sees(cast.engineer, record)


def test_a_link_opens_its_own_record_alone(app: Flask) -> None:
    record, _ = make_record(state="assigned")
    other, _ = make_record(state="assigned")
    escalation = queries.open_escalation(record)
    assert escalation is not None
    actor = Actor(name="Vendor", link=Link(1, "assignee", "escalation", escalation.id))
    assert sees(actor, record) and not sees(actor, other)
    guest = Actor(name="Guest", link=Link(1, "guest", "issue", issues_of(record)[0].id))
    assert not sees(guest, record)


def test_a_restricted_case_is_hidden_from_the_owner_of_the_system(app: Flask) -> None:
    owner = make_person("engineer")
    record, _ = make_record(system=make_system(owner=owner))
    issues_of(record)[0].restricted = True
    make_person("supervisor")
    db.session.commit()
    assert not sees(owner, record)
    assert not sees(make_person("supervisor"), record)


@pytest.mark.sqlite_only
def test_an_auditor_reads_masked_and_each_look_is_written_down(
    app: Flask, client: FlaskClient, login: Callable
) -> None:
    record, cast = make_record(state="closed")
    auditor = make_person("auditor")
    elsewhere = PersonRole(person_id=auditor.id, role="supervisor", system_id=make_system().id)
    db.session.add(elsewhere)
    db.session.commit()
    answer = login(client, auditor).get(f"/records/{record.number}?all=1")
    assert answer.status_code == 200
    shown = answer.text.split("<main", 1)[1]
    assert "How many days?" not in shown
    assert cast.reporter.name not in shown
    looks = db.session.scalars(
        select(Entry).where(Entry.action == "record.view", Entry.by_id == auditor.id)
    ).all()
    assert len(looks) == 1

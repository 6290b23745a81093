"""Who reads a page: the one statement that every page begins with says of their rights what their own rows say."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import template_rendered
from flask.testing import FlaskClient

from tests.clock import MONDAY
from tests.factories.people import actor_of, make_person, make_system, make_team, make_unit
from tracker.accounts.models import Person, PersonRole, TeamMember
from tracker.db import db

Login = Callable[[FlaskClient, Person], FlaskClient]


def rights(client: FlaskClient) -> Any:
    """What the reader of a page may do."""
    told: list[Any] = []
    with template_rendered.connected_to(lambda _app, context, **_rest: told.append(context["actor"])):
        assert client.get("/systems").status_code == 200
    return told[0]


def test_each_reader_has_the_rights_of_their_own_rows_and_none_else(app: Any, login: Login) -> None:
    unit, system = make_unit(), make_system()
    make_unit(parent_id=unit.id)
    limited = make_person(roles=("supervisor", "engineer"), unit_limit=unit, teams=(make_team(), make_team()))
    db.session.add(PersonRole(person_id=limited.id, role="supervisor", system_id=system.id))
    db.session.add(PersonRole(person_id=limited.id, role="manager", until=MONDAY))
    db.session.add(PersonRole(person_id=limited.id, role="auditor", until=MONDAY + timedelta(days=1)))
    db.session.commit()
    db.session.refresh(limited)
    people = [limited, make_person("supervisor"), make_person()]
    seen = [rights(login(app.test_client(), one)) for one in people]
    assert seen == [actor_of(one) for one in people]
    assert seen[0].roles == {"supervisor", "engineer", "auditor"} and len(seen[0].teams) == 2
    where = seen[0].limits["supervisor"]
    assert len(where.units) == 2 and where.systems == {system.id}


def test_what_is_taken_from_a_reader_is_gone_with_the_next_page(app: Any, login: Login) -> None:
    person = make_person("supervisor", teams=(make_team(),))
    client = login(app.test_client(), person)
    assert rights(client).roles == {"supervisor"}
    person.roles.clear()
    db.session.query(TeamMember).delete()
    db.session.commit()
    after = rights(client)
    assert not after.roles and not after.teams and not after.limits

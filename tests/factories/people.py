"""People, units, teams and systems to test with."""

from datetime import datetime
from typing import Any, TypeVar

from tests.clock import MONDAY
from tests.worlds import number, repeatable
from tracker.accounts import queries
from tracker.accounts.models import Organisation, Person, PersonRole, Team, TeamMember, Unit
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.systems.models import AISystem, SystemFunction, SystemVersion

Row = TypeVar("Row")


@repeatable
def make_person(
    role: str | None = None,
    *,
    roles: tuple[str, ...] = (),
    unit_limit: Unit | None = None,
    system_limit: AISystem | None = None,
    until: datetime | None = None,
    teams: tuple[Team, ...] = (),
    **overrides: Any,
) -> Person:
    """Somebody with an account; `role` or `roles` hold everywhere unless a limit is named."""
    n = number()
    person = Person(
        **{"name": f"Person {n}", "email": f"person{n}@example.test", "created_at": MONDAY, **overrides}
    )
    for one in (*((role,) if role else ()), *roles):
        limit = {"unit_id": unit_limit and unit_limit.id, "system_id": system_limit and system_limit.id}
        person.roles.append(PersonRole(role=one, until=until, **limit))
    db.session.add(person)
    db.session.flush()
    db.session.add_all(TeamMember(team_id=team.id, person_id=person.id) for team in teams)
    db.session.commit()
    return person


@repeatable
def make_unit(**overrides: Any) -> Unit:
    """One unit."""
    return _kept(Unit(**{"name": f"Unit {number()}", **overrides}))


@repeatable
def make_team(**overrides: Any) -> Team:
    """One team without members; `make_person(teams=(team,))` joins it."""
    return _kept(Team(**{"name": f"Team {number()}", **overrides}))


@repeatable
def make_system(
    *, functions: tuple[str, ...] = (), version: str = "", owner: Person | None = None, **overrides: Any
) -> AISystem:
    """One AI system, with these functions and this current version."""
    n = number()
    system = AISystem(
        **{"key": f"system-{n}", "name": f"System {n}", "owner_id": owner and owner.id, **overrides}
    )
    system.functions = [SystemFunction(name=name) for name in functions]
    system.versions = [SystemVersion(version=version, current=True)] if version else []
    return _kept(system)


@repeatable
def organisation(**changes: Any) -> Organisation:
    """The organisation's settings, changed."""
    settings = queries.organisation()
    for name, value in changes.items():
        setattr(settings, name, value)
    db.session.commit()
    return settings


def actor_of(person: Person, at: datetime = MONDAY, **options: Any) -> Actor:
    """The actor this person is."""
    return queries.actor_of(person, at=at, **options)


def _kept(row: Row) -> Row:
    db.session.add(row)
    db.session.commit()
    return row

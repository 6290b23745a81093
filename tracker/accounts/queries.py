"""Named selects of people: who acts, who may do what, the organisation's settings."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask import g, has_request_context, request
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Row, Select, bindparam, inspect, or_, select

from tracker.accounts.models import Organisation, Person, PersonRole, Team, TeamMember, Unit
from tracker.accounts.rules import AUDITOR, SCOPES, SUPERVISOR, Actor, Limit
from tracker.db import UTCDateTime, db, kept, rows
from tracker.planned import spelled_out


def organisation() -> Organisation:
    """The one row of settings."""
    kept: Organisation | None = db.session().info.get("organisation")
    if kept is not None and inspect(kept).persistent:
        return kept
    found = db.session.get_one(Organisation, 1)
    keep_organisation(found)
    return found


def keep_organisation(found: Organisation) -> None:
    """Hold the settings as long as the session lives: it holds its rows weakly, and a page asks for them many times."""
    db.session().info["organisation"] = found


class Held(NamedTuple):
    """One role of a person, and where and until when it holds."""

    role: str
    unit_id: int | None
    system_id: int | None
    until: datetime | None


def actor_of(person: Person, *, at: datetime, scopes: Iterable[str] = SCOPES) -> Actor:
    """What this person may do at this instant: roles that have not run out, their limits, the person's teams."""
    teams = frozenset(db.session.scalars(_teams_of(), {"person": person.id}))
    return actor_with(person, person.roles, teams, at=at, scopes=scopes)


def actor_with(
    person: Person, roles: Iterable[PersonRole | Held], teams: frozenset[int], *, at: datetime,
    scopes: Iterable[str] = SCOPES,
) -> Actor:  # fmt: skip
    """The same, where the roles and the teams of the person are at hand."""
    held = _in_force(roles, at)
    names = frozenset(row.role for row in held)
    return Actor(
        person_id=person.id, name=person.name, roles=names, limits={role: _limit(held, role) for role in names},
        teams=teams, scopes=frozenset(scopes), unit_id=person.unit_id, locale=person.locale,
    )  # fmt: skip


@kept
def _teams_of() -> Select[int]:
    return select(TeamMember.team_id).where(TeamMember.person_id == bindparam("person"))


def _in_force(roles: Iterable[Any], at: datetime) -> list[Any]:
    return [row for row in roles if row.until is None or at < row.until]


def _limit(held: Sequence[Any], role: str) -> Limit:
    mine = [row for row in held if row.role == role]
    if any(row.unit_id is None and row.system_id is None for row in mine):
        return Limit()
    units = frozenset(row.unit_id for row in mine if row.unit_id is not None)
    return Limit(
        units=with_units_below(units), systems=frozenset(r.system_id for r in mine if r.system_id is not None)
    )


def with_units_below(units: frozenset[int]) -> frozenset[int]:
    """These units and all below them in the tree."""
    if not units:
        return units
    parents = {row.id: row.parent_id for row in db.session.execute(select(Unit.id, Unit.parent_id))}
    return frozenset(unit for unit in parents if units & set(_upwards(unit, parents)))


def _upwards(unit: int | None, parents: dict[int, int | None]) -> Iterable[int]:
    seen: set[int] = set()
    while unit is not None and unit not in seen:
        seen.add(unit)
        yield unit
        unit = parents.get(unit)


def people() -> Select[Person]:
    """Everybody with an open account, by name."""
    return select(Person).where(Person.active).order_by(Person.name, Person.id)


def choices(listed: Iterable[Person]) -> list[tuple[int, str]]:
    """Id and name of each, with the unit behind it, for a list to pick from."""
    of = {unit.id: unit.name for unit in units()}
    return [
        (
            one.id,
            _("%(name)s (%(unit)s)", name=one.name, unit=of[one.unit_id]) if one.unit_id in of else one.name,
        )
        for one in listed
    ]


def may_stand_in(one: Person, at: datetime) -> bool:
    """Whether this person can be somebody's deputy: they can sign in, and do more here than audit."""
    return (
        one.active and one.email is not None and any(row.role != AUDITOR for row in _in_force(one.roles, at))
    )


def deputies(at: datetime, *, of: Person | None) -> list[tuple[int, str]]:
    """Who may be chosen as the deputy of this person, as choices."""
    return choices(one for one in db.session.scalars(people()) if one is not of and may_stand_in(one, at))


def people_with(
    role: str, *, at: datetime, unit_id: int | None = None, system_id: int | None = None
) -> Sequence[Person]:
    """Active people who have the role for a case of this unit and system, by name."""
    holders = select(PersonRole.person_id).where(
        PersonRole.role == role, or_(PersonRole.until.is_(None), PersonRole.until > at)
    )
    candidates = db.session.scalars(people().where(Person.id.in_(holders))).all()
    return [one for one in candidates if _limit(_in_force(one.roles, at), role).covers(unit_id, system_id)]


def supervisors(at: datetime) -> Sequence[Row[int, str]]:
    """Id and name of those who may handle issues, by name."""
    return db.session.execute(_supervisors(), {"now": at}).all()


def is_alone(at: datetime) -> bool:
    """Whether nobody but one supervises, so that pages leave out what several need (decisions 1.3)."""
    return len(supervisors(at)) < 2


@kept
def _supervisors() -> Select[int, str]:
    found = select(Person.id, Person.name).join(PersonRole, PersonRole.person_id == Person.id).distinct()
    held = or_(PersonRole.until.is_(None), PersonRole.until > bindparam("now", type_=UTCDateTime()))
    return found.where(PersonRole.role == SUPERVISOR, held, Person.active).order_by(Person.name, Person.id)


def told_of(
    role: str, *, at: datetime, unit_id: int | None, system_id: int | None, which: ColumnElement[bool],
    beside: ColumnElement[Any],
) -> list[Any]:  # fmt: skip
    """The same people as plain rows with what a note to them needs, in one statement.

    `which` of them and what is told `beside` may read the person.
    """
    found: dict[int, list[Any]] = {}
    for row in rows(_holders(role, which, beside), {"now": at}):
        found.setdefault(row.id, []).append(row)
    return [some[0] for some in found.values() if _limit(some, role).covers(unit_id, system_id)]


@kept
def _holders(role: str, which: ColumnElement[bool], beside: ColumnElement[Any]) -> Select[Any]:
    who = (Person.id, Person.locale, Person.mail_wish, Person.wishes)
    where = (PersonRole.role, PersonRole.unit_id, PersonRole.system_id)
    now = or_(PersonRole.until.is_(None), PersonRole.until > bindparam("now", type_=UTCDateTime()))
    found = select(*who, *where, beside).join(PersonRole, PersonRole.person_id == Person.id)
    found = found.where(PersonRole.role == role, now, Person.active, which)
    return spelled_out(found.order_by(Person.name, Person.id, PersonRole.id))


def by_email(email: str) -> Person | None:
    """The person with this address, upper and lower case alike."""
    return db.session.scalars(select(Person).where(Person.email == email.strip().lower())).first()


def teams() -> Sequence[Team]:
    """All teams by name."""
    return db.session.scalars(select(Team).order_by(Team.name)).all()


def units() -> Sequence[Unit]:
    """All units by name."""
    return db.session.scalars(select(Unit).order_by(Unit.name)).all()


def deputising_for(person_id: int, *, at: datetime) -> frozenset[int]:
    """Those who are away at this instant and named this person as their deputy."""
    # A page asks in several of its parts, and reading changes nothing.
    if not has_request_context() or request.method != "GET":
        return _deputising_for(person_id, at)
    known: dict[int, frozenset[int]] = g.setdefault("deputising", {})
    if person_id not in known:
        known[person_id] = _deputising_for(person_id, at)
    return known[person_id]


def _deputising_for(person_id: int, at: datetime) -> frozenset[int]:
    away = db.session.scalars(_away(), {"person": person_id, "now": at})
    return frozenset(one.id for one in away if one.is_away(at))


@kept
def _away() -> Select[Person]:
    now = bindparam("now", type_=UTCDateTime())
    return select(Person).where(Person.deputy_id == bindparam("person"), Person.away_from <= now)


def has_administrator() -> bool:
    """Whether anybody is an administrator yet; the first one closes the set-up for ever."""
    return db.session.scalar(select(PersonRole.id).where(PersonRole.role == "admin").limit(1)) is not None

"""Selects for the pages of administrators: people by name, units as a tree, members of teams."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select, tuple_

from tracker.accounts.models import Person, PersonRole, Team, TeamMember, Token, Unit
from tracker.db import db

PAGE = 50


def people(
    *, q: str = "", role: str = "", unit_id: int | None = None, closed: bool = False
) -> Select[Person]:
    """People by name, those with a closed account only when asked for."""
    wanted = select(Person).where(Person.active.is_(not closed)).order_by(Person.name, Person.id)
    if q:
        like = "%" + q.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        wanted = wanted.where(
            or_(func.lower(Person.name).like(like, escape="\\"), Person.email.like(like, escape="\\"))
        )
    if role:
        wanted = wanted.where(Person.id.in_(select(PersonRole.person_id).where(PersonRole.role == role)))
    if unit_id is not None:
        wanted = wanted.where(Person.unit_id == unit_id)
    return wanted


def page_of_people(wanted: Select[Person], *, after: int | None) -> tuple[Sequence[Person], int | None]:
    """One page after the person with this id, and the id to go on after, if there is more."""
    last = db.session.get(Person, after) if after is not None else None
    if last is not None:
        wanted = wanted.where(tuple_(Person.name, Person.id) > tuple_(last.name, last.id))
    found = db.session.scalars(wanted.limit(PAGE + 1)).all()
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


@dataclass(frozen=True)
class Node:
    """A unit in the tree: how deep, and how many open accounts are in it."""

    unit: Unit
    depth: int
    people: int


def unit_tree() -> list[Node]:
    """All units, each below its parent, siblings by name."""
    units = db.session.scalars(select(Unit).order_by(Unit.name)).all()
    counted = select(Person.unit_id, func.count()).where(Person.active, Person.unit_id.is_not(None))
    counts: dict[int | None, int] = {
        key: count for key, count in db.session.execute(counted.group_by(Person.unit_id))
    }
    below: dict[int | None, list[Unit]] = {}
    for unit in units:
        below.setdefault(unit.parent_id, []).append(unit)
    return [Node(unit, depth, counts.get(unit.id, 0)) for unit, depth in _walk(None, 0, below)]


def _walk(parent: int | None, depth: int, below: dict[int | None, list[Unit]]) -> Iterator[tuple[Unit, int]]:
    for unit in below.get(parent, []):
        yield unit, depth
        yield from _walk(unit.id, depth + 1, below)


def team_members() -> dict[int, list[Person]]:
    """The members of each team, by name."""
    found: dict[int, list[Person]] = {}
    pairs = (
        select(TeamMember.team_id, Person)
        .join(Person, Person.id == TeamMember.person_id)
        .order_by(Person.name)
    )
    for team_id, person in db.session.execute(pairs):
        found.setdefault(team_id, []).append(person)
    return found


def team(team_id: int) -> Select[Team]:
    """One team."""
    return select(Team).where(Team.id == team_id)


def tokens_of(person_id: int | None = None) -> Sequence[tuple[Token, Person]]:
    """Tokens with their owners, newest first; of one person or of all."""
    wanted = select(Token, Person).join(Person, Person.id == Token.person_id).order_by(Token.id.desc())
    if person_id is not None:
        wanted = wanted.where(Token.person_id == person_id)
    return [(token, owner) for token, owner in db.session.execute(wanted)]

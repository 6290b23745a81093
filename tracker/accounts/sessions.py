"""Sessions that have ended: the cookie is signed and stateless, so that what must not come back is listed here."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, delete, select

from tracker.accounts import queries, tokens
from tracker.accounts.models import EndedSession, Organisation, Person, PersonRole, TeamMember
from tracker.bulk import M, held
from tracker.db import db, kept, rows
from tracker.planned import in_text, spelled_out


def end(secret: str, *, now: datetime, hours: int) -> None:
    """From now on the cookie with this session's secret opens nothing; kept as long as such a cookie could live."""
    if secret and not has_ended(secret):
        db.session.add(EndedSession(sha256=tokens.stored(secret), until=now + timedelta(hours=hours)))


class Found(NamedTuple):
    """Whom a cookie stands for, what they hold, and what was asked beside."""

    person: Person
    roles: Collection[queries.Held]
    teams: frozenset[int]
    beside: Sequence[Any]


def person_of(
    person_id: int, secret: str, *, now: datetime, beside: tuple[ColumnElement[Any], ...]
) -> Found | None:
    """Whom a cookie with this person and session secret stands for, None when that session was signed out; and what
    the columns `beside` say, which may read `person` and `now`.

    Every page asks: their roles, their teams and the organisation's settings come along, all as plain columns, which
    cost half of what the session takes to make rows of five tables into objects.
    """
    given = {"person": person_id, "ended": tokens.stored(secret) if secret else "", "now": now}
    found = rows(_person_of(beside), given)
    if not found or found[0][_ENDED] is not None:
        return None
    first = found[0]
    queries.keep_organisation(_held(Organisation, first[_SETTINGS]))
    roles = {queries.Held(*row[_ROLE]) for row in found if row[_ROLE.start] is not None}
    teams = frozenset(row[_TEAM] for row in found if row[_TEAM] is not None)
    return Found(_held(Person, first[_PERSON]), roles, teams, first[_TEAM + 1 :])


def _held(model: type[M], values: Iterable[Any]) -> M:
    return held(model, dict(zip(model.__table__.columns.keys(), values, strict=True)))


_COLUMNS = len(Person.__table__.columns)
_ENDED = _COLUMNS + len(Organisation.__table__.columns)
_PERSON, _SETTINGS = slice(_COLUMNS), slice(_COLUMNS, _ENDED)
_TEAM = _ENDED + 1 + len(queries.Held._fields)
_ROLE = slice(_ENDED + 1, _TEAM)


@kept
def _person_of(beside: tuple[ColumnElement[Any], ...]) -> Select[Any]:
    settings, ended = Organisation.id == in_text(1), EndedSession.sha256 == bindparam("ended")
    role = (getattr(PersonRole, name) for name in queries.Held._fields)
    found = (
        select(
            *Person.__table__.columns, *Organisation.__table__.columns, EndedSession.sha256, *role,
            TeamMember.team_id, *beside,
        )
        .select_from(Person)
        .join(Organisation, settings)
        .outerjoin(EndedSession, ended)
        .outerjoin(PersonRole, PersonRole.person_id == Person.id)
        .outerjoin(TeamMember, TeamMember.person_id == Person.id)
        .where(Person.id == bindparam("person"))
    )  # fmt: skip
    return spelled_out(found)


def has_ended(secret: str) -> bool:
    """Whether the session with this secret was signed out."""
    return bool(secret) and db.session.get(EndedSession, tokens.stored(secret)) is not None


def prune(now: datetime) -> None:
    """Forget those whose cookie has run out by itself."""
    db.session.execute(delete(EndedSession).where(EndedSession.until < now))

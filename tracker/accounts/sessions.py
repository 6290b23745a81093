"""Sessions that have ended: the cookie is signed and stateless, so that what must not come back is listed here."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, delete, select
from sqlalchemy.orm import joinedload

from tracker.accounts import queries, tokens
from tracker.accounts.models import EndedSession, Organisation, Person
from tracker.db import db, kept


def end(secret: str, *, now: datetime, hours: int) -> None:
    """From now on the cookie with this session's secret opens nothing; kept as long as such a cookie could live."""
    if secret and not has_ended(secret):
        db.session.add(EndedSession(sha256=tokens.stored(secret), until=now + timedelta(hours=hours)))


def person_of(
    person_id: int, secret: str, *, now: datetime, beside: tuple[ColumnElement[Any], ...]
) -> tuple[Person | None, Sequence[Any]]:
    """Whom a cookie with this person and session secret stands for, None when that session was signed out; and what
    the columns `beside` say, which may read `person` and `now`.

    Every page asks: their roles, their teams and the organisation's settings come along.
    """
    given = {"person": person_id, "ended": tokens.stored(secret) if secret else "", "now": now}
    row = db.session.execute(_person_of(beside), given).unique().first()
    if row is None or row.ended is not None:
        return None, ()
    queries.keep_organisation(row.Organisation)
    return row.Person, row[3:]


@kept
def _person_of(beside: tuple[ColumnElement[Any], ...]) -> Select[Any]:
    settings, ended = Organisation.id == 1, EndedSession.sha256 == bindparam("ended")
    return (
        select(Person, Organisation, EndedSession.sha256.label("ended"), *beside)
        .select_from(Person)
        .join(Organisation, settings)
        .outerjoin(EndedSession, ended)
        .options(joinedload(Person.roles), joinedload(Person.memberships))
        .where(Person.id == bindparam("person"))
    )


def has_ended(secret: str) -> bool:
    """Whether the session with this secret was signed out."""
    return bool(secret) and db.session.get(EndedSession, tokens.stored(secret)) is not None


def prune(now: datetime) -> None:
    """Forget those whose cookie has run out by itself."""
    db.session.execute(delete(EndedSession).where(EndedSession.until < now))

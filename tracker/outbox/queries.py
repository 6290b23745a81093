"""Reading the outbox: bells of a person, letters of a case, what waits and what is dead."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Integer, Select, bindparam, func, or_, select

from tracker.db import UTCDateTime, db, kept
from tracker.outbox import rules
from tracker.outbox.delivery import due
from tracker.outbox.models import DEAD, SENT, UNSEEN, Letter
from tracker.planned import in_text, unlooked

MOST_BELLS = 99


class Waiting(NamedTuple):
    """Mail that should have left by now; the age in seconds of the oldest."""

    letters: int
    oldest_age_s: int


def bells(person_id: int, now: datetime) -> Select[Letter]:
    """What the bell shows this person, newest first: mails go to everybody's bell as well, by a letter of its own."""
    return (
        select(Letter)
        .where(
            Letter.person_id == person_id,
            Letter.channel == rules.BELL,
            Letter.state != rules.CANCELLED,
            or_(Letter.state == rules.SENT, Letter.next_try <= now),
        )
        .order_by(Letter.id.desc())
    )


def unseen(person_id: int, now: datetime) -> int:
    """How many bells the person has not seen, 99 at most."""
    return db.session.scalar(_unseen(), {"person": person_id, "now": now}) or 0


@kept
def _unseen() -> Select[int]:
    rung = or_(SENT, Letter.next_try <= unlooked(bindparam("now", type_=UTCDateTime())))
    mine = Letter.person_id == unlooked(bindparam("person", type_=Integer()))
    # In the order of the index of unseen bells, or SQLite reads every bell that the person ever had.
    new = (
        select(Letter.id)
        .where(UNSEEN, mine, rung)
        .order_by(Letter.kind, Letter.id)
        .limit(in_text(MOST_BELLS))
    )
    return select(func.count()).select_from(new.subquery())


@kept
def unseen_beside() -> ColumnElement[int]:
    """The same as a column of another select, which is run with `person` and `now`."""
    return func.coalesce(_unseen().scalar_subquery(), in_text(0)).label("unseen")


def about(subject_kind: str, subject_id: int) -> Select[Letter]:
    """Letters about one case, newest first; such as open a door are not shown."""
    return listed().where(Letter.subject_kind == subject_kind, Letter.subject_id == subject_id)


def listed() -> Select[Letter]:
    """All letters that the outbox page may show, newest first: never one with a sign-in link."""
    public = Letter.kind.startswith(rules.SECURITY).is_(False)
    return select(Letter).where(public).order_by(Letter.id.desc())


def dead() -> Select[Letter]:
    """Letters that were given up, newest first."""
    return listed().where(DEAD)


def waiting(now: datetime, most: int = 1000) -> Waiting:
    """Mail due before `now`, counted up to `most`, and how long the oldest has waited since it was written."""
    late = select(Letter.created_at).where(*due(now)).order_by(Letter.next_try).limit(most).subquery()
    count, oldest = db.session.execute(select(func.count(), func.min(late.c.created_at))).one()
    return Waiting(count, int((now - oldest).total_seconds()) if oldest else 0)


def mails_of(chase_ids: Sequence[int]) -> dict[tuple[int, int | None], Letter]:
    """The mail of each of these chases to each person: when it went, alone or in one that lists several."""
    mails = select(Letter).where(Letter.chase_id.in_(chase_ids), Letter.channel == rules.MAIL)
    return {
        (letter.chase_id or 0, letter.person_id): letter
        for letter in db.session.scalars(mails.order_by(Letter.id))
    }

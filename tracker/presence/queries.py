"""Who is there just now."""

from collections import defaultdict
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, Select, String, and_, bindparam, exists, select

from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.db import UTCDateTime, db, kept
from tracker.issues import queries as issues
from tracker.presence import rules, words
from tracker.presence.models import Presence

_HERE = and_(
    Presence.at > bindparam("since", type_=UTCDateTime()),
    Presence.person_id != bindparam("me", type_=Integer()),
)


class Here(NamedTuple):
    """Whether presence is told at all (several supervisors), and who else is there: names with what they do."""

    told: bool
    others: tuple[tuple[str, str], ...]

    @property
    def words(self) -> str:
        return words.said(self.others)


NOBODY = Here(False, ())


def here(kind: str, subject_id: int, actor: Actor, now: datetime) -> Here:
    """The others at one case."""
    if not rules.takes_part(actor):
        return NOBODY
    given = {"kind": kind, "id": subject_id, **others_given(actor, now)}
    rows = db.session.execute(_here(), given).all()
    if not rows or rows[0].supervisors < rules.SEVERAL:
        return NOBODY
    return Here(True, tuple((row.name, row.doing) for row in rows if row.name is not None))


def here_if(supervisors: int, others: bool, case: tuple[str, int], actor: Actor, now: datetime) -> Here:
    """The same for a page that has asked for both beside its own: who it is, is asked only where there is somebody."""
    if not rules.takes_part(actor) or supervisors < rules.SEVERAL:
        return NOBODY
    return here(*case, actor, now) if others else Here(True, ())


def others_at(kind: str, subject_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether somebody else has this case open; a page asks it beside its own, with `others_given`."""
    return exists().where(Presence.subject_kind == kind, Presence.subject_id == subject_id, _HERE)


def others_given(actor: Actor, now: datetime) -> dict[str, Any]:
    """What `others_at` is to be told."""
    return {"me": actor.person_id, "since": now - rules.FORGOTTEN}


def at_issues(actor: Actor, now: datetime) -> dict[int, str]:
    """Every issue that somebody else has open, by its id, in words; for lists, which show what they show anyhow."""
    rows = db.session.execute(_at_issues(), others_given(actor, now))
    others: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for row in rows:
        others[row.subject_id].append((row.name, row.doing))
    return {issue_id: words.said(names) for issue_id, names in others.items()}


@kept
def _here() -> Select[Any]:
    """One row at least: how many supervisors there are stands in it."""
    count = select(issues.supervisors().label("supervisors")).subquery()
    this = and_(
        Presence.subject_kind == bindparam("kind", type_=String()),
        Presence.subject_id == bindparam("id", type_=Integer()),
    )
    found = select(count.c.supervisors, Person.name, Presence.doing).select_from(count)
    found = found.outerjoin(Presence, and_(this, _HERE)).outerjoin(Person, Person.id == Presence.person_id)
    return found.order_by(Presence.doing, Person.name)


@kept
def _at_issues() -> Select[int, str, str]:
    found = select(Presence.subject_id, Person.name, Presence.doing).join(
        Person, Person.id == Presence.person_id
    )
    return found.where(Presence.subject_kind == "issue", _HERE).order_by(Presence.doing, Person.name)

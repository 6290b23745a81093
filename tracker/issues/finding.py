"""Finding issues: by number at once, by words through the index, within what the actor may see; and one's own."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, or_, select, union_all
from sqlalchemy.orm import aliased

from tracker import index
from tracker.accounts.rules import Actor
from tracker.db import db, dialect, kept, one_of
from tracker.index.search import CAP
from tracker.issues import queries
from tracker.issues.models import Issue, Participant

PAGE = 50
NUMBER = re.compile(r"^(?:Q-\d{6}-\d{4,}|AR-\d{6}-\d{4,}(?:-R\d{2,})?)$")
# How often a page may look further down when much of what it finds belongs to others.
ROUNDS = 5


@dataclass(frozen=True)
class Found:
    """Ids of the newest hits, and where the next page goes on."""

    ids: Sequence[int]
    before: int | None = None


def folded(query: str) -> str:
    """The query as it is read: full-width characters narrowed, spaces trimmed."""
    return unicodedata.normalize("NFKC", query).strip()


def number_in(query: str) -> str | None:
    """The number of an issue or record, if that is what was typed."""
    typed = folded(query).upper()
    return typed if NUMBER.match(typed) else None


def find(actor: Actor, query: str, *, before: int | None = None) -> Found:
    """One page of the issues that hold all words of the query, newest first."""
    if not actor.is_(*queries.SEE_ALL):
        return _among_few(actor, query, before)
    return _among_many(actor, query, index.STAFF, before)


def answers(actor: Actor, query: str) -> ColumnElement[bool]:
    """Whether an issue holds the words where one who sees few may read them: what one only follows has none."""
    own = and_(Issue.reporter_id == actor.person_id, index.holds(query, index.PUBLIC, Issue.id))
    return or_(own, and_(queries.may_work(actor), index.holds(query, index.STAFF, Issue.id)))


def _among_few(actor: Actor, query: str, before: int | None) -> Found:
    """Those who see few issues: look through their own."""
    wanted = select(Issue.id).where(queries.may_see(actor), answers(actor, query))
    if before is not None:
        wanted = wanted.where(Issue.id < before)
    return _cut(db.session.scalars(wanted.order_by(Issue.id.desc()).limit(PAGE + 1)).all())


def _among_many(actor: Actor, query: str, scope: str, before: int | None) -> Found:
    """Those who see most issues: look through the newest hits, and further down while too few of them are theirs."""
    ids: list[int] = []
    theirs = _seen_among(actor, queries.sees_restricted(actor), dialect())
    if not queries.oversees_all(actor):
        # The staff's words find only what one works on, never what one follows or reported oneself.
        own = and_(Issue.reporter_id == actor.person_id, index.holds(query, index.PUBLIC, Issue.id))
        theirs = theirs.where(or_(queries.within(actor, queries.SEE_ALL), queries.may_work(actor), own))
    for _round in range(ROUNDS):
        hits = db.session.scalars(index.newest(query, scope, before=before)).all()
        if not hits:
            break
        ids += db.session.scalars(theirs, {"hits": hits}).all()
        before = min(hits)
        if len(ids) > PAGE or len(hits) < CAP:
            break
    return _cut(ids)


@kept
def _seen_among(actor: Actor, contact: bool, database: str) -> Select[int]:
    """The hits that the actor may see, newest first."""
    found = select(Issue.id).where(one_of(Issue.id, "hits", database), queries.seen_by(actor, contact))
    return found.order_by(Issue.id.desc())


def _cut(ids: Sequence[int]) -> Found:
    return Found(ids[:PAGE], ids[PAGE - 1] if len(ids) > PAGE else None)


def mine(actor: Actor) -> Select[Issue]:
    """What this person reported or follows, whatever else their roles show them."""
    own = aliased(Issue)
    followed = select(Participant.issue_id).where(
        Participant.person_id == actor.person_id,
        Participant.role.in_(queries.OUTSIDE),
        Participant.until.is_(None),
    )
    ids = union_all(select(own.id).where(own.reporter_id == actor.person_id), followed).subquery()
    return select(Issue).where(Issue.id.in_(select(ids.c[0])))

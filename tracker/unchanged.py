"""What stays the same until the next change: asked once by each process and kept, for most pages are read in between.

One rule ends all that is kept: the next entry of the audit trail, by whomever and in whatever process; the next case
whose clocks are computed anew; and the end of the minute, since some things change by time alone.  So only what
changes by these may be kept, as plain values that no session owns; a span of time is put into words when it is shown.
"""

from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Any, NamedTuple, TypeVar, cast

from flask import current_app
from sqlalchemy import ColumnElement, Select, func, select

from tracker.audit.models import Entry
from tracker.db import db, kept
from tracker.planned import in_text, spelled_out
from tracker.rearm import CLOCKS, Rearm

T = TypeVar("T")
KEPT = "tracker.unchanged"
# On PostgreSQL an entry with a smaller number may be committed after one with a greater: so many are looked at.
LATELY = 20
# Answers kept at a time: a minute of many readers.
MOST = 500


class Last(NamedTuple):
    """The last change, as one statement tells it from any other; the hash is of no other history."""

    entry_id: int = 0
    hash: str = ""
    lately: int = 0
    """The sum of the numbers of the last entries: one that is committed late adds to it."""

    first_mark: int = 0
    last_mark: int = 0
    """Which cases have yet to have their clocks computed."""


class _Kept(NamedTuple):
    """What was answered since the last change, in this minute."""

    since: tuple[Last, int]
    answers: dict[Hashable, Any]


@kept
def columns() -> tuple[ColumnElement[Any], ...]:
    """The fields of `Last`, as columns of any select."""
    newest = select(Entry.id, Entry.hash).order_by(Entry.id.desc())
    one = in_text(1)
    last, lately = newest.limit(one).subquery(), newest.limit(in_text(LATELY)).subquery()
    marks = select(Rearm.id).where(Rearm.reader == CLOCKS)
    asked = (
        select(last.c.id), select(last.c.hash), select(func.sum(lately.c.id)),
        marks.order_by(Rearm.id).limit(one), marks.order_by(Rearm.id.desc()).limit(one),
    )  # fmt: skip
    return tuple(
        func.coalesce(each.scalar_subquery(), in_text(default)).label(f"last_{name}")
        for each, (name, default) in zip(asked, Last._field_defaults.items(), strict=True)
    )


def last_change() -> Last:
    """The last change; to be asked before what is kept until the next."""
    return Last(*db.session.execute(_columns_alone()).one())


@kept
def _columns_alone() -> Select[Any]:
    return spelled_out(select(*columns()))


def unchanged(what: Hashable, last: Last, now: datetime, ask: Callable[[], T]) -> T:
    """What `ask` answers; asked once until the next change, or until the minute is over.

    `what` names it and everything it depends on: who reads it, in which language.  `last` was read before `ask` reads.
    """
    since = (last, int(now.timestamp()) // 60)
    known: _Kept | None = current_app.extensions.get(KEPT)
    if known is None or known.since != since:
        known = current_app.extensions[KEPT] = _Kept(since, {})
    if what in known.answers:
        return cast("T", known.answers[what])
    answer = ask()
    if len(known.answers) >= MOST:
        known.answers.clear()
    known.answers[what] = answer
    return answer

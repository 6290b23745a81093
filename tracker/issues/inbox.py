"""The inbox: built-in views over the open issues, nearest deadline first, paged by key, counted up to a cap."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    TextClause,
    bindparam,
    func,
    select,
    text,
    tuple_,
    union_all,
)
from sqlalchemy.orm import aliased

from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.db import UTCDateTime, db, dialect, kept, one_of
from tracker.issues import queries, rules
from tracker.issues.models import Issue
from tracker.systems.models import AISystem

PAGE = 50
Condition = ColumnElement[bool] | TextClause
CAP = 99
"""Counts stop here and show 99+: an inbox that full needs no exact number, and counting costs by what is shown."""
URGENT_ROWS = 20
NEWEST, OLDEST = "newest", "oldest"
SORTS = (NEWEST, OLDEST)
FIRST, AFTER, BEFORE = "first", "after", "before"
SOON = timedelta(hours=24)

# In the very words of the partial indexes in `models`.
OPEN_NOW = text("issue.closed_at IS NULL AND NOT issue.imported")


@dataclass(frozen=True)
class View:
    """One built-in view: the states it shows (each read by its own index), and a further condition."""

    name: str
    states: tuple[str, ...] = ()
    only: Callable[[Actor], ColumnElement[bool]] | None = None


# What a select of this file is run with, beside the facts it is kept for.
SOON_BY = bindparam("soon", type_=UTCDateTime())
END = (bindparam("due", type_=UTCDateTime()), bindparam("id", type_=Integer()))

VIEWS = (
    View("triage", (rules.NEW,)),
    View("mine", (), lambda actor: Issue.assignee_id == actor.person_id),
    View("due", (), lambda _actor: Issue.next_due_at <= SOON_BY),
    View("confirming", (rules.CONFIRMING, rules.CONFIRMED)),
    View("waiting", (rules.WAITING_USER, rules.ANSWERED)),
    View("escalated", (rules.ESCALATED,)),
    View("snoozed", (), lambda _actor: Issue.snoozed_until.is_not(None)),
    View("all"),
)
# Where an issue stands although it comes back later.
WITH_SNOOZED = frozenset({"snoozed", "all"})
BY_NAME = {view.name: view for view in VIEWS}
# Where somebody waits for the supervisor, in this order: a fresh report, a need to confirm or an answer that came
# back, then whatever is due within a day.
WAITING_FOR_US = ("triage", "confirming", "due")


@dataclass(frozen=True)
class Filters:
    """What the reader narrowed the view to; empty means all."""

    system_id: int | None = None
    severity: str = ""
    assignee_id: int | None = None
    kind: str = ""
    # One of SORTS, or empty for the nearest deadline first.
    sort: str = ""

    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.system_id is not None:
            found.append(Issue.system_id == self.system_id)
        if self.severity in rules.SEVERITIES:
            found.append(Issue.severity == self.severity)
        if self.assignee_id is not None:
            found.append(Issue.assignee_id == self.assignee_id)
        if self.kind in rules.KINDS:
            found.append(Issue.kind == self.kind)
        return found


@dataclass(frozen=True)
class Key:
    """Where a page begins or ends: the deadline and id of a row."""

    due: datetime
    issue_id: int

    def __str__(self) -> str:
        return f"{self.due.isoformat()}~{self.issue_id}"

    @classmethod
    def read(cls, text: str | None) -> "Key | None":
        """The key of a page's address; None when there is none or it makes no sense."""
        due, _, issue_id = (text or "").partition("~")
        try:
            key = cls(datetime.fromisoformat(due.replace(" ", "+")), int(issue_id))
        except ValueError:
            return None
        return key if key.due.tzinfo is not None else None


@dataclass(frozen=True)
class Page:
    """One page of a view: rows, and the keys of the pages before and after it."""

    rows: Sequence[Row[Any]]
    newer: Key | None = None
    older: Key | None = None


def page(
    actor: Actor, view: View, filters: Filters, now: datetime, *, after: Key | None = None, before: Key | None = None
) -> Page:  # fmt: skip
    """Fifty rows of the view that do not alarm, by nearest deadline or as the filters say."""
    towards = BEFORE if before is not None else AFTER if after is not None else FIRST
    wanted = _page(actor, queries.sees_restricted(actor), view, filters, towards)
    end = before or after
    given = {"soon": now + SOON} | ({"due": end.due, "id": end.issue_id} if end is not None else {})
    rows = db.session.execute(wanted, given).all()
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    if before is not None:
        rows = rows[::-1]
        return Page(rows, newer=_key(rows, 0) if more else None, older=_key(rows, -1))
    return Page(rows, newer=_key(rows, 0) if after else None, older=_key(rows, -1) if more else None)


@kept
def _page(actor: Actor, contact: bool, view: View, filters: Filters, towards: str) -> Select[Any]:
    wanted = [*conditions(actor, contact, view, filters), ~Issue.alarming]
    place, end, down = _order(filters.sort)
    # What comes after the last row lies above it where the order goes down.
    if towards != FIRST:
        further = (towards == AFTER) != down
        wanted.append(tuple_(*place) > tuple_(*end) if further else tuple_(*place) < tuple_(*end))
    if down != (towards == BEFORE):
        return _rows(view.states, wanted, tuple(one.desc() for one in place), PAGE + 1)
    return _rows(view.states, wanted, place, PAGE + 1)


def _order(sort: str) -> tuple[tuple[Any, ...], tuple[Any, ...], bool]:
    """The columns of an order, the ends that a key gives them, and whether it goes down."""
    if sort in SORTS:
        return (Issue.id,), END[1:], sort == NEWEST
    return (Issue.next_due_at, Issue.id), END, False


def urgent(actor: Actor, view: View, filters: Filters, now: datetime) -> Sequence[Row[Any]]:
    """What concerns harm, personal data or S1: above all else on the first page."""
    wanted = _urgent(actor, queries.sees_restricted(actor), view, filters)
    return db.session.execute(wanted, {"soon": now + SOON}).all()


@kept
def _urgent(actor: Actor, contact: bool, view: View, filters: Filters) -> Select[Any]:
    wanted = [*conditions(actor, contact, view, filters), Issue.alarming.is_(True)]
    if view.states:
        # Not by the index of states: few cases alarm, and they have an index of their own.
        wanted.append(func.coalesce(Issue.state, "").in_(view.states))
    return _rows((), wanted, (Issue.next_due_at, Issue.id), URGENT_ROWS)


def first(actor: Actor, view: View, now: datetime) -> str | None:
    """The number of the issue to take next."""
    rows = urgent(actor, view, Filters(), now) or page(actor, view, Filters(), now).rows
    return rows[0].number if rows else None


def numbers(actor: Actor, view: View, filters: Filters, now: datetime, *, most: int) -> list[str]:
    """The numbers of all that the view holds, by nearest deadline, up to `most`."""
    wanted = [*conditions(actor, queries.sees_restricted(actor), view, filters), *in_states(view.states)]
    found = select(Issue.number).where(*wanted).order_by(Issue.next_due_at, Issue.id).limit(most)
    return list(db.session.scalars(found, {"soon": now + SOON}))


def next_deadline(actor: Actor, now: datetime) -> datetime | None:
    """The nearest deadline of all that is open: what an empty view can still say."""
    mine = conditions(actor, queries.sees_restricted(actor), BY_NAME["all"], Filters())
    due = db.session.scalar(
        select(Issue.next_due_at).where(*mine).order_by(Issue.next_due_at, Issue.id).limit(1)
    )
    return due if due != rules.NEVER else None


def conditions(actor: Actor, contact: bool, view: View, filters: Filters) -> list[Condition]:
    """What narrows the open issues to this view of this actor; the states stand apart, see `in_states`."""
    own = [view.only(actor)] if view.only else []
    if view.name not in WITH_SNOOZED:
        own.append(Issue.snoozed_until.is_(None))
    return [OPEN_NOW, *own, *filters.conditions(), queries.read_by(actor, contact)]


def in_states(states: tuple[str, ...]) -> list[ColumnElement[bool]]:
    """The states of a view as a condition; a view of all states has none."""
    return [Issue.state.in_(states)] if states else []


def _rows(
    states: tuple[str, ...], wanted: list[Condition], order: tuple[Any, ...], limit: int
) -> Select[Any]:
    """The first rows in this order: state by state through the index of each, then merged."""
    if len(states) < 2:
        ids: Select[Any] = select(Issue.id).where(*wanted, *in_states(states)).order_by(*order).limit(limit)
    else:
        each = [
            select(
                select(Issue.id)
                .where(*wanted, Issue.state == state)
                .order_by(*order)
                .limit(limit)
                .subquery()
                .c.id
            )
            for state in states
        ]
        ids = select(union_all(*each).subquery().c.id)
    return _shown().where(Issue.id.in_(ids)).order_by(*order).limit(limit)


@kept
def _shown() -> Any:
    """What a row of the list shows: names instead of rows of their own."""
    assignee = aliased(Person)
    return (
        select(
            Issue.id, Issue.number, Issue.title, Issue.state, Issue.severity, Issue.severity_provisional,
            Issue.reported_at, Issue.next_due_at, Issue.next_due_clock, Issue.restricted, Issue.personal_data,
            Issue.harm, Issue.snoozed_until, Issue.unit_id, Issue.system_id, AISystem.name, AISystem.name_en,
            assignee.name.label("assignee"),
        )
        .join(AISystem, AISystem.id == Issue.system_id)
        .outerjoin(assignee, assignee.id == Issue.assignee_id)
    )  # fmt: skip


def shown(ids: Sequence[int]) -> Sequence[Row[Any]]:
    """The rows of these issues, newest first: for lists found elsewhere."""
    return db.session.execute(_shown_by_id(dialect()), {"ids": list(ids)}).all() if ids else []


@kept
def _shown_by_id(database: str) -> Select[Any]:
    return _shown().where(one_of(Issue.id, "ids", database)).order_by(Issue.id.desc())


def _key(rows: Sequence[Row[Any]], place: int) -> Key | None:
    return Key(rows[place].next_due_at, rows[place].id) if rows else None

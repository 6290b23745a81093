"""Open issues of one system in similar words, as groups: each points to the first of its kind that waited when it came.

Looking for what is alike costs too much for a list.  A job looks once, soon after a report comes; the list only counts.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import aliased

from tracker.accounts.rules import SYSTEM, Actor
from tracker.db import db, dialect, inserting, kept, one_of
from tracker.issues import queries, rules, similar
from tracker.issues.inbox import OPEN_NOW
from tracker.issues.models import Alike, Issue

TOGETHER = 0.5
"""From which likeness on two belong together: more than half of what weighs is said in both."""

LATE = 200
"""A report may be written after one with a higher number: so far back is looked again."""

WAITING = (OPEN_NOW, Issue.state.in_(rules.BEFORE_ANSWER), ~Issue.personal_data)


def ungrouped(most: int) -> Sequence[Issue]:
    """The open issues that were not looked at yet, in the order they came."""
    last = db.session.scalar(select(func.max(Alike.issue_id))) or 0
    known = exists().where(Alike.issue_id == Issue.id)
    wanted = select(Issue).where(Issue.id > last - LATE, OPEN_NOW, ~known)
    return db.session.scalars(wanted.order_by(Issue.id).limit(most)).all()


def first_of(issue: Issue) -> int:
    """The id of the first issue of the group that this one joins; its own where none like it waits."""
    if issue.personal_data:
        return issue.id
    near = similar.alike(issue, SYSTEM, most=similar.MOST, earlier=True)
    waiting = [one for one in near if one.same_system and one.score >= TOGETHER and one.issue.is_open]
    if not waiting:
        return issue.id
    found = db.session.get(Alike, waiting[0].issue.id)
    return found.first_id if found is not None else waiting[0].issue.id


def keep(found: Mapping[int, int]) -> None:
    """Write down to which groups these belong; right on several nodes at once, and for issues deleted meanwhile."""
    there = set(db.session.scalars(select(Issue.id).where(Issue.id.in_({*found, *found.values()}))))
    rows = [
        {"issue_id": issue_id, "first_id": first_id}
        for issue_id, first_id in found.items()
        if {issue_id, first_id} <= there
    ]
    if rows:
        db.session.execute(inserting(Alike).on_conflict_do_nothing(), rows)


def members(issue: Issue) -> list[int]:
    """The others of its group, whatever became of them."""
    mine = select(Alike.first_id).where(Alike.issue_id == issue.id)
    others = select(Alike.issue_id).where(Alike.first_id.in_(mine), Alike.issue_id != issue.id)
    return list(db.session.scalars(others))


def others(rows: Sequence[Any], actor: Actor) -> dict[int, int]:
    """For the first row of each group among these, how many others of it wait that the actor sees; by the row's id."""
    if not rows:
        return {}
    wanted = _others(actor, queries.sees_restricted(actor), dialect())
    found = {one.issue_id: one for one in db.session.execute(wanted, {"ids": [row.id for row in rows]})}
    told: dict[int, int] = {}
    seen: set[int] = set()
    for row in rows:
        one = found.get(row.id)
        if one is not None and row.state in rules.BEFORE_ANSWER and one.first_id not in seen:
            seen.add(one.first_id)
            told[row.id] = one.waiting - 1
    return told


@kept
def _others(actor: Actor, contact: bool, database: str) -> Select[Any]:
    mine, theirs = Alike, aliased(Alike)
    these = one_of(mine.issue_id, "ids", database)
    groups = select(mine.first_id).where(these)
    sums = (
        select(theirs.first_id, func.count().label("waiting"))
        .join(Issue, Issue.id == theirs.issue_id)
        .where(theirs.first_id.in_(groups), *WAITING, queries.seen_by(actor, contact))
        .group_by(theirs.first_id)
        .having(func.count() > 1)
        .subquery()
    )
    found = select(mine.issue_id, mine.first_id, sums.c.waiting).join(sums, sums.c.first_id == mine.first_id)
    return found.where(these)

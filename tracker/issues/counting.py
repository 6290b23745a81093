"""How much each view of the inbox holds, and what has come into one since a page of it was made."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, Integer, Select, bindparam, func, literal, or_, select, union_all

from tracker.accounts.rules import Actor
from tracker.audit.models import Entry
from tracker.db import db, kept
from tracker.issues import inbox, queries, rules
from tracker.issues.inbox import CAP, Filters, View
from tracker.issues.models import Issue
from tracker.unchanged import Last, unchanged

Named = tuple[str, View, Filters]
"""A view of somebody's own making: the name its count is answered under, what it begins with, what narrows it."""

# What brings an issue into a view that no state makes: into everything open, and before one person.
_OPENS = ("issue.create", "issue.reopen", "issue.undo", "issue.relapse")
_COMES_TO_ME = (*_OPENS, "issue.assign", "issue.reply", "issue.unsolved", "issue.split")
_ENTERS = (*_OPENS, *(f"issue.{verb}" for verb in rules.WORKFLOW))


def counts(actor: Actor, now: datetime, own: Sequence[Named] = (), *, last: Last) -> dict[str, int]:
    """How many each view holds, up to CAP + 1; kept until the next change after `last`."""

    def count() -> dict[str, int]:
        wanted = _counts(actor, queries.sees_restricted(actor), tuple(own))
        return {name: count for name, count in db.session.execute(wanted, {"soon": now + inbox.SOON})}

    return dict(unchanged(("counts", actor, tuple(own)), last, now, count))


def came(actor: Actor, view: View, filters: Filters, now: datetime, *, since: int) -> int:
    """How many issues came into the view after that entry of the trail, by the hand of others; up to CAP + 1."""
    wanted = _came(actor, queries.sees_restricted(actor), view, filters)
    return db.session.scalar(wanted, {"soon": now + inbox.SOON, "since": since}) or 0


@kept
def _counts(actor: Actor, contact: bool, own: tuple[Named, ...]) -> CompoundSelect[Any]:
    """One query for all views."""
    parts = []
    for name, view, filters in [*((view.name, view, Filters()) for view in inbox.VIEWS), *own]:
        wanted = [*inbox.conditions(actor, contact, view, filters), *inbox.in_states(view.states)]
        few = select(Issue.id).where(*wanted).limit(CAP + 1)
        if not view.states and view.only is None:
            # By the index of what is open: PostgreSQL reads through years of closed issues else, hoping to meet some.
            few = few.order_by(Issue.next_due_at, Issue.id)
        parts.append(
            select(literal(name), select(func.count()).select_from(few.subquery()).scalar_subquery())
        )
    return union_all(*parts)


@kept
def _came(actor: Actor, contact: bool, view: View, filters: Filters) -> Select[Any]:
    """Begins with the few entries written since, so that a view of any size costs little to ask again and again."""
    acts = _ENTERS if view.states else _OPENS if view.name == "all" else _COMES_TO_ME
    moved = select(Entry.subject_id).where(
        Entry.id > bindparam("since", type_=Integer()), Entry.subject_kind == Issue.kind_name, Entry.action.in_(acts),
        or_(Entry.by_id.is_(None), Entry.by_id != actor.person_id),
    )  # fmt: skip
    wanted = [
        *inbox.conditions(actor, contact, view, filters),
        *inbox.in_states(view.states),
        Issue.id.in_(moved),
    ]
    few = select(Issue.id).where(*wanted).limit(CAP + 1).subquery()
    return select(func.count()).select_from(few)

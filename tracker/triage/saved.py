"""Saved views: a view of the inbox with its filters and order under a name, for oneself or for all."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, or_, select

from tracker import audit
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.errors import DomainError, NotAllowed
from tracker.issues import inbox
from tracker.issues.counting import Named
from tracker.issues.inbox import Filters
from tracker.triage.models import SavedView

NAME_LENGTH, MOST = 40, 30
ORDER = (SavedView.place, SavedView.id)
KEYS = ("system", "severity", "assignee", "kind", "sort")


def mine(actor: Actor) -> Sequence[SavedView]:
    """One's own and the shared views, in their order."""
    return db.session.scalars(select(SavedView).where(*_seen_by(actor)).order_by(*ORDER).limit(MOST)).all()


def listed(actor: Actor) -> Sequence[Any]:
    """The same as plain rows, for a list that only shows them."""
    shown = select(SavedView.id, SavedView.name, SavedView.view, SavedView.narrowed)
    return db.session.execute(shown.where(*_seen_by(actor)).order_by(*ORDER).limit(MOST)).all()


def _seen_by(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return or_(SavedView.owner_id == actor.person_id, SavedView.shared), SavedView.removed_at.is_(None)


def save(
    name: str, view: str, narrowed: Mapping[str, str], *, shared: bool, by: Actor, at: datetime
) -> SavedView:
    """Keep a view under a name.  Raises DomainError (no name, too many)."""
    if by.person_id is None:
        raise NotAllowed()
    if len(mine(by)) >= MOST:
        raise DomainError(_("%(most)s saved views are the most. Delete one first.", most=MOST))
    last = db.session.scalar(select(func.max(SavedView.place))) or 0
    made = SavedView(
        owner_id=by.person_id, name=_name(name), view=view if view in inbox.BY_NAME else "all", shared=shared,
        narrowed={key: narrowed[key] for key in KEYS if narrowed.get(key)}, place=last + 1,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    audit.record("saved_view.save", made, by=by, at=at, after={"name": made.name, "shared": shared})
    return made


def change(one: SavedView, name: str, *, shared: bool, by: Actor, at: datetime) -> None:
    """Another name, or for others too."""
    _may_change(one, by)
    before = {"name": one.name, "shared": one.shared}
    one.name, one.shared = _name(name), shared
    audit.record(
        "saved_view.save", one, by=by, at=at, before=before, after={"name": one.name, "shared": shared}
    )


def remove(one: SavedView, *, by: Actor, at: datetime) -> None:
    """Take it off the list; `restore` brings it back."""
    _may_change(one, by)
    one.removed_at = at
    audit.record("saved_view.remove", one, by=by, at=at)


def restore(one: SavedView, *, by: Actor, at: datetime) -> None:
    _may_change(one, by)
    one.removed_at = None
    audit.record("saved_view.restore", one, by=by, at=at)


def move_up(one: SavedView, *, by: Actor, at: datetime) -> None:
    """Change places with the one above; the first stays where it is."""
    listed = list(mine(by))
    here = listed.index(one)
    if here:
        above = listed[here - 1]
        one.place, above.place = above.place, one.place
        audit.record("saved_view.move_up", one, by=by, at=at)


def may_change(one: SavedView, by: Actor) -> bool:
    """Whose it is; a shared one also by an administrator."""
    return one.owner_id == by.person_id or (one.shared and by.is_("admin"))


def _may_change(one: SavedView, by: Actor) -> None:
    if not may_change(one, by):
        raise NotAllowed(_("Only the one who saved this view changes it."))


def _name(text: str) -> str:
    name = " ".join(text.split())[:NAME_LENGTH]
    if not name:
        raise DomainError(fields={"name": _("Give the view a name.")})
    return name


def path(one: Any) -> str:
    """Its address holds the whole filter, so that it can be passed on."""
    return f"/inbox/{one.view}?" + urlencode({**one.narrowed, "saved": one.id})


def filters(narrowed: Mapping[str, Any]) -> Filters:
    """What an address or a saved view narrows to."""
    system, assignee = (_number(narrowed.get(key)) for key in ("system", "assignee"))
    return Filters(system, str(narrowed.get("severity") or ""), assignee, str(narrowed.get("kind") or ""),
                   str(narrowed.get("sort") or ""))  # fmt: skip


def counted(views: Sequence[Any]) -> tuple[Named, ...]:
    """How the counts of these views are asked for, by their ids."""
    return tuple((str(one.id), inbox.BY_NAME[one.view], filters(one.narrowed)) for one in views)


def _number(text: Any) -> int | None:
    return int(text) if str(text or "").isdecimal() and len(str(text)) < 10 else None

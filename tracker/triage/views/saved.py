"""Saving a view of the inbox, and the list of one's saved views."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import or_, select
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired

from tracker import clock
from tracker.accounts.models import Person
from tracker.accounts.rules import SUPERVISOR
from tracker.db import db, first_or_404, locked
from tracker.issues import inbox
from tracker.issues import words as issue_words
from tracker.systems.models import AISystem
from tracker.systems.words import named
from tracker.triage import saved
from tracker.triage.models import SavedView
from tracker.triage.views import bp
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer
from tracker.web.both import Shared
from tracker.web.filters import SEVERITY_LOOK
from tracker.web.pages import done, show, to, told


class ViewForm(FlaskForm):
    """The name of a view, and whose it is."""

    name = StringField(_l("What it is called"), [InputRequired(_l("Give the view a name."))])
    shared = BooleanField(_l("Show it to everybody who triages"))


@bp.get("/views")
@signed_in(SUPERVISOR)
def views() -> Answer:
    actor = current_actor()
    rows = saved.mine(actor)
    held = _held_each([(one.view, one.narrowed) for one in rows])
    return render_template("triage/views.html", rows=rows, path_of=saved.path, held=held,
                           may_change=lambda one: saved.may_change(one, actor))  # fmt: skip


@bp.route("/views/new", methods=["GET", "POST"])
@signed_in(SUPERVISOR)
def save_view() -> Answer:
    """Keep the filters of the address under a name; they go along in the form."""
    form, actor, made = ViewForm(), current_actor(), []
    view = request.values.get("view", "all")
    narrowed = {key: one for key in saved.KEYS if (one := request.values.get(key))}

    def keep() -> None:
        made.append(
            saved.save(
                form.name.data or "", view, narrowed, shared=form.shared.data, by=actor, at=clock.now()
            )
        )

    if done(form, keep):
        flash(_("Saved."), "ok")
        return to(saved.path(made[0]))
    return show("triage/view.html", form, view=view, narrowed=narrowed, heading=_held(view, narrowed),
                title=_("Save this view"))  # fmt: skip


@bp.route("/views/<int:view_id>", methods=["GET", "POST"])
@signed_in(SUPERVISOR)
def view(view_id: int) -> Answer:
    one, actor = _one(view_id), current_actor()
    stood = {"name": one.name, "shared": one.shared}
    form = ViewForm(data=stood)
    both = Shared(form, stood)
    if both.done(
        lambda: saved.change(one, form.name.data or "", shared=form.shared.data, by=actor, at=clock.now())
    ):
        flash(_("Saved."), "ok")
        return to("/views")
    return both.show("triage/view.html", one, view="", narrowed={}, heading=_held(one.view, one.narrowed),
                     title=_("Change the view"))  # fmt: skip


def _held(view: str, narrowed: Mapping[str, str]) -> str:
    """What a view shows, in words: the view, and each filter with its value."""
    return _held_each([(view, narrowed)])[0]


def _held_each(views: Sequence[tuple[str, Mapping[str, str]]]) -> list[str]:
    """The same for several, the names of all with one look each."""
    given = [saved.filters(narrowed) for _view, narrowed in views]
    systems = db.session.scalars(select(AISystem).where(AISystem.id.in_({one.system_id for one in given})))
    people = db.session.scalars(select(Person).where(Person.id.in_({one.assignee_id for one in given})))
    named_by = {one.id: named(one) for one in systems}, {one.id: one.name for one in people}
    return [_in_words(view, one, *named_by) for (view, _narrowed), one in zip(views, given, strict=True)]


def _in_words(view: str, given: inbox.Filters, systems: Mapping[Any, str], people: Mapping[Any, str]) -> str:
    look = SEVERITY_LOOK.get(given.severity)
    filters = {
        _("AI system"): systems.get(given.system_id, ""),
        _("Severity"): f"{given.severity} {look['word']}" if look else "",
        str(issue_words.FIELD_WORDS["issue_kind"]): str(issue_words.KIND_WORDS.get(given.kind, "")),
        _("Handled by"): people.get(given.assignee_id, ""),
        _("Order"): str(issue_words.SORT_WORDS.get(given.sort, "")) if given.sort else "",
    }
    told = [f"{name}{_(': ')}{value}" for name, value in filters.items() if value]
    return " · ".join([str(issue_words.VIEW_WORDS[view if view in inbox.BY_NAME else "all"]), *told])


@bp.post("/views/<int:view_id>/<any(up,remove,restore):what>")
@signed_in(SUPERVISOR)
def change_view(view_id: int, what: str) -> Answer:
    one, actor, at = _one(view_id), current_actor(), clock.now()
    if what == "up":
        saved.move_up(one, by=actor, at=at)
    elif what == "remove":
        saved.remove(one, by=actor, at=at)
    else:
        saved.restore(one, by=actor, at=at)
    db.session.commit()
    if what == "remove":
        told(_("The view “%(name)s” is deleted.", name=one.name), undo=f"/views/{one.id}/restore")
    return redirect("/views", 303)


def _one(view_id: int) -> SavedView:
    """One's own or a shared view; what is another's own is not there."""
    seen = or_(SavedView.owner_id == current_actor().person_id, SavedView.shared)
    one = select(SavedView).where(SavedView.id == view_id, seen)
    found: SavedView = first_or_404(locked(one) if request.method == "POST" else one)
    return found

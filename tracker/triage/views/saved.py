"""Saving a view of the inbox, and the list of one's saved views."""

from collections.abc import Mapping

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
from tracker.db import db, first_or_404
from tracker.issues import inbox
from tracker.issues import words as issue_words
from tracker.systems.models import AISystem
from tracker.systems.words import named
from tracker.triage import saved
from tracker.triage.models import SavedView
from tracker.triage.views import bp
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer
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
    return render_template("triage/views.html", rows=saved.mine(actor), path_of=saved.path, held=_held,
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
    form = ViewForm(obj=one)
    if done(
        form,
        lambda: saved.change(one, form.name.data or "", shared=form.shared.data, by=actor, at=clock.now()),
    ):
        flash(_("Saved."), "ok")
        return to("/views")
    return show("triage/view.html", form, view="", narrowed={}, heading=_held(one.view, one.narrowed),
                title=_("Change the view"))  # fmt: skip


def _held(view: str, narrowed: Mapping[str, str]) -> str:
    """What a saved view shows, in words: the view, and each filter with its value."""
    given = saved.filters(narrowed)
    system = db.session.get(AISystem, given.system_id) if given.system_id is not None else None
    person = db.session.get(Person, given.assignee_id) if given.assignee_id is not None else None
    level = (
        f"{given.severity} {SEVERITY_LOOK[given.severity]['word']}" if given.severity in SEVERITY_LOOK else ""
    )
    filters = {
        _("AI system"): named(system) if system is not None else "",
        _("Severity"): level,
        str(issue_words.FIELD_WORDS["issue_kind"]): str(issue_words.KIND_WORDS.get(given.kind, "")),
        _("Handled by"): person.name if person is not None else "",
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
    found: SavedView = first_or_404(select(SavedView).where(SavedView.id == view_id, seen))
    return found

"""回報小工具 under /admin: the list, one widget with what to paste and a trial, revoking."""

from typing import Any

from flask import render_template, request

from tracker import clock
from tracker.db import db, first_or_404, locked
from tracker.systems import queries as systems
from tracker.systems.words import named
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer
from tracker.web.both import Shared
from tracker.web.pages import done, show, to
from tracker.web.paths import base_url
from tracker.widgets import actions, queries
from tracker.widgets.forms import WidgetForm
from tracker.widgets.models import Widget
from tracker.widgets.views import bp


def _form(known: dict[str, Any] | None = None) -> WidgetForm:
    form = WidgetForm(data=known)
    form.system_id.offer([(one.id, named(one)) for one in systems.known_systems()])
    return form


def _widget(widget_id: int) -> Widget:
    found = queries.by_id(widget_id)
    return first_or_404(locked(found) if request.method == "POST" else found)


@bp.get("/admin/widgets")
@signed_in("admin")
def widgets() -> Answer:
    return render_template("widgets/list.html", widgets=db.session.scalars(queries.every()).all())


@bp.route("/admin/widgets/new", methods=["GET", "POST"])
@signed_in("admin")
def new() -> Answer:
    form, made = _form(), []
    if done(form, lambda: made.append(actions.create(form.wanted(), by=current_actor(), at=clock.now()))):
        return to(f"/admin/widgets/{made[0].id}?saved=1")
    return show("widgets/new.html", form)


@bp.route("/admin/widgets/<int:widget_id>", methods=["GET", "POST"])
@signed_in("admin")
def widget(widget_id: int) -> Answer:
    found = _widget(widget_id)
    stood = {"name": found.name, "system_id": found.system_id, "origins": "\n".join(found.origins)}
    form = _form(stood)
    both = Shared(form, stood)
    if both.done(lambda: actions.save(found, form.wanted(), by=current_actor(), at=clock.now())):
        return to(f"/admin/widgets/{found.id}?saved=1")
    return both.show(
        "widgets/widget.html", found, widget=found, base=base_url(), saved="saved" in request.args
    )


@bp.post("/admin/widgets/<int:widget_id>/<any(revoke,restore):verb>")
@signed_in("admin")
def turn(widget_id: int, verb: str) -> Answer:
    """Revoke a widget, or take that back."""
    act = actions.revoke if verb == "revoke" else actions.restore
    act(_widget(widget_id), by=current_actor(), at=clock.now())
    db.session.commit()
    return to(f"/admin/widgets/{widget_id}")

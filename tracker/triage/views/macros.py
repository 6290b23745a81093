"""Macros: those that fit an issue, and their list for those who write them."""

from typing import Any

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from tracker import clock
from tracker.accounts import words as people_words
from tracker.accounts.rules import ADMIN, SUPERVISOR
from tracker.db import db, first_or_404, locked
from tracker.issues import queries
from tracker.issues import words as issue_words
from tracker.issues.forms import options
from tracker.issues.views.loading import back_to, readable
from tracker.systems.models import AISystem
from tracker.systems.words import named
from tracker.triage import macros, words
from tracker.triage.models import Macro
from tracker.triage.views import bp
from tracker.web import current_actor, locale, signed_in
from tracker.web.answers import Answer
from tracker.web.both import Shared
from tracker.web.pages import done, show, to, told


class MacroForm(FlaskForm):
    """One macro."""

    name = StringField(_l("What it is called"), [InputRequired(_l("This cannot be empty."))])
    act = SelectField(_l("Which form it fills"), choices=options(words.MACRO_ACT_WORDS))
    body = TextAreaField(_l("Text it fills in"), [InputRequired(_l("This cannot be empty."))])
    issue_kind = SelectField(_l("Kind that it chooses"), [Optional()])
    system_id = SelectField(_l("AI system"), [Optional()])
    locale = SelectField(_l("Reporter's language"), [Optional()])

    def offer(self) -> None:
        """The choices as they stand now."""
        systems = select(AISystem).where(AISystem.active, ~AISystem.imported).order_by(AISystem.name)
        every = {str(one.id): named(one) for one in db.session.scalars(systems)}
        self.issue_kind.choices = options({"": _("None"), **issue_words.KIND_WORDS})
        self.system_id.choices = options({"": _("All"), **every})
        self.locale.choices = options({"": _("Any"), **people_words.LOCALE_WORDS})


@bp.get("/issues/<number>/macros")
@signed_in(SUPERVISOR)
def macros_of(number: str) -> Answer:
    """The macros that fit this issue; each opens its form, filled."""
    found, actor = readable(number, current_actor()), current_actor()
    may = [*queries.may_move(actor, found, clock.now()), "note"]
    rows = [one for one in macros.fitting(found) if one.act in may]
    return render_template(
        "triage/macros_of.html", issue=found, rows=rows, words=words, back=back_to(f"/issues/{found.number}"),
        text_of=lambda one: macros.rendered(one.body, found, actor),
    )  # fmt: skip


@bp.get("/admin/macros")
@signed_in(SUPERVISOR, ADMIN)
def macro_list() -> Answer:
    rows = db.session.scalars(
        select(Macro).where(Macro.removed_at.is_(None)).order_by(Macro.name, Macro.id)
    ).all()
    return render_template("triage/macros.html", rows=rows, words=words, locales=people_words.LOCALE_WORDS)


@bp.route("/admin/macros/new", methods=["GET", "POST"])
@signed_in(SUPERVISOR, ADMIN)
def macro_new() -> Answer:
    form = MacroForm()
    form.offer()
    if done(form, lambda: macros.save(Macro(), _given(form), by=current_actor(), at=clock.now())):
        return _saved()
    return show("triage/macro.html", form, title=_("New macro"), places=_places())


@bp.route("/admin/macros/<int:macro_id>", methods=["GET", "POST"])
@signed_in(SUPERVISOR, ADMIN)
def macro_edit(macro_id: int) -> Answer:
    one = select(Macro).where(Macro.id == macro_id)
    macro = first_or_404(locked(one) if request.method == "POST" else one)
    stood = {key: getattr(macro, key) for key in ("name", "act", "body", "issue_kind", "locale")}
    stood["system_id"] = str(macro.system_id or "")
    form = MacroForm(data=stood)
    form.offer()
    both = Shared(form, stood)
    if both.done(lambda: macros.save(macro, _given(form), by=current_actor(), at=clock.now())):
        return _saved()
    return both.show("triage/macro.html", macro, title=_("Change the macro"), places=_places())


def _saved() -> Answer:
    flash(_("Saved."), "ok")
    return to("/admin/macros")


def _given(form: MacroForm) -> dict[str, Any]:
    system = form.system_id.data or ""
    return {**form.data, "system_id": int(system) if system.isdecimal() else None}


@bp.post("/admin/macros/<int:macro_id>/<any(remove,restore):what>")
@signed_in(SUPERVISOR, ADMIN)
def macro_change(macro_id: int, what: str) -> Answer:
    macro = first_or_404(select(Macro).where(Macro.id == macro_id))
    (macros.remove if what == "remove" else macros.restore)(macro, by=current_actor(), at=clock.now())
    db.session.commit()
    if what == "remove":
        told(_("The macro “%(name)s” is deleted.", name=macro.name), undo=f"/admin/macros/{macro.id}/restore")
    return redirect("/admin/macros", 303)


def _places() -> list[str]:
    """The placeholders in the reader's language; both languages' names are read."""
    chinese = locale.chosen() != "en"
    return [name for name in macros.PLACEHOLDERS if name.isascii() != chinese]

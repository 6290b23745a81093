"""The rules of the law under /admin: which hold, what reads otherwise than shipped, one's own, versions, undo."""

from collections.abc import Mapping
from typing import Any

from flask import flash, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import StringField, TextAreaField

from tracker import clock
from tracker.accounts import queries as people
from tracker.accounts.forms.fields import at_most
from tracker.accounts.models import Organisation
from tracker.db import db, locked
from tracker.errors import DomainError, NotFound
from tracker.followups import actions as followups
from tracker.statutory import book, changing, checking, gathering, rules, words
from tracker.statutory.models import StatutoryBook, StatutoryFact
from tracker.statutory.views import bp
from tracker.systems import queries as catalogue
from tracker.systems.models import AISystem
from tracker.web import current_actor, pages, signed_in
from tracker.web.answers import Answer
from tracker.web.both import Shared

PAGE = "/admin/statutory"
VERSIONS = 20
UNKNOWN = "unknown"


class RuleForm(FlaskForm):
    """One rule as it is written."""

    text = TextAreaField(_l("The rule"), render_kw={"rows": 24, "spellcheck": "false", "class": "code"})
    note = StringField(_l("Why it is changed"), [at_most(200)])


def _seen() -> int:
    latest = book.latest()
    return latest.id if latest is not None else 0


def _lock() -> None:
    """One change of the rules after the other."""
    if request.method == "POST":
        db.session.scalars(locked(select(Organisation))).all()


@bp.get(PAGE)
@signed_in("admin")
def home() -> Answer:
    """All rules with what holds; the profile; the versions."""
    return _home()


def _home(typed: Mapping[str, str] | None = None, theirs: Mapping[str, str] | None = None) -> tuple[str, int]:
    """The page; 409 with what was typed and what stands there, where two answered one question otherwise."""
    found = [(one, checking.read(one), book.changed_keys(name, one)) for name, one in book.in_force().items()]
    versions = db.session.scalars(
        select(StatutoryBook).order_by(StatutoryBook.id.desc()).limit(VERSIONS)
    ).all()
    known = _known()
    page = render_template(
        "statutory/rules.html", rules=found, shipped=book.shipped(), versions=versions, words=words, seen=_seen(),
        organisation=people.organisation(), known=known, systems=catalogue.known_systems(),
        roles=rules.ROLES, tiers=rules.TIERS, typed=typed or {}, theirs=theirs or {},
    )  # fmt: skip
    return page, 409 if theirs else 200


def _known() -> dict[str, str]:
    """What the profile says, by the names of its boxes; a box that is not here says that it is unknown."""
    facts = db.session.scalars(select(StatutoryFact).where(StatutoryFact.kind != gathering.ISSUE))
    return {f"{one.kind}~{one.subject_id}~{one.name}": one.value for one in facts}


@bp.post(f"{PAGE}/profile")
@signed_in("admin")
def profile() -> Answer:
    """What the rules ask about the organisation and its systems; a value that is not one of the list is refused."""
    _lock()
    actor, at = current_actor(), clock.now()
    wanted: dict[tuple[str, int], dict[str, str]] = {}
    # The questions that are answered otherwise than the page was drawn; all of them where it does not say.
    mine = {key: value for key, value in request.form.items() if value != request.form.get(f"shown-{key}")}
    met = _met(mine)
    if met:
        return _home(mine, met)
    for key, value in mine.items():
        kind, _sep, rest = key.partition("~")
        subject, _sep, name = rest.partition("~")
        allowed = {"organisation": rules.ORGANISATION_FACTS, "system": rules.SYSTEM_FACTS}.get(kind, ())
        if subject.isdecimal() and len(subject) < 10 and name in allowed:
            wanted.setdefault((kind, int(subject)), {})[name] = value
    ids = set(db.session.scalars(select(AISystem.id)))
    changed = [
        changing.save_profile(kind, subject, facts, by=actor, at=at)
        for (kind, subject), facts in wanted.items()
        if (kind == "organisation" and subject == 0) or (kind == "system" and subject in ids)
    ]
    if any(changed):
        followups.rearm_all(at)
    db.session.commit()
    flash(_("Saved. The deadlines of open cases are computed anew."), "ok")
    return pages.to(PAGE)


def _met(mine: Mapping[str, str]) -> dict[str, str]:
    """What stands where somebody else answered otherwise since the page was drawn."""
    known = _known()
    stands = {key: known.get(key, UNKNOWN) for key in mine if f"shown-{key}" in request.form}
    return {key: now for key, now in stands.items() if now not in (request.form[f"shown-{key}"], mine[key])}


@bp.route(f"{PAGE}/new", methods=["GET", "POST"])
@signed_in("admin")
def new_rule() -> Answer:
    """A rule of one's own."""
    _lock()
    return _edit("", changing.TEMPLATE)


@bp.route(f"{PAGE}/rules/<name>", methods=["GET", "POST"])
@signed_in("admin")
def rule(name: str) -> Answer:
    """One rule: how it reads, what is otherwise than shipped, and its words to change."""
    _lock()
    plain = book.in_force().get(name)
    if plain is None:
        raise NotFound()
    return _edit(name, changing.written({key: value for key, value in plain.items() if value is not None}))


def _edit(name: str, text: str) -> Answer:
    form, at = RuleForm(data={"text": text}), clock.now()

    def work() -> None:
        changing.save(name, form.text.data or "", note=form.note.data or "", by=current_actor(), at=at)
        followups.rearm_all(at)

    both = Shared(form, {"text": text} if name else None)
    if both.done(work):
        flash(_("The rule reads so from now on. Clocks that run already keep theirs."), "ok")
        return pages.to(PAGE)
    plain = book.in_force().get(name)
    return both.show(
        "statutory/rule.html", changing.SETTINGS, name_of=name, plain=plain, words=words, facts=rules.FACTS,
        changed=book.changed_keys(name, plain) if plain else [], own=name not in book.shipped(),
    )  # fmt: skip


@bp.post(f"{PAGE}/rules/<name>/<any(on,off,restore):act>")
@signed_in("admin")
def change(name: str, act: str) -> Answer:
    """Switch a rule on or off, or have it as shipped again."""
    _lock()
    actor, at = current_actor(), clock.now()
    if act == "restore":
        changing.restore(name, by=actor, at=at)
    else:
        changing.switch(name, act == "on", by=actor, at=at)
    return _changed(at, _("Changed. You can undo it below."))


@bp.post(f"{PAGE}/undo")
@signed_in("admin")
def undo() -> Answer:
    """Back to the version before."""
    _lock()
    at = clock.now()
    try:
        changing.undo(request.form.get("seen", -1, type=int), by=current_actor(), at=at)
    except DomainError as error:
        if error.status != 422:
            raise
        flash(str(error.text), "error")
        return pages.to(PAGE)
    return _changed(at, _("Undone."))


def _changed(at: Any, text: str) -> Answer:
    followups.rearm_all(at)
    db.session.commit()
    flash(text, "ok")
    return pages.to(PAGE)

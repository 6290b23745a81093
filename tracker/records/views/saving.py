"""Saving a record: one section while people type, all of them with a button; lines added, done and removed."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from tracker import clock
from tracker.db import db
from tracker.errors import DomainError, Stale
from tracker.followups import actions as followups
from tracker.records import actions, content, fields, forms, words
from tracker.records.models import Record
from tracker.records.views import bp
from tracker.records.views.loading import record_of
from tracker.records.views.record import Typed, has_of, page, shown
from tracker.records.whole import Whole
from tracker.statutory import by_hand
from tracker.statutory import words as law_words
from tracker.statutory.actions import FINAL, INTERIM
from tracker.statutory.models import StatutoryClock
from tracker.training.models import TrainingSession
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer

LINE_KEYS = (
    "what", "target_kind", "reference", "evidence", "dimension", "owner_id", "by_name", "due_at", "at", "effective",
    "artefact", "version", "done_at",
)  # fmt: skip
RUN_KEYS = ("phase", "passed", "total", "tool", "version", "cases", "evidence")
# Buttons of a line that say how it stands: the code they set, by the name they send.
SETS = ("standing", "effective")


@bp.post("/records/<number>/save")
@signed_in()
def save(number: str) -> Answer:
    found, at = record_of(number), clock.now()
    quiet = bool(request.args.get("quiet"))
    form = _form(found)
    changes, seen = _touched(form), _seen()
    if not quiet:
        changes |= _lines(at)
    section = _pressed(changes)
    back = Typed(section, form, keys=frozenset(changes))
    record_id, number = found.id, found.number
    try:
        by_hand.guard(found, changes)
        changed = actions.save(found, changes, by=current_actor(), at=at, seen=seen)
        stopped = _notices(found, changed, at)
    except Stale as error:
        db.session.rollback()
        back.conflicts = {one.field: one for one in error.conflicts}
        return page(db.session.get_one(Record, record_id), typed=back, status=409)
    except DomainError as error:
        if error.status != 422:
            raise
        db.session.rollback()
        _wrong(form, error)
        back.errors = error.fields
        return page(db.session.get_one(Record, record_id), typed=back, status=422)
    followups.rearm_now("record", record_id, at)
    db.session.commit()
    if quiet:
        return _quietly(found, changed)
    flash(_("Saved.") if changed or stopped else _("Nothing was changed."), "ok")
    if stopped:
        names = _(", ").join(law_words.title(one.rule) for one in stopped)
        flash(_("Noted as the notice for: %(clocks)s", clocks=names), "ok")
    every = "1" if "all" in request.args else None
    return redirect(url_for(".show", number=number, all=every, open=section, _anchor=f"s-{section}"), 303)


def _notices(found: Record, changed: Mapping[str, Any], at: datetime) -> list[StatutoryClock]:
    """K2: the line that was added, or whose button was pressed, may be the notice of a statutory clock."""
    item, _colon, clock_id = request.form.get("notice", "").partition(":")
    if item.isdecimal() and clock_id.isdecimal():
        return by_hand.settle(found, by=current_actor(), at=at, clock_id=int(clock_id), item_id=int(item))
    if by_hand.PART not in changed:
        return []
    chosen = request.form.get("add-notices-clock", 0, type=int)
    kind = INTERIM if request.form.get("add-notices-kind") == INTERIM else FINAL
    return by_hand.settle(found, by=current_actor(), at=at, clock_id=chosen or 0, kind=kind)


def _pressed(changes: Mapping[str, Any]) -> str:
    """The section whose button was pressed, or whose line's; else, by the Enter key, the first that was changed."""
    if "section" in request.form:
        if request.form["section"] not in fields.SECTIONS:
            raise NotFound
        return request.form["section"]
    parts = [request.form.get(name, "").partition(":")[0] for name in ("add", "done", "remove", *SETS)]
    parts += [by_hand.PART] if "notice" in request.form else []
    keys = [key for key in (*parts, *changes) if key in fields.BY_KEY]
    return fields.BY_KEY[keys[0]].section if keys else fields.SECTIONS[0]


def _form(found: Record) -> Any:
    """The form with what was sent; a box that was not on the page is not sent and stays as it is."""
    values = content.values(Whole(found, has_of(found)))
    sent = [
        one.key for one in fields.FIELDS
        if one.editable and (f"seen-{one.key}" in request.form) and one.kind not in forms.NOT_TYPED
    ]  # fmt: skip
    return forms.section_form(sent, found, values, sent=request.form)


def _touched(form: Any) -> dict[str, Any]:
    """The boxes whose content is not what the page showed.

    The others leave the form: should the page come back, they show what stands now, not what stood then.
    """
    changes: dict[str, Any] = {}
    for control in list(form):
        if forms.shown_digest(control.data) != request.form[f"seen-{control.name}"].partition(".")[0]:
            changes[control.name] = control.data
        else:
            del form[control.name]
    return changes


def _seen() -> dict[str, str]:
    sent = {
        name.removeprefix("seen-"): text for name, text in request.form.items() if name.startswith("seen-")
    }
    return {key: text.partition(".")[2] for key, text in sent.items() if "." in text and key in fields.BY_KEY}


def _lines(at: Any) -> dict[str, Any]:
    """Lines to add, to mark as done and to take out, by their lists."""
    found: dict[str, Any] = {}
    for one in fields.FIELDS:
        line = _added(one)
        if line:
            found[one.key] = {"add": line}
    for name in ("remove", "done", *SETS):
        part, line_id, code = [*request.form.get(name, "").split(":"), "", "", ""][:3]
        if line_id.isdecimal() and part in fields.BY_KEY:
            wanted: Any = {"id": line_id} | ({"done_at": at} if name == "done" else {name: code})
            found.setdefault(part, {})["remove" if name == "remove" else "change"] = (
                int(line_id) if name == "remove" else wanted
            )
    return found


def _added(one: fields.Field) -> dict[str, str]:
    """The new line or run that was typed for a list; empty where it says nothing."""
    if one.kind == fields.RUNS:
        run = _typed_line(one.key, RUN_KEYS)
        return run if run.get("total") else {}
    if one.kind != fields.ITEMS:
        return {}
    line = _typed_line(one.key, LINE_KEYS) | (_session() if one.key == "training_sessions" else {})
    return line if line.get("what") else {}


def _session() -> dict[str, str]:
    """The session of the training log that was chosen, as a line of K1."""
    chosen = db.session.get(TrainingSession, request.form.get("add-training_sessions-session", 0, type=int))
    return {"what": f"{chosen.held_on} {chosen.topic}", "reference": str(chosen.id)} if chosen else {}


def _typed_line(key: str, names: tuple[str, ...]) -> dict[str, str]:
    typed = {name: request.form.get(f"add-{key}-{name}", "").strip() for name in names}
    return {name: text for name, text in typed.items() if text}


def _wrong(form: Any, error: DomainError) -> None:
    for key, text in error.fields.items():
        if key in form:
            form[key].errors = [*form[key].errors, text]
        elif re.fullmatch(r"[a-z_]+", key):
            form.form_errors.append(f"{words.need_word(key)}: {text}")


def _quietly(found: Record, changed: Mapping[str, Any]) -> Answer:
    """For a page that saves while people type: the new digests, the line that says so, and where it stands now."""
    keys = [key for key in changed if key in fields.BY_KEY and fields.BY_KEY[key].kind not in forms.NOT_TYPED]
    if not keys:
        return render_template("records/_saved.html", digests={}, at=clock.now())
    stands = shown(found)
    # The page may show them masked; what has been read of the record is not read again.
    whole, values = stands["whole"], content.values(stands["whole"])
    digests = {
        key: f"{forms.shown_digest(forms.as_typed(key, found, values[key]))}.{actions.digest_of(whole, key, values)}"
        for key in keys
    }  # fmt: skip
    return render_template("records/_saved.html", digests=digests, at=clock.now(), **stands)


@bp.post("/records/<number>/form")
@signed_in()
def unfold(number: str) -> Answer:
    """Use the long form for a record that its severity would give the short one, or go back to it."""
    found, at = record_of(number), clock.now()
    actions.save(found, {"long_form": request.form.get("long") == "1"}, by=current_actor(), at=at)
    followups.rearm_now("record", found.id, at)
    db.session.commit()
    return redirect(url_for(".show", number=found.number), 303)

"""經驗回饋: what records taught, to be read and searched."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from tracker import clock
from tracker.accounts.models import Person
from tracker.db import db, first_or_404, locked
from tracker.followups.words import listed
from tracker.lessons import actions, queries
from tracker.records.models import Record
from tracker.records.wordlists import word
from tracker.systems import queries as systems
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer

bp = Blueprint("lessons", __name__)
READERS = ("supervisor", "engineer", "manager")


@bp.get("/lessons")
@signed_in(*READERS)
def lessons() -> Answer:
    actor, now = current_actor(), clock.now()
    kept = {key: request.args[key] for key in ("q", "system", "show") if request.args.get(key)}
    found, before = queries.filtered(actor, kept, now), request.args.get("before", "")
    if before.isdecimal() and len(before) < 18:
        found = found.where(Record.id < int(before))
    rows = db.session.scalars(found.limit(queries.PAGE + 1)).all()
    shown = rows[: queries.PAGE]
    ids = [one.id for one in shown]
    mine = set(db.session.scalars(queries.lessons(actor).where(
        queries.concerns(actor), Record.id.in_(ids)).with_only_columns(Record.id))) if ids else set()  # fmt: skip
    leads = actor.is_(*queries.LEADS)
    return render_template(
        "lessons/lessons.html", lessons=shown, kept=kept, word=word, reads=queries.reads(ids), mine=mine,
        systems=db.session.scalars(systems.offered()).all(), unread=queries.unread(actor, now),
        concerned={one.id: queries.concerned(one, now) for one in shown} if leads else {},
        older=_here(kept, before=str(shown[-1].id)) if len(rows) > queries.PAGE else None, here=_here,
    )  # fmt: skip


def _said(told: Sequence[Person], waits: bool) -> str:
    if not waits:
        return _("Everybody whom it concerns has read it.")
    if not told:
        return _("Those who have not read it were reminded today already.")
    return _("Reminded: %(names)s.", names=listed([one.name for one in told]))


def _here(kept: dict[str, str], **more: Any) -> str:
    wanted: dict[str, Any] = {**kept, **more}
    return url_for(".lessons", **{key: value for key, value in wanted.items() if value})


@bp.post("/lessons/<number>/<any(read,unread,remind):act>")
@signed_in(*READERS)
def note(number: str, act: str) -> Answer:
    actor, at = current_actor(), clock.now()
    found = first_or_404(queries.lessons(actor).where(Record.number == number.upper()))
    record = db.session.scalars(locked(select(Record).where(Record.id == found.id))).one()
    if act == "read":
        actions.read(record, by=actor, at=at)
        flash(_("Noted: you have read it."), "ok")
    elif act == "unread":
        actions.take_back(record, by=actor, at=at)
    else:
        told = actions.remind(record, by=actor, at=at)
        waits = bool(told) or any(one.id != actor.person_id for one in queries.waited_for(record, at))
        flash(_said(told, waits), "ok")
    db.session.commit()
    kept = {key: request.args[key] for key in ("q", "system", "show") if request.args.get(key)}
    return redirect(_here(kept, _anchor=f"l-{record.number}"), 303)

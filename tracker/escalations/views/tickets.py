"""Tickets in other tools: noted and kept up on the page of an escalation, also by a letter's link without a sign-in."""

from collections.abc import Callable, Mapping
from datetime import datetime

from flask import flash, request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy import select

from tracker import clock
from tracker.accounts.rules import Actor
from tracker.db import db, first_or_404
from tracker.errors import DomainError
from tracker.escalations import forms
from tracker.escalations.views import bp
from tracker.escalations.views.one import opened, visible
from tracker.followups import actions as followups
from tracker.records import tickets, told
from tracker.records.forms import typed_fields
from tracker.records.parts import Escalation, Reference
from tracker.web import current_actor, pages, signed_in
from tracker.web.answers import Answer

Act = Callable[[Reference, Actor, datetime], None]
# What a letter's link may do; what the words of a tool mean, and whether it holds, people inside say.
FOR_LINKS: Mapping[str, Act] = {
    "status": lambda row, by, at: tickets.update(row, status=request.form.get("status", ""), by=by, at=at),
    "remove": lambda row, by, at: tickets.remove(row, by=by, at=at),
    "restore": lambda row, by, at: tickets.restore(row, by=by, at=at),
}
ACTS: Mapping[str, Act] = {
    **FOR_LINKS,
    "mean": lambda row, by, at: told.mean(row, request.form.get("meaning", ""), by=by, at=at),
    "look": lambda row, by, at: told.look(row, by=by, at=at),
}


@bp.post("/escalations/<int:escalation_id>/references")
@signed_in()
def add_ticket(escalation_id: int) -> Answer:
    return _add(visible(escalation_id, current_actor()), f"/escalations/{escalation_id}")


@bp.post(f"/escalations/<int:escalation_id>/references/<int:reference_id>/<any({','.join(ACTS)}):act>")
@signed_in()
def change_ticket(escalation_id: int, reference_id: int, act: str) -> Answer:
    found = visible(escalation_id, current_actor())
    return _change(found, reference_id, act, f"/escalations/{escalation_id}")


@bp.post("/e/<secret>/references")
def add_ticket_by_link(secret: str) -> Answer:
    """An outside contact notes the ticket in which they work on it."""
    return _add(opened(secret), f"/e/{secret}")


@bp.post(f"/e/<secret>/references/<int:reference_id>/<any({','.join(FOR_LINKS)}):act>")
def change_ticket_by_link(secret: str, reference_id: int, act: str) -> Answer:
    return _change(opened(secret), reference_id, act, f"/e/{secret}")


def _add(found: Escalation, here: str) -> Answer:
    form, at, record_id = forms.TicketForm(), clock.now(), found.record_id
    try:
        tickets.add(found.record, **_typed(form), by=current_actor(), at=at)
    except DomainError as error:
        return _refused(error, here)
    followups.rearm_now("record", record_id, at)
    db.session.commit()
    flash(_("The ticket is noted."), "ok")
    return _back(here)


def _change(found: Escalation, reference_id: int, act: str, here: str) -> Answer:
    at, record_id = clock.now(), found.record_id
    shown = select(Reference).where(Reference.id == reference_id, Reference.record_id == record_id)
    if current_actor().link is not None:
        shown = shown.where(Reference.outside, Reference.escalation_id == found.id)
    row = first_or_404(shown)
    try:
        ACTS[act](row, current_actor(), at)
    except DomainError as error:
        return _refused(error, here)
    followups.rearm_now("record", record_id, at)
    db.session.commit()
    if act == "remove":
        flash(_("Taken off the list."), "ok")
        return pages.to(f"{here}?removed={reference_id}")
    flash(_("Saved."), "ok")
    return _back(here)


def _typed(form: FlaskForm) -> dict[str, str]:
    return {"name": "", **{key: str(text) for key, text in typed_fields(form).items()}}


def _refused(error: DomainError, here: str) -> Answer:
    if error.status != 422:
        raise error
    db.session.rollback()
    flash(" ".join(error.fields.values()) or error.text, "error")
    return _back(here)


def _back(here: str) -> Answer:
    return pages.to(f"{here}#tickets")

"""Tickets in other tools: noted and kept up on the page of an escalation."""

from flask import flash, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy import select

from tracker import clock
from tracker.db import db, first_or_404, locked
from tracker.errors import DomainError
from tracker.escalations import forms, queries
from tracker.escalations.views import bp
from tracker.followups import actions as followups
from tracker.records import tickets
from tracker.records.forms import typed_fields
from tracker.records.models import Record
from tracker.records.parts import Escalation, Reference
from tracker.web import current_actor, pages, signed_in
from tracker.web.answers import Answer

ACTS = ("status", "remove", "restore")


@bp.post("/escalations/<int:escalation_id>/references")
@signed_in()
def add_ticket(escalation_id: int) -> Answer:
    found, form, at = _escalation(escalation_id), forms.TicketForm(), clock.now()
    record_id = found.record_id
    try:
        tickets.add(found.record, **_typed(form), by=current_actor(), at=at)
    except DomainError as error:
        return _refused(error, escalation_id)
    followups.rearm_now("record", record_id, at)
    db.session.commit()
    flash(_("The ticket is noted."), "ok")
    return _back(escalation_id)


@bp.post(f"/escalations/<int:escalation_id>/references/<int:reference_id>/<any({','.join(ACTS)}):act>")
@signed_in()
def change_ticket(escalation_id: int, reference_id: int, act: str) -> Answer:
    found, at = _escalation(escalation_id), clock.now()
    mine = select(Reference).where(Reference.id == reference_id, Reference.record_id == found.record_id)
    row, by, record_id = first_or_404(mine), current_actor(), found.record_id
    try:
        if act == "status":
            tickets.update(row, status=request.form.get("status", ""), by=by, at=at)
        else:
            (tickets.remove if act == "remove" else tickets.restore)(row, by=by, at=at)
    except DomainError as error:
        return _refused(error, escalation_id)
    followups.rearm_now("record", record_id, at)
    db.session.commit()
    if act == "remove":
        flash(_("Taken off the list."), "ok")
        return pages.to(url_for("escalations.show", escalation_id=escalation_id, removed=reference_id))
    flash(_("Saved."), "ok")
    return _back(escalation_id)


def _typed(form: FlaskForm) -> dict[str, str]:
    return {"name": "", **{key: str(text) for key, text in typed_fields(form).items()}}


def _escalation(escalation_id: int) -> Escalation:
    found = queries.visible(current_actor(), clock.now()).where(Escalation.id == escalation_id)
    row = first_or_404(found)
    first_or_404(locked(select(Record).where(Record.id == row.record_id)))
    return row


def _refused(error: DomainError, escalation_id: int) -> Answer:
    if error.status != 422:
        raise error
    db.session.rollback()
    flash(" ".join(error.fields.values()) or error.text, "error")
    return _back(escalation_id)


def _back(escalation_id: int) -> Answer:
    return pages.to(f"{url_for('escalations.show', escalation_id=escalation_id)}#tickets")

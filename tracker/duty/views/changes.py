"""Overrides and swaps."""

from datetime import datetime

from flask import flash
from flask_babel import gettext as _
from sqlalchemy import select

from tracker import clock
from tracker.accounts.models import Person
from tracker.db import db, first_or_404, locked
from tracker.duty import actions, forms, overriding, queries, rules, swapping, words
from tracker.duty.models import DutyOverride, DutySwap, Rota
from tracker.duty.views.ground import EDITORS, READERS, bp, commit, rota_of
from tracker.duty.views.pages import override_form, page, swap_form
from tracker.errors import DomainError, NotAllowed
from tracker.records import on_call
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer
from tracker.web.pages import done, to


@bp.post("/duty/<int:rota_id>/override")
@signed_in(*EDITORS)
def override(rota_id: int) -> Answer:
    found, now = rota_of(rota_id), clock.now()
    form = override_form(found, now)
    if done(form, lambda: _set_override(found, form, now)):
        flash(_("Changed. Both people were told; it can be undone below."), "ok")
        return to(f"/duty/{rota_id}#changes")
    return page(rota_of(rota_id), override=form)


def _set_override(found: Rota, form: forms.OverrideForm, now: datetime) -> None:
    zone = actions.zone_of(found, now)
    overriding.override(
        found, db.session.get_one(Person, form.person_id.data), starts_at=form.starts_at.instant(zone),
        ends_at=form.ends_at.instant(zone), reason=form.reason.data or "", by=current_actor(), at=now,
    )  # fmt: skip
    on_call.follow(found.id, at=now)


@bp.post("/duty/<int:rota_id>/override/<int:override_id>/undo")
@signed_in(*READERS)
def undo(rota_id: int, override_id: int) -> Answer:
    found = rota_of(rota_id)
    row = first_or_404(
        select(DutyOverride).where(DutyOverride.id == override_id, DutyOverride.rota_id == rota_id)
    )
    overriding.undo(row, found, by=current_actor(), at=clock.now())
    commit(found)
    flash(_("Undone. The turns hold again."), "ok")
    return to(f"/duty/{rota_id}#changes")


@bp.post("/duty/<int:rota_id>/swap")
@signed_in(*READERS)
def ask(rota_id: int) -> Answer:
    found, now = rota_of(rota_id), clock.now()
    if not queries.is_member(current_actor(), found, now):
        raise NotAllowed("ask")
    form = swap_form(found, now)
    if done(form, lambda: _ask(found, form, now)):
        flash(_("Asked. You hear as soon as it is answered."), "ok")
        return to(f"/duty/{rota_id}#swaps")
    return page(rota_of(rota_id), swap=form)


def _ask(found: Rota, form: forms.SwapForm, now: datetime) -> None:
    mine, back = forms.span_of(form.mine.data or ""), forms.span_of(form.in_return.data or "")
    if mine is None:
        text = _("Choose one of your coming shifts")
        raise DomainError(text, fields={"mine": text})
    person = db.session.get_one(Person, form.to.data)
    swapping.ask(found, mine, person, back, note=form.note.data or "", by=current_actor(), at=now)


@bp.post(f"/duty/<int:rota_id>/swap/<int:swap_id>/<any({','.join(rules.SWAP_WORKFLOW)}):verb>")
@signed_in(*READERS)
def answer(rota_id: int, swap_id: int, verb: str) -> Answer:
    found = rota_of(rota_id)
    swap = first_or_404(locked(select(DutySwap).where(DutySwap.id == swap_id, DutySwap.rota_id == rota_id)))
    try:
        swapping.answer(swap, verb, by=current_actor(), at=clock.now())
    except DomainError as error:
        if error.status != 422:
            raise
        db.session.rollback()
        flash(str(error.text), "error")
        return to(f"/duty/{rota_id}#swaps")
    commit(found)
    flash(
        _("%(state)s; the other was told.", state=str(words.SWAP_WORDS[swap.state or ""]).capitalize()), "ok"
    )
    return to(f"/duty/{rota_id}#swaps")

"""Equal escalations answered in one form: which of them, the act, and taking it back."""

from collections.abc import Sequence
from typing import Any

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from tracker import clock
from tracker.accounts.forms.fields import wrong
from tracker.db import db, locked
from tracker.errors import DomainError, NotFound
from tracker.escalations import forms, queries, together
from tracker.escalations.views import bp
from tracker.followups import actions as followups
from tracker.issues import fields as issue_fields
from tracker.records import actions, rules, words
from tracker.records.parts import Escalation
from tracker.web import current_actor, pages, signed_in
from tracker.web.answers import Answer

MOST = 50


@bp.get("/escalations/together")
@signed_in()
def several() -> Answer:
    """The group that `ids` name, with the form of each act."""
    return page(_found(request.args.get("ids", "")))


@bp.post(f"/escalations/together/<any({','.join(together.VERBS)}):verb>")
@signed_in()
def act_together(verb: str) -> Answer:
    chosen = _found(",".join(request.form.getlist("id")), lock=True)
    form, at = _form(verb), clock.now()
    record_ids = [one.record_id for one in chosen]
    every = request.form.get("ids", "")
    try:
        outcome = together.carry_out(chosen, verb, _typed(form), by=current_actor(), at=at)
    except DomainError as error:
        if error.status not in (409, 422):
            raise
        db.session.rollback()
        wrong(form, error.fields, error.text)
        return page(_found(every), stopped=verb, form=form), 422
    for record_id in record_ids:
        followups.rearm_now("record", record_id, at)
    done = [one.id for one in outcome.done]
    db.session.commit()
    _say(outcome)
    if outcome.stopped and not done:
        return page(_found(every), stopped=verb, form=form), 409
    undo: dict[str, Any] = {"undo": ",".join(map(str, done)), "verb": verb} if verb in together.UNDOES else {}
    return pages.to(url_for("escalations.desk", **undo))


@bp.post("/escalations/together/undo")
@signed_in()
def undo_together() -> Answer:
    chosen, at = _found(request.form.get("ids", ""), lock=True, any_state=True), clock.now()
    record_ids = [one.record_id for one in chosen]
    outcome = together.undo(chosen, request.form.get("verb", ""), by=current_actor(), at=at)
    for record_id in record_ids:
        followups.rearm_now("record", record_id, at)
    count = len(outcome.done)
    db.session.commit()
    flash(_("Taken back for %(count)s.", count=count), "ok" if count else "warn")
    if outcome.stopped:
        names = "、".join(outcome.stopped)
        flash(_("Something has followed already, so it stands for: %(numbers)s", numbers=names), "warn")
    return pages.to(url_for("escalations.desk"))


def _typed(form: FlaskForm) -> dict[str, Any]:
    return {
        one.short_name: one.data
        for one in form
        if one.short_name != "csrf_token" and one.data not in (None, "", [])
    }


def _say(outcome: together.Outcome) -> None:
    if outcome.done:
        numbers = "、".join(one.record.number for one in outcome.done)
        flash(_("Done for %(numbers)s.", numbers=numbers), "ok")
    for number, keys in outcome.stopped.items():
        lacks = "、".join(str(words.need_word(key)) for key in keys)
        flash(_("Not done for %(number)s; still missing: %(what)s", number=number, what=lacks), "warn")


def _found(ids: str, *, lock: bool = False, any_state: bool = False) -> Sequence[Escalation]:
    """Those of these ids that are with this actor and open; NotFound when none is."""
    numbers = [int(one) for one in ids.split(",")[:MOST] if one.isdecimal() and len(one) < 10]
    wanted = queries.visible(current_actor(), clock.now()).where(Escalation.id.in_(numbers))
    wanted = wanted.where(queries.mine(current_actor(), clock.now())).order_by(Escalation.id)
    if not any_state:
        wanted = wanted.where(Escalation.state.in_(rules.ESCALATION_OPEN))
    found = db.session.scalars(locked(wanted) if lock else wanted).all()
    if not found:
        raise NotFound()
    return found


def _form(verb: str, found: Sequence[Escalation] = ()) -> FlaskForm:
    """The form of a verb; the first date that was asked of any of them is proposed."""
    form = forms.FORMS[verb](prefix=verb)
    dates = [date for date in (actions.promise(one, clock.now()) for one in found) if date is not None]
    if verb == "acknowledge" and dates and not form.is_submitted():
        form.expected_at.data = issue_fields.local(min(dates))
    return form


def page(found: Sequence[Escalation], *, stopped: str = "", form: FlaskForm | None = None) -> str:
    """Which ones, and the acts that all of them are ready for."""
    states = {one.state for one in found}
    verbs = ["acknowledge"] if rules.SENT in states else ["update", "correct"]
    shown: dict[str, Any] = {verb: _form(verb, found) for verb in verbs}
    if form is not None:
        shown[stopped] = form
    return render_template(
        "escalations/together.html", found=found, forms_by_verb=shown, stopped=stopped, words=words,
        ids=",".join(str(one.id) for one in found), chosen=request.form.getlist("id") or None,
    )  # fmt: skip

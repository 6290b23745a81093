"""Making and changing a rota."""

from flask import current_app, flash, request
from flask_babel import gettext as _

from tracker import clock
from tracker.duty import actions, forms, queries, rules, words
from tracker.duty.models import Rota
from tracker.duty.points import written
from tracker.duty.views.ground import EDITORS, bp, rota_of
from tracker.errors import DomainError
from tracker.records import on_call
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer
from tracker.web.pages import done, show, to


@bp.route("/duty/new", methods=["GET", "POST"])
@signed_in(*EDITORS)
def new() -> Answer:
    zone = current_app.config["TRACKER"].zone
    form = forms.RotaForm(data={"zone": zone.key, "first_day": clock.now().astimezone(zone).date()})
    form.leads.offer([(one.id, one.name) for one in queries.workers()], _("The first of the list"))
    made: list[Rota] = []
    chosen = _numbered()
    if done(form, lambda: made.append(_make(form, chosen))):
        flash(_("The rota is made. Systems may name it, and anomalies can be escalated to it."), "ok")
        return to(f"/duty/{made[0].id}")
    return _edit_page(form, chosen, None)


def _make(form: forms.RotaForm, chosen: dict[int, str]) -> Rota:
    wanted = form.wanted(_in_order(chosen), None)
    return actions.make_rota(wanted, by=current_actor(), at=clock.now())


@bp.route("/duty/<int:rota_id>/edit", methods=["GET", "POST"])
@signed_in(*EDITORS)
def edit(rota_id: int) -> Answer:
    found, now = rota_of(rota_id), clock.now()
    term, members = queries.term_now(found, now), queries.members_now(found, now)
    form = forms.RotaForm(
        data={
            "name": found.name, "note": found.note, "first_day": found.first_day, "last_day": found.last_day,
            "rhythm": term.rhythm, "every_days": term.every_days, "zone": term.zone, "minute": int(term.points[0][1]),
            "weekday": str(term.anchor.weekday()),
            "custom": written(((day, at) for day, at in term.points), words.short_weekdays())
            if term.rhythm == rules.CUSTOM else "",
        }
    )  # fmt: skip
    form.leads.offer([(one.id, one.name) for one in queries.workers()], _("As it is now"))
    numbered = {one.id: str(place) for place, one in enumerate(members, start=1)}
    chosen = _numbered() if request.method == "POST" else numbered
    if done(form, lambda: _save(found, form, chosen)):
        flash(_("Saved. What was before stays as it was; the new turns hold from now on."), "ok")
        return to(f"/duty/{rota_id}")
    return _edit_page(form, chosen, found)


def _save(found: Rota, form: forms.RotaForm, chosen: dict[int, str]) -> None:
    now = clock.now()
    spell = rules.on_duty(queries.plan(found), now)
    wanted = form.wanted(_in_order(chosen), spell.turn if spell is not None else None)
    if actions.save_rota(found, wanted, by=current_actor(), at=now):
        on_call.follow(found.id, at=now)


def _numbered() -> dict[int, str]:
    """The places typed beside the names."""
    typed = {key.removeprefix("place-"): text.strip() for key, text in request.form.items()
             if key.startswith("place-")}  # fmt: skip
    return {int(key): text for key, text in typed.items() if key.isdecimal() and len(key) < 10 and text}


def _in_order(chosen: dict[int, str]) -> list[int]:
    """The members by their places; raises DomainError for a place that is no number."""
    if not all(text.isdecimal() and len(text) < 6 for text in chosen.values()):
        text = _("Write whole numbers beside the names")
        raise DomainError(text, fields={"members": text})
    return sorted(chosen, key=lambda one: (int(chosen[one]), one))


def _edit_page(form: forms.RotaForm, chosen: dict[int, str], found: Rota | None) -> Answer:
    listed = {one.id: one for one in queries.workers()}
    listed |= {one.id: one for one in queries.members_now(found, clock.now())} if found is not None else {}
    people = sorted(listed.values(), key=lambda one: (one.id not in chosen, one.name))
    return show("duty/edit.html", form, rota=found, people=people, chosen=chosen)

"""Making and changing a rota."""

from typing import Any

from flask import current_app, flash
from flask_babel import gettext as _

from tracker import clock
from tracker.accounts.models import Person
from tracker.duty import actions, forms, queries, rules, words
from tracker.duty.models import Rota
from tracker.duty.points import written
from tracker.duty.views.ground import EDITORS, bp, rota_of
from tracker.records import on_call
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer
from tracker.web.both import Shared
from tracker.web.pages import done, show, to


@bp.route("/duty/new", methods=["GET", "POST"])
@signed_in(*EDITORS)
def new() -> Answer:
    zone = current_app.config["TRACKER"].zone
    form = forms.RotaForm(data={"zone": zone.key, "first_day": clock.now().astimezone(zone).date()})
    form.leads.offer([(one.id, one.name) for one in queries.workers()], _("The first of the list"))
    made: list[Rota] = []
    if done(form, lambda: made.append(_make(form))):
        flash(_("The rota is made. Systems may name it, and anomalies can be escalated to it."), "ok")
        return to(f"/duty/{made[0].id}")
    return show("duty/edit.html", form, rota=None, people=_people(form, None))


def _make(form: forms.RotaForm) -> Rota:
    return actions.make_rota(form.wanted(None), by=current_actor(), at=clock.now())


@bp.route("/duty/<int:rota_id>/edit", methods=["GET", "POST"])
@signed_in(*EDITORS)
def edit(rota_id: int) -> Answer:
    found = rota_of(rota_id)
    stood = _filled(found)
    form = forms.RotaForm(data=stood)
    form.leads.offer([(one.id, one.name) for one in queries.workers()], _("As it is now"))
    people = _people(form, found)
    form.members.offer((one.id, one.name) for one in people)
    both = Shared(form, stood)
    if both.done(lambda: _save(found, form)):
        flash(_("Saved. What was before stays as it was; the new turns hold from now on."), "ok")
        return to(f"/duty/{rota_id}")
    return both.show("duty/edit.html", found, rota=found, people=people)


def _filled(found: Rota) -> dict[str, Any]:
    """The rota as its form shows it."""
    now = clock.now()
    term, members = queries.term_now(found, now), queries.members_now(found, now)
    return {
        "name": found.name, "note": found.note, "first_day": found.first_day, "last_day": found.last_day,
        "rhythm": term.rhythm, "every_days": term.every_days, "zone": term.zone, "minute": int(term.points[0][1]),
        "weekday": str(term.anchor.weekday()),
        "members": {one.id: str(place) for place, one in enumerate(members, start=1)},
        "custom": written(((day, at) for day, at in term.points), words.short_weekdays())
        if term.rhythm == rules.CUSTOM else "",
    }  # fmt: skip


def _save(found: Rota, form: forms.RotaForm) -> None:
    now = clock.now()
    spell = rules.on_duty(queries.plan(found), now)
    wanted = form.wanted(spell.turn if spell is not None else None)
    if actions.save_rota(found, wanted, by=current_actor(), at=now):
        on_call.follow(found.id, at=now)


def _people(form: forms.RotaForm, found: Rota | None) -> list[Person]:
    """Whom it may have, those chosen first."""
    listed = {one.id: one for one in queries.workers()}
    listed |= {one.id: one for one in queries.members_now(found, clock.now())} if found is not None else {}
    return sorted(listed.values(), key=lambda one: (one.id not in form.members.data, one.name))

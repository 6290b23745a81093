"""Who is on duty, and the page of one rota with its calendar of five weeks."""

from datetime import datetime, timedelta

from flask import render_template
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from tracker import clock
from tracker.db import db
from tracker.duty import actions, forms, overriding, queries, rules, swapping, weeks, words
from tracker.duty.models import Rota
from tracker.duty.rules import Spell
from tracker.duty.views.ground import READERS, bp, rota_of
from tracker.records import on_call
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer
from tracker.web.dates import short_words


@bp.get("/duty")
@signed_in(*READERS)
def overview() -> Answer:
    actor, now = current_actor(), clock.now()
    found = db.session.scalars(queries.rotas()).all()
    mine = queries.rotas_of(actor.person_id) if actor.person_id is not None else queries.rotas()
    coming = [
        (rota, spell)
        for rota in db.session.scalars(mine)
        for spell in rules.turns_of(swapping.shifts(rota, now), actor.person_id or 0)
    ]
    return render_template(
        "duty/list.html", rotas=[queries.now_on_duty(rota, now) for rota in found], words=words, now=now,
        coming=sorted(coming, key=lambda one: one[1].starts_at)[:12], may_edit=queries.may_edit(actor),
        feed=queries.feed_of(actor.person_id or 0), asked=queries.asked_of(actor.person_id or 0, now),
    )  # fmt: skip


@bp.get("/duty/<int:rota_id>")
@signed_in(*READERS)
def rota(rota_id: int) -> Answer:
    return page(rota_of(rota_id))


def page(
    found: Rota,
    override: forms.OverrideForm | None = None,
    swap: forms.SwapForm | None = None,
) -> Answer:
    """A rota: who is on duty, five weeks, members, changes and swaps; with a form that was refused."""
    actor, now = current_actor(), clock.now()
    plan, zone = queries.plan(found), actions.zone_of(found, now)
    calendar = weeks.weeks(plan, now, zone)
    shown = [line.spell for week in calendar for day in week for line in day.lines]
    ids = {one for spell in shown for one in (spell.person, spell.planned, spell.turn)}
    member = queries.is_member(actor, found, now)
    body = render_template(
        "duty/rota.html", rota=found, term=queries.term_now(found, now), on_duty=queries.now_on_duty(found, now),
        weeks=calendar, names=queries.names(ids), today=now.astimezone(zone).date(), words=words, now=now,
        members=queries.members_now(found, now), presences=plan.people, begins=plan.begins, ends=plan.ends,
        overrides=queries.overrides_of(found, now), swaps=queries.swaps_of(found, now), rules=rules,
        may_edit=queries.may_edit(actor), override_form=override or override_form(found, now),
        swap_form=(swap or swap_form(found, now)) if member else None, systems=on_call.systems_of(found.id),
        may_undo=lambda row: overriding.may_undo(row, actor, now),
        moves=lambda one: swapping.moves(one, actor, now),
    )  # fmt: skip
    return body, 422 if (override and override.errors) or (swap and swap.errors) else 200


def override_form(found: Rota, now: datetime) -> forms.OverrideForm:
    """Who takes over: proposed from now to the end of the shift."""
    form = forms.OverrideForm()
    form.person_id.offer([(one.id, one.name) for one in queries.workers()])
    if not form.is_submitted():
        zone = actions.zone_of(found, now)
        local, until = now.astimezone(zone), rules.hand_over(queries.plan(found), now)
        ends = (until or now + timedelta(days=1)).astimezone(zone)
        form.starts_at.data = local.date(), local.hour * 60 + local.minute
        form.ends_at.data = ends.date(), ends.hour * 60 + ends.minute
    return form


def swap_form(found: Rota, now: datetime) -> forms.SwapForm:
    """The reader's own shifts and those of the others."""
    form, me = forms.SwapForm(), current_actor().person_id or 0
    shifts = swapping.shifts(found, now)
    names = queries.names(spell.person for spell in shifts)
    form.mine.choices = [_shift(spell) for spell in rules.turns_of(shifts, me)]
    theirs = [_shift(spell, names[spell.person or 0]) for spell in shifts if spell.person != me]
    form.in_return.choices = [SelectChoice("", _("Nothing in return")), *theirs]
    form.to.offer([(one.id, one.name) for one in queries.members_now(found, now) if one.id != me])
    return form


def _shift(spell: Spell, name: str = "") -> SelectChoice:
    now = clock.now()
    span = f"{short_words(spell.starts_at, now)} – {short_words(spell.ends_at, now)}"
    return SelectChoice(forms.span_value(spell.starts_at, spell.ends_at), f"{name} {span}".strip())

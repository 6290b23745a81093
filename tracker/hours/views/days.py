"""Days that differ: a typhoon day in two clicks, a make-up Saturday, a half day; each can be taken back."""

from flask import flash, request
from flask_babel import gettext as _
from sqlalchemy import select

from tracker import clock
from tracker.db import db, first_or_404, locked
from tracker.hours import actions, rules, words
from tracker.hours.book import book
from tracker.hours.forms import DayForm
from tracker.hours.models import OwnDay
from tracker.hours.rules import Special
from tracker.hours.views.ground import LIST, Ahead, Change, ahead_or_done, bp, offered_calendars, today
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer
from tracker.web.both import Shared
from tracker.web.pages import show, to


@bp.route(f"{LIST}/days/new", methods=["GET", "POST"])
@signed_in("admin")
def new_day() -> Answer:
    form = DayForm(data={"day": today(), "kind": rules.CLOSED, "name": ""})
    form.day.today = today
    form.calendar_id.offer(offered_calendars(), nobody=_("Everybody"))
    if request.method == "GET" and "typhoon" in request.args:
        form.name.data = _("Typhoon")
        return _typhoon(form)
    made: list[OwnDay] = []
    went = ahead_or_done(
        Shared(form), lambda: _with(form.special, form.calendar_id.data), lambda: made.append(_add(form))
    )
    if went is True:
        return to(f"{LIST}?added={made[0].id}")
    return show("hours/day.html", form, ahead=went or None, typhoon=False)


def _typhoon(form: DayForm) -> Answer:
    """The page that asks once, with what would move: everything on it is filled in."""
    form.kind.data = rules.CLOSED
    special = Special(today(), rules.CLOSED, (), form.name.data)
    return show("hours/day.html", form, ahead=Ahead(_with(special, None)), typhoon=True)


def _with(special: Special, calendar_id: int | None) -> Change:
    """The calendars as they would be with that day."""
    plans = book(clock.now()).plans
    touched = list(plans.values()) if calendar_id is None else [plans[calendar_id]]
    return Change([plan.with_day(special, shared=calendar_id is None) for plan in touched])


def _add(form: DayForm) -> OwnDay:
    one = form.special
    return actions.set_day(
        one.day, one.kind, calendar_id=form.calendar_id.data, name=one.name, windows=one.windows,
        by=current_actor(), at=clock.now(),
    )  # fmt: skip


@bp.post(f"{LIST}/days/<int:day_id>/delete")
@signed_in("admin")
def drop_day(day_id: int) -> Answer:
    row = first_or_404(locked(select(OwnDay).where(OwnDay.id == day_id)))
    earlier = actions.drop_day(row, by=current_actor(), at=clock.now())
    db.session.commit()
    if earlier is not None:
        name = earlier.name or str(words.KIND_WORDS[earlier.kind])
        flash(_("The day is again what it was before: %(name)s.", name=name), "ok")
    else:
        flash(_("The day is again what the week and the public holidays make of it."), "ok")
    return to(LIST)

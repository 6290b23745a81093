"""Calendars for administrators: the list, one calendar, its hours, its year."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import flash, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select

from tracker import clock
from tracker.accounts.words import WEEKDAY_WORDS
from tracker.db import db
from tracker.errors import NotFound
from tracker.hours import actions, rules, words
from tracker.hours import year as sheets
from tracker.hours.book import book, day_names, made_calendar
from tracker.hours.forms import DatedForm, NewForm, SettingsForm, WeekForm
from tracker.hours.models import Hours, NamedCalendar, OwnDay, UnitCalendar
from tracker.hours.rules import Weekly
from tracker.hours.views.ground import (
    LIST,
    Ahead,
    Change,
    ahead_or_done,
    bp,
    calendar_row,
    offered_calendars,
    offered_units,
    today,
    zone_name,
)
from tracker.web import current_actor, locale, signed_in
from tracker.web.answers import Answer
from tracker.web.both import Shared
from tracker.web.pages import done, show, to


@bp.get(LIST)
@signed_in("admin")
def calendars() -> Answer:
    pages, day = book(clock.now()), today()
    rows = db.session.scalars(
        select(NamedCalendar).order_by(NamedCalendar.is_default.desc(), NamedCalendar.name)
    ).all()
    coming = db.session.scalars(select(OwnDay).where(OwnDay.day >= day).order_by(OwnDay.day, OwnDay.id)).all()
    return render_template(
        "hours/calendars.html", rows=rows, pages=pages, keepers=Counter(pages.units.values()), today=day,
        days=coming, added=_added(), named=dict(offered_calendars()), weekdays=WEEKDAY_WORDS, rules=rules,
    )  # fmt: skip


def _added() -> OwnDay | None:
    """The day just added, which the page offers to take back."""
    return db.session.get(OwnDay, request.args.get("added", 0, type=int))


@bp.route(f"{LIST}/new", methods=["GET", "POST"])
@signed_in("admin")
def new_calendar() -> Answer:
    form = NewForm(data={"days": list(rules.USUAL), "country": book(clock.now()).plan(None).country})
    form.offer(offered_units())
    if done(form, lambda: _create(form)):
        return to(LIST)
    return show("hours/new.html", form, weekdays=WEEKDAY_WORDS)


def _create(form: NewForm) -> None:
    actions.create_calendar(
        name=form.name.data or "", zone=form.zone.data, country=form.country.data, week=form.week,
        units=form.units.data or (), by=current_actor(), at=clock.now(),
    )  # fmt: skip


@bp.route(f"{LIST}/<int:calendar_id>", methods=["GET", "POST"])
@signed_in("admin")
def calendar(calendar_id: int) -> Answer:
    row = calendar_row(calendar_id)
    keepers = select(UnitCalendar.unit_id).where(UnitCalendar.calendar_id == row.id)
    stood = {
        "name": row.name, "zone": row.zone, "country": row.country, "units": list(db.session.scalars(keepers)),
    }  # fmt: skip
    form = SettingsForm(data=stood)
    form.offer(offered_units())
    both = Shared(form, stood)
    plan = book(clock.now()).plan(row.id)

    def changed() -> Change:
        new = replace(plan, zone=form.zone.data or zone_name(), country=form.country.data)
        return Change([new], lambda pages: pages.with_keepers(row.id, form.units.data or ()))

    went = ahead_or_done(both, changed, lambda: _save(row, form))
    if went is True:
        return to(f"{LIST}/{row.id}?saved=1")
    return both.show(
        "hours/calendar.html", row, row=row, ahead=went or None, weekdays=WEEKDAY_WORDS, rules=rules,
        plan=plan, this_year=today().year, saved="saved" in request.args,
    )  # fmt: skip


def _save(row: NamedCalendar, form: SettingsForm) -> None:
    actions.save_calendar(
        row, name=form.name.data or "", zone=form.zone.data, country=form.country.data,
        units=form.units.data or (), by=current_actor(), at=clock.now(),
    )  # fmt: skip


@bp.route(f"{LIST}/<int:calendar_id>/hours", methods=["GET", "POST"])
@signed_in("admin")
def usual_hours(calendar_id: int) -> Answer:
    row = calendar_row(calendar_id)
    usual = next((one.week for one in row.hours if one.valid_from is None), rules.USUAL)
    stood = {"days": [rules.as_day(day) for day in usual]}
    form = WeekForm(data=stood)
    return _week_page(row, Shared(form, stood), lambda: Weekly(form.week))


@bp.route(f"{LIST}/<int:calendar_id>/hours/new", methods=["GET", "POST"])
@signed_in("admin")
def new_hours(calendar_id: int) -> Answer:
    row = calendar_row(calendar_id)
    now_valid = book(clock.now()).plan(row.id).weeks
    return _dated_page(row, DatedForm(data={"days": list(rules.week_on(now_valid, today()))}))


@bp.route(f"{LIST}/<int:calendar_id>/hours/<int:hours_id>", methods=["GET", "POST"])
@signed_in("admin")
def dated_hours(calendar_id: int, hours_id: int) -> Answer:
    row = calendar_row(calendar_id)
    hours = _dated(row, hours_id)
    days = [rules.as_day(day) for day in hours.week]
    stood = {"days": days, "start": hours.valid_from, "end": hours.valid_until}
    return _dated_page(row, DatedForm(data=stood), hours, stood)


def _dated(row: NamedCalendar, hours_id: int) -> Hours:
    found = next((one for one in row.hours if one.id == hours_id and one.valid_from is not None), None)
    if found is None:
        raise NotFound()
    return found


def _dated_page(
    row: NamedCalendar, form: DatedForm, hours: Hours | None = None, stood: dict[str, Any] | None = None
) -> Answer:
    form.start.today = form.end.today = today
    both = Shared(form, stood)
    return _week_page(row, both, lambda: Weekly(form.week, form.start.data, form.end.data), hours)


def _week_page(
    row: NamedCalendar, both: Shared, given: Callable[[], Weekly], hours: Hours | None = None
) -> Answer:
    plan = book(clock.now()).plan(row.id)

    def act() -> None:
        new, actor, now = given(), current_actor(), clock.now()
        if hours is not None and hours.valid_from != new.start:
            actions.drop_week(row, hours.id, by=actor, at=now)
        actions.save_week(row, new.week, start=new.start, end=new.end, by=actor, at=now)

    def changed() -> Change:
        old = hours.valid_from if hours is not None else None
        kept = [one for one in plan.weeks if old is None or one.start != old]
        return Change([replace(plan, weeks=tuple(kept)).with_week(given())])

    went = ahead_or_done(both, changed, act)
    if went is True:
        flash(_("Saved."), "ok")
        return to(f"{LIST}/{row.id}")
    return both.show(
        "hours/hours.html", row, row=row, hours=hours, ahead=went or None, weekdays=WEEKDAY_WORDS,
        title=words.calendar_name(row.name),
    )  # fmt: skip


@bp.post(f"{LIST}/<int:calendar_id>/hours/<int:hours_id>/delete")
@signed_in("admin")
def drop_hours(calendar_id: int, hours_id: int) -> Answer:
    row = calendar_row(calendar_id)
    actions.drop_week(row, hours_id, by=current_actor(), at=clock.now())
    db.session.commit()
    flash(_("These hours are taken back."), "ok")
    return to(f"{LIST}/{row.id}")


@bp.post(f"{LIST}/<int:calendar_id>/default")
@signed_in("admin")
def default_calendar(calendar_id: int) -> Answer:
    row = calendar_row(calendar_id)
    ahead = Ahead(Change(kept=lambda pages: pages.with_default(row.id)))
    if not ahead.seen:
        return render_template(
            "hours/default.html", row=row, ahead=ahead, title=words.calendar_name(row.name)
        )
    actions.make_default(row, by=current_actor(), at=clock.now())
    db.session.commit()
    return to(LIST)


@bp.post(f"{LIST}/<int:calendar_id>/delete")
@signed_in("admin")
def delete_calendar(calendar_id: int) -> Answer:
    actions.delete_calendar(calendar_row(calendar_id), by=current_actor(), at=clock.now())
    db.session.commit()
    return to(LIST)


@bp.get(f"{LIST}/<int:calendar_id>/year/<int:year>")
@signed_in("admin")
def year_of(calendar_id: int, year: int) -> Answer:
    row, now = calendar_row(calendar_id), clock.now()
    if not now.year - 50 <= year <= now.year + 50:
        raise NotFound()
    plan = book(now).plan(row.id)
    # The book holds the public holidays of the years around now; this page may look further.
    made = made_calendar(plan, year)
    months = sheets.sheet(year, made, day_names(plan, year, locale.chosen()))
    return render_template(
        "hours/year.html", row=row, number=year, months=months, title=words.calendar_name(row.name),
        today=today(), weekdays=words.WEEKDAY_SHORT, rules=rules, looks=sheets,
    )  # fmt: skip

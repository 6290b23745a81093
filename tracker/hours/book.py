"""The book of all calendars: read once and kept for as long as nobody changes a row of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import select

from tracker.accounts import queries as people
from tracker.accounts.models import Person, Unit
from tracker.calendars import Calendar, add_working_days, moment
from tracker.db import db
from tracker.hours import public, rules
from tracker.hours.models import NamedCalendar, OwnDay, UnitCalendar
from tracker.hours.rules import Plan, Special, Weekly

YEARS_BACK, YEARS_AHEAD = 2, 3
AS_INSTALLED = "first"
"""The stamp of what the migration makes; it never comes back once somebody has changed something."""

UNWRITTEN = Plan(0, "", "", public.TAIWAN, (Weekly(rules.USUAL),))


@dataclass(frozen=True)
class Book:
    """Every calendar by its id, the default one's id, and which unit keeps which."""

    default_id: int
    plans: Mapping[int, Plan]
    calendars: Mapping[int, Calendar]
    units: Mapping[int, int] = field(default_factory=dict)

    @property
    def default(self) -> Calendar:
        return self.calendars[self.default_id]

    def calendar(self, calendar_id: int | None) -> Calendar:
        """The calendar of that id; the default one when it is gone."""
        return self.calendars.get(calendar_id or self.default_id, self.default)

    def plan(self, calendar_id: int | None) -> Plan:
        """What that calendar is made of; the default one's when it is gone."""
        return self.plans.get(calendar_id or self.default_id, self.plans[self.default_id])

    def id_for_unit(self, unit_id: int | None) -> int:
        """The calendar that a unit keeps: its own, or that of the nearest unit above."""
        if not self.units:
            return self.default_id
        parents = {one: parent for one, parent in db.session.execute(select(Unit.id, Unit.parent_id))}
        seen: set[int] = set()
        while unit_id is not None and unit_id not in seen:
            if unit_id in self.units:
                return self.units[unit_id]
            seen.add(unit_id)
            unit_id = parents.get(unit_id)
        return self.default_id

    def id_for(self, person_id: int | None) -> int:
        """The calendar that a person keeps; the default one for nobody in particular."""
        if person_id is None or not self.units:
            return self.default_id
        person = db.session.get(Person, person_id)
        return self.id_for_unit(person.unit_id if person is not None else None)

    def calendar_for(self, person_id: int | None) -> Calendar:
        """When that person works."""
        return self.calendar(self.id_for(person_id))

    def with_keepers(self, calendar_id: int, units: Iterable[int]) -> "Book":
        """The book as it would be if these units kept that calendar, and no others did."""
        kept = {unit: one for unit, one in self.units.items() if one != calendar_id}
        return replace(self, units={**kept, **dict.fromkeys(units, calendar_id)})

    def with_default(self, calendar_id: int) -> "Book":
        """The book as it would be with that calendar as the default one."""
        return replace(self, default_id=calendar_id)

    def with_plans(self, changed: Iterable[Plan], year: int) -> "Book":
        """The book as it would be with these plans in place of those of the same ids."""
        plans = {plan.id: plan for plan in changed}
        made = {key: made_calendar(plan, year) for key, plan in plans.items()}
        return replace(self, plans={**self.plans, **plans}, calendars={**self.calendars, **made})


def book(now: datetime) -> Book:
    """The book as it stands, with the public holidays of the years around `now`."""
    zone = str(current_app.config["TRACKER"].timezone)
    stamp = people.organisation().calendar_stamp
    kept = _kept().get((stamp, zone, now.year))
    if kept is not None:
        return kept
    found = _bound(plans(zone), units(), now.year)
    if stamp == stamp_now() or stamp.startswith(AS_INSTALLED):
        if len(_kept()) > 32:
            _kept().clear()
        _kept()[stamp, zone, now.year] = found
    return found


def office_day_end(at: datetime, days: int) -> datetime:
    """A due time to propose: the close of the office day that many office days on, by the default calendar."""
    return closing(at, days, book(at).default)


def closing(start: datetime, days: int, calendar: Calendar) -> datetime:
    """When work ends on the open day `days` open days later; closed time counts as the day of the next opening."""
    zone = ZoneInfo(calendar.zone)
    day = add_working_days(start, days, calendar).astimezone(zone).date()
    return moment(day, calendar.day(day)[-1][1], zone)


@lru_cache(maxsize=1)
def _kept() -> dict[tuple[str, str, int], Book]:
    """Books by the stamp of their rows: a stamp names what is in them, so that no book is ever out of date."""
    return {}


def _bound(found: Mapping[int, Plan], units_: Mapping[int, int], year: int) -> Book:
    made = {key: made_calendar(plan, year) for key, plan in found.items()}
    return Book(default_id(), found, made, units_)


def made_calendar(plan: Plan, year: int) -> Calendar:
    """The calendar of a plan, with the public holidays of the years around this one."""
    off, on = public.days(plan.country, range(year - YEARS_BACK, year + YEARS_AHEAD))
    return rules.compiled(plan, off, on)


def default_id() -> int:
    """The id of the default calendar; 0 while there is none."""
    found = db.session.scalar(select(NamedCalendar.id).where(NamedCalendar.is_default))
    return found or 0


def units() -> dict[int, int]:
    """Which unit keeps which calendar, where one was chosen for it."""
    rows = db.session.execute(select(UnitCalendar.unit_id, UnitCalendar.calendar_id))
    return {unit: calendar for unit, calendar in rows}


def plans(zone: str) -> dict[int, Plan]:
    """Every calendar as its rows say it; `zone` is that of the installation."""
    days = db.session.scalars(select(OwnDay).order_by(OwnDay.day)).all()
    found = db.session.scalars(select(NamedCalendar).order_by(NamedCalendar.id)).all()
    made = {one.id: plan_of(one, days, zone) for one in found}
    return made if default_id() in made else {**made, default_id(): replace(UNWRITTEN, zone=zone)}


def plan_of(row: NamedCalendar, days: Sequence[OwnDay], zone: str) -> Plan:
    """One calendar as its rows say it, its own days before those for everybody."""
    weeks = tuple(Weekly(rules.as_week(one.week), one.valid_from, one.valid_until) for one in row.hours)
    own, shared = (
        tuple(special(one) for one in days if one.calendar_id == whose) for whose in (row.id, None)
    )
    return Plan(row.id, row.name, row.zone or zone, row.country, weeks, own, shared)


def special(row: OwnDay) -> Special:
    """A day added by hand, as the rules know it."""
    return Special(row.day, row.kind, rules.as_day(row.windows), row.name)


def stamp_now() -> str:
    """Names all rows as they stand in this transaction."""
    found = plans("")
    facts = [[key, plan.name, plan.digest] for key, plan in sorted(found.items())]
    return rules.short_digest([facts, default_id(), sorted(units().items())])


def day_names(plan: Plan, year: int, locale: str) -> dict[date, str]:
    """What the days of that year are called: public holidays, and days of the calendar's own above them."""
    named = public.names(plan.country, year, locale)
    for one in plan.special:
        if one.day.year == year:
            named[one.day] = one.name
    return named

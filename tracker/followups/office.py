"""The calendars and the chase policy in force, as the clocks need them."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import select

from tracker.accounts import queries as people
from tracker.accounts.models import Person
from tracker.calendars import Calendar
from tracker.db import db
from tracker.followups.rules import Yardstick
from tracker.hours.book import Book, book
from tracker.policies import queries as policies
from tracker.policies.presets import PRESETS
from tracker.policies.rules import NORMAL, Policy, Ruled


@dataclass(frozen=True)
class Office:
    """When everybody works, at one instant, and the policy that holds for cases that begin.

    `calendar` is the default one; which of the others counts for a clock is that of the person who owes the work.
    """

    book: Book
    at: datetime
    policy: Policy = PRESETS[NORMAL]
    _kept_by: dict[int | None, int] = field(default_factory=dict, compare=False)

    @property
    def calendar(self) -> Calendar:
        return self.book.default

    @property
    def yardstick(self) -> Yardstick:
        return Yardstick(self.policy, working_day(self.calendar, self.at))

    def measure_of(self, case: Ruled, calendar: Calendar) -> Yardstick:
        """By what a case is measured, in the working days of that calendar."""
        return replace(measure_of(case), day=working_day(calendar, self.at))

    def calendar_id(self, person_ids: Iterable[int | None]) -> int:
        """The calendar of whoever owes something; the default one where several keep different ones."""
        found = {self._calendar_of(one) for one in person_ids}
        return found.pop() if len(found) == 1 else self.book.default_id

    def _calendar_of(self, person_id: int | None) -> int:
        if person_id not in self._kept_by:
            self._kept_by[person_id] = self.book.id_for(person_id)
        return self._kept_by[person_id]

    def calendar_for(self, *person_ids: int | None) -> Calendar:
        """The hours of whoever owes something."""
        return self.book.calendar(self.calendar_id(person_ids))

    @property
    def digest(self) -> str:
        """Names which calendar is the default one, and who keeps another."""
        facts = [self.book.default_id, sorted(self.book.units.items()), _movers(self.book)]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]

    @property
    def calendar_digests(self) -> dict[int, str]:
        """What each calendar is made of, by its id."""
        return {key: plan.digest for key, plan in self.book.plans.items()}


def measure_of(case: Ruled) -> Yardstick:
    """By what a case is measured: the version it began with, and what its rules may ask about it."""
    used = policies.of_case(case)
    return Yardstick(used, about=policies.about(case, used))


def office(now: datetime) -> Office:
    """The office as its settings stand, with the public holidays of the years around `now`."""
    return Office(book(now), now, policies.policy(policies.in_force()))


def _movers(pages: Book) -> list[list[int]]:
    """Who keeps another calendar than the default one: somebody who changes units changes calendars too."""
    if not pages.units:
        return []
    below = people.with_units_below(frozenset(pages.units))
    found = select(Person.id, Person.unit_id).where(Person.unit_id.in_(below)).order_by(Person.id)
    return [[person, pages.id_for_unit(unit)] for person, unit in db.session.execute(found)]


def working_day(calendar: Calendar, at: datetime) -> timedelta:
    """How long the first working day of the week is at that time: what "one day" of an allowance means."""
    day = next(windows for windows in calendar.week_of(at.date()) if windows)
    return timedelta(minutes=sum(end - start for start, end in day))

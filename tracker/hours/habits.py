"""When a person reads mail: their wishes, in their zone, on the days that they work."""

from datetime import datetime

from tracker.accounts import wishes
from tracker.accounts.models import Person
from tracker.db import db
from tracker.hours.book import book
from tracker.outbox.habits import Habit


def habit(person_id: int, now: datetime) -> Habit | None:
    """The habit of that person; None when there is nobody of this id."""
    person = db.session.get(Person, person_id)
    return of_person(person, now) if person is not None else None


def of_person(person: Person, now: datetime) -> Habit:
    """The habit of a person as their wishes stand."""
    calendar = book(now).calendar_for(person.id)
    quiet = (
        (person.quiet_from, person.quiet_until)
        if person.quiet_from is not None and person.quiet_until is not None
        else None
    )
    return Habit(
        zone=person.timezone or calendar.zone, calendar=calendar, together=wishes.together(person),
        digest_at=person.digest_at, weekly=person.digest_weekly, quiet=quiet,
        quiet_days=frozenset(int(day) for day in person.quiet_days), locale=person.locale,
    )  # fmt: skip

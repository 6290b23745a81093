"""The office of the model, set in the product: one window on weekdays, no day off, and who works there."""

from sqlalchemy import select

from tests.clock import MONDAY
from tests.factories.people import make_person, make_system
from tests.worlds import kept
from tracker.accounts.rules import SYSTEM
from tracker.db import db
from tracker.hours import actions
from tracker.hours.models import NamedCalendar


def keep(opens: int, closes: int) -> None:
    """From now on everybody works from one hour to another, Monday to Friday, holidays or not."""
    row = db.session.scalars(select(NamedCalendar).where(NamedCalendar.is_default)).one()
    actions.save_calendar(row, name="", zone="", country="", units=(), by=SYSTEM, at=MONDAY)
    week = (((opens * 60, closes * 60),),) * 5 + ((), ())
    actions.save_week(row, week, start=None, end=None, by=SYSTEM, at=MONDAY)
    db.session.commit()


@kept()
def make_office() -> tuple[list[int], int, int]:
    """Open from nine to six: three supervisors, a reporter and a system, by their ids, and an administrator."""
    keep(9, 18)
    staff = [make_person("supervisor").id for _ in range(3)]
    made = staff, make_person("reporter").id, make_system().id
    make_person("admin")
    return made

"""The office hours of the model, set in the product: one window on weekdays, no day off."""

from sqlalchemy import select

from tests.clock import MONDAY
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

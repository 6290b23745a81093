"""Instants as forms take them, in the organisation's zone; how people write dates stands in `written`."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import gettext as _

from tracker import clock, written

BEGIN = time()
END_OF_WORK = time(17)
"""What a deadline means that names a day alone."""
REACH = range(1900, 2201)
"""The years of any date: beyond, calendars end and arithmetic with deadlines fails."""
MOST_YEARS = 5
"""How far ahead work may be due: a slip of the pen must not put an end to chasing."""


AHEAD = timedelta(minutes=1)
"""Clocks of other computers are not quite right."""


def zone() -> ZoneInfo:
    """The organisation's time zone."""
    found: ZoneInfo = current_app.config["TRACKER"].zone
    return found


def today() -> date:
    """The organisation's day: what 明天 and 11/22 are counted from where nobody says otherwise."""
    return clock.now().astimezone(zone()).date()


def example() -> dict[str, str]:
    """A day to come, in three of the ways that people write one."""
    day = today() + timedelta(days=7)
    return {
        "iso": f"{day:%Y-%m-%d}",
        "short": f"{day.month}/{day.day}",
        "roc": f"{day.year - written.ROC_OFFSET}/{day:%m/%d}",
    }


def aware(instant: datetime) -> datetime:
    """The instant in UTC; one without a zone is meant in the organisation's."""
    local = instant if instant.tzinfo else instant.replace(tzinfo=zone())
    return local.astimezone(UTC)


def parse(text: str, on: date | None = None, *, alone: time = BEGIN) -> datetime | None:
    """A date with or without a time, or RFC 3339; None when it cannot be read.

    `on` is the day it was written; `alone` the time of day that a day alone means.
    """
    plain = text.strip()
    try:
        found = (
            datetime.fromisoformat(plain)
            if "T" in plain or plain.endswith("Z")
            else _written(plain, on, alone)
        )
    except (ValueError, OverflowError):
        found = _written(plain, on, alone)
    return found if found is not None and found.year in REACH else None


def due_wrong(instant: datetime | None, at: datetime) -> str:
    """What is wrong with an instant that something is to be due at; empty when it will do."""
    if instant is None or instant <= at:
        return _("Choose a time in the future.")
    if instant > at + timedelta(days=366 * MOST_YEARS):
        return _("Choose a time within the next %(count)s years.", count=MOST_YEARS)
    return ""


def not_yet(instant: datetime | None, at: datetime) -> str:
    """What is wrong with an instant at which something is said to have happened; empty when it will do."""
    return _("This time has not come yet") if instant is not None and instant > at + AHEAD else ""


def _written(plain: str, on: date | None, alone: time) -> datetime | None:
    found = written.read(plain, on or today())
    return datetime.combine(found.day, alone if found.clock is None else found.clock) if found else None


def is_day(instant: datetime) -> bool:
    """Whether this is the beginning of a day here: what a day without a time is kept as."""
    return instant.astimezone(zone()).time() == BEGIN


def says_time(text: str) -> bool:
    """Whether a time of day was written, beside the date."""
    found = written.read(text, today())
    return "T" in text if found is None else found.clock is not None

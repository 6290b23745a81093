"""One year of a calendar, to look at: each day open or closed, and what it is called.  Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.calendars import Calendar, Day

OPEN, CLOSED, FEAST, MADE_UP, OWN = "open", "closed", "feast", "made-up", "own"


@dataclass(frozen=True)
class Square:
    """One day of the year's sheet: `look` says how it is drawn, `name` what it is called."""

    day: date
    windows: Day
    look: str
    name: str = ""


@dataclass(frozen=True)
class Month:
    """One month: its weeks from Monday on, None where a week begins or ends in another month."""

    first: date
    weeks: list[list[Square | None]]
    named: list[Square]
    open_days: int


def sheet(year: int, calendar: Calendar, names: Mapping[date, str]) -> list[Month]:
    """The twelve months of that year."""
    return [_month(date(year, month, 1), calendar, names) for month in range(1, 13)]


def _month(first: date, calendar: Calendar, names: Mapping[date, str]) -> Month:
    squares = [_square(day, calendar, names) for day in _days(first)]
    cells: list[Square | None] = [None] * first.weekday() + list(squares)
    cells += [None] * (-len(cells) % 7)
    weeks = [cells[start : start + 7] for start in range(0, len(cells), 7)]
    named = [one for one in squares if one.look in (FEAST, MADE_UP, OWN)]
    return Month(first, weeks, named, sum(bool(one.windows) for one in squares))


def _days(first: date) -> Iterator[date]:
    day = first
    while day.month == first.month:
        yield day
        day += timedelta(days=1)


def _square(day: date, calendar: Calendar, names: Mapping[date, str]) -> Square:
    windows, usual = calendar.day(day), calendar.week_of(day)[day.weekday()]
    look = OPEN if windows else CLOSED
    if day in dict(calendar.special):
        look = OWN
    elif windows and not usual:
        look = MADE_UP
    elif not windows and (usual or day in names):
        look = FEAST
    return Square(day, windows, look, names.get(day, ""))

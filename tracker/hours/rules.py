"""Hours as people write them, weeks that hold for a time, and the calendar that they make together.  Pure."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tracker import calendars
from tracker.calendars import Calendar, Day, Week

CLOSED, WORKED, OWN_HOURS = "closed", "worked", "hours"
KINDS = (CLOSED, WORKED, OWN_HOURS)
USUAL: Week = (((9 * 60, 18 * 60),),) * 5 + ((), ())
"""The week of an installation that has settled nothing yet."""

MOST_WINDOWS = 6


@dataclass(frozen=True)
class Weekly:
    """A week that holds from one date until another, both included; without dates it is the usual one."""

    week: Week
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True)
class Special:
    """A day that somebody added by hand."""

    day: date
    kind: str
    windows: Day = ()
    name: str = ""


@dataclass(frozen=True)
class Plan:
    """All that a calendar is made of, as its rows say it; the days of its own stand above those for everybody."""

    id: int
    name: str
    zone: str
    country: str
    weeks: tuple[Weekly, ...]
    days: tuple[Special, ...] = ()
    shared: tuple[Special, ...] = ()

    @property
    def special(self) -> list[Special]:
        """The days added by hand that count, in order."""
        return sorted_days((*self.days, *self.shared))

    def with_day(self, one: Special, *, shared: bool) -> "Plan":
        """The plan with that day as well, in place of what it had for the date."""
        if shared:
            return replace(self, shared=(one, *self.shared))
        return replace(self, days=(one, *self.days))

    def with_week(self, new: Weekly) -> "Plan":
        """The plan with that week in place of the one from the same day on."""
        kept = tuple(one for one in self.weeks if one.start != new.start)
        return replace(self, weeks=(*kept, new))

    @property
    def digest(self) -> str:
        """Names what the clocks are computed with: not the names, which change nothing."""
        weeks = [[_iso(one.start), _iso(one.end), one.week] for one in self.weeks]
        days = [[one.day.isoformat(), one.kind, one.windows] for one in self.special]
        return short_digest([self.zone, self.country, weeks, days])


def short_digest(facts: object) -> str:
    """Sixteen hex digits that name these facts."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]


def _iso(day: date | None) -> str:
    return day.isoformat() if day is not None else ""


def sorted_days(days: Iterable[Special]) -> list[Special]:
    """Each date once, the first that is given of it, in order."""
    first: dict[date, Special] = {}
    for one in days:
        first.setdefault(one.day, one)
    return [first[day] for day in sorted(first)]


def compiled(plan: Plan, off: frozenset[date], on: frozenset[date]) -> Calendar:
    """The calendar that the plan makes, with these public holidays and make-up days.

    Raises ValueError for windows out of order, NoWorkingTime for a week without any.
    """
    usual, later = flattened(plan.weeks)
    chosen = plan.special
    # A make-up day without hours of its own is worked like any weekday.
    worked = frozenset(one.day for one in chosen if one.kind == WORKED and not one.windows)
    special = frozenset((one.day, one.windows) for one in chosen if one.day not in worked)
    return Calendar(plan.zone, usual, off, on | worked, special, later)


def flattened(weeks: Sequence[Weekly]) -> tuple[Week, tuple[tuple[date, Week], ...]]:
    """The usual week and the changes of it, day by day: of several weeks that hold, the one that began last.

    When a week with an end is over, the one before it holds again.
    """
    marks = {one.start for one in weeks if one.start}
    marks |= {one.end + timedelta(days=1) for one in weeks if one.end}
    usual = next((one.week for one in weeks if one.start is None), USUAL)
    later: list[tuple[date, Week]] = []
    for day in sorted(marks):
        week = week_on(weeks, day)
        if week != (later[-1][1] if later else usual):
            later.append((day, week))
    return usual, tuple(later)


def week_on(weeks: Sequence[Weekly], day: date) -> Week:
    """The week that holds on that day."""
    holding = [one for one in weeks if (one.start or date.min) <= day <= (one.end or date.max)]
    return max(holding, key=lambda one: one.start or date.min).week if holding else USUAL


# The windows of one day take less; what is longer would be tried in too many ways.
LONGEST_DAY = 200
_SPAN = re.compile(r"(\d{1,2})(?:[:.]?(\d\d))?\s*(?:[-–—~〜～至到]|to)\s*(\d{1,2})(?:[:.]?(\d\d))?")


def windows_of(text: str) -> Day | None:
    """The windows that a text means, such as `09:00-12:00, 13:00-18:00`; None when it means none of the kind.

    Empty text is a free day.  A night that passes midnight is written on both days.
    """
    plain = unicodedata.normalize("NFKC", text.strip()[: LONGEST_DAY + 1])
    if len(plain) > LONGEST_DAY:
        return None
    found: list[tuple[int, int]] = []
    for part in re.split(r"[,;、\s]+(?=\d{1,2}[:.]?\d{0,2}\s*(?:[-–—~〜至到]|to))", plain):
        match = _SPAN.fullmatch(part.strip(" ,;、"))
        if match is None:
            return () if not plain else None
        start, end = _minutes(match[1], match[2]), _minutes(match[3], match[4])
        if start is None or end is None:
            return None
        found.append((start, end))
    day = tuple(sorted(found))
    return day if len(day) <= MOST_WINDOWS and is_day(day) else None


def _minutes(hour: str, minute: str | None) -> int | None:
    total = int(hour) * 60 + int(minute or 0)
    return total if int(minute or 0) < 60 and total <= calendars.DAY_MINUTES else None


def is_day(day: Day) -> bool:
    """Whether these windows can be those of one day."""
    try:
        calendars.check_day(day)
    except ValueError:
        return False
    return True


def written(day: Day) -> str:
    """The windows of a day as `windows_of` reads them."""
    return ", ".join(f"{clock(start)}–{clock(end)}" for start, end in day)


@dataclass(frozen=True)
class Group:
    """Weekdays one after the other with the same hours: the first, the last, the hours as text."""

    first: int
    last: int
    text: str


def grouped(week: Week) -> list[Group]:
    """The week in as few lines as say it."""
    found: list[Group] = []
    for number, day in enumerate(week):
        text = written(day)
        if found and found[-1].text == text:
            found[-1] = replace(found[-1], last=number)
        else:
            found.append(Group(number, number, text))
    return found


def clock(minutes: int) -> str:
    """Minutes after midnight as a time of day."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def as_week(days: Iterable[Iterable[Iterable[int]]]) -> Week:
    """A week as JSON holds it, as a week."""
    return tuple(as_day(day) for day in days)


def as_day(windows: Iterable[Iterable[int]]) -> Day:
    """A day as JSON holds it, as a day."""
    return tuple((start, end) for start, end in windows)

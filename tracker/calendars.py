"""Working time: when an office is open, and sums of minutes and days in it.

Pure; instants that go in are aware, those that come out aware UTC.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
HORIZON_DAYS = 3 * 366
"""How far a sum looks for the next open day before it gives up: a calendar closed for years is a mistake."""

A_WEEK, LONG = timedelta(days=7), timedelta(days=70)
"""Sums of more open time than the one, over more time than the other, go by whole months."""

Window = tuple[int, int]
Day = tuple[Window, ...]
Week = tuple[Day, ...]
Interval = tuple[datetime, datetime]
Pause = tuple[datetime, datetime | None]

OFFICE: Week = (((9 * 60, 12 * 60), (13 * 60, 18 * 60)),) * 5 + ((), ())
ALWAYS: Week = (((0, DAY_MINUTES),),) * 7


class NoWorkingTime(ValueError):
    """The calendar has no open minute within the horizon."""


@dataclass(frozen=True)
class Calendar:
    """When work is done: for each weekday (Monday first) the open windows in minutes after local midnight.

    `later` are other weeks, each from its day on, in order: hours that change on 1 January leave December as it was.
    `holidays` are closed whatever their weekday; `workdays` are open in spite of it (make-up Saturdays), with
    the windows of the first weekday that has any when their own has none.  A date in both is a workday.  `special`
    days have windows of their own and stand above all that: half days, or none at all when a typhoon shuts the office.
    """

    zone: str
    windows: Week = OFFICE
    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()
    special: frozenset[tuple[date, Day]] = frozenset()
    later: tuple[tuple[date, Week], ...] = ()
    _special: dict[date, Day] = field(init=False, repr=False, compare=False, hash=False)
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for week in (self.windows, *(week for _start, week in self.later)):
            if len(week) != 7:
                raise ValueError("a calendar needs seven weekdays, Monday first")
            if not any(week):
                raise NoWorkingTime("no weekday has an open window")
            for day in week:
                check_day(day)
        starts = [start for start, _week in self.later]
        if starts != sorted(set(starts)):
            raise ValueError("later weeks must be in the order of their first days")
        object.__setattr__(self, "_special", dict(self.special))
        if len(self._special) != len(self.special):
            raise ValueError("a day can have its own windows only once")
        for day in self._special.values():
            check_day(day)
        facts = (self.zone, self.windows, self.holidays, self.workdays, self.special, self.later)
        object.__setattr__(self, "_hash", hash(facts))  # Once: what is known of each day is looked up by it.

    def week_of(self, day: date) -> Week:
        """The usual week as it stands on that day."""
        week = self.windows
        for start, weekly in self.later:
            if day < start:
                break
            week = weekly
        return week

    def day(self, day: date) -> Day:
        """The open windows of one date."""
        own = self._special.get(day)
        if own is not None:
            return own
        week = self.week_of(day)
        usual = week[day.weekday()]
        if day in self.workdays:
            return usual or next(windows for windows in week if windows)
        return () if day in self.holidays else usual

    def __hash__(self) -> int:
        return self._hash

    def without_holidays(self) -> "Calendar":
        """The same weekly hours, every week of the year: for safety matters that do not wait for a feast."""
        return replace(self, holidays=frozenset(), special=frozenset(one for one in self.special if one[1]))


def check_day(day: Day) -> None:
    """Raises ValueError unless the windows are in order, apart and within the day."""
    marks = [0, *(minute for window in day for minute in window), DAY_MINUTES]
    if marks != sorted(marks) or any(start == end for start, end in day):
        raise ValueError("windows of a day must be in order, apart and within 0..1440 minutes")


def add_working(start: datetime, minutes: float | timedelta, calendar: Calendar) -> datetime:
    """The instant when that much working time has passed since `start`; a negative amount counts backwards.

    The answer lies in open time or at its very end: 60 minutes from 17:00 are 18:00, not tomorrow's 09:00.
    """
    left, start = _span(minutes), start.astimezone(UTC)
    if left < timedelta(0):
        return _take_working(start, -left, calendar)
    if left > A_WEEK:
        start, left = _past_whole_months(start, left, calendar)
    for opens, closes in _forward(start, calendar):
        begins = max(opens, start)
        if left <= closes - begins:
            return begins + left
        left -= closes - begins
    raise AssertionError("intervals never end")


def _past_whole_months(start: datetime, left: timedelta, calendar: Calendar) -> tuple[datetime, timedelta]:
    """The beginning of the month in which that much working time has passed, and what of it is left then."""
    zone = ZoneInfo(calendar.zone)
    first = _next_month(start.astimezone(zone).date())
    here = working_time(start, moment(first, 0, zone), calendar)
    closed = 0
    while left > here and closed < HORIZON_DAYS // 30:
        start, left = moment(first, 0, zone), left - here
        here, first = _month(calendar, first), _next_month(first)
        closed = 0 if here else closed + 1
    return start, left


def _take_working(end: datetime, left: timedelta, calendar: Calendar) -> datetime:
    for opens, closes in _backward(end, calendar):
        ends = min(closes, end)
        if left <= ends - opens:
            return ends - left
        left -= ends - opens
    raise AssertionError("intervals never end")


def working_time(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """Open time between two instants; zero when `end` is not after `start`."""
    start, end, total = start.astimezone(UTC), end.astimezone(UTC), timedelta(0)
    if end <= start:
        return total
    if end - start > LONG:
        zone = ZoneInfo(calendar.zone)
        month, last = _next_month(start.astimezone(zone).date()), end.astimezone(zone).date().replace(day=1)
        total += working_time(start, moment(month, 0, zone), calendar)
        while month < last:
            total += _month(calendar, month)
            month = _next_month(month)
        return total + working_time(moment(last, 0, zone), end, calendar)
    for opens, closes in _forward(start, calendar, until=end):
        total += max(timedelta(0), min(closes, end) - max(opens, start))
    return total


@lru_cache(maxsize=4096)
def _month(calendar: Calendar, first: date) -> timedelta:
    """The open time of all local days of the month that begins on this day."""
    days = (first + timedelta(days=n) for n in range((_next_month(first) - first).days))
    return sum((closes - opens for day in days for opens, closes in _hours(calendar, day)), timedelta(0))


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def working_minutes(start: datetime, end: datetime, calendar: Calendar) -> int:
    """Whole open minutes between two instants."""
    return int(working_time(start, end, calendar).total_seconds() // 60)


def is_open(instant: datetime, calendar: Calendar) -> bool:
    """Whether the instant lies in open time; the closing minute itself is closed."""
    return next_open(instant, calendar) == instant


def next_open(instant: datetime, calendar: Calendar) -> datetime:
    """The instant itself in open time, else the next opening."""
    instant = instant.astimezone(UTC)
    for opens, closes in _forward(instant, calendar):
        if instant < closes:
            return max(opens, instant)
    raise AssertionError("intervals never end")


def add_working_days(start: datetime, days: int, calendar: Calendar) -> datetime:
    """The same local time `days` open days later, moved into that day's hours.

    A start in closed time counts from the next opening, so that a later start never ends earlier.
    """
    if days < 0:
        raise ValueError("working days count forwards")
    start = next_open(start, calendar)
    zone = ZoneInfo(calendar.zone)
    local = start.astimezone(zone)
    day = local.date()
    for _ in range(days):
        day = _next_open_day(day, calendar)
    wanted, hours = _instant(day, local.time(), zone), _hours(calendar, day)
    for opens, closes in hours:
        if wanted < closes:
            return max(wanted, opens)
    return hours[-1][1]


def due_at(
    start: datetime, minutes: float | timedelta, calendar: Calendar, pauses: Iterable[Pause] = ()
) -> datetime | None:
    """When that much working time has passed outside the pauses; None while an open pause holds the clock.

    Pauses are replayed from history, in any order and overlapping; nothing is accumulated, so a changed
    policy or calendar loses none of them.  A due time reached before a pause stands.
    """
    left, at = _span(minutes), start.astimezone(UTC)
    for begins, ends in sorted(pauses, key=lambda pause: pause[0]):
        worked = working_time(at, begins, calendar)
        if left <= worked:
            break
        left -= worked
        if ends is None:
            return None
        at = max(at, ends.astimezone(UTC))
    return add_working(at, left, calendar)


def _span(minutes: float | timedelta) -> timedelta:
    return minutes if isinstance(minutes, timedelta) else timedelta(minutes=minutes)


def _forward(start: datetime, calendar: Calendar, until: datetime | None = None) -> Iterator[Interval]:
    """Open intervals from the one that `start` lies in or ends, in order."""
    # A local day may reach past the UTC instant by the zone's offset on either side, hence the day before.
    day = start.astimezone(ZoneInfo(calendar.zone)).date() - timedelta(days=1)
    last = until.astimezone(ZoneInfo(calendar.zone)).date() if until is not None else None
    closed = 0
    while day <= last if last is not None else closed < HORIZON_DAYS:
        hours = _hours(calendar, day)
        yield from (interval for interval in hours if interval[1] >= start)
        closed = 0 if hours else closed + 1
        day += timedelta(days=1)
    if last is None:
        raise NoWorkingTime("no open window in the next three years")


def _backward(end: datetime, calendar: Calendar) -> Iterator[Interval]:
    day = end.astimezone(ZoneInfo(calendar.zone)).date() + timedelta(days=1)
    closed = 0
    while closed < HORIZON_DAYS:
        hours = _hours(calendar, day)
        yield from (interval for interval in reversed(hours) if interval[0] <= end)
        closed = 0 if hours else closed + 1
        day -= timedelta(days=1)
    raise NoWorkingTime("no open window in the last three years")


def _next_open_day(day: date, calendar: Calendar) -> date:
    for step in range(1, HORIZON_DAYS):
        later = day + timedelta(days=step)
        if _hours(calendar, later):
            return later
    raise NoWorkingTime("no open window in the next three years")


@lru_cache(maxsize=8192)
def _hours(calendar: Calendar, day: date) -> Sequence[Interval]:
    """The open intervals of one local day as instants; a window that a clock change swallows is gone."""
    zone = ZoneInfo(calendar.zone)
    found = ((moment(day, start, zone), moment(day, end, zone)) for start, end in calendar.day(day))
    return tuple((opens, closes) for opens, closes in found if opens < closes)


def moment(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """The instant so many minutes after local midnight by the clock on the wall; more than a day is the next one."""
    late, minutes = divmod(minutes, DAY_MINUTES)
    return _instant(day + timedelta(days=late), time(minutes // 60, minutes % 60), zone)


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant of a local time: the first of two when clocks go back, the next valid if they skip it."""
    local = datetime.combine(day, at, zone)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return instant
    # In a gap the later offset gives an instant before the change, the earlier one an instant after it.
    early = local.replace(fold=1).astimezone(UTC)
    before = early.astimezone(zone).utcoffset()

    def changed(seconds: int) -> bool:
        return (early + timedelta(seconds=seconds)).astimezone(zone).utcoffset() != before

    return early + timedelta(seconds=bisect_left(range(DAY_MINUTES * 60), True, key=changed))

"""When a statutory clock runs out: exact sums over instants and calendar days.  Pure; nothing ever pauses them.

`strict_24h` counts hours and days of 24 hours from the instant itself, months to the same time of day.  The other
way leaves the first day out and ends with the last day, or with the next working day where that one is none;
hours are counted from the instant in either.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tracker.statutory.rules import AFTER_CLOCK, DAYS, HOURS, IMMEDIATELY, STRICT, WITH_CLOCK, Due

Workday = Callable[[date], bool]
FAR = 60
"""A last day is moved over so many days at most: no feast is longer."""


def due_at(
    due: Due,
    start: datetime,
    counting: str,
    zone: ZoneInfo,
    is_workday: Workday,
    other: datetime | None = None,
) -> datetime | None:
    """The instant, aware UTC; `other` is the due time of the clock that it hangs on, None where that has none yet."""
    if due.kind == IMMEDIATELY:
        return start.astimezone(UTC)
    if due.kind == WITH_CLOCK:
        return other
    if due.kind == AFTER_CLOCK:
        return _sum(due.unit, due.n, other, counting, zone, is_workday) if other is not None else None
    return _sum(due.kind, due.n, start, counting, zone, is_workday)


def _sum(kind: str, n: int, start: datetime, counting: str, zone: ZoneInfo, is_workday: Workday) -> datetime:
    if kind == HOURS:
        return start.astimezone(UTC) + timedelta(hours=n)
    if counting == STRICT:
        return start.astimezone(UTC) + timedelta(days=n) if kind == DAYS else _months(start, n, zone)
    first = start.astimezone(zone).date()
    last = first + timedelta(days=n) if kind == DAYS else later(first, n)
    return end_of(next_workday(last, is_workday), zone)


def _months(start: datetime, n: int, zone: ZoneInfo) -> datetime:
    """The same time of day so many months later by the calendar on the wall."""
    local = start.astimezone(zone)
    return datetime.combine(later(local.date(), n), local.timetz()).astimezone(UTC)


def later(day: date, months: int) -> date:
    """The same day of a later month; its last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def next_workday(day: date, is_workday: Workday) -> date:
    """The day itself where work is done on it, else the next such day."""
    return next((one for one in (day + timedelta(days=n) for n in range(FAR)) if is_workday(one)), day)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """Midnight after the day, by the clock on the wall."""
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)


def warnings(warn_at: Iterable[str], start: datetime, due: datetime) -> list[float]:
    """The share of the time, in percent, after which each warning is given; those before the start are left out."""
    whole = (due - start).total_seconds()
    if whole <= 0:
        return []
    shares = [float(one[:-1]) if one.endswith("%") else 100 * (1 + _seconds(one) / whole) for one in warn_at]
    return sorted({one for one in shares if 0 < one < 100})


def _seconds(text: str) -> float:
    """`-2h`, `-30m` or `-1d`, in seconds before the end."""
    return float(text[:-1]) * {"m": 60, "h": 3600, "d": 86400}[text[-1]]

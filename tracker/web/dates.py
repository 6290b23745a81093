"""Instants and spans of time in the words of the reader's language."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from flask import g, has_request_context
from flask_babel import get_locale, get_timezone, ngettext
from flask_babel import gettext as _

from tracker.web import locale

ROC_OFFSET = 1911
WEEKDAYS = "一二三四五六日"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Reader:
    """How the reader of this page counts time; a long list asks once and hands it to every row."""

    locale: str
    zone: ZoneInfo
    roc: bool

    @property
    def chinese(self) -> bool:
        return self.locale.startswith("zh")

    def local(self, instant: datetime) -> datetime:
        return instant.astimezone(self.zone)


def reader(era: str | None = None) -> Reader:
    """The reader of this request, or of the letter being written; `era` "roc" counts from 1912."""
    if not has_request_context():
        return _asked(era)
    # A page shows dozens of dates; a letter written meanwhile has a language, and so a reader, of its own.
    known: dict[Hashable, Reader] = g.setdefault("readers", {})
    who = (era, get_locale(), get_timezone(), locale.is_letter())
    if who not in known:
        known[who] = _asked(era)
    return known[who]


def _asked(era: str | None) -> Reader:
    zone = ZoneInfo(str(get_timezone()))
    return Reader(str(get_locale()), zone, (era or locale.era()) == "roc")


def datetime_words(instant: datetime | None, era: str | None = None, to: Reader | None = None) -> str:
    """2026年11月22日（日）14:30, or 22 Nov 2026, 14:30, in the reader's zone."""
    if instant is None:
        return ""
    to = to or reader(era)
    local = to.local(instant)
    clock = f"{local.hour:02}:{local.minute:02}"
    if to.chinese:
        return f"{_full_date(local, to)}（{WEEKDAYS[local.weekday()]}）{clock}"
    return f"{_full_date(local, to)}, {clock}"


def date_words(day: date | datetime | None, era: str | None = None) -> str:
    """2026年11月22日, or 22 Nov 2026; an instant is taken in the reader's zone."""
    if day is None:
        return ""
    to = reader(era)
    return _full_date(to.local(day) if isinstance(day, datetime) else day, to)


def month_words(day: date | datetime, era: str | None = None) -> str:
    """2026年11月, or Nov 2026, of a date whose day nobody knows."""
    to = reader(era)
    day = to.local(day) if isinstance(day, datetime) else day
    return f"{_year(day, to)}年{day.month}月" if to.chinese else f"{MONTHS[day.month - 1]} {day.year}"


def occurred_words(instant: datetime, precision: str, era: str | None = None) -> str:
    """When something happened, as exactly as it is known."""
    if precision == "exact":
        return datetime_words(instant, era)
    return month_words(instant, era) if precision == "month" else date_words(instant, era)


def short_words(
    instant: datetime | date | None, now: datetime, era: str | None = None, to: Reader | None = None
) -> str:
    """11/22 14:30, or 22 Nov, 14:30; the year only where it is not this year's."""
    if instant is None:
        return ""
    to = to or reader(era)
    today = to.local(now)
    if not isinstance(instant, datetime):
        return _short_date(instant, today, to)
    local = to.local(instant)
    day = _short_date(local, today, to)
    return f"{day} {local:%H:%M}" if to.chinese else f"{day}, {local:%H:%M}"


def ago_words(instant: datetime | None, now: datetime) -> str:
    """3 分鐘前, or in 2 days; beyond a month the date."""
    if instant is None:
        return ""
    gap = now - instant
    if abs(gap) < timedelta(minutes=1):
        return _("just now")
    if abs(gap) > timedelta(days=30):
        return date_words(instant)
    if gap > timedelta(0):
        return _("%(span)s ago", span=_largest_unit(gap))
    return _("in %(span)s", span=_largest_unit(-gap))


def duration_words(span: timedelta | None) -> str:
    """50 分, 2 時 10 分, 1 天 2 時, 12 天: the one or two largest units, rounded down."""
    if span is None:
        return ""
    minutes = int(abs(span).total_seconds() // 60)
    return _units(str(get_locale()), minutes - minutes % 1440 if minutes >= 3 * 1440 else minutes)


@lru_cache(maxsize=10_000)
def _units(_locale: str, minutes: int) -> str:
    """The words of a span in the language at hand, which is the one named; lists ask for the same few."""
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    words = []
    if days:
        words.append(ngettext("%(num)s day", "%(num)s days", days))
    if hours:
        words.append(_("%(hours)s h", hours=hours))
    if not days and (minutes or not hours):
        words.append(_("%(minutes)s min", minutes=minutes))
    return " ".join(words)


def _largest_unit(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 60:
        return ngettext("%(num)s minute", "%(num)s minutes", minutes)
    if minutes < 1440:
        return ngettext("%(num)s hour", "%(num)s hours", minutes // 60)
    return ngettext("%(num)s day", "%(num)s days", minutes // 1440)


def _full_date(day: date, to: Reader) -> str:
    if not to.chinese:
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    return f"{_year(day, to)}年{day.month}月{day.day}日"


def _year(day: date, to: Reader) -> str:
    return f"民國{day.year - ROC_OFFSET}" if to.roc else str(day.year)


def _short_date(day: date, today: date, to: Reader) -> str:
    if not to.chinese:
        return f"{day.day} {MONTHS[day.month - 1]}" if day.year == today.year else _full_date(day, to)
    year = day.year - ROC_OFFSET if to.roc else day.year
    return f"{day.month}/{day.day}" if day.year == today.year else f"{year}/{day.month}/{day.day}"

"""Instants and spans of time in the words of the reader's language."""

from datetime import date, datetime, timedelta

from flask import g
from flask_babel import get_locale, ngettext, to_user_timezone
from flask_babel import gettext as _

ROC_OFFSET = 1911
WEEKDAYS = "一二三四五六日"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def datetime_words(instant: datetime | None, era: str | None = None) -> str:
    """2026年11月22日（日）14:30, or 22 Nov 2026, 14:30, in the reader's zone; `era` "roc" counts from 1912."""
    if instant is None:
        return ""
    local = to_user_timezone(instant)
    if _chinese():
        return f"{_chinese_date(local.date(), era)}（{WEEKDAYS[local.weekday()]}）{local:%H:%M}"
    return f"{_english_date(local.date())}, {local:%H:%M}"


def date_words(day: date | datetime | None, era: str | None = None) -> str:
    """2026年11月22日, or 22 Nov 2026; an instant is taken in the reader's zone."""
    if day is None:
        return ""
    local = to_user_timezone(day).date() if isinstance(day, datetime) else day
    return _chinese_date(local, era) if _chinese() else _english_date(local)


def short_words(instant: datetime | date | None, now: datetime, era: str | None = None) -> str:
    """11/22 14:30, or 22 Nov, 14:30; the year only where it is not this year's."""
    if instant is None:
        return ""
    if not isinstance(instant, datetime):
        return _short_date(instant, to_user_timezone(now).date(), era)
    local = to_user_timezone(instant)
    day = _short_date(local.date(), to_user_timezone(now).date(), era)
    return f"{day} {local:%H:%M}" if _chinese() else f"{day}, {local:%H:%M}"


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
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days >= 3:
        return ngettext("%(num)s day", "%(num)s days", days)
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


def _chinese() -> bool:
    locale = get_locale()
    return locale is not None and locale.language == "zh"


def _roc(era: str | None) -> bool:
    return (era or getattr(g, "era", "")) == "roc"


def _chinese_date(day: date, era: str | None) -> str:
    year = f"民國{day.year - ROC_OFFSET}" if _roc(era) else str(day.year)
    return f"{year}年{day.month}月{day.day}日"


def _english_date(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _short_date(day: date, today: date, era: str | None) -> str:
    if not _chinese():
        return f"{day.day} {MONTHS[day.month - 1]}" if day.year == today.year else _english_date(day)
    year = day.year - ROC_OFFSET if _roc(era) else day.year
    return f"{day.month}/{day.day}" if day.year == today.year else f"{year}/{day.month}/{day.day}"

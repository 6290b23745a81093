"""An instant on a page: in words, exact for programs, and whole for whoever points at it."""

from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup, escape

from tracker import clock
from tracker.issues import when
from tracker.web import dates


def iso(value: Any) -> str:
    """RFC 3339 of an instant, in UTC to the second, or the ISO form of a day."""
    if isinstance(value, datetime):
        value = value.astimezone(UTC)
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    return value.isoformat() if value is not None else ""


def element(instant: datetime | None, style: str = "datetime", said: str = "") -> Markup:
    """The element in this style (datetime, date, short, relative), or with what is `said` in its place; pages show
    dozens of them, and as a macro of a template each cost five times as much.
    """
    if not instant:
        return Markup()
    to = dates.reader()
    whole = said or dates.datetime_words(instant, to=to)
    title = escape(whole)
    shown = title if said else escape(_words(instant, style, whole, to))
    return Markup(f'<time datetime="{iso(instant)}" title="{title}">{shown}</time>')


def _words(instant: datetime, style: str, whole: str, to: dates.Reader) -> str:
    if style == "relative":
        return dates.ago_words(instant, clock.now())
    if style == "date" or when.is_day(instant):
        return dates.date_words(instant)
    if style == "short":
        return dates.short_words(instant, clock.now(), to=to)
    return whole

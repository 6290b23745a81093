"""What every template may use: dates, spans of time, sizes, Markdown, the looks of clocks and severities."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from flask import Flask
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import Field, fields

from tracker import clock
from tracker.exports import keeping
from tracker.issues import when
from tracker.records import because
from tracker.systems.words import named
from tracker.web import dates, markdown, timed, trail, words

SEVERITY_LOOK = {
    "S1": {"word": _l("Critical"), "icon": "alert-octagon-filled"},
    "S2": {"word": _l("High"), "icon": "alert-triangle-filled"},
    "S3": {"word": _l("Medium"), "icon": "circle-dot"},
    "S4": {"word": _l("Low"), "icon": "circle-minus"},
}
SOON = timedelta(hours=4)
KIB = 1024

# A tag that a browser sends with a form; written text has no bare `<`.
CONTROL = re.compile(r"<(?:input|select|textarea|button)\b")


class DueLook(NamedTuple):
    """How the badge of one clock looks."""

    text: str
    tone: str
    icon: str


def register(app: Flask) -> None:
    """Give the templates of this application their filters and globals, its forms their words."""
    words.register(app)
    app.jinja_env.filters.update(
        datetime=dates.datetime_words,
        date=dates.date_words,
        occurred=dates.occurred_words,
        because=because.told,
        shortdate=lambda value, era=None: dates.short_words(value, clock.now(), era),
        ago=lambda value: dates.ago_words(value, clock.now()),
        duration=dates.duration_words,
        iso=timed.iso,
        markdown=lambda text: Markup(markdown.to_html(text)),
        bytes=size_words,
        flatten=flatten,
        attrs=attrs,
        of_form=of_form,
        field_kind=field_kind,
        named=named,
        who=trail.who,
        act_word=trail.act,
    )
    app.jinja_env.tests["whole_day"] = when.is_day
    app.jinja_env.globals.update(
        due_look=due_look,
        time_element=timed.element,
        SEVERITY_LOOK=SEVERITY_LOOK,
        product_version=getattr(app, "version", ""),
        newest_backup=keeping.last_backup,
    )


def due_look(
    due: datetime | None,
    paused: str = "",
    since: datetime | None = None,
    met: datetime | None = None,
    now: datetime | None = None,
    locale: str = "",
) -> DueLook | None:
    """The badge of a clock: paused, met, overdue, due soon (a quarter of the time left) or running.

    `locale` is that of the page, where it is at hand.
    """
    if paused:
        return DueLook(_("Paused (%(reason)s)", reason=paused), "teal", "player-pause")
    if due is None:
        return None
    if met is not None:
        return _met_look(due, met)
    left = due - (now or clock.now())
    minutes = int(abs(left).total_seconds() // 60)
    if left < timedelta(0):
        return _overdue(locale or str(get_locale()), minutes)
    return _running(locale or str(get_locale()), minutes, left <= ((due - since) / 4 if since else SOON))


# The looks of a list's clocks differ by the minute at most, and a page has fifty of them.
@lru_cache(maxsize=10_000)
def _overdue(_locale: str, minutes: int) -> DueLook:
    span = dates.duration_words(timedelta(minutes=minutes))
    return DueLook(_("%(span)s overdue", span=span), "red", "alarm")


@lru_cache(maxsize=10_000)
def _running(_locale: str, minutes: int, soon: bool) -> DueLook:
    text = _("%(span)s left", span=dates.duration_words(timedelta(minutes=minutes)))
    return DueLook(text, "amber", "hourglass") if soon else DueLook(text, "neutral", "clock")


def _met_look(due: datetime, met: datetime) -> DueLook:
    if met <= due:
        return DueLook(_("On time"), "green", "check")
    return DueLook(_("%(span)s late", span=dates.duration_words(met - due)), "red", "alarm")


def size_words(count: int | None) -> str:
    """Bytes as people say them: 900 B, 12 KB, 3.4 MB."""
    if count is None:
        return ""
    if count < KIB:
        return f"{count} B"
    if count < KIB * KIB:
        return f"{count / KIB:.0f} KB"
    return f"{count / KIB / KIB:.1f} MB"


def attrs(given: dict[str, Any]) -> Markup:
    """Keywords as attributes of an element: data_key="1" is data-key; True stands bare, False and None are left out."""
    names = {name.rstrip("_").replace("_", "-"): value for name, value in given.items()}
    shown = (
        Markup(" {}").format(name) if value is True else Markup(' {}="{}"').format(name, value)
        for name, value in names.items()
        if value is not False and value is not None
    )
    return Markup("").join(shown)


def of_form(drawn: Markup, name: str) -> Markup:
    """These controls tied to the form of this id, which stands elsewhere on the page."""
    return Markup(CONTROL.sub(rf'\g<0> form="{name}"', str(drawn)))


def field_kind(field: Field) -> str:
    """Which control draws this field: hidden, checkbox, choices, files, textarea or line."""
    kinds = {
        fields.HiddenField: "hidden",
        fields.BooleanField: "checkbox",
        fields.RadioField: "choices",
        fields.SelectMultipleField: "choices",
        fields.FileField: "files",
        fields.TextAreaField: "textarea",
    }
    return next((kind for table, kind in kinds.items() if isinstance(field, table)), "line")


def flatten(errors: Any) -> Iterator[str]:
    """The texts in a form's errors, which a form within a form nests in dicts and lists."""
    if isinstance(errors, dict):
        errors = errors.values()
    elif not isinstance(errors, list | tuple | Iterator):
        # A lazy translation is iterable too, letter by letter.
        yield str(errors)
        return
    for error in errors:
        yield from flatten(error)

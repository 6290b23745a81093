"""What the codes of calendars are called."""

from datetime import date

from babel import Locale
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.hours import public, rules

KIND_WORDS = {
    rules.CLOSED: _l("Closed all day"),
    rules.WORKED: _l("Worked, such as a make-up day"),
    rules.OWN_HOURS: _l("Hours of its own, such as a half day"),
}
LOOK_WORDS = {
    "closed": _l("Free"),
    "feast": _l("Public holiday"),
    "made-up": _l("Make-up day, worked"),
    "own": _l("A day of your own"),
}
WEEKDAY_SHORT = (_l("Mon"), _l("Tue"), _l("Wed"), _l("Thu"), _l("Fri"), _l("Sat"), _l("Sun"))


def calendar_name(name: str) -> str:
    """The name of a calendar; the first one has none of its own."""
    return name or _("Office hours")


def country_name(code: str) -> str:
    """What a country is called in the reader's language."""
    return str(_reader().territories.get(code, code)) if code else _("None")


def countries() -> list[tuple[str, str]]:
    """Every country whose holidays are known, Taiwan first, then by name."""
    named = sorted(
        ((code, country_name(code)) for code in public.countries() - {public.TAIWAN}), key=lambda one: one[1]
    )
    return [(public.TAIWAN, country_name(public.TAIWAN)), *named]


def month_name(day: date) -> str:
    """The month of a day, as a heading."""
    return str(_reader().months["stand-alone"]["wide"][day.month])


def _reader() -> Locale:
    return get_locale() or Locale.parse("zh_Hant_TW")

"""What the codes of calendars are called."""

from datetime import date

from babel import Locale
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.hours import public, rules
from tracker.outbox import habits

KIND_WORDS = {
    rules.CLOSED: _l("Closed all day"),
    rules.WORKED: _l("Worked, such as a make-up day"),
    rules.OWN_HOURS: _l("Hours of its own, such as a half day"),
}
EVENT_WORDS = {
    habits.ASSIGNED: _l("Work that is given to you"),
    habits.OVERDUE: _l("Your work falls due or is overdue"),
    habits.OTHERS: _l("Overdue work of others that reaches you as supervisor or manager"),
    habits.CASES: _l("New reports that you may take in, and news in cases that you handle"),
    habits.MINE: _l("News about what you reported or follow"),
    habits.ENDED: _l("A case that you were reminded of has ended"),
}
HOW_WORDS = {
    habits.SITE: _l("On the site only"),
    habits.NOW: _l("Mail at once"),
    habits.TOGETHER: _l("In one letter"),
    habits.OFF: _l("Not at all"),
}
RHYTHM_WORDS = {"daily": _l("Every day that I work"), "weekly": _l("Once a week, on my first working day")}
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

"""Public holidays of any country, and the make-up working days that its government announces."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

import holidays

TAIWAN = "TW"
LANGUAGES = {"zh_Hant_TW": ("zh_TW", "zh_CN"), "en": ("en_US", "en_GB")}


@lru_cache(maxsize=1)
def countries() -> frozenset[str]:
    """The countries whose public holidays are known, by their two letters."""
    return frozenset(holidays.list_supported_countries(include_aliases=False))


def days(country: str, years: Iterable[int]) -> tuple[frozenset[date], frozenset[date]]:
    """The holidays and the make-up working days of those years; none of either without a country."""
    off: set[date] = set()
    on: set[date] = set()
    for year in years if country else ():
        feasts, makeups = _days(country, year)
        off |= feasts
        on |= makeups
    return frozenset(off), frozenset(on)


@lru_cache(maxsize=512)
def _days(country: str, year: int) -> tuple[frozenset[date], frozenset[date]]:
    feasts = holidays.country_holidays(country, years=year)
    makeups = getattr(feasts, "weekend_workdays", ())
    return frozenset(feasts), frozenset(day for day in makeups if day.year == year)


def names(country: str, year: int, locale: str) -> dict[date, str]:
    """What the holidays of that year are called, in our language or else in the country's own."""
    if not country:
        return {}
    land = getattr(holidays, country)
    # Without a language of its choice the library takes that of the machine it runs on.
    spoken = next((one for one in LANGUAGES.get(locale, ()) if one in land.supported_languages), None)
    spoken = spoken or land.default_language
    return dict(holidays.country_holidays(country, years=year, language=spoken))

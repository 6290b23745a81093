"""Dates as people in Taiwan write them: 115/11/22, 1151122, 2026-11-22 14:30, 11/22, full-width digits too."""

import re
import unicodedata
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from flask import current_app

ROC_OFFSET = 1911
_DAY = re.compile(
    r"(?:(?P<year>\d{1,4})[-/.年])?(?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?(?P<rest>.*)", re.S
)
_SOLID = re.compile(r"(?P<year>\d{3,4})(?P<month>\d{2})(?P<day>\d{2})(?P<rest>(?:\D.*)?)", re.S)
_TIME = re.compile(r"[\sT,]*(?P<hour>\d{1,2})[:時](?P<minute>\d{1,2})(?::\d{1,2})?分?")


def zone() -> ZoneInfo:
    """The organisation's time zone."""
    found: ZoneInfo = current_app.config["TRACKER"].zone
    return found


def aware(instant: datetime) -> datetime:
    """The instant in UTC; one without a zone is meant in the organisation's."""
    local = instant if instant.tzinfo else instant.replace(tzinfo=zone())
    return local.astimezone(UTC)


def parse(text: str, today: date | None = None) -> datetime | None:
    """A date with or without a time; None when it cannot be read.  Years below 1000 count from 1912 (民國)."""
    plain = re.sub("^民國", "", unicodedata.normalize("NFKC", text).strip())
    try:
        return (
            datetime.fromisoformat(plain) if "T" in plain or plain.endswith("Z") else _written(plain, today)
        )
    except (ValueError, OverflowError):
        return None


def _written(plain: str, today: date | None) -> datetime | None:
    found = _DAY.fullmatch(plain) or _SOLID.fullmatch(plain)
    if found is None:
        return None
    year = int(found["year"]) if found["year"] else (today.year if today else None)
    if year is None:
        return None
    clock = _time(found["rest"])
    if clock is None:
        return None
    day = date(year + ROC_OFFSET if year < 1000 else year, int(found["month"]), int(found["day"]))
    return datetime.combine(day, clock)


def _time(rest: str) -> time | None:
    rest = re.sub(r"^\s*\([一二三四五六日]\)", "", rest).strip()
    if not rest:
        return time()
    found = _TIME.fullmatch(rest)
    return time(int(found["hour"]), int(found["minute"])) if found else None


def says_time(text: str) -> bool:
    """Whether a time of day was written, beside the date."""
    return bool(re.search(r"\d{1,2}[:時]\d", unicodedata.normalize("NFKC", text)))

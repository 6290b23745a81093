"""L5: until when a record is kept."""

from datetime import datetime

from tracker.accounts import queries as people
from tracker.records.models import Record

LEAST_YEARS = 5
"""With personal data: the draft 個人資料事故通知通報及應變辦法 (2026-01-22) asks to keep records for five years."""


def retain_until(record: Record) -> datetime | None:
    """The day until which this record is kept; None while it is open and nobody named a day."""
    personal = record.personal_data != "no"
    return until(
        record.closed_at, record.retain_override, personal=personal, years=people.organisation().keep_years
    )


def until(
    closed_at: datetime | None, named: datetime | None, *, personal: bool, years: int
) -> datetime | None:
    """So many years after the closing, or the day that a person named; with personal data never before its term."""
    if closed_at is None:
        return named
    term = years_later(closed_at, max(years, LEAST_YEARS) if personal else years)
    if named is None:
        return term
    return max(named, years_later(closed_at, LEAST_YEARS)) if personal else named


def years_later(since: datetime, years: int) -> datetime:
    """The same day so many years later; of 29 February the day after where that year has none."""
    try:
        return since.replace(year=since.year + years)
    except ValueError:
        return since.replace(year=since.year + years, month=3, day=1)

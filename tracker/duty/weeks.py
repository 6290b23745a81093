"""The calendar of a rota's page: five weeks of days, each with who is on duty and when they begin."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tracker.duty import rules
from tracker.duty.rules import Plan, Spell

WEEKS = 5


@dataclass(frozen=True)
class Line:
    """One person of a day; `begins` is the local time of the hand-over, empty while the shift goes on from before."""

    begins: str
    spell: Spell


@dataclass(frozen=True)
class Day:
    """One day in the rota's zone."""

    day: date
    lines: Sequence[Line]


def weeks(plan: Plan, at: datetime, zone: ZoneInfo) -> list[list[Day]]:
    """This week from Monday and the four after it."""
    today = at.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    start = rules.instant(monday, 0, zone.key)
    found = rules.spells(plan, start, rules.instant(monday + timedelta(weeks=WEEKS), 0, zone.key))
    days = [_day(monday + timedelta(days=number), found, zone) for number in range(7 * WEEKS)]
    return [days[week * 7 : week * 7 + 7] for week in range(WEEKS)]


def _day(day: date, found: Sequence[Spell], zone: ZoneInfo) -> Day:
    opens, closes = rules.instant(day, 0, zone.key), rules.instant(day + timedelta(days=1), 0, zone.key)
    lines = [
        Line(f"{spell.starts_at.astimezone(zone):%H:%M}" if spell.starts_at >= opens else "", spell)
        for spell in found
        if spell.starts_at < closes and spell.ends_at > opens
    ]
    return Day(day, lines)

"""The organisation's calendar and the chase policy in force, as the clocks need them."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

from flask import current_app

from tracker import calendars
from tracker.accounts import queries as people
from tracker.calendars import Calendar
from tracker.followups.rules import Yardstick
from tracker.issues.models import Issue
from tracker.policies import queries as policies
from tracker.policies.presets import PRESETS
from tracker.policies.rules import NORMAL, Policy

YEARS_BACK, YEARS_AHEAD = 2, 3


@dataclass(frozen=True)
class Office:
    """When the office is open, which `digest` names, and the policy that holds for cases that begin."""

    calendar: Calendar
    digest: str
    policy: Policy = PRESETS[NORMAL]

    @property
    def yardstick(self) -> Yardstick:
        return Yardstick(self.policy, working_day(self.calendar))


def measure_of(issue: Issue, calendar: Calendar | None = None) -> Yardstick:
    """By what the case of this issue is measured: the version it began with, and what its rules may ask about it."""
    used = policies.of_issue(issue)
    measure = Yardstick(used, about=policies.about(issue, used))
    return measure if calendar is None else replace(measure, day=working_day(calendar))


def office(now: datetime) -> Office:
    """The office as its settings stand, with the holidays of the years around `now`."""
    settings = people.organisation()
    zone = current_app.config["TRACKER"].timezone
    hours = json.dumps(settings.working_hours)
    place = _office(zone, hours, settings.use_taiwan_holidays, now.year)
    return replace(place, policy=policies.policy(policies.in_force()))


@lru_cache(maxsize=16)
def _office(zone: str, hours: str, taiwan: bool, year: int) -> Office:
    years = range(year - YEARS_BACK, year + YEARS_AHEAD) if taiwan else range(0)
    off, on = calendars.taiwan_days(years)
    digest = hashlib.sha256(json.dumps([zone, hours, taiwan]).encode()).hexdigest()[:16]
    calendar = Calendar(zone=zone, windows=_windows(json.loads(hours)), holidays=off, workdays=on)
    return Office(calendar, digest)


def _windows(hours: list[list[int] | None]) -> tuple[tuple[calendars.Window, ...], ...]:
    """One window a weekday; an office that never opens is taken to be open as usual."""
    found = tuple(((day[0], day[1]),) if day else () for day in hours)
    return found if len(found) == 7 and any(found) else calendars.OFFICE


def working_day(calendar: Calendar) -> timedelta:
    """How long the office's first working day of the week is: what "one day" of an allowance means."""
    day = next(windows for windows in calendar.windows if windows)
    return timedelta(minutes=sum(end - start for start, end in day))

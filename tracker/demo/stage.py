"""Where the demo plays: its people and systems, and how "three working days ago, 10:20" becomes an instant."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tracker.accounts import queries as people
from tracker.accounts.models import Person, Team
from tracker.accounts.rules import Actor
from tracker.issues.models import Issue
from tracker.systems.models import AISystem

SATURDAY = 5
Moment = tuple[float, str]
"""Working days after the case began, and the time of day."""


@dataclass
class Stage:
    """The demo organisation as it has been made so far."""

    now: datetime
    zone: ZoneInfo
    persons: dict[str, Person] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    systems: dict[str, AISystem] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)

    def actor(self, key: str, at: datetime) -> Actor:
        """What this person may do at that instant."""
        return people.actor_of(self.persons[key], at=at)

    def instant(self, ago: float, moment: Moment) -> datetime:
        """The instant of a moment of a case that began `ago` working days back; below one day counted in hours."""
        days, clock = moment
        if ago < 1:
            return self.now - timedelta(hours=ago * 6) + timedelta(minutes=days * 60)
        day = self.now.astimezone(self.zone).date()
        for _ in range(round(ago)):
            day -= timedelta(days=1)
            while day.weekday() >= SATURDAY:
                day -= timedelta(days=1)
        for _ in range(round(days)):
            day += timedelta(days=1)
            while day.weekday() >= SATURDAY:
                day += timedelta(days=1)
        return datetime.combine(day, time.fromisoformat(clock), self.zone).astimezone(UTC)

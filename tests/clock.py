"""The injected clock of the tests: it stands still until told otherwise."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

TAIPEI = ZoneInfo("Asia/Taipei")
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=TAIPEI).astimezone(UTC)


class Clock:
    """Frozen time, aware UTC; starts on Monday 2026-11-23 at 09:00 in Taipei."""

    def __init__(self) -> None:
        self.instant = MONDAY

    def __call__(self) -> datetime:
        return self.instant

    def now(self) -> datetime:
        return self.instant

    def advance(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> datetime:
        """Move on; returns the new instant."""
        self.instant += timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        return self.instant

    def at(self, text: str) -> datetime:
        """Jump to an ISO date and time, meant in Taipei unless it names a zone: `at("2026-11-27 17:00")`."""
        instant = datetime.fromisoformat(text)
        self.instant = (instant if instant.tzinfo else instant.replace(tzinfo=TAIPEI)).astimezone(UTC)
        return self.instant

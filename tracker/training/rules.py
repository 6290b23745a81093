"""Who keeps the training log; when somebody counts as trained.  Pure."""

from dataclasses import dataclass
from datetime import date, datetime

from tracker.accounts.rules import ADMIN, MANAGER, SUPERVISOR, Actor

NAMES_MOST = 500


def may_keep(actor: Actor) -> bool:
    """Write the log and say who must know a system."""
    return actor.is_(SUPERVISOR, MANAGER, ADMIN)


@dataclass(frozen=True)
class Knows:
    """One person who must know a system: whether and since when they know its current version."""

    person_id: int
    name: str
    unit: str
    read_at: datetime | None
    attended_on: date | None

    @property
    def trained(self) -> bool:
        """Read the guide of the current version, or attended a session about it."""
        return self.read_at is not None or self.attended_on is not None

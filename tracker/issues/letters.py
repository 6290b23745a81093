"""Letters to the reporter and to those who work on the issue."""

from datetime import datetime

from tracker.accounts.rules import Actor
from tracker.issues.models import Issue


def tell_reporter(issue: Issue, verb: str, *, by: Actor, at: datetime) -> None:
    """Write what happened to the reporter, in their language, by bell and mail."""


def tell_staff(issue: Issue, verb: str, *, by: Actor, at: datetime) -> None:
    """Write to the one who handles the issue."""


def received(issue: Issue, *, by: Actor, at: datetime) -> None:
    """Write the number and what happens next to who reported; tell those at once who must know of harm."""

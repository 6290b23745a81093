"""Pages of chasing: follow-up, notifications, today's list, the ledger of a case, the scheduler."""

from tracker.followups.views import lists, mine, scheduler
from tracker.followups.views.ground import bp

__all__ = ["bp", "lists", "mine", "scheduler"]

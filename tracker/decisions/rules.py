"""The four answers of a manager, which clock may get another date and by whom.  Pure."""

from datetime import datetime, timedelta

from tracker.accounts.rules import MANAGER, SUPERVISOR

MORE_TIME, REASSIGN, SUSPEND, ACCEPT_RISK = "more_time", "reassign", "suspend", "accept_risk"
ANSWERS = (MORE_TIME, REASSIGN, SUSPEND, ACCEPT_RISK)
OVER, LIFTED, REPLACED = "over", "lifted", "replaced"
REASON_LENGTH = 500
ACCEPT_DAYS = 90
HOLD_DAYS = 30

LEADS = (SUPERVISOR, MANAGER)
# Who may agree on another date for which clock.  What users were promised, and who takes an anomaly on, a manager
# moves; the user's own time and an assignee's own promise nobody else does.
MAY_MOVE = {
    "first_response": (MANAGER,), "acknowledge": (MANAGER,), "next_update": LEADS, "assign": LEADS, "correct": LEADS,
    "verify": LEADS, "confirm": LEADS, "signoff": LEADS, "effect_check": LEADS, "close": LEADS, "hold": LEADS,
    "action": LEADS, "inspection": LEADS, "elsewhere": LEADS, "decide": (MANAGER,),
}  # fmt: skip
# Clocks whose date stands in the case itself; for any other the date is agreed on beside it.
OWN_DATE = frozenset(
    {("escalation", "correct"), ("effect_check", "effect_check"), ("action", "action"), ("record", "hold")}
)


def longest_acceptance(at: datetime) -> datetime:
    """Until when a risk may be accepted at most."""
    return at + timedelta(days=ACCEPT_DAYS)

"""What opinions are asked about, and who may ask, answer and take back.  Pure."""

from collections.abc import Set

from tracker.workflow import ASSIGNEE, MANAGER, SUPERVISOR

TOPICS = ("privacy", "security", "legal", "data", "labelling", "other")
ASKERS = frozenset({SUPERVISOR, MANAGER, ASSIGNEE})
LEADS = frozenset({SUPERVISOR, MANAGER})
USUAL_DAYS = 3


def may_ask(known: Set[str]) -> bool:
    """Whether an actor who is this to the record may ask others about it."""
    return bool(known & ASKERS)


def may_withdraw(known: Set[str], *, is_asker: bool) -> bool:
    """Whoever asked, or who leads the case, takes a question back."""
    return is_asker or bool(known & LEADS)

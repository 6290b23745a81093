"""What somebody may be doing, and for how long that counts.  Pure."""

from datetime import timedelta

from tracker.accounts import rules as roles
from tracker.accounts.rules import Actor

VIEWING, EDITING, IDLE = DOINGS = ("viewing", "editing", "idle")
GONE = "gone"
# How often a page tells, and after how long a silence its reader is forgotten.
EVERY = timedelta(seconds=15)
FORGOTTEN = timedelta(seconds=40)
# Nobody is told of others where there are fewer supervisors.
SEVERAL = 2
STAFF = (roles.SUPERVISOR, roles.MANAGER, roles.ENGINEER)


def takes_part(actor: Actor) -> bool:
    """Whether this actor is told of others, and others of them."""
    return actor.person_id is not None and actor.is_(*STAFF)

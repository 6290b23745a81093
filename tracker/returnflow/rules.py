"""Which task of the standard a cause class goes back to, and how a line of the return flow stands.  Pure."""

import re

from tracker.records.codes import CAUSE_CLASSES, CAUSE_POINTS_TO
from tracker.records.rules import CANCELLED, CLOSED, DRAFT, REISSUED

TAKEN, DONE, WAITING = "taken", "done", ""
MARKS = (TAKEN, DONE, WAITING)
OPEN, PAST, ALL = "open", "past", "all"
SHOWS = (OPEN, PAST, ALL)
# A record in these states has no cause that anybody could work on.
WITHOUT = frozenset({DRAFT, CANCELLED, REISSUED})
NOTE_MOST = 2000
_INDICATOR = re.compile(r"P(\d)\.(\d)\.\d")


def tasks_of(cause_class: str) -> tuple[str, ...]:
    """The tasks whose indicators a class points to: `P2.1.2` belongs to `T2.1`."""
    found = _INDICATOR.findall(CAUSE_POINTS_TO.get(cause_class, ""))
    return tuple(dict.fromkeys(f"T{first}.{second}" for first, second in found))


TASKS = tuple(sorted({task for code in CAUSE_CLASSES for task in tasks_of(code)}))


def classes_of(task: str) -> tuple[str, ...]:
    """The cause classes that go back to a task."""
    return tuple(code for code in CAUSE_CLASSES if task in tasks_of(code))


def is_open(record_state: str, mark: str) -> bool:
    """Whether a cause still waits: it was taken and is not done, or its record is in work and nobody said anything."""
    return mark == TAKEN or (mark == WAITING and record_state != CLOSED)

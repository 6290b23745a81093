"""Life cycles of plans and rounds, and the days that a plan falls on.  Pure."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tracker import calendars
from tracker.calendars import Calendar
from tracker.workflow import ASSIGNEE, SUPERVISOR, SYSTEM, Need, Table, move

WEEKS, MONTHS = "weeks", "months"
RHYTHMS = (WEEKS, MONTHS)
ACTIVE, PAUSED, ENDED = "active", "paused", "ended"
PLAN_STATES = (ACTIVE, PAUSED, ENDED)
OPEN, DONE, MISSED = "open", "done", "missed"
ROUND_STATES = (OPEN, DONE, MISSED)
FINE, FINDING, NOT_APPLICABLE = "fine", "finding", "not_applicable"
OUTCOMES = (FINE, FINDING, NOT_APPLICABLE)


@dataclass(frozen=True)
class Facts:
    """What the guards read: a reason, and of a round whether each line is answered and each finding described."""

    reason: str = ""
    answered: bool = False
    described: bool = False


REASON = Need("reason", lambda facts: bool(facts.reason))
PLAN_WORKFLOW: Table = {
    "pause": move(ACTIVE, PAUSED, SUPERVISOR, REASON),
    "resume": move(PAUSED, ACTIVE, SUPERVISOR),
    "end": move({ACTIVE, PAUSED}, ENDED, SUPERVISOR, REASON),
}
ROUND_WORKFLOW: Table = {
    "finish": move(
        OPEN, DONE, {ASSIGNEE, SUPERVISOR}, Need("outcome", lambda facts: facts.answered),
        Need("note", lambda facts: facts.described),
    ),
    "miss": move(OPEN, MISSED, {SUPERVISOR, SYSTEM}, REASON),
}  # fmt: skip


def day_of(first: date, rhythm: str, every: int, turn: int) -> date:
    """The day of a turn, reckoned from the first day; a month without that day takes its last one."""
    if rhythm == WEEKS:
        return first + timedelta(weeks=every * turn)
    months = first.year * 12 + first.month - 1 + every * turn
    year, month = divmod(months, 12)
    return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))


def span_of(day: date, within_days: int, calendar: Calendar) -> tuple[datetime, datetime]:
    """When a round opens, the first working time on or after its day, and by when it is due."""
    midnight = datetime.combine(day, time(), ZoneInfo(calendar.zone)).astimezone(UTC)
    opens = calendars.next_open(midnight, calendar)
    return opens, calendars.add_working_days(opens, within_days, calendar)

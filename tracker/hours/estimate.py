"""How many letters a week some wishes would bring, by what happened in the last four weeks."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select

from tracker.accounts import wishes
from tracker.db import db
from tracker.outbox import habits
from tracker.outbox.habits import Habit
from tracker.outbox.models import Letter

WEEKS = 4
MOST = 5000


def letters_a_week(person_id: int, how: Mapping[str, str], habit: Habit, now: datetime) -> int:
    """Single letters, and one for each time that the letter which lists everything would have had a line; rounded up.

    `how` says for each event what is wished.  What rang only the bell counts too: it would have been a mail.
    """
    since = now - timedelta(weeks=WEEKS)
    happened = select(Letter.kind, Letter.event, Letter.cause, Letter.created_at, Letter.urgent).where(
        Letter.person_id == person_id, Letter.created_at > since
    )
    single: set[tuple[str, str]] = set()
    listed: set[datetime] = set()
    for kind, event, cause, at, urgent in db.session.execute(happened.limit(MOST)):
        chosen = how.get(event or wishes.event_of(kind) or _of_chase(kind), "")
        if urgent or chosen == habits.NOW:
            # A bell and a mail of one cause are one happening.
            single.add((kind, cause))
        elif chosen == habits.TOGETHER:
            listed.add(habit.digest_after(at))
    return -(-(len(single) + len(listed)) // WEEKS)


def _of_chase(kind: str) -> str:
    return habits.OVERDUE if kind.startswith("chase.") and kind != "chase.ended" else ""

"""今日待辦: what one person should do today, so that an office without a mail server misses nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from sqlalchemy import select

from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.followups import fixed, turns
from tracker.followups.models import Chase
from tracker.followups.todo import Line
from tracker.followups.turns import Question
from tracker.opinions import queries as opinions
from tracker.outbox.models import Letter
from tracker.records.parts import Opinion

MOST, LATER = 100, 30


@dataclass(frozen=True)
class Today:
    """What is due by the end of the day and owed by the person, what is theirs next, what they were chased about."""

    owed: list[Line]
    later: list[Line]
    questions: list[Question]
    told: list[tuple[Chase, Letter]]
    bells: list[int]
    asked: Sequence[Opinion] = ()
    """Opinions asked of the person, each on a case that they see through the question alone."""


def today(actor: Actor, now: datetime, zone: ZoneInfo) -> Today:
    """The list of one person at this instant."""
    end = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    persons = turns.spoken_for(actor, now)
    waiting = turns.waiting(actor, persons, MOST, nobodys_until=end)
    # The opinions that are asked of the reader stand by themselves.
    mine = [line for line in waiting if line.clock.subject_kind != fixed.OPINION or line.outside]
    # They come by their due date.
    owed = list(takewhile(lambda row: row.clock.due_at is not None and row.clock.due_at < end, mine))
    later = turns.each_once(mine[len(owed) :])[: LATER + 1]
    listed = {(row.clock.subject_kind, row.clock.subject_id, row.clock.name) for row in mine}
    told = [
        (one, bell)
        for one, bell in _told(actor)
        if (one.subject_kind, one.subject_id, one.clock) not in listed
    ]
    unseen = select(Letter.id).where(
        Letter.person_id == actor.person_id,
        Letter.channel == "bell",
        Letter.seen_at.is_(None),
        Letter.state == "sent",
        Letter.chase_id.is_not(None),
    )
    asked = turns.questions(actor, persons, LATER)
    bells = list(db.session.scalars(unseen.order_by(Letter.id).limit(500)))
    return Today(owed, later, asked, told, bells, opinions.waiting_for(actor, now))


def _told(actor: Actor) -> list[tuple[Chase, Letter]]:
    """Open chases that went to this person, each with its note on their bell, the newest of each clock first."""
    mine = (Letter.person_id == actor.person_id, Letter.channel == "bell", Chase.outcome == "")
    chases = select(Chase, Letter).join(Letter, Letter.chase_id == Chase.id).where(*mine)
    found: dict[tuple[str, int, str], tuple[Chase, Letter]] = {}
    for one, bell in db.session.execute(chases.order_by(Chase.id.desc()).limit(200)):
        found.setdefault((one.subject_kind, one.subject_id, one.clock), (one, bell))
    return list(found.values())

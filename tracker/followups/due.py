"""What falls due first on each of many escalations: the date that its page and lists show."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from tracker.db import db
from tracker.followups.models import Clock
from tracker.followups.words import CLOCK_WORDS
from tracker.records.parts import Escalation


class Due(NamedTuple):
    """One running clock: what it is called, when it is due, since when it runs."""

    words: Any
    at: datetime
    since: datetime


def of_escalations(found: Iterable[Escalation]) -> Mapping[int, list[Due]]:
    """The running clocks of each by its id, the nearest first; none for those that stand still or have ended."""
    running = select(Clock).where(
        Clock.subject_kind == Escalation.kind_name, Clock.subject_id.in_([one.id for one in found]),
        Clock.ended_at.is_(None), Clock.due_at.is_not(None),
    )  # fmt: skip
    dues: dict[int, list[Due]] = {}
    for clock in db.session.scalars(running.order_by(Clock.due_at, Clock.id)):
        if clock.due_at is not None:
            dues.setdefault(clock.subject_id, []).append(
                Due(CLOCK_WORDS[clock.name], clock.due_at, clock.started_at)
            )
    return dues

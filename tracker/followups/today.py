"""今日待辦: what one person should do today, so that an office without a mail server misses nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_, select

from tracker.accounts import rules as roles
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.followups import fixed, following, inspected
from tracker.followups.following import Row
from tracker.followups.models import Chase, Clock
from tracker.issues import queries as issues
from tracker.issues.models import Issue
from tracker.outbox.models import Letter
from tracker.policies import rules as policy
from tracker.records.models import Record
from tracker.records.parts import EffectCheck, Escalation, RecordItem
from tracker.statutory.models import StatutoryClock


@dataclass(frozen=True)
class Today:
    """What is due by the end of the day and owed by the person, and what they were chased about beside it."""

    owed: list[Row]
    told: list[Chase]
    bells: list[int]


def today(actor: Actor, now: datetime, zone: ZoneInfo) -> Today:
    """The list of one person at this instant."""
    end = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    of_cases = and_(issues.may_see_each(actor), or_(*_mine(actor)))
    due = (
        inspected.clocks(of_cases, inspected.open_ids(actor, now, own=True))
        .where(Clock.ended_at.is_(None), Clock.due_at < end, Clock.name != policy.URGENT)
        .order_by(Clock.due_at, Clock.id)
    )
    owed = following.rows(due, actor)
    listed = {(row.clock.subject_kind, row.clock.subject_id, row.clock.name) for row in owed}
    told = [one for one in _told(actor) if (one.subject_kind, one.subject_id, one.clock) not in listed]
    unseen = select(Letter.id).where(
        Letter.person_id == actor.person_id,
        Letter.channel == "bell",
        Letter.seen_at.is_(None),
        Letter.state == "sent",
    )
    return Today(owed, told, list(db.session.scalars(unseen.order_by(Letter.id).limit(500))))


def _mine(actor: Actor) -> list[ColumnElement[bool]]:
    """The clocks whose work this person owes."""
    me = actor.person_id
    owned = select(Record.id).where(Record.owner_id == me)
    to_me = or_(Escalation.to_person_id == me, Escalation.to_team_id.in_(actor.teams))
    handler = [Issue.assignee_id == me]
    if actor.is_(roles.SUPERVISOR):
        handler.append(Issue.assignee_id.is_(None))
    return [
        and_(Clock.subject_kind == "issue", Clock.name != policy.USER_ANSWER, or_(*handler)),
        _of("escalation", select(Escalation.id).where(to_me)),
        _of("record", owned),
        _of(fixed.STATUTORY, select(StatutoryClock.id).where(StatutoryClock.record_id.in_(owned))),
        and_(Clock.subject_kind == fixed.STATUTORY, or_(*handler)),
        _of(policy.EFFECT_CHECK, select(EffectCheck.id).where(EffectCheck.record_id.in_(owned))),
        _of(policy.ACTION, select(RecordItem.id).where(RecordItem.owner_id == me)),
    ]


def _of(kind: str, ids: Any) -> ColumnElement[bool]:
    return and_(Clock.subject_kind == kind, Clock.subject_id.in_(ids))


def _told(actor: Actor) -> list[Chase]:
    """Open chases that went to this person, the newest of each clock first."""
    mine = select(Letter.chase_id).where(Letter.person_id == actor.person_id, Letter.channel == "bell")
    chases = select(Chase).where(Chase.id.in_(mine), Chase.outcome == "").order_by(Chase.id.desc()).limit(200)
    found: dict[tuple[str, int, str], Chase] = {}
    for one in db.session.scalars(chases):
        found.setdefault((one.subject_kind, one.subject_id, one.clock), one)
    return list(found.values())

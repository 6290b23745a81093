"""今日待辦: what one person should do today, so that an office without a mail server misses nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, union_all

from tracker.accounts import rules as roles
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.followups import fixed, following, inspected
from tracker.followups.following import Row
from tracker.followups.models import Chase, Clock
from tracker.issues import queries as issues
from tracker.issues.inbox import OPEN_NOW
from tracker.issues.models import Issue
from tracker.outbox.models import Letter
from tracker.policies import rules as policy
from tracker.records.models import Record
from tracker.records.parts import EffectCheck, Escalation, RecordItem
from tracker.statutory.models import StatutoryClock

# Not to be found by the index of kinds: most clocks are of issues, and few of them are anybody's own.
OF_ISSUE = func.coalesce(Clock.subject_kind, "") == Issue.kind_name


@dataclass(frozen=True)
class Today:
    """What is due by the end of the day and owed by the person, and what they were chased about beside it."""

    owed: list[Row]
    told: list[Chase]
    bells: list[int]


def today(actor: Actor, now: datetime, zone: ZoneInfo) -> Today:
    """The list of one person at this instant."""
    end = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    owed = following.rows(_due(actor, now, end), actor)
    listed = {(row.clock.subject_kind, row.clock.subject_id, row.clock.name) for row in owed}
    told = [one for one in _told(actor) if (one.subject_kind, one.subject_id, one.clock) not in listed]
    unseen = select(Letter.id).where(
        Letter.person_id == actor.person_id,
        Letter.channel == "bell",
        Letter.seen_at.is_(None),
        Letter.state == "sent",
    )
    return Today(owed, told, list(db.session.scalars(unseen.order_by(Letter.id).limit(500))))


def _due(actor: Actor, now: datetime, end: datetime) -> Any:
    """What runs out before `end` and is owed by the person, the most pressing first."""
    waits = and_(Clock.ended_at.is_(None), Clock.due_at < end, Clock.name != policy.URGENT)
    if actor.is_(roles.SUPERVISOR):
        mine = or_(*_handled(actor), *_mine(actor))
    else:
        # Few of all that is due: begun from their own cases instead of going through everybody's.
        each = [select(Clock.id).where(one, waits) for one in (*_taken(actor), *_mine(actor))]
        mine = Clock.id.in_(select(union_all(*each).subquery().c[0]))
    found = inspected.clocks(and_(issues.may_see_each(actor), mine), inspected.open_ids(actor, now, own=True))
    return found.where(waits).order_by(Clock.due_at, Clock.id)


def _handled(actor: Actor) -> list[ColumnElement[bool]]:
    """A supervisor's own cases, and those that nobody handles."""
    handler = or_(Issue.assignee_id == actor.person_id, Issue.assignee_id.is_(None))
    return [
        and_(OF_ISSUE, Clock.name != policy.USER_ANSWER, handler),
        and_(Clock.subject_kind == fixed.STATUTORY, handler),
    ]


def _taken(actor: Actor) -> list[ColumnElement[bool]]:
    """The cases that somebody else than a supervisor handles; a statutory clock outlives its case."""
    handler = Issue.assignee_id == actor.person_id
    open_ones = select(Issue.id).where(OPEN_NOW, handler)
    its_issue = exists().where(Issue.id == Clock.issue_id, handler)
    return [
        and_(OF_ISSUE, Clock.name != policy.USER_ANSWER, Clock.issue_id.in_(open_ones)),
        and_(Clock.subject_kind == fixed.STATUTORY, its_issue),
    ]


def _mine(actor: Actor) -> list[ColumnElement[bool]]:
    """The clocks of other work that this person owes."""
    me = actor.person_id
    owned = select(Record.id).where(Record.owner_id == me)
    to_me = or_(Escalation.to_person_id == me, Escalation.to_team_id.in_(actor.teams))
    return [
        _of("escalation", select(Escalation.id).where(to_me)),
        _of("record", owned),
        _of(fixed.STATUTORY, select(StatutoryClock.id).where(StatutoryClock.record_id.in_(owned))),
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

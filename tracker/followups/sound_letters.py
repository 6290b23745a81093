"""Whether letters are as they must be: each question answers how many are not.  See `invariants`."""

from collections import defaultdict
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from tracker.db import db
from tracker.followups import restoring
from tracker.followups.models import Chase
from tracker.followups.sound_steps import LAST, SLACK, count
from tracker.outbox import breaker, rules
from tracker.outbox.models import Letter

OVERDUE = rules.GIVE_UP + timedelta(hours=1)
LAST_LETTERS = 20_000
ENDED = (rules.SENT, rules.DEAD, rules.CANCELLED, rules.KEPT)


def untold(_now: datetime) -> int:
    """I5: each of the last chases rang the bell of every person it names, and wrote to nobody else."""
    last = db.session.scalars(select(Chase).order_by(Chase.id.desc()).limit(LAST)).all()
    written = select(Letter.chase_id, Letter.person_id, Letter.channel).where(
        Letter.chase_id.in_([one.id for one in last])
    )
    rung: defaultdict[int, set[int]] = defaultdict(set)
    reached: defaultdict[int, set[int]] = defaultdict(set)
    for chase_id, person_id, channel in db.session.execute(written):
        if person_id is not None and chase_id is not None:
            reached[chase_id].add(person_id)
            if channel == rules.BELL:
                rung[chase_id].add(person_id)
    wrong = 0
    for one in last:
        named = {to["person"] for to in one.to if to["person"]}
        wrong += rung[one.id] != named or not reached[one.id] <= named
    return wrong


def lost(now: datetime) -> int:
    """I6: every letter ends within three days; no claim outlives its lease.  Held ones wait for a person."""
    # What a reader wants later is not lost before its time has come.
    waits = (Letter.held != "") & (Letter.next_try > now - OVERDUE)
    forgotten = Letter.state.in_(rules.DUE_STATES) & (Letter.created_at < now - OVERDUE) & ~waits
    claimed = (Letter.state == rules.CLAIMED) & (Letter.lease_until < now - SLACK)
    held = restoring.is_held() or breaker.tripped_at() is not None
    return 0 if held else count(select(Letter.id).where(or_(forgotten, claimed)))


def overwritten(_now: datetime) -> int:
    """I7: whoever wrote a letter's outcome held its fence: no more tries than claims, no lease but a claim's."""
    impossible = or_(
        Letter.attempts > Letter.fence,
        and_(Letter.state == rules.CLAIMED, or_(Letter.lease_until.is_(None), Letter.fence < 1)),
        and_(Letter.state.in_((rules.SENT, *rules.DUE_STATES)), Letter.lease_until.is_not(None)),
    )
    return count(select(Letter.id).where(_lately(), impossible))


def crowded(now: datetime) -> int:
    """I8: in no quarter of an hour more than two mails, in no hour more than six, to anybody."""
    mails = select(Letter.recipient, Letter.sent_at).where(
        _lately(), Letter.channel == rules.MAIL, Letter.state == rules.SENT, Letter.digest_id.is_(None),
        Letter.urgent.is_(False), Letter.kind.startswith(rules.SECURITY).is_(False),
        Letter.sent_at > now - 3 * rules.HOUR,
    )  # fmt: skip
    sent: defaultdict[str, list[datetime]] = defaultdict(list)
    for recipient, at in db.session.execute(mails.order_by(Letter.sent_at)):
        if at is not None:
            sent[recipient].append(at)
    return sum(rules.exceeds(instants) for instants in sent.values())


def unreachable(_now: datetime) -> int:
    """I9: a bundled letter ends with its digest."""
    digest = aliased(Letter)
    over = exists().where(digest.id == Letter.digest_id, digest.state.in_(ENDED))
    waits = (Letter.digest_id.is_not(None), Letter.state.in_(rules.DUE_STATES))
    return count(select(Letter.id).where(_lately(), *waits, over))


def _lately() -> ColumnElement[bool]:
    newest = db.session.scalar(select(func.max(Letter.id))) or 0
    return Letter.id > newest - LAST_LETTERS

"""What people do to the plan of chases: chase at once (立即催辦), agree on another date (改期).  Never commits."""

from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import func, insert, select

from tracker import audit, rearm
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.errors import DomainError, WrongState
from tracker.followups import acts, policy, writing
from tracker.followups.clocks import FIRED
from tracker.followups.ladder import Rung, Turn
from tracker.followups.models import Chase, Clock, Obligation
from tracker.followups.recipients import Desk, subject_of
from tracker.followups.writing import Told
from tracker.records import rules as record_rules
from tracker.records.parts import EffectCheck, Escalation

REST = timedelta(hours=1)
REASON_LENGTH = 500


def chase(clock: Clock, *, by: Actor, at: datetime) -> Chase:
    """Chase the one who owes this clock now, beside the plan; a question to the user counts as asked once more.

    Raises WrongState when the clock has ended or is paused, DomainError within an hour of the last one by hand.
    """
    subject = subject_of(clock.subject_kind, clock.subject_id)
    if subject is None or clock.ended_at is not None or clock.paused_since is not None:
        raise WrongState(act="chase")
    _rested(clock, at)
    step = policy.BY_HAND_TO_USER if clock.name == policy.USER_ANSWER else policy.BY_HAND
    to = Desk(at).recipients(step, clock, subject)
    if not to:
        raise DomainError(_("There is nobody to chase."))
    rung = Rung(step, _next_occurrence(clock), at)
    row = insert(Obligation).values(
        subject_kind=clock.subject_kind, subject_id=clock.subject_id, clock=clock.name, epoch=clock.epoch,
        step=step.name, occurrence=rung.occurrence, due_at=at, state=FIRED, state_since=at,
        rank=policy.rank(clock.name, str(clock.workings["severity"])),
    )  # fmt: skip
    fired = int(db.session.execute(row.returning(Obligation.id)).scalar_one())
    (written,) = writing.chases([Told(fired, clock, subject, Turn(rung, (), None), to)], at, by)
    if step == policy.BY_HAND_TO_USER:
        acts.ask_again(subject.issue, at)
    return written


def _mine(clock: Clock) -> tuple[object, ...]:
    return (
        Chase.subject_kind == clock.subject_kind, Chase.subject_id == clock.subject_id, Chase.clock == clock.name,
        Chase.step == policy.BY_HAND.name,
    )  # fmt: skip


def _rested(clock: Clock, at: datetime) -> None:
    last = db.session.scalar(select(func.max(Chase.fired_at)).where(*_mine(clock)))  # type: ignore[arg-type]
    if last is not None and at - last < REST:
        raise DomainError(_("This was chased less than an hour ago."))


def _next_occurrence(clock: Clock) -> int:
    return int(db.session.scalar(select(func.count()).select_from(Chase).where(*_mine(clock))) or 0) + 1  # type: ignore[arg-type]


def postpone(
    subject: Escalation | EffectCheck, until: datetime, reason: str, *, by: Actor, at: datetime
) -> None:
    """Agree on another date for an escalation or an effect check, with a reason; its clock starts anew.

    Raises WrongState when it is done, DomainError for a date that has passed or no reason.
    """
    if not _is_open(subject):
        raise WrongState(act="postpone")
    _checked(until, reason, at)
    before, subject.due_at = subject.due_at, until
    part = "escalation" if isinstance(subject, Escalation) else policy.EFFECT_CHECK
    audit.record(
        "record.postpone", ("record", subject.record_id), by=by, at=at, before={"due_at": before},
        after={"due_at": until, "part": part, "id": subject.id}, texts={"reason": reason.strip()},
    )  # fmt: skip
    rearm.mark("record", subject.record_id, at=at)


def _is_open(subject: Escalation | EffectCheck) -> bool:
    if isinstance(subject, Escalation):
        return subject.state in record_rules.ESCALATION_OPEN
    return subject.done_at is None


def _checked(until: datetime, reason: str, at: datetime) -> None:
    wrong = {}
    if until <= at:
        wrong["due_at"] = _("Choose a time in the future.")
    if not reason.strip():
        wrong["reason"] = _("Give a reason.")
    elif len(reason) > REASON_LENGTH:
        wrong["reason"] = _("Use at most %(number)s characters.", number=REASON_LENGTH)
    if wrong:
        raise DomainError(fields=wrong)

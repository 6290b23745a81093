"""What people do to the plan of chases: chase at once (立即催辦), agree on another date (改期).  Never commits."""

from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, insert, select

from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.decisions import dates
from tracker.errors import DomainError, WrongState
from tracker.followups import acts, fixed, writing
from tracker.followups.clocks import FIRED
from tracker.followups.ladder import Rung, Turn
from tracker.followups.models import Chase, Clock, Obligation
from tracker.followups.recipients import Desk
from tracker.followups.subjects import subject_of
from tracker.followups.writing import Told
from tracker.inspections import actions as inspections
from tracker.policies import rules as policy

REST = timedelta(hours=1)


def chase(clock: Clock, *, by: Actor, at: datetime) -> Chase:
    """Chase the one who owes this clock now, beside the plan; a question to the user counts as asked once more.

    Raises WrongState when the clock has ended or is paused, DomainError within an hour of the last one by hand.
    """
    subject = subject_of(clock.subject_kind, clock.subject_id)
    if subject is None or clock.ended_at is not None or clock.paused_since is not None:
        raise WrongState(act="chase")
    _rested(clock, at)
    step = fixed.BY_HAND_TO_USER if clock.name == policy.USER_ANSWER else fixed.BY_HAND
    to = Desk(at).recipients(step, clock, subject)
    if not to:
        raise DomainError(_("There is nobody to chase."))
    rung = Rung(step, _next_occurrence(clock), at)
    row = insert(Obligation).values(
        subject_kind=clock.subject_kind, subject_id=clock.subject_id, clock=clock.name, epoch=clock.epoch,
        step=step.name, occurrence=rung.occurrence, due_at=at, state=FIRED, state_since=at,
        rank=fixed.rank(clock.name, str(clock.workings["severity"])),
    )  # fmt: skip
    fired = int(db.session.execute(row.returning(Obligation.id)).scalar_one())
    (made,) = writing.chases([Told(fired, clock, subject, Turn(rung, (), None), to)], at, by)
    if step == fixed.BY_HAND_TO_USER:
        acts.ask_again(subject.issue, at)
    return db.session.get_one(Chase, made)


def _mine(clock: Clock) -> tuple[ColumnElement[bool], ...]:
    return (
        Chase.subject_kind == clock.subject_kind, Chase.subject_id == clock.subject_id, Chase.clock == clock.name,
        Chase.step == fixed.BY_HAND.name,
    )  # fmt: skip


def _rested(clock: Clock, at: datetime) -> None:
    last = db.session.scalar(select(func.max(Chase.fired_at)).where(*_mine(clock)))
    if last is not None and at - last < REST:
        raise DomainError(_("This was chased less than an hour ago."))


def _next_occurrence(clock: Clock) -> int:
    return int(db.session.scalar(select(func.count()).select_from(Chase).where(*_mine(clock))) or 0) + 1


def postpone(clock: Clock, until: datetime, reason: str, *, by: Actor, at: datetime) -> None:
    """Agree on another date for what this clock measures, with a reason.

    Raises WrongState when it has ended or has no date to move, DomainError for a date that has passed or no reason.
    """
    subject = subject_of(clock.subject_kind, clock.subject_id)
    if subject is None or clock.ended_at is not None:
        raise WrongState(act="postpone")
    if subject.round is not None:
        dates.checked(until, reason, at)
        inspections.postpone(subject.round, until, reason, by=by, at=at)
        return
    root = ("record", subject.record.id) if subject.record is not None else ("issue", subject.issue.id)
    dates.agree((clock.subject_kind, clock.subject_id), clock.name, until, reason, root=root, by=by, at=at)

"""Named selects of clocks, obligations and chases: the follow-up list, what happens next, how the engine is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, tuple_

from tracker.db import db
from tracker.followups import batch, firing, policy
from tracker.followups.clocks import SCHEDULED
from tracker.followups.models import Chase, Clock, Obligation, Tick
from tracker.followups.office import office
from tracker.followups.recipients import Desk, Recipient, subject_of
from tracker.issues.models import Issue
from tracker.records.models import Record

PREVIEW = 50


def last_tick() -> datetime | None:
    """When any node ticked last."""
    return db.session.scalar(select(func.max(Tick.last_at)))


@dataclass(frozen=True)
class Planned:
    """What one armed step would do now: whom it tells, or why nobody."""

    obligation: Obligation
    decision: firing.Decision


def would_send(now: datetime, limit: int = PREVIEW) -> list[Planned]:
    """What would go to whom if the engine ran at this instant; reads only (`chase --dry-run`)."""
    desk, place = Desk(now), office(now)
    waiting = select(Obligation).where(Obligation.state == SCHEDULED, Obligation.due_at <= now)
    ordered = waiting.order_by(Obligation.rank, Obligation.due_at, Obligation.id).limit(limit)
    steps = db.session.scalars(ordered).all()
    seen = batch.look(steps) if steps else batch.Batch()
    return [
        Planned(one, firing.decide(one, seen.clock(one), seen.subject(one), now, desk, place)) for one in steps
    ]


@dataclass(frozen=True)
class Next:
    """One running clock of a case and the step that comes next, with those it would tell as things stand."""

    clock: Clock
    obligation: Obligation | None
    to: Sequence[Recipient] = ()
    link: str = ""


def running(issue: Issue) -> Sequence[Clock]:
    """The clocks that run or are paused on a case, the nearest first."""
    clocks = select(Clock).where(Clock.issue_id == issue.id, Clock.ended_at.is_(None), Clock.name != policy.URGENT)
    return db.session.scalars(clocks.order_by(Clock.due_at.is_(None), Clock.due_at, Clock.id)).all()


def next_steps(issue: Issue, now: datetime, *, subject: tuple[str, int] | None = None) -> list[Next]:
    """What happens next on a case and to whom; of one subject alone where it is named."""
    desk, found = Desk(now), []
    for clock in running(issue):
        if subject is None or (clock.subject_kind, clock.subject_id) == subject:
            found.append(_next(clock, desk))
    return found


def _next(clock: Clock, desk: Desk) -> Next:
    obligation = armed(clock)
    if obligation is None:
        return Next(clock, None)
    subject = subject_of(clock.subject_kind, clock.subject_id)
    if subject is None:
        return Next(clock, None)
    return Next(clock, obligation, desk.recipients(policy.STEPS[obligation.step], clock, subject))


def armed(clock: Clock) -> Obligation | None:
    """The step that this clock fires next."""
    same = select(Obligation).where(
        Obligation.subject_kind == clock.subject_kind, Obligation.subject_id == clock.subject_id,
        Obligation.clock == clock.name, Obligation.state == SCHEDULED,
    )  # fmt: skip
    return db.session.scalars(same.order_by(Obligation.id.desc()).limit(1)).first()


def chases_of(issue: Issue) -> Sequence[Chase]:
    """The ledger of a case, newest first."""
    return db.session.scalars(select(Chase).where(Chase.issue_id == issue.id).order_by(Chase.id.desc())).all()


def passed_by(issue: Issue) -> Sequence[Obligation]:
    """The steps of a case that did not fire, with the reason, newest first."""
    keys = select(Clock.subject_kind, Clock.subject_id).where(Clock.issue_id == issue.id).distinct()
    silent = select(Obligation).where(
        tuple_(Obligation.subject_kind, Obligation.subject_id).in_(keys),
        Obligation.state.in_(("coalesced", "superseded", "cancelled")),
    )
    return db.session.scalars(silent.order_by(Obligation.id.desc()).limit(200)).all()


def issue_of_record(number: str) -> int | None:
    """The id of the issue that the record with this number is about; None when there is no such record."""
    return db.session.scalar(select(Record.primary_issue_id).where(Record.number == number))

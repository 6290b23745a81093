"""The fire step: what is due becomes a chase, a line of the trail, letters and the next step, all or nothing.

Correct with any number of nodes at once: rows are picked with SKIP LOCKED (PostgreSQL) or under the one write lock
(SQLite), the case is locked before it is judged, and unique keys stand behind both.  Never commits.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, or_, select, update

from tracker import audit, rearm
from tracker.accounts.rules import SYSTEM, Actor
from tracker.db import db, dialect
from tracker.errors import DomainError
from tracker.followups import acts, clocks, ladder, ledger, letters, policy, wants
from tracker.followups.clocks import COALESCED, FIRED, SCHEDULED, SUPERSEDED
from tracker.followups.ladder import Rung, Turn
from tracker.followups.models import Chase, Clock, Obligation
from tracker.followups.office import Office, office
from tracker.followups.recipients import Desk, Recipient, Subject, subject_of
from tracker.issues.models import Issue
from tracker.rearm import Rearm
from tracker.records.models import Record

LIMIT = 100
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
BUSY = timedelta(seconds=5)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Decision:
    """What one armed step comes to at this instant: `why` it is passed by, or whom its turn tells."""

    clock: Clock | None = None
    subject: Subject | None = None
    turn: Turn | None = None
    to: Sequence[Recipient] = ()
    why: str = ""


def due(now: datetime, limit: int = LIMIT) -> Sequence[Obligation]:
    """What is due, the urgent and grave first, then the oldest; nobody else's and none that waits after a failure."""
    wanted = select(Obligation).where(
        Obligation.state == SCHEDULED, Obligation.due_at <= now,
        or_(Obligation.wait_until.is_(None), Obligation.wait_until <= now),
    )  # fmt: skip
    ordered = wanted.order_by(Obligation.rank, Obligation.due_at, Obligation.id).limit(limit)
    return db.session.scalars(ordered.with_for_update(skip_locked=True)).all()


def fire_due(now: datetime, limit: int = LIMIT) -> int:
    """Fire one batch; answers how many steps were dealt with, so that the caller goes on until nothing is left."""
    picked = due(now, limit)
    if not picked:
        return 0
    desk, place = Desk(now), office(now)
    for obligation in picked:
        with_care(obligation, now, lambda one=obligation: fire(one, now, desk, place))  # type: ignore[misc]
    return len(picked)


def with_care(obligation: Obligation, now: datetime, work: Callable[[], None]) -> None:
    """Run `work` in a savepoint: an error in one case delays only that case, longer each time."""
    obligation_id, stuck = obligation.id, obligation.stuck
    try:
        with db.session.begin_nested():
            work()
    except Exception:
        log.exception("a chase failed and will be tried again", extra={"obligation": obligation_id})
        wait = BACK_OFF[min(stuck, len(BACK_OFF) - 1)]
        mark(obligation_id, stuck=stuck + 1, wait_until=now + wait)


def fire(obligation: Obligation, now: datetime, desk: Desk, place: Office) -> None:
    """One step: lock the case, look again, then chase or say why not."""
    if not _lock(obligation):
        mark(obligation.id, wait_until=now + BUSY)
        return
    if _changed(obligation):
        clocks.evaluate(obligation.subject_kind, obligation.subject_id, now)
        db.session.refresh(obligation)
        if obligation.state != SCHEDULED:
            return
    decision = decide(obligation, now, desk, place)
    if decision.turn is None or decision.clock is None or decision.subject is None:
        mark(obligation.id, state=SUPERSEDED, state_since=now, reason=decision.why)
        return
    _carry_out(obligation, decision, decision.clock, decision.subject, decision.turn, now)


def decide(obligation: Obligation, now: datetime, desk: Desk, place: Office) -> Decision:
    """What the step comes to; reads only, so that a dry run can ask the same."""
    clock = clock_of(obligation)
    if clock is None or clock.ended_at is not None or clock.epoch != obligation.epoch:
        return Decision(why="other epoch")
    if clock.paused_since is not None:
        return Decision(why="paused")
    subject = subject_of(obligation.subject_kind, obligation.subject_id)
    if subject is None:
        return Decision(why="gone")
    want = wants.read(clock.workings["want"])
    turn = ladder.turn(want, obligation.step, obligation.occurrence, now, place.preset, place.calendar)
    if turn is None:
        return Decision(why="not in the plan")
    to = desk.recipients(turn.fires.step, clock, subject)
    return Decision(clock, subject, turn, to) if to else Decision(why="nobody entitled")


def _carry_out(
    obligation: Obligation, decision: Decision, clock: Clock, subject: Subject, turn: Turn, now: datetime
) -> None:
    fired_id = _write_turn(obligation, turn, now)
    chase = write_chase(fired_id, clock, subject, turn, decision.to, now)
    if turn.fires.step == policy.REMIND:
        acts.ask_again(subject.issue, now)
    did = _act(chase, subject, now) if turn.fires.step.acts else False
    letters.chase(chase, clock, subject, decision.to, at=now)
    if turn.then is not None and not did:
        clocks.arm(clock, turn.then, now)
    elif did:
        clocks.evaluate(clock.subject_kind, clock.subject_id, now)


def _act(chase: Chase, subject: Subject, now: datetime) -> bool:
    """Let the system do what the step stands for; where the guards refuse, the owner is told so instead."""
    try:
        with db.session.begin_nested():
            did = acts.carry_out(chase.step, subject, now)
    except DomainError as refused:
        chase.reason = {**chase.reason, "did": "refused", "missing": list(getattr(refused, "keys", ()))}
        return False
    chase.reason = {**chase.reason, "did": did}
    return True


def _write_turn(obligation: Obligation, turn: Turn, now: datetime) -> int:
    """Mark the armed step and write those passed over with it, or fired in its stead; answers the fired one's id."""
    into = f"{turn.fires.step.name}#{turn.fires.occurrence}"
    if not turn.passed_over:
        mark(obligation.id, state=FIRED, state_since=now)
        return obligation.id
    mark(obligation.id, state=COALESCED, state_since=now, reason=into)
    for rung in turn.passed_over[1:]:
        _insert(obligation, rung, COALESCED, into, now)
    return _insert(obligation, turn.fires, FIRED, "", now)


def _insert(obligation: Obligation, rung: Rung, state: str, reason: str, now: datetime) -> int:
    row = insert(Obligation).values(
        subject_kind=obligation.subject_kind, subject_id=obligation.subject_id, clock=obligation.clock,
        epoch=obligation.epoch, step=rung.step.name, occurrence=rung.occurrence, due_at=rung.at,
        rank=obligation.rank, state=state, state_since=now, reason=reason,
    )  # fmt: skip
    return int(db.session.execute(row.returning(Obligation.id)).scalar_one())


def write_chase(
    obligation_id: int, clock: Clock, subject: Subject, turn: Turn, to: Sequence[Recipient], now: datetime,
    by: Actor = SYSTEM,
) -> Chase:  # fmt: skip
    """Write the line of the ledger and of the audit trail."""
    fires = turn.fires
    chase = Chase(
        obligation_id=obligation_id, subject_kind=clock.subject_kind, subject_id=clock.subject_id,
        issue_id=subject.issue.id, policy=str(clock.workings["preset"]), clock=clock.name, step=fires.step.name,
        occurrence=fires.occurrence, due_at=fires.at, fired_at=now, to=[ledger.written(one) for one in to],
        reason={
            "clock_due": clock.due_at.isoformat() if clock.due_at else None,
            "coalesced": [f"{rung.step.name}#{rung.occurrence}" for rung in turn.passed_over],
        },
    )  # fmt: skip
    db.session.add(chase)
    db.session.flush()
    told = [one.person_id for one in to if one.person_id is not None]
    root = ("record", subject.record.id) if subject.record is not None else ("issue", subject.issue.id)
    facts = {
        "chase": chase.id, "clock": clock.name, "step": fires.step.name, "occurrence": fires.occurrence,
        "due_at": fires.at, "to": told,
    }  # fmt: skip
    audit.record(f"{root[0]}.chase", root, by=by, at=now, after=facts)
    rearm.mark("issue", subject.issue.id, at=now, readers=(rearm.TALLY,))
    return chase


def mark(obligation_id: int, **values: object) -> None:
    """Write these columns of one obligation."""
    row = update(Obligation).where(Obligation.id == obligation_id).values(**values)
    db.session.execute(row.execution_options(synchronize_session="fetch"))


def _lock(obligation: Obligation) -> bool:
    """Lock the issue and the record of the step; False when somebody is changing them just now: the next tick looks."""
    if dialect() == "sqlite":
        return True
    subject = subject_of(obligation.subject_kind, obligation.subject_id)
    if subject is None:
        return True
    rows: Iterable[tuple[type[Issue] | type[Record], int]] = [(Issue, subject.issue.id)]
    if subject.record is not None:
        rows = [*rows, (Record, subject.record.id)]
    for model, row_id in rows:
        wanted = select(model).where(model.id == row_id).with_for_update(skip_locked=True)
        if db.session.scalars(wanted.execution_options(populate_existing=True)).first() is None:
            return False
    return True


def _changed(obligation: Obligation) -> bool:
    """Whether a change of the case waits to be looked at: then its clocks may not be what they were."""
    subject = subject_of(obligation.subject_kind, obligation.subject_id)
    if subject is None:
        return False
    keys = [("issue", subject.issue.id)] + ([("record", subject.record.id)] if subject.record else [])
    keys += [("escalation", subject.escalation.id)] if subject.escalation else []
    same = or_(*((Rearm.subject_kind == kind) & (Rearm.subject_id == one) for kind, one in keys))
    return db.session.scalar(select(Rearm.id).where(Rearm.reader == rearm.CLOCKS, same).limit(1)) is not None


def clock_of(obligation: Obligation) -> Clock | None:
    """The clock that a step belongs to, as it stands now."""
    same = select(Clock).where(
        Clock.subject_kind == obligation.subject_kind, Clock.subject_id == obligation.subject_id,
        Clock.name == obligation.clock,
    )  # fmt: skip
    return db.session.scalars(same.execution_options(populate_existing=True)).first()

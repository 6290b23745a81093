"""The fire step: what is due becomes a chase, a line of the trail, letters and the next step, all or nothing.

Correct with any number of nodes at once: rows are picked with SKIP LOCKED (PostgreSQL) or under the one write lock
(SQLite), the case is locked before it is judged, and unique keys stand behind both.  Never commits.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from tracker import audit
from tracker.accounts.rules import SYSTEM, Actor
from tracker.db import db
from tracker.errors import DomainError
from tracker.failpoints import reach
from tracker.followups import acts, batch, clocks, ladder, ledger, letters, policy, wants
from tracker.followups.batch import Batch
from tracker.followups.clocks import COALESCED, FIRED, SCHEDULED, SUPERSEDED
from tracker.followups.ladder import Rung, Turn
from tracker.followups.models import Chase, Clock, Obligation
from tracker.followups.office import Office, office
from tracker.followups.recipients import Desk, Recipient, Subject

LIMIT = 100
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
BUSY = timedelta(seconds=5)
STEPS: Any = Obligation.__table__
CHASES: Any = Chase.__table__
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Decision:
    """What one armed step comes to at this instant: `why` it is passed by, or whom its turn tells."""

    clock: Clock | None = None
    subject: Subject | None = None
    turn: Turn | None = None
    to: Sequence[Recipient] = ()
    why: str = ""


def fire_due(now: datetime, limit: int = LIMIT) -> int:
    """Fire one batch; answers how many steps were dealt with, so that the caller goes on until nothing is left."""
    picked = batch.pick(now, limit)
    if not picked.steps:
        return 0
    desk, place = Desk(now), office(now)
    for step in picked.steps:
        with_care(step, now, lambda one=step: fire(one, picked, now, desk, place))  # type: ignore[misc]
    return len(picked.steps)


def with_care(step: Obligation, now: datetime, work: Callable[[], None]) -> None:
    """Run `work` in a savepoint: an error in one case delays only that case, longer each time."""
    step_id, stuck = step.id, step.stuck
    try:
        with db.session.begin_nested():
            work()
    except Exception:
        log.exception("a chase failed and will be tried again", extra={"obligation": step_id})
        wait = BACK_OFF[min(stuck, len(BACK_OFF) - 1)]
        mark(step_id, stuck=stuck + 1, wait_until=now + wait)


def fire(step: Obligation, picked: Batch, now: datetime, desk: Desk, place: Office) -> None:
    """One step, its case locked: look again where it changed, then chase or say why not."""
    key = (step.subject_kind, step.subject_id)
    if key in picked.busy:
        mark(step.id, wait_until=now + BUSY)
        return
    clock = picked.clock(step)
    if key in picked.changed:
        clocks.evaluate(*key, now)
        db.session.refresh(step)
        if step.state != SCHEDULED:
            return
        clock = clock_of(step)
    decision = decide(step, clock, picked.subject(step), now, desk, place)
    if decision.turn is None or decision.clock is None or decision.subject is None:
        mark(step.id, state=SUPERSEDED, state_since=now, reason=decision.why)
        return
    _carry_out(step, decision, decision.clock, decision.subject, decision.turn, now)


def decide(
    step: Obligation, clock: Clock | None, subject: Subject | None, now: datetime, desk: Desk, place: Office
) -> Decision:
    """What the step comes to; reads only, so that a dry run can ask the same."""
    if clock is None or clock.ended_at is not None or clock.epoch != step.epoch:
        return Decision(why="other epoch")
    if clock.paused_since is not None:
        return Decision(why="paused")
    if subject is None:
        return Decision(why="gone")
    want = wants.read(clock.workings["want"])
    turn = ladder.turn(want, step.step, step.occurrence, now, place.preset, place.calendar)
    if turn is None:
        return Decision(why="not in the plan")
    to = desk.recipients(turn.fires.step, clock, subject)
    return Decision(clock, subject, turn, to) if to else Decision(why="nobody entitled")


def _carry_out(
    step: Obligation, decision: Decision, clock: Clock, subject: Subject, turn: Turn, now: datetime
) -> None:
    fired_id = _write_turn(step, turn, now)
    did = _act(turn.fires.step, subject, now)
    chase = write_chase(fired_id, clock, subject, turn, decision.to, now, did=did)
    letters.chase(chase, clock, subject, decision.to, at=now)
    if did.get("did") not in (None, "refused", "asked"):
        clocks.evaluate(clock.subject_kind, clock.subject_id, now)
    elif turn.then is not None:
        clocks.arm(clock, turn.then, now)


def _act(step: policy.Step, subject: Subject, now: datetime) -> dict[str, Any]:
    """Let the system do what the step stands for; where the guards refuse, the owner is told so instead."""
    if step == policy.REMIND:
        acts.ask_again(subject.issue, now)
        return {"did": "asked"}
    if not step.acts:
        return {}
    try:
        with db.session.begin_nested():
            return {"did": acts.carry_out(step.name, subject, now)}
    except DomainError as refused:
        return {"did": "refused", "missing": list(getattr(refused, "keys", ()))}


def _write_turn(step: Obligation, turn: Turn, now: datetime) -> int:
    """Mark the armed step and write those passed over with it, or fired in its stead; answers the fired one's id."""
    into = f"{turn.fires.step.name}#{turn.fires.occurrence}"
    if not turn.passed_over:
        mark(step.id, state=FIRED, state_since=now)
        return step.id
    mark(step.id, state=COALESCED, state_since=now, reason=into)
    for rung in turn.passed_over[1:]:
        _insert(step, rung, COALESCED, into, now)
    return _insert(step, turn.fires, FIRED, "", now)


def _insert(step: Obligation, rung: Rung, state: str, reason: str, now: datetime) -> int:
    row = {
        "subject_kind": step.subject_kind, "subject_id": step.subject_id, "clock": step.clock, "epoch": step.epoch,
        "step": rung.step.name, "occurrence": rung.occurrence, "due_at": rung.at, "rank": step.rank, "state": state,
        "state_since": now, "reason": reason,
    }  # fmt: skip
    return int(db.session.execute(STEPS.insert().returning(STEPS.c.id), row).scalar_one())


def write_chase(
    obligation_id: int, clock: Clock, subject: Subject, turn: Turn, to: Sequence[Recipient], now: datetime,
    by: Actor = SYSTEM, did: dict[str, Any] | None = None,
) -> Chase:  # fmt: skip
    """Write the line of the ledger and of the audit trail."""
    reach("fire.write")
    fires = turn.fires
    row = {
        "obligation_id": obligation_id, "subject_kind": clock.subject_kind, "subject_id": clock.subject_id,
        "issue_id": subject.issue.id, "policy": str(clock.workings["preset"]), "clock": clock.name,
        "step": fires.step.name, "occurrence": fires.occurrence, "due_at": fires.at, "fired_at": now,
        "to": [ledger.written(one) for one in to], "outcome": "",
        "reason": {
            "clock_due": clock.due_at.isoformat() if clock.due_at else None,
            "coalesced": [f"{rung.step.name}#{rung.occurrence}" for rung in turn.passed_over], **(did or {}),
        },
    }  # fmt: skip
    chase_id = int(db.session.execute(CHASES.insert().returning(CHASES.c.id), row).scalar_one())
    root = ("record", subject.record.id) if subject.record is not None else ("issue", subject.issue.id)
    facts = {
        "chase": chase_id, "clock": clock.name, "step": fires.step.name, "occurrence": fires.occurrence,
        "due_at": fires.at, "to": [one.person_id for one in to if one.person_id is not None],
    }  # fmt: skip
    audit.record(f"{root[0]}.chase", root, by=by, at=now, after=facts)
    reach("fire.written")
    return Chase(id=chase_id, **row)


def mark(obligation_id: int, **values: object) -> None:
    """Write these columns of one obligation."""
    db.session.execute(STEPS.update().where(STEPS.c.id == obligation_id).values(**values))


def clock_of(step: Obligation) -> Clock | None:
    """The clock that a step belongs to, as it stands now."""
    same = select(Clock).where(
        Clock.subject_kind == step.subject_kind, Clock.subject_id == step.subject_id, Clock.name == step.clock
    )
    return db.session.scalars(same.execution_options(populate_existing=True)).first()

"""The fire step: what is due becomes a chase, a line of the trail, letters and the next step, all or nothing.

Correct with any number of nodes at once: rows are picked with SKIP LOCKED (PostgreSQL) or under the one write lock
(SQLite), the case is locked before it is judged, and unique keys stand behind both.  Never commits.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.errors import DomainError
from tracker.followups import acts, batch, cases, clocks, fixed, ladder, succession, wants, writing
from tracker.followups.batch import Batch
from tracker.followups.clocks import SCHEDULED, SUPERSEDED
from tracker.followups.ladder import Rung, Turn
from tracker.followups.models import Clock, Obligation
from tracker.followups.office import Office, measure_of, office
from tracker.followups.recipients import Desk, Recipient
from tracker.followups.subjects import Subject
from tracker.followups.writing import Firing, Told, mark
from tracker.policies import rules as policy
from tracker.policies.rules import REASSIGNS, Rule

LIMIT = 100
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
BUSY = timedelta(seconds=5)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Decision:
    """What one armed step comes to now: whom its turn tells, or `why` it is passed by and what is `then`."""

    clock: Clock | None = None
    subject: Subject | None = None
    turn: Turn | None = None
    to: Sequence[Recipient] = ()
    why: str = ""
    then: Rung | None = None

    def firing(self, step: Obligation) -> Firing | None:
        """What is to be written for the step; None when it is passed by."""
        if self.clock is None or self.subject is None or self.turn is None:
            return None
        return Firing(step, self.clock, self.subject, self.turn, self.to)


def fire_due(now: datetime, limit: int = LIMIT) -> int:
    """Fire one batch; answers how many steps were dealt with, so that the caller goes on until nothing is left."""
    picked = batch.pick(now, limit)
    if not picked.steps:
        return 0
    desk, place = Desk(now), office(now)
    desk.meet(one for step in picked.steps for one in picked.people(step))
    for step in _left_to_fire(picked, now, desk, place):
        with_care(step, now, partial(fire, step, picked, now, desk, place))
    return len(picked.steps)


def _left_to_fire(picked: Batch, now: datetime, desk: Desk, place: Office) -> Sequence[Obligation]:
    """Fire at once what is plain; answers the others, or all of them when even one of the plain ones failed."""
    try:
        with db.session.begin_nested():
            return _fire_plain(picked, now, desk, place)
    except Exception:
        log.warning("a batch could not be fired at once; its steps are fired one by one", exc_info=True)
        return picked.steps


def _fire_plain(picked: Batch, now: datetime, desk: Desk, place: Office) -> Sequence[Obligation]:
    """Fire the steps of cases in which nothing else happens now; answers the steps of all other cases, in order."""
    firings: list[Firing] = []
    passed_by: list[tuple[Obligation, Decision]] = []
    eventful = set(picked.busy)
    for step in picked.steps:
        key = (step.subject_kind, step.subject_id)
        decision = decide(step, picked.clock(step), picked.subject(step), now, desk, place)
        firing = decision.firing(step)
        if key in picked.changed or (firing is not None and _does_something(firing.turn.fires.step)):
            eventful.add(picked.case(step))
        elif firing is not None:
            firings.append(firing)
        else:
            passed_by.append((step, decision))
    writing.write([one for one in firings if picked.case(one.step) not in eventful], now)
    alone = [pair for pair in passed_by if picked.case(pair[0]) not in eventful]
    later = {step.id: at for step, decision in alone if (at := _later(step, decision)) is not None}
    writing.move(later)
    for step, decision in alone:
        if step.id not in later:
            _pass_by(step, decision, now)
    return [step for step in picked.steps if picked.case(step) in eventful]


def _pass_by(step: Obligation, decision: Decision, now: datetime) -> None:
    """Say why the step does not fire, and arm what comes then: a clock that runs never falls silent."""
    clock, then = decision.clock, decision.then
    later = _later(step, decision)
    if later is not None:
        writing.move({step.id: later})
        return
    mark([step.id], state=SUPERSEDED, state_since=now, reason=decision.why)
    if clock is not None and then is not None:
        clocks.arm(clock, then, now)


def _later(step: Obligation, decision: Decision) -> datetime | None:
    """When it falls due instead where it is still the same step: other days are off than when it was armed."""
    then = decision.then
    same = then is not None and (then.step.name, then.occurrence) == (step.step, step.occurrence)
    return then.at if then is not None and same else None


def _does_something(step: policy.Step) -> bool:
    """Whether the system does more at this step than to tell people."""
    return step.acts or step.name == fixed.REMIND


def with_care(step: Obligation, now: datetime, work: Callable[[], None]) -> None:
    """Run `work` in a savepoint: an error in one case delays only that case, longer each time."""
    step_id, stuck = step.id, step.stuck
    try:
        with db.session.begin_nested():
            work()
    except cases.Busy:
        mark([step_id], wait_until=now + BUSY)
    except Exception:
        log.exception("a chase failed and will be tried again", extra={"obligation": step_id})
        wait = BACK_OFF[min(stuck, len(BACK_OFF) - 1)]
        mark([step_id], stuck=stuck + 1, wait_until=now + wait)


def fire(step: Obligation, picked: Batch, now: datetime, desk: Desk, place: Office) -> None:
    """One step, its case locked: look again where it changed, then chase or say why not."""
    key = (step.subject_kind, step.subject_id)
    if key in picked.busy:
        mark([step.id], wait_until=now + BUSY)
        return
    clock = picked.clock(step)
    if key in picked.changed:
        clocks.evaluate(*key, now, waits=False)
        db.session.refresh(step)
        if step.state != SCHEDULED:
            return
        clock = clock_of(step)
    decision = decide(step, clock, picked.subject(step), now, desk, place)
    firing = decision.firing(step)
    if firing is None:
        _pass_by(step, decision, now)
    else:
        _carry_out(firing, now)


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
    want, rule = rule_of(clock, subject)
    turn = ladder.turn(want, step.step, step.occurrence, now, rule, place.book.calendar(clock.calendar_id))
    if turn is None:
        then = ladder.upcoming(want, now, rule, place.calendar)
        return Decision(clock, why="not in the plan", then=then)
    to = desk.recipients(turn.fires.step, clock, subject)
    return (
        Decision(clock, subject, turn, to) if to else Decision(clock, why="nobody entitled", then=turn.then)
    )


def rule_of(clock: Clock, subject: Subject) -> tuple[ladder.Want, Rule]:
    """The plan that a clock was started with, and the rule of its case's version for it."""
    want = wants.read(clock.workings["want"])
    return want, measure_of(subject.about).of(want, str(clock.workings["severity"]))


def _carry_out(firing: Firing, now: datetime) -> None:
    """Fire by itself a step at which the system may do something."""
    step, clock, turn = firing.turn.fires.step, firing.clock, firing.turn
    (fired,) = writing.turns([firing], now)
    did = _act(step, clock.name, firing.subject, now)
    writing.chases([Told(fired, clock, firing.subject, turn, firing.to, did)], now)
    if did.get("did") not in (None, "refused", "asked"):
        clocks.evaluate(clock.subject_kind, clock.subject_id, now, waits=False)
    elif turn.then is not None:
        clocks.arm(clock, turn.then, now)


def _act(step: policy.Step, clock: str, subject: Subject, now: datetime) -> dict[str, Any]:
    """Let the system do what the step stands for; where the guards refuse, the owner is told so instead."""
    if step.name == fixed.REMIND:
        acts.ask_again(subject.issue, now)
        return {"did": "asked"}
    if not step.acts:
        return {}
    try:
        with db.session.begin_nested():
            if step.does in REASSIGNS:
                return {"did": succession.hand_over(step.does, clock, subject, now)}
            return {"did": acts.carry_out(step.name, subject, now)}
    except DomainError as refused:
        return {"did": "refused", "missing": list(getattr(refused, "keys", ()))}


def clock_of(step: Obligation) -> Clock | None:
    """The clock that a step belongs to, as it stands now."""
    same = select(Clock).where(
        Clock.subject_kind == step.subject_kind, Clock.subject_id == step.subject_id, Clock.name == step.clock
    )
    return db.session.scalars(same.execution_options(populate_existing=True)).first()

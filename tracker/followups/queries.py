"""Named selects of clocks, obligations and chases: the follow-up list, what happens next, how the engine is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, select

from tracker.db import about, db, kept
from tracker.decisions.cases import AnyCase, Case
from tracker.followups import acts, batch, firing, fixed, inspected, ladder, status, wants
from tracker.followups.behind import left_to_sign
from tracker.followups.clocks import ARMED, armed_until
from tracker.followups.models import Chase, Clock, Obligation, Tick
from tracker.followups.office import measure_of, office
from tracker.followups.recipients import Desk
from tracker.followups.rules import Yardstick
from tracker.followups.subjects import Chased, Subject
from tracker.hours.models import NamedCalendar
from tracker.issues.models import Issue
from tracker.planned import spelled_out
from tracker.policies import rules as policy
from tracker.policies.rules import Rule

PREVIEW = 50


def last_tick() -> datetime | None:
    """When any node ticked last."""
    return db.session.scalar(select(func.max(Tick.last_at)))


@dataclass(frozen=True)
class Planned:
    """What one armed step would do now: whom it tells, or why nobody; the number of its case."""

    obligation: Obligation
    decision: firing.Decision
    number: str = ""


def would_send(now: datetime, limit: int = PREVIEW) -> list[Planned]:
    """What would go to whom if the engine ran at this instant; reads only (`chase --dry-run`)."""
    desk, place = Desk(now), office(now)
    waiting = select(Obligation).where(armed_until(now))
    ordered = waiting.order_by(Obligation.rank, Obligation.due_at, Obligation.id).limit(limit)
    steps = db.session.scalars(ordered).all()
    seen = batch.look(steps) if steps else batch.Batch()
    return [
        Planned(
            one, firing.decide(one, seen.clock(one), seen.subject(one), now, desk, place), _number(seen, one)
        )
        for one in steps
    ]


def failing() -> list[tuple[Obligation, str]]:
    """The steps that fail again and again, each with the number of its case; empty when that is gone."""
    steps = status.stuck()
    seen = batch.look(steps) if steps else batch.Batch()
    return [(one, _number(seen, one)) for one in steps]


def _number(seen: batch.Batch, step: Obligation) -> str:
    subject = seen.subject(step)
    return subject.about.number if subject is not None else ""


@dataclass(frozen=True)
class Next:
    """One running clock of a case, the step that comes next, what it is about and whom it tells."""

    clock: Clock
    step: Obligation | None
    subject: Subject | None
    to: Sequence[str] = ()
    rule: Rule | None = None
    version: str = ""
    calendar: str = ""
    does: str = ""
    """What the system will do at the step by itself."""

    left: str = ""
    """Of a sign-off that has begun: the manager's, or to start the watch."""


def next_steps(issue: Issue, *, by_law: bool = False) -> list[Next]:
    """What happens next on a case, the nearest first; what the law asks for only where it is wanted too."""
    rows = db.session.execute(_running(), {"issue": issue.id}).all()
    return _nexts([row for row in rows if by_law or row[0].name not in fixed.BY_LAW], issue)


def next_steps_of(case: AnyCase) -> list[Next]:
    """The same of what a manager decides on: an issue with its record, or a round of inspection."""
    if isinstance(case, Case):
        return next_steps(case.issue)
    rows = db.session.execute(_running_on_round(), {"round": case.round.id}).all()
    return _nexts(rows, inspected.Inspected(case.round))


def _nexts(found: Sequence[Any], case: Chased) -> list[Next]:
    steps = [step for _clock, step, _calendar in found if step is not None]
    seen = batch.look(steps, [clock for clock, _step, _calendar in found]) if steps else batch.Batch()
    measure = measure_of(case)
    return [
        _next(clock, step, seen.subject(step) if step is not None else None, measure, calendar or "")
        for clock, step, calendar in found
    ]


def _next(
    clock: Clock, step: Obligation | None, subject: Subject | None, measure: Yardstick, calendar: str
) -> Next:
    want = wants.read(clock.workings["want"])
    rule = measure.of(want, str(clock.workings["severity"]))
    to = ladder.told_at(want, rule, step.step, step.occurrence) if step is not None else ()
    ends = step is not None and step.step == fixed.CLOSE_UNANSWERED and subject is not None
    does = acts.without_answer(subject.issue) if ends and subject is not None else ""
    left = left_to_sign([clock]).get(clock.subject_id, "")
    return Next(clock, step, subject, to, rule, measure.policy.ref, calendar, does, left)


@kept
def _running() -> Any:
    """The clocks that run or are paused on a case, the step each fires next and what its calendar is called."""
    return spelled_out(
        _clocks_with_steps().where(Clock.issue_id == bindparam("issue"), Clock.name != policy.URGENT)
    )


@kept
def _running_on_round() -> Any:
    """The same on a round of inspection."""
    on_round = (Clock.subject_kind == fixed.INSPECTION_ROUND, Clock.subject_id == bindparam("round"))
    return _clocks_with_steps().where(*on_round)


def _clocks_with_steps() -> Any:
    same = and_(
        Obligation.subject_kind == Clock.subject_kind, Obligation.subject_id == Clock.subject_id,
        Obligation.clock == Clock.name, ARMED,
    )  # fmt: skip
    clocks = select(Clock, Obligation, NamedCalendar.name).select_from(Clock).outerjoin(Obligation, same)
    clocks = clocks.outerjoin(NamedCalendar, NamedCalendar.id == Clock.calendar_id)
    return clocks.where(Clock.ended_at.is_(None)).order_by(Clock.due_at.is_(None), Clock.due_at, Clock.id)


def chases_of(issue: Issue) -> Sequence[Chase]:
    """The ledger of a case, newest first."""
    return db.session.scalars(select(Chase).where(Chase.issue_id == issue.id).order_by(Chase.id.desc())).all()


def chases_of_round(round_id: int) -> Sequence[Chase]:
    """The ledger of a round of inspection, newest first."""
    mine = select(Chase).where(Chase.subject_kind == fixed.INSPECTION_ROUND, Chase.subject_id == round_id)
    return db.session.scalars(mine.order_by(Chase.id.desc())).all()


def passed_by(issue: Issue) -> Sequence[Obligation]:
    """The steps of a case that did not fire, with the reason, newest first."""
    keys = db.session.execute(
        select(Clock.subject_kind, Clock.subject_id).where(Clock.issue_id == issue.id).distinct()
    )
    silent = select(Obligation).where(
        about(Obligation, [(kind, subject_id) for kind, subject_id in keys]),
        Obligation.state.in_(("coalesced", "superseded", "cancelled")),
    )
    return db.session.scalars(silent.order_by(Obligation.id.desc()).limit(200)).all()

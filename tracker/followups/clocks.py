"""Computing the clocks of a case anew, from its history, and arming the next step of each.  Never commits."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, and_, literal, literal_column, select, update

from tracker import rearm
from tracker.bulk import Many
from tracker.db import UTCDateTime, about, db
from tracker.followups import (
    by_law,
    cases,
    deciding,
    facts,
    fixed,
    inspected,
    ladder,
    ledger,
    retiming,
    rules,
    wants,
)
from tracker.followups.cases import Case, Key
from tracker.followups.ladder import Rung, Want
from tracker.followups.models import Clock, Obligation
from tracker.followups.office import Office, measure_of, office
from tracker.followups.owing import owing
from tracker.followups.rules import Yardstick
from tracker.hours.rules import short_digest
from tracker.issues import rules as issue_rules
from tracker.issues.models import Issue
from tracker.policies import rules as policy
from tracker.policies.rules import Rule
from tracker.statutory import evaluation as statutory

_NEW_STEPS = Many(
    Obligation.__table__,
    ("subject_kind", "subject_id", "clock", "epoch", "step", "occurrence", "due_at", "state", "state_since", "rank",
     "reason", "stuck"),
)  # fmt: skip
_NEW_CLOCKS = Many(Clock.__table__, [one.name for one in Clock.__table__.columns if one.name != "id"])
SCHEDULED, FIRED, COALESCED, SUPERSEDED, CANCELLED = (
    "scheduled",
    "fired",
    "coalesced",
    "superseded",
    "cancelled",
)

# A literal, since neither engine looks into a partial index for a value that it does not see.
ARMED = Obligation.state == literal_column(f"'{SCHEDULED}'")
EVER = datetime(1900, 1, 1, tzinfo=UTC)


class Plan(NamedTuple):
    """A clock that a subject should have: by which rule and calendar, named by the digest of all it comes from."""

    want: Want
    rule: Rule
    calendar_id: int
    digest: str
    same: dict[str, str]


def armed_until(instant: Any) -> ColumnElement[bool]:
    """The armed steps that fall due until then.

    Asked as a stretch of time whose ends the planner cannot see: almost all steps of all years are past, though few of
    them are armed, and PostgreSQL, which knows the one and not the other, would read the whole table.
    """
    until = instant if isinstance(instant, BindParameter) else literal(instant, UTCDateTime())
    first, last = (select(end).scalar_subquery() for end in (literal(EVER, UTCDateTime()), until))
    return and_(ARMED, Obligation.due_at.between(first, last))


def evaluate(kind: str, subject_id: int, now: datetime, *, waits: bool = True) -> None:
    """Bring the clocks of this subject's case up to date; an unchanged case writes nothing.  Raises `cases.Busy`."""
    case = cases.load(kind, subject_id, waits=waits)
    if case is None:
        return
    desk = office(now)
    case.statutory = {one.id: one for one in statutory.settle(case.issues, case.record, now)}
    wanted = _wanted(case, desk)
    standing = _standing(wanted)
    for key, plans in wanted.items():
        _settle(key, plans, standing[key], case, desk, now)
    ledger.tell_ends(case, now)
    if case.round is not None:
        return
    _write_next_due(case, standing)
    # The overview counts kept promises and running chases: it looks again after us.
    rearm.mark(kind, subject_id, at=now, readers=(rearm.TALLY,))


def first(issue: Issue, now: datetime) -> Callable[[], None]:
    """The clocks of an issue that has no row yet, from what is at hand; answers what writes them once it has one."""
    case, key, desk = Case([issue], fresh=True), (Issue.kind_name, issue.id), office(now)
    begun: list[tuple[Clock, Rung | None]] = []
    for want in _by_the_rules(case, desk)[key]:
        plan, clock = _plan(want, key, case, desk), Clock(subject_kind=key[0], name=want.name, epoch=0)
        begun.append((clock, _start(clock, plan, desk, now)))
    issue.next_due_at, issue.next_due_clock = _first_due([clock for clock, _rung in begun])

    def write() -> None:
        for clock, _rung in begun:
            clock.subject_id = clock.issue_id = issue.id
        _NEW_CLOCKS.write(
            [{name: getattr(clock, name) for name in _NEW_CLOCKS.names} for clock, _rung in begun]
        )
        arm_all([(clock, rung) for clock, rung in begun if rung is not None], now)

    return write


def _first_due(clocks: Iterable[Clock]) -> tuple[datetime, str]:
    """The nearest deadline of those that run, and the name of its clock; of two at once that of the older clock."""
    dues = [
        (one.due_at, one.id or float("inf"), one.name)
        for one in clocks
        if one.due_at is not None
        and one.ended_at is None
        and one.paused_since is None
        and one.name != policy.URGENT
    ]
    due, _id, name = min(dues, key=lambda one: one[:2], default=(issue_rules.NEVER, 0, ""))
    return due, name


def _wanted(case: Case, desk: Office) -> dict[Key, list[Want]]:
    """What clocks each subject of the case should have; an empty list ends those that it has."""
    if case.round is not None:
        of_round: dict[Key, list[Want]] = {
            (fixed.INSPECTION_ROUND, case.round.id): list(inspected.wanted(case.round))
        }
        return deciding.with_decisions(of_round, case)
    return deciding.with_decisions(_by_the_rules(case, desk), case)


def _by_the_rules(case: Case, desk: Office) -> dict[Key, list[Want]]:
    found: dict[Key, list[Want]] = {
        (fixed.STATUTORY, one.id): list(by_law.clocks_of(one)) for one in case.statutory.values()
    }
    holds_of = cache(facts.holds)
    for issue in case.issues:
        measure = _measure(case, ("issue", issue.id), desk)
        record = facts.open_record(issue) if case.record is not None else None
        told = facts.of_issue(issue, record, holds_of, fresh=case.fresh)
        plans = list(rules.clocks_of_issue(told, measure))
        if plans and not issue.chase_policy:
            issue.chase_policy = desk.policy.ref
        found["issue", issue.id] = plans
    if case.record is None:
        return found
    known = facts.of_record(case.record, holds_of)
    measure = _measure(case, ("record", known.id), desk)
    found["record", known.id] = list(rules.clocks_of_record(known, measure))
    for key in case.dated:
        found[key] = []
    for one in known.dated:
        found[one.kind, one.id] = list(rules.clocks_of_dated(known, one))
    for escalation in case.escalations:
        key = ("escalation", escalation.id)
        known_one = facts.of_escalation(escalation, holds_of)
        found[key] = list(rules.clocks_of_escalation(known_one, _measure(case, key, desk)))
    return found


def _measure(case: Case, key: Key, desk: Office) -> Yardstick:
    """By what a subject is measured, in the working days of whoever owes its work."""
    return desk.measure_of(case.root_of(key), desk.calendar_for(*owing(case, key)))


def _standing(wanted: Iterable[Key]) -> dict[Key, dict[str, Clock]]:
    found: dict[Key, dict[str, Clock]] = {key: {} for key in wanted}
    for clock in db.session.scalars(select(Clock).where(about(Clock, found))):
        found[clock.subject_kind, clock.subject_id][clock.name] = clock
    return found


def _settle(
    key: Key, plans: Sequence[Want], clocks: dict[str, Clock], case: Case, desk: Office, now: datetime
) -> None:
    """Start, restart or end the clocks of one subject; `clocks` are those that it has, and has then."""
    for want in plans:
        plan = _plan(want, key, case, desk)
        clock = clocks.get(want.name)
        if clock is not None and clock.ended_at is None and clock.digest == plan.digest:
            continue
        if want.name == policy.URGENT and clock is not None and not _more_urgent(want, clock):
            continue
        if clock is None:
            clock = clocks[want.name] = Clock(subject_kind=key[0], subject_id=key[1], name=want.name, epoch=0)
            db.session.add(clock)
        elif clock.ended_at is None:
            if retiming.retimed(clock, want, plan.rule, desk.book.calendar(plan.calendar_id), plan.same, now):
                clock.digest, clock.calendar_id = plan.digest, plan.calendar_id or None
                continue
            reason = "paused" if ladder.paused_since(want) else "restarted"
            drop(key, want.name, reason, now)
        clock.issue_id = case.issue_of(key)
        rung = _start(clock, plan, desk, now)
        if rung is not None:
            arm(clock, rung, now)
    alive = {want.name for want in plans}
    for clock in clocks.values():
        if clock.ended_at is None and clock.name not in alive:
            _end(clock, now)


def _more_urgent(want: Want, clock: Clock) -> bool:
    """An urgent notice is given again only when there is a new reason for it."""
    return bool(set(want.key.split(",")) - set(str(clock.workings["want"]["key"]).split(",")))


def _plan(want: Want, key: Key, case: Case, desk: Office) -> Plan:
    severity, calendar_id = case.severity_of(key), desk.calendar_id(owing(case, key, want.name))
    rule = measure_of(case.root_of(key)).of(want, severity)
    digest = wants.digest(want, severity, desk.book.plan(calendar_id).digest + rule.digest(severity))
    same = {"severity": severity, "rule": short_digest(rule.digest(severity))}
    return Plan(want, rule, calendar_id, digest, same)


def _start(clock: Clock, plan: Plan, desk: Office, now: datetime) -> Rung | None:
    """Begin the next epoch of the clock; its first step, where it is to be armed."""
    want, rule, calendar = wants.from_now(plan.want, now), plan.rule, desk.book.calendar(plan.calendar_id)
    clock.digest, clock.calendar_id = plan.digest, plan.calendar_id or None
    clock.epoch += 1
    clock.started_at = want.start
    clock.due_at = ladder.due(want, rule, calendar)
    clock.paused_since = ladder.paused_since(want)
    clock.ended_at, clock.met = None, None
    clock.workings = {"want": wants.written(want), **plan.same}
    return ladder.first(want, rule, calendar) if clock.paused_since is None else None


def arm(clock: Clock, rung: Rung, now: datetime) -> None:
    """Schedule one step of the clock's present epoch."""
    arm_all([(clock, rung)], now)


def arm_all(steps: Sequence[tuple[Clock, Rung]], now: datetime) -> None:
    """Schedule one step for each of these clocks."""
    rows = [
        {
            "subject_kind": clock.subject_kind, "subject_id": clock.subject_id, "clock": clock.name,
            "epoch": clock.epoch, "step": rung.step.name, "occurrence": rung.occurrence, "due_at": rung.at,
            "state": SCHEDULED, "state_since": now, "rank": fixed.rank(clock.name, str(clock.workings["severity"])),
            "reason": "", "stuck": 0,
        }
        for clock, rung in steps
    ]  # fmt: skip
    _NEW_STEPS.write(rows)


def _end(clock: Clock, now: datetime) -> None:
    clock.ended_at = now
    clock.met = clock.due_at is None or now <= clock.due_at
    drop((clock.subject_kind, clock.subject_id), clock.name, "ended", now)


def drop(key: Key, clock: str, reason: str, now: datetime) -> None:
    """Take back what is armed for a clock, and say in the ledger what came of the chases before."""
    armed = update(Obligation).where(
        Obligation.subject_kind == key[0], Obligation.subject_id == key[1], Obligation.clock == clock,
        ARMED,
    )  # fmt: skip
    db.session.execute(
        armed.values(state=SUPERSEDED, state_since=now, reason=reason).execution_options(
            synchronize_session=False
        )
    )
    ledger.close(key, clock, reason, now)


def _write_next_due(case: Case, standing: Mapping[Key, Mapping[str, Clock]]) -> None:
    """The nearest open deadline of each issue, its record's included, for the inbox to sort by."""
    of_record = [
        clock for key, found in standing.items() if key[0] in cases.OF_RECORD for clock in found.values()
    ]
    for issue in case.issues:
        mine = standing["issue", issue.id].values()
        due, name = _first_due([*mine, *of_record] if issue.is_open else mine)
        if (issue.next_due_at, issue.next_due_clock) != (due, name):
            issue.next_due_at, issue.next_due_clock = due, name
    if case.record is not None:
        due, name = _first_due(of_record)
        case.record.next_due_at = None if due == issue_rules.NEVER else due
        case.record.next_due_clock = name

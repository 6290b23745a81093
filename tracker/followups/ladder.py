"""The rungs of one clock as instants: an endless, ordered plan reckoned from its anchor, never from a firing.  Pure.

The rule comes from the policy that the case goes by; what it says is here only carried out.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice, takewhile

from tracker import calendars
from tracker.calendars import Calendar, Pause
from tracker.followups import fixed
from tracker.policies.rules import AGAIN, DUE, HOUR, RAISE, SHARE, Rule, Stage, Step

DEADLINE, ASK, NOTICE, PROMISE, STRICT = "deadline", "ask", "notice", "promise", "strict"
# What the law counts runs day and night.
DAY_AND_NIGHT = Calendar("UTC", calendars.ALWAYS)
USER, HELD, RISK = "user", "held", "accepted"
"""What a pause waits for: the user's turn, a record on hold, a risk that a manager accepted."""


@dataclass(frozen=True)
class Want:
    """A clock that a subject should have now.

    Either `allowance` of working time runs from `start`, or `until` is an instant agreed on.  `key` names what else
    restarts the clock: its owner, the question asked.  `because` says what each pause waits for.  `repeats` says
    whether a question is asked again, `asked` how often it was, `asked_again_at` when last, if more than once.
    """

    name: str
    start: datetime
    allowance: timedelta | None = None
    until: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    ladder: str = DEADLINE
    key: str = ""
    repeats: bool = True
    may_close: bool = False
    asked: int = 1
    because: tuple[str, ...] = ()
    asked_again_at: datetime | None = None


@dataclass(frozen=True)
class Rung:
    """One step of a plan and the instant it falls due."""

    step: Step
    occurrence: int
    at: datetime


def reasons(want: Want) -> tuple[str, ...]:
    """What each pause waited for: a record on hold where nothing else is said."""
    return (*want.because, *(HELD for _ in want.pauses[len(want.because) :]))


def paused_since(want: Want) -> datetime | None:
    """When the pause that holds the clock began; None while it runs."""
    open_ones = [begins for begins, ends in want.pauses if ends is None]
    return min(open_ones) if open_ones else None


def due(want: Want, rule: Rule, calendar: Calendar) -> datetime | None:
    """When the clock runs out; None while it is paused.  An agreed instant moves by the open time of its pauses."""
    if want.ladder == NOTICE:
        return want.start
    if want.ladder == ASK:
        return calendars.add_working_days(want.start, _days(rule, 100), calendar)
    if want.until is not None and not want.pauses:
        return want.until
    return calendars.due_at(want.start, _allowance(want, calendar), calendar, want.pauses)


def _allowance(want: Want, calendar: Calendar) -> timedelta:
    if want.allowance is not None:
        return want.allowance
    assert want.until is not None
    return calendars.working_time(want.start, want.until, calendar)


def _days(rule: Rule, percent: float) -> int:
    """A share of the whole days that a user has to answer."""
    assert rule.allowance is not None
    return max(1, round(rule.allowance.amounts[-1] * percent / 100))


def plan(want: Want, rule: Rule, calendar: Calendar) -> Iterator[Rung]:
    """The rungs in order; endless but for notices and promises.  Nothing while the clock is paused."""
    calendar = DAY_AND_NIGHT if want.ladder == STRICT else calendar
    ends = due(want, rule, calendar)
    if ends is None:
        return
    if want.ladder == NOTICE:
        yield Rung(fixed.TELL, 1, want.start)
        return
    count: Counter[str] = Counter()
    for stage, at in _instants(want, rule, ends, calendar):
        step = stage.step(want.name, may_close=want.may_close)
        count[step.name] += 1
        if step.does == RAISE:
            step = replace(step, level=count[step.name])
        yield Rung(step, count[step.name], at)


def _instants(want: Want, rule: Rule, ends: datetime, calendar: Calendar) -> Iterator[tuple[Stage, datetime]]:
    """Each step of the rule and when it would fall due; the last one again and again."""
    anchor = ends if want.ladder == ASK else calendars.next_open(ends, calendar)
    at = max(anchor, want.start)
    for stage in rule.steps:
        if stage.when == AGAIN:
            while True:
                at = calendars.add_working_days(at, int(stage.amount), calendar)
                yield stage, at
        if stage.when == SHARE:
            soon = _soon(want, rule, stage.amount, calendar)
            if soon is not None and want.start < soon < ends:
                yield stage, soon
            continue
        # Steps written in hours and in days may cross on a short day: none comes before the one above it.
        at = max(at, _after(anchor, stage, calendar))
        yield stage, at


def _soon(want: Want, rule: Rule, percent: float, calendar: Calendar) -> datetime | None:
    if want.ladder == ASK:
        return calendars.add_working_days(want.start, _days(rule, percent), calendar)
    return calendars.due_at(want.start, _allowance(want, calendar) * (percent / 100), calendar, want.pauses)


def _after(anchor: datetime, stage: Stage, calendar: Calendar) -> datetime:
    if stage.when == DUE:
        return anchor
    if stage.unit == HOUR:
        return calendars.add_working(anchor, timedelta(hours=stage.amount), calendar)
    return calendars.add_working_days(anchor, int(stage.amount), calendar)


def told_at(want: Want, rule: Rule, name: str, occurrence: int) -> tuple[str, ...]:
    """Whom a step of this name tells by the rule; nobody when the rule has none."""
    if want.ladder == NOTICE:
        return fixed.TELL.to
    steps = [stage.step(want.name, may_close=want.may_close) for stage in rule.steps]
    named = [step for step in steps if step.name == name]
    return named[min(occurrence, len(named)) - 1].to if named else ()


def first(want: Want, rule: Rule, calendar: Calendar) -> Rung | None:
    """The rung to arm when the clock starts; reminders that the user has had already are left out."""
    rungs = plan(want, rule, calendar)
    found = (rung for rung in rungs if rung.step.name != fixed.REMIND or rung.occurrence >= want.asked)
    return _spaced(next(found, None), want, calendar)


def find(want: Want, step: str, occurrence: int, rule: Rule, calendar: Calendar) -> Rung | None:
    """That rung where the plan has it; None when it has it no more, such as a reminder before a deadline now gone."""
    # The plan is endless, and each of its rungs comes once: so many before this one are enough to look at.
    near = islice(plan(want, rule, calendar), len(rule.steps) + occurrence)
    found = (rung for rung in near if (rung.step.name, rung.occurrence) == (step, occurrence))
    return _spaced(next(found, None), want, calendar)


def _spaced(rung: Rung | None, want: Want, calendar: Calendar) -> Rung | None:
    """The rung where it is armed anew: not too soon after the user was asked again."""
    if want.asked_again_at is None:
        return rung
    return _after_gap(rung, want.asked_again_at, calendar)


@dataclass(frozen=True)
class Turn:
    """What one visit to a clock does: fires one rung, passes over the missed ones before it, arms the one after."""

    fires: Rung
    passed_over: tuple[Rung, ...]
    then: Rung | None


def turn(
    want: Want, step: str, occurrence: int, now: datetime, rule: Rule, calendar: Calendar
) -> Turn | None:
    """The turn of an armed rung at `now`; None when the plan no longer has that rung.

    After downtime only the last rung that is due fires: it tells everybody that those before it would have told.
    Questions to the user are never passed over, since each must have been asked before the case may be closed.
    """
    rungs = plan(want, rule, calendar)
    # The plan is endless; what fell due lies before now, or the plan has lost it.
    past = takewhile(lambda rung: rung.at <= now, rungs)
    fires = next((rung for rung in past if (rung.step.name, rung.occurrence) == (step, occurrence)), None)
    if fires is None:
        return None
    then = next(rungs, None)
    if want.ladder == ASK:
        return Turn(fires, (), _after_gap(then, now, calendar))
    passed: list[Rung] = []
    # What the system does by itself is done, not passed over.
    while then is not None and then.at <= now and not fires.step.acts:
        passed.append(fires)
        fires, then = then, next(rungs, None)
    return Turn(fires, tuple(passed), then)


def upcoming(want: Want, now: datetime, rule: Rule, calendar: Calendar) -> Rung | None:
    """The first rung that is still to come; None where the plan has come to its end."""
    return next((rung for rung in plan(want, rule, calendar) if rung.at > now), None)


def _after_gap(rung: Rung | None, asked_at: datetime, calendar: Calendar) -> Rung | None:
    if rung is None:
        return None
    earliest = calendars.add_working_days(asked_at, fixed.ASK_GAP_DAYS, calendar)
    return Rung(rung.step, rung.occurrence, max(rung.at, earliest))

"""The rungs of one clock as instants: an endless, ordered plan reckoned from its anchor, never from a firing.  Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from tracker import calendars
from tracker.calendars import Calendar, Pause
from tracker.followups import policy
from tracker.followups.policy import Preset, Step

DEADLINE, ASK, NOTICE, PROMISE = "deadline", "ask", "notice", "promise"


@dataclass(frozen=True)
class Want:
    """A clock that a subject should have now.

    Either `allowance` of working time runs from `start`, or `until` is an instant agreed on.  `key` names what else
    restarts the clock: its owner, the question asked.  `repeats` says whether a question is asked again, `asked` how
    often it was.
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


@dataclass(frozen=True)
class Rung:
    """One step of a plan and the instant it falls due."""

    step: Step
    occurrence: int
    at: datetime


def paused_since(want: Want) -> datetime | None:
    """When the pause that holds the clock began; None while it runs."""
    open_ones = [begins for begins, ends in want.pauses if ends is None]
    return min(open_ones) if open_ones else None


def due(want: Want, calendar: Calendar) -> datetime | None:
    """When the clock runs out; None while it is paused.  An agreed instant moves by the open time of its pauses."""
    if want.ladder == NOTICE:
        return want.start
    if want.ladder == ASK:
        return calendars.add_working_days(want.start, policy.UNANSWERED_DAYS[want.repeats], calendar)
    if want.until is not None and not want.pauses:
        return want.until
    return calendars.due_at(want.start, _allowance(want, calendar), calendar, want.pauses)


def _allowance(want: Want, calendar: Calendar) -> timedelta:
    if want.allowance is not None:
        return want.allowance
    assert want.until is not None
    return calendars.working_time(want.start, want.until, calendar)


def plan(want: Want, preset: Preset, calendar: Calendar) -> Iterator[Rung]:
    """The rungs in order; endless but for notices and promises.  Nothing while the clock is paused."""
    ends = due(want, calendar)
    if ends is None:
        return
    if want.ladder == NOTICE:
        yield Rung(policy.TELL, 1, want.start)
    elif want.ladder == ASK:
        yield from _asks(want, preset, calendar)
    elif want.ladder == PROMISE:
        yield from _soon(want, ends, calendar)
        yield Rung(policy.LAPSE, 1, calendars.next_open(ends, calendar))
    else:
        yield from _soon(want, ends, calendar)
        yield from _overdue(ends, preset, calendar)


def _soon(want: Want, ends: datetime, calendar: Calendar) -> Iterator[Rung]:
    soon = calendars.due_at(
        want.start, _allowance(want, calendar) * policy.DUE_SOON_SHARE, calendar, want.pauses
    )
    if soon is not None and want.start < soon < ends:
        yield Rung(policy.DUE_SOON, 1, soon)


def _overdue(ends: datetime, preset: Preset, calendar: Calendar) -> Iterator[Rung]:
    anchor = calendars.next_open(ends, calendar)
    yield Rung(policy.OVERDUE, 1, anchor)
    yield Rung(policy.TO_SUPERVISOR, 1, calendars.add_working_days(anchor, preset.supervisor_after, calendar))
    at = calendars.add_working_days(anchor, preset.manager_after, calendar)
    yield Rung(policy.TO_MANAGER, 1, at)
    yield from _weekly(at, preset, calendar)


def _asks(want: Want, preset: Preset, calendar: Calendar) -> Iterator[Rung]:
    for occurrence, days in enumerate(policy.REMIND_DAYS if want.repeats else (), start=1):
        yield Rung(policy.REMIND, occurrence, calendars.add_working_days(want.start, days, calendar))
    at = calendars.add_working_days(want.start, policy.UNANSWERED_DAYS[want.repeats], calendar)
    if want.may_close:
        yield Rung(policy.CLOSE_UNANSWERED, 1, at)
    else:
        yield Rung(policy.NO_ANSWER, 1, at)
    yield from _weekly(at, preset, calendar)


def _weekly(at: datetime, preset: Preset, calendar: Calendar) -> Iterator[Rung]:
    occurrence = 0
    while True:
        occurrence += 1
        at = calendars.add_working_days(at, preset.again_every, calendar)
        yield Rung(policy.WEEKLY, occurrence, at)


def first(want: Want, preset: Preset, calendar: Calendar) -> Rung | None:
    """The rung to arm when the clock starts; reminders that the user has had already are left out."""
    rungs = plan(want, preset, calendar)
    return next((rung for rung in rungs if rung.step != policy.REMIND or rung.occurrence >= want.asked), None)


@dataclass(frozen=True)
class Turn:
    """What one visit to a clock does: fires one rung, passes over the missed ones before it, arms the one after."""

    fires: Rung
    passed_over: tuple[Rung, ...]
    then: Rung | None


def turn(
    want: Want, step: str, occurrence: int, now: datetime, preset: Preset, calendar: Calendar
) -> Turn | None:
    """The turn of an armed rung at `now`; None when the plan no longer has that rung.

    After downtime only the last rung that is due fires: it tells everybody that those before it would have told.
    Questions to the user are never passed over, since each must have been asked before the case may be closed.
    """
    rungs = plan(want, preset, calendar)
    # The plan is endless; what fell due lies before now, or the plan has lost it.
    past = takewhile(lambda rung: rung.at <= now, rungs)
    fires = next((rung for rung in past if (rung.step.name, rung.occurrence) == (step, occurrence)), None)
    if fires is None:
        return None
    then = next(rungs, None)
    if want.ladder == ASK:
        return Turn(fires, (), _after_gap(then, now, calendar))
    passed: list[Rung] = []
    while then is not None and then.at <= now:
        passed.append(fires)
        fires, then = then, next(rungs, None)
    return Turn(fires, tuple(passed), then)


def _after_gap(rung: Rung | None, now: datetime, calendar: Calendar) -> Rung | None:
    if rung is None:
        return None
    earliest = calendars.add_working_days(now, policy.ASK_GAP_DAYS, calendar)
    return Rung(rung.step, rung.occurrence, max(rung.at, earliest))

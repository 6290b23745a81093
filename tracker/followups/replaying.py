"""What a policy would have done with a stretch of the past: a model of one clock, replayed.  Pure.

The model takes it that people would have acted when they did, whoever had reminded them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import takewhile

from tracker.calendars import Calendar, Pause
from tracker.followups import ladder
from tracker.followups.ladder import DEADLINE, Rung, Want
from tracker.followups.rules import Yardstick
from tracker.policies.rules import TIMED, USER_ANSWER


@dataclass(frozen=True)
class Episode:
    """One clock of the past: it ran from `start` until `ended` (None: still running), for this severity."""

    clock: str
    severity: str
    start: datetime
    ended: datetime | None = None
    until: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    ladder: str = DEADLINE
    repeats: bool = True
    may_close: bool = False
    # Its reminders count from here on: before, the clock had another date.
    since: datetime | None = None
    # Whether it is asked if it ended in time: not where it only went on under another date.
    judged: bool = True
    # While a risk was accepted nobody was reminded; what had fallen due by then came once when that was over.
    silent: tuple[Pause, ...] = ()


@dataclass(frozen=True)
class Replay:
    """What came of it: the rungs that fell due while it ran, and whether it ended in time (None: not to be said)."""

    rungs: Sequence[Rung]
    met: bool | None


def replay(
    episode: Episode, measure: Yardstick, calendar: Calendar, since: datetime, now: datetime
) -> Replay:
    """An episode under the policy of `measure`; rungs before `since` are left out."""
    want = _want(episode, measure)
    rule = measure.of(want, episode.severity)
    end = episode.ended or now
    rungs = list(_until(ladder.plan(want, rule, calendar), end))
    due = ladder.due(want, rule, calendar)
    met = None
    if (
        due is not None
        and episode.judged
        and episode.clock != USER_ANSWER
        and (episode.ended is not None or due < now)
    ):
        met = episode.ended is not None and episode.ended <= due
    begins = max(since, episode.since or since)
    return Replay([one for one in _heard(rungs, episode.silent, end) if one.at >= begins], met)


def _heard(rungs: Sequence[Rung], silent: Sequence[Pause], end: datetime) -> list[Rung]:
    """The rungs as they were heard: of those within a silence the last one, once it was over."""
    found = list(rungs)
    for begins, ends in silent:
        within = [one for one in found if begins <= one.at and (ends is None or one.at < ends)]
        found = [one for one in found if one not in within]
        if within and ends is not None and ends < end:
            found.append(replace(within[-1], at=ends))
    return sorted(found, key=lambda one: one.at)


def _want(episode: Episode, measure: Yardstick) -> Want:
    ends = episode.ended
    # A pause that was open when the episode ended is over then: what came before it still fell due.
    pauses = tuple((begins, stops or ends) for begins, stops in episode.pauses)
    want = Want(
        episode.clock, episode.start, until=episode.until, pauses=pauses, ladder=episode.ladder,
        repeats=episode.repeats, may_close=episode.may_close,
    )  # fmt: skip
    if episode.until is None and episode.clock in TIMED and episode.clock != USER_ANSWER:
        want = replace(want, allowance=measure.allowance(episode.clock, episode.severity))
    return want


def _until(rungs: Iterator[Rung], end: datetime) -> Iterator[Rung]:
    return takewhile(lambda rung: rung.at < end, rungs)


def per_week(count: int, weeks: int) -> float:
    """A count of `weeks` weeks as one a week, to one decimal."""
    return round(count / max(1, weeks), 1)


WEEK = timedelta(weeks=1)

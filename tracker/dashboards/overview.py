"""The six questions of the overview, answered from sums: numbers with the address of the list behind each."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from tracker.accounts.rules import Actor
from tracker.dashboards import queries, rules
from tracker.dashboards.queries import Asked, Sums

TREND_WEEKS = 12


@dataclass(frozen=True)
class Number:
    """One figure: its key, how many, and where its list is."""

    key: str
    count: int
    url: str


@dataclass(frozen=True)
class Share:
    """How many of how many kept a promise, with the list of those that did not."""

    key: str
    kept: int
    total: int
    url: str

    @property
    def percent(self) -> int | None:
        """None where there are too few cases for a percentage to mean anything."""
        return None if self.total < rules.TOO_FEW else round(100 * self.kept / self.total)


@dataclass(frozen=True)
class Span:
    """How long something took: the median and the 85th percentile, None where there are too few cases."""

    key: str
    n: int
    median: timedelta | None
    p85: timedelta | None


@dataclass(frozen=True)
class Week:
    """What came in, what was closed and what was open at the end of the week that begins on this day."""

    start: date
    received: int
    closed: int
    open: int


@dataclass(frozen=True)
class Overview:
    """Everything on the page."""

    sums: Sums
    asked: Asked
    open: Number
    act: tuple[Number, ...]
    ladder: tuple[Number, ...]
    longest: date | None
    waiting: tuple[tuple[str, tuple[Number, ...]], ...]
    promises: tuple[Share, ...]
    trend: tuple[tuple[date, Share], ...]
    spans: tuple[Span, ...]
    weeks: tuple[Week, ...]
    better: tuple[Number, ...]
    heat: dict[tuple[int, str], int]

    @property
    def is_small(self) -> bool:
        """So few open cases that one plain list says more than sums."""
        return self.open.count < queries.SMALL


def url(measure: str, asked: Asked, since: date | None = None, until: date | None = None) -> str:
    """The address of the list that a number counts."""
    given = {"measure": measure, "from": since, "to": until, "system": asked.system_id}
    return "/dashboard/cases?" + urlencode({key: value for key, value in given.items() if value is not None})


def overview(actor: Actor, asked: Asked) -> Overview:
    """The whole overview for this actor; reckoned once as long as the sums stay the same."""
    first = min(asked.since, asked.today - timedelta(days=7 * TREND_WEEKS - 1))
    found = queries.sums(actor, asked, first)
    if asked not in found.made:
        found.made[asked] = _reckoned(found, asked)
    made: Overview = found.made[asked]
    return replace(made, sums=found)


def _reckoned(found: Sums, asked: Asked) -> Overview:
    def number(measure: str, since: date | None = None, until: date | None = None, key: str = "") -> Number:
        return Number(key or measure, found.of(measure, since, until), url(measure, asked, since, until))

    return Overview(
        sums=found,
        asked=asked,
        open=number(rules.OPEN),
        act=(number("waiting:signer"), number("ladder:3"), number(rules.URGENT)),
        ladder=tuple(number(f"ladder:{rung}") for rung in (1, 2, 3)),
        longest=min((day for rung in (1, 2, 3) if (day := found.oldest(f"ladder:{rung}"))), default=None),
        waiting=tuple((party, _ages(party, found, asked)) for party in rules.PARTIES),
        promises=tuple(_kept(name, found, asked, asked.since, asked.today) for name in rules.PROMISES),
        trend=tuple(_trend(found, asked)),
        spans=tuple(_span(name, found, asked) for name in rules.SPANS),
        weeks=tuple(_weeks(found, asked)),
        better=(
            number(rules.RECEIVED, asked.since), number(rules.CLOSED, asked.since),
            number(rules.REOPENED, asked.since), number(rules.RELAPSED, asked.since),
        ),
        heat=found.by_system,
    )  # fmt: skip


def _ages(party: str, found: Sums, asked: Asked) -> tuple[Number, ...]:
    measure = f"waiting:{party}"
    ages = []
    for youngest, oldest in rules.AGES:
        since = asked.today - timedelta(days=oldest) if oldest is not None else None
        # The youngest age has no upper end: a clock a little ahead must not hide a case.
        until = asked.today - timedelta(days=youngest) if youngest else None
        ages.append(
            Number(
                f"{youngest}-{oldest or ''}",
                found.of(measure, since, until),
                url(measure, asked, since, until),
            )
        )
    return tuple(ages)


def _kept(name: str, found: Sums, asked: Asked, since: date, until: date) -> Share:
    kept, broken = (found.of(f"{word}:{name}", since, until) for word in ("kept", "broken"))
    return Share(name, kept, kept + broken, url(f"broken:{name}", asked, since, until))


def _trend(found: Sums, asked: Asked) -> Any:
    for start in _mondays(asked):
        yield start, _kept("first_response", found, asked, start, start + timedelta(days=6))


def _span(name: str, found: Sums, asked: Asked) -> Span:
    histogram = found.histogram(name, asked.since)
    return Span(
        name, sum(histogram.values()), rules.quantile(histogram, 0.5), rules.quantile(histogram, 0.85)
    )


def _weeks(found: Sums, asked: Asked) -> list[Week]:
    """Counted backwards: open at a week's end is what is open now, less what came since, plus what went."""
    weeks: list[Week] = []
    still = found.of(rules.OPEN)
    for start in reversed(_mondays(asked)):
        end = start + timedelta(days=6)
        received, closed = (found.of(measure, start, end) for measure in (rules.RECEIVED, rules.CLOSED))
        weeks.append(Week(start, received, closed, max(still, 0)))
        still += closed - received
    return weeks[::-1]


def _mondays(asked: Asked) -> list[date]:
    monday = asked.today - timedelta(days=asked.today.weekday())
    return [monday - timedelta(weeks=n) for n in reversed(range(TREND_WEEKS))]

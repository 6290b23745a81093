"""Who is on duty at an instant: arithmetic over turns, overrides, absences and time zones.  Pure.

Shifts follow one another without gap or overlap, since each ends where the next begins; a hand-over stands at its
local time the year round, whatever the clocks do.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from tracker.workflow import Table, move

DAILY, WEEKLY, EVERY_N_DAYS, CUSTOM = "daily", "weekly", "every_n_days", "custom"
RHYTHMS = (DAILY, WEEKLY, EVERY_N_DAYS, CUSTOM)
WEEK = 7
DAY_MINUTES = 24 * 60
DAYS_MOST, POINTS_MOST, MEMBERS_MOST = 60, 28, 60

# Why somebody else than the turn says is on duty.
OVERRIDE, DEPUTY, NEXT, NOBODY = "override", "deputy", "next", "nobody"

ASKED, ACCEPTED, DECLINED, CANCELLED = "asked", "accepted", "declined", "cancelled"
SWAP_STATES = (ASKED, ACCEPTED, DECLINED, CANCELLED)
ASKER, ANSWERER = "asker", "answerer"
SWAP_WORKFLOW: Table = {
    "accept": move(ASKED, ACCEPTED, ANSWERER),
    "decline": move(ASKED, DECLINED, ANSWERER),
    "cancel": move(ASKED, CANCELLED, ASKER),
}

Point = tuple[int, int]


@dataclass(frozen=True)
class Presence:
    """Whether a person is there: the account is open, and the one absence they have told; `deputy` stands in."""

    active: bool = True
    away_from: datetime | None = None
    away_until: datetime | None = None
    deputy: int | None = None

    def is_there(self, at: datetime) -> bool:
        away = (
            self.away_from is not None
            and self.away_from <= at
            and (self.away_until is None or at < self.away_until)
        )
        return self.active and not away


@dataclass(frozen=True)
class Term:
    """The turns as they hold from `since` on.

    `points` are the hand-overs of one cycle of `cycle_days`: (day of the cycle, minutes after local midnight), in
    order; cycle 0 begins on `anchor`.  Shift number n belongs to `members[(n + first) % len(members)]`.
    """

    since: datetime
    zone: str
    cycle_days: int
    points: tuple[Point, ...]
    anchor: date
    members: tuple[int, ...]
    first: int = 0

    def starts(self, number: int) -> datetime:
        """When this shift begins, in UTC."""
        cycle, point = divmod(number, len(self.points))
        day, minute = self.points[point]
        return instant(self.anchor + timedelta(days=cycle * self.cycle_days + day), minute, self.zone)

    def number_at(self, at: datetime) -> int:
        """The number of the shift that this instant lies in."""
        day = at.astimezone(ZoneInfo(self.zone)).date()
        # From a shift that surely begins later, backwards to the last that has begun.
        number = ((day - self.anchor).days // self.cycle_days + 2) * len(self.points)
        while self.starts(number) > at:
            number -= 1
        return number

    def member(self, number: int) -> int:
        """Whose turn this shift is."""
        return self.members[(number + self.first) % len(self.members)]

    def led_by(self, person: int) -> "Term":
        """The same turns, beginning with this member's at `since`."""
        first = (self.members.index(person) - self.number_at(self.since)) % len(self.members)
        return replace(self, first=first)


@dataclass(frozen=True)
class Override:
    """Somebody takes over for a time: set by a supervisor, or agreed in a swap.  The later one wins."""

    id: int
    starts_at: datetime
    ends_at: datetime
    person: int

    def covers(self, at: datetime) -> bool:
        return self.starts_at <= at < self.ends_at


@dataclass(frozen=True)
class Plan:
    """All that says who is on duty: terms by their beginning, overrides by age, and the presence of the people."""

    terms: tuple[Term, ...]
    ends: datetime | None = None
    overrides: tuple[Override, ...] = ()
    people: Mapping[int, Presence] = field(default_factory=dict)

    @property
    def begins(self) -> datetime:
        return self.terms[0].since

    def holds(self, at: datetime) -> bool:
        """Whether the rota is valid at this instant."""
        return self.begins <= at and (self.ends is None or at < self.ends)

    def term(self, at: datetime) -> Term:
        """The term in force."""
        return [self.terms[0], *(term for term in self.terms if term.since <= at)][-1]


@dataclass(frozen=True)
class Spell:
    """A stretch of one shift with one person on duty (None: nobody is there), and why it is not whose turn it was.

    `turn` is whose turn it is by the rota, `planned` who should be there by turn or override.
    """

    starts_at: datetime
    ends_at: datetime
    shift_at: datetime
    turn: int
    planned: int
    person: int | None
    why: str = ""
    override: int | None = None


def on_duty(plan: Plan, at: datetime) -> Spell | None:
    """Who is on duty at this instant; None outside the rota's days.  The spell is but the instant itself."""
    if not plan.holds(at):
        return None
    term = plan.term(at)
    number = term.number_at(at)
    turn, shift_at = term.member(number), max(term.starts(number), term.since)
    override = next((one for one in reversed(plan.overrides) if one.covers(at)), None)
    planned = override.person if override is not None else turn
    person, why = _there(plan, term, planned, number, at)
    if not why and override is not None and override.person != turn:
        why = OVERRIDE
    return Spell(at, at, shift_at, turn, planned, person, why, override.id if override is not None else None)


def _there(plan: Plan, term: Term, planned: int, number: int, at: datetime) -> tuple[int | None, str]:
    """The planned one; while away their deputy, else the next in turn who is there."""

    def is_there(person: int | None) -> bool:
        return person is not None and person in plan.people and plan.people[person].is_there(at)

    if is_there(planned):
        return planned, ""
    deputy = plan.people[planned].deputy if planned in plan.people else None
    if is_there(deputy):
        return deputy, DEPUTY
    for step in range(1, len(term.members) + 1):
        later = term.member(number + step)
        if later != planned and is_there(later):
            return later, NEXT
    return None, NOBODY


def spells(plan: Plan, start: datetime, end: datetime) -> list[Spell]:
    """The whole of `start` to `end` within the rota's days as spells, in order, without gap or overlap."""
    start = max(start, plan.begins)
    end = min(end, plan.ends) if plan.ends is not None else end
    found: list[Spell] = []
    for begins, ends in pairwise(sorted({start, end, *_cuts(plan, start, end)}) if start < end else ()):
        spell = on_duty(plan, begins)
        assert spell is not None
        spell = replace(spell, ends_at=ends)
        if found and _same(found[-1], spell):
            found[-1] = replace(found[-1], ends_at=ends)
        else:
            found.append(spell)
    return found


def whole_spells(plan: Plan, start: datetime, end: datetime) -> list[Spell]:
    """The same, but the shift that runs at `end` is told to its own end: nobody hands over in its middle."""
    return spells(plan, start, hand_over(plan, end) or end)


def _same(one: Spell, other: Spell) -> bool:
    def who(spell: Spell) -> tuple[object, ...]:
        return (spell.shift_at, spell.turn, spell.planned, spell.person, spell.why, spell.override)

    return who(one) == who(other)


def _cuts(plan: Plan, start: datetime, end: datetime) -> Iterator[datetime]:
    """The instants within the range at which somebody else may come on duty."""
    marks: list[datetime | None] = [term.since for term in plan.terms]
    for override in plan.overrides:
        marks += [override.starts_at, override.ends_at]
    for presence in plan.people.values():
        marks += [presence.away_from, presence.away_until]
    yield from (mark for mark in marks if mark is not None and start < mark < end)
    for term, later in zip(plan.terms, [*plan.terms[1:], None], strict=True):
        number, until = term.number_at(max(start, term.since)) + 1, min(end, later.since) if later else end
        while (begins := term.starts(number)) < until:
            yield begins
            number += 1


def hand_over(plan: Plan, at: datetime) -> datetime | None:
    """When the present shift ends by the rota; None outside its days."""
    if not plan.holds(at):
        return None
    term = plan.term(at)
    marks = [term.starts(term.number_at(at) + 1), *(one.since for one in plan.terms if one.since > at)]
    return min([*marks, plan.ends] if plan.ends is not None else marks)


def in_force(terms: Iterable[Term]) -> tuple[Term, ...]:
    """Of all terms ever made, oldest first, those that hold: a newer one undoes what was to begin at or after it."""
    kept: list[Term] = []
    for term in terms:
        kept = [one for one in kept if one.since < term.since]
        kept.append(term)
    return tuple(kept)


def points_of(rhythm: str, minute: int, custom: Collection[Point] = ()) -> tuple[Point, ...]:
    """The hand-overs of one cycle."""
    return tuple(sorted(set(custom))) if rhythm == CUSTOM else ((0, minute),)


def cycle_of(rhythm: str, every_days: int) -> int:
    """How many days one cycle has."""
    return {DAILY: 1, EVERY_N_DAYS: every_days}.get(rhythm, WEEK)


def anchor_of(rhythm: str, first_day: date, weekday: int) -> date:
    """The day that cycle 0 begins on: the first day, or the weekday of its week."""
    if rhythm == CUSTOM:
        return first_day - timedelta(days=first_day.weekday())
    if rhythm == WEEKLY:
        return first_day + timedelta(days=(weekday - first_day.weekday()) % WEEK)
    return first_day


def first_hand_over(term: Term, first_day: date) -> datetime:
    """The first hand-over on or after this day: the rota begins there."""
    midnight = instant(first_day, 0, term.zone)
    number = term.number_at(midnight)
    return term.starts(number) if term.starts(number) == midnight else term.starts(number + 1)


def instant(day: date, minute: int, zone: str) -> datetime:
    """A local time as an instant: the first of two where clocks go back, the next valid one where they skip it."""
    late, minute = divmod(minute, DAY_MINUTES)
    wall = datetime.combine(day + timedelta(days=late), time(minute // 60, minute % 60))
    found = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    if found.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall:
        return found
    return _after_gap(found, ZoneInfo(zone))


def _after_gap(late: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which the clocks were put forward, by halving the hours before `late` to the second."""
    before, after = late - timedelta(days=1), late
    offset = late.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        before, after = (before, middle) if middle.astimezone(zone).utcoffset() == offset else (middle, after)
    return after


def turns_of(found: Sequence[Spell], person: int) -> list[Spell]:
    """The spells that a person is on duty in."""
    return [spell for spell in found if spell.person == person]

"""The chase engine as a hundred lines of plain Python, written from its promises and not from its code.

Instants are in Taipei; an office open on weekdays within one window a day; the shipped normal policy.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

HOURS = {"S2": 4, "S3": 8, "S4": 16}
DAYS = {"S2": 2, "S3": 3, "S4": 5}
HOUR = timedelta(hours=1)
Gap = tuple[datetime, datetime | None]
Rung = tuple[str, int, datetime]


@dataclass
class Office:
    """Open on weekdays from one hour to another."""

    opens: int = 9
    closes: int = 18

    def window(self, day: datetime) -> tuple[datetime, datetime]:
        midnight = day.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + timedelta(hours=self.opens), midnight + timedelta(hours=self.closes)

    def open_from(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The open stretches from `at` on."""
        while True:
            begins, ends = self.window(at)
            if at.weekday() < 5 and at < ends:
                yield max(at, begins), ends
            at = begins.replace(hour=0) + timedelta(days=1)

    def add(self, start: datetime, amount: timedelta, gaps: tuple[Gap, ...] = ()) -> datetime | None:
        """When so much open time outside the gaps has passed; None while an open gap holds it."""
        for begins, ends in self.open_from(start):
            for first, last in self._outside(begins, ends, gaps):
                if amount <= last - first:
                    return first + amount
                amount -= last - first
            if any(until is None and since <= ends for since, until in gaps):
                return None
        raise AssertionError

    def _outside(
        self, begins: datetime, ends: datetime, gaps: tuple[Gap, ...]
    ) -> Iterator[tuple[datetime, datetime]]:
        for since, until in gaps:
            if since < ends and (until is None or until > begins):
                if since > begins:
                    yield begins, since
                begins = ends if until is None else max(begins, min(until, ends))
        if begins < ends:
            yield begins, ends

    def next_open(self, at: datetime) -> datetime:
        return next(self.open_from(at))[0]

    def days(self, start: datetime, count: int) -> datetime:
        """The same time of day so many working days later."""
        at = self.next_open(start)
        for _ in range(count):
            at += timedelta(days=1)
            while at.weekday() >= 5:
                at += timedelta(days=1)
        begins, ends = self.window(at)
        return min(max(at, begins), ends)


@dataclass
class Running:
    """One clock of a case: what it was started from, by whose hours, its deadline, the armed step, those after it."""

    basis: tuple[Any, ...]
    office: Office
    ends: datetime | None
    rungs: Iterator[Rung]
    armed: Rung | None
    due: datetime | None
    asks: bool = False


@dataclass
class Case:
    """One report and what happened to it."""

    severity: str
    reported: datetime
    owner: int
    state: str = "new"
    how_to: bool = False
    record: int = 0
    answered_first: datetime | None = None
    updated: datetime | None = None
    gaps: list[Gap] = field(default_factory=list)
    question: tuple[int, datetime] | None = None
    asked: int = 0
    reminded: datetime | None = None
    running: dict[str, Running] = field(default_factory=dict)
    dirty: bool = True

    def says(self, at: datetime) -> None:
        """The handler tells the user something."""
        self.answered_first, self.updated, self.dirty = self.answered_first or at, at, True

    def waits(self, at: datetime, state: str) -> None:
        """It is the user's turn, who is asked something; or somebody else's, whom only our liaison asks."""
        self.says(at)
        self.state = state
        if state != "held":
            self.question, self.asked, self.reminded = ((self.question or (0,))[0] + 1, at), 1, None
        self.gaps.append((at, None))

    def goes_on(self, at: datetime, state: str) -> None:
        """It is the handler's turn again, or nobody's any more."""
        if self.gaps and self.gaps[-1][1] is None:
            self.gaps[-1] = (self.gaps[-1][0], at)
        self.state, self.dirty, self.asked = state, True, 0

    def basis(self) -> dict[str, tuple[Any, ...]]:
        """The clocks that should run, each by what it is reckoned from."""
        if self.state == "ended":
            return {}
        wanted: dict[str, tuple[Any, ...]] = {}
        if self.answered_first is None:
            wanted["first_response"] = (self.reported, HOURS, (), self.owner, self.severity)
        else:
            start = max(self.answered_first, self.updated or self.answered_first)
            gaps = tuple(gap for gap in self.gaps if gap[1] is None or gap[1] > start)
            wanted["next_update"] = (start, DAYS, gaps, self.owner, self.severity)
        if self.asked and self.question is not None:
            wanted["user_answer"] = (self.question, self.state)
        return wanted

    def allowance(self, amounts: dict[str, int], office: Office) -> timedelta:
        """Working time: a day of it is as long as the office is open."""
        return amounts[self.severity] * (
            timedelta(hours=office.closes - office.opens) if amounts is DAYS else HOUR
        )

    def ends(self, clock: str, basis: tuple[Any, ...], office: Office) -> datetime | None:
        """The deadline; None while it is paused."""
        if clock == "user_answer":
            return office.days(basis[0][1], 7 if self.how_to else 10)
        start, amounts, gaps, *_whose = basis
        return office.add(start, self.allowance(amounts, office), gaps)

    def plan(self, clock: str, basis: tuple[Any, ...], office: Office) -> Iterator[Rung]:
        """All steps of a clock, in their order, without end."""
        if clock == "user_answer":
            (_number, start), _state = basis
            # Nobody but a person closes what is grave.
            closes = self.state == "answered" and self.severity != "S2"
            for number, days in () if self.how_to else ((1, 3), (2, 7)):
                yield "remind", number, office.days(start, days)
            at = office.days(start, 7 if self.how_to else 10)
            yield "close_unanswered" if closes else "no_answer", 1, at
        else:
            start, amounts, gaps, *_whose = basis
            allowance = self.allowance(amounts, office)
            ends, soon = office.add(start, allowance, gaps), office.add(start, allowance * 0.75, gaps)
            if ends is None:
                return
            if soon is not None and start < soon < ends:
                yield "due_soon", 1, soon
            anchor = office.next_open(ends)
            yield "overdue", 1, anchor
            yield "to_supervisor", 1, office.days(anchor, 1)
            at = office.days(anchor, 2)
            yield "to_manager", 1, at
        number = 0
        while True:
            number, at = number + 1, office.days(at, 5)
            yield "weekly", number, at


Chased = tuple[int, str, str, int, datetime, datetime]


@dataclass
class Model:
    """All cases, the office and what was chased: case, clock, step, occurrence, when it was due, when it fired."""

    office: Office = field(default_factory=Office)
    cases: dict[int, Case] = field(default_factory=dict)
    chased: list[Chased] = field(default_factory=list)

    def tick(self, now: datetime) -> None:
        """Look again at what changed, then fire what is due: of what was missed only the last."""
        for number, case in self.cases.items():
            if case.dirty:
                self._look(case, now)
            for clock, run in list(case.running.items()):
                if run.due is not None and run.due <= now and clock in case.running:
                    self._fire(number, case, clock, run, now)

    def _look(self, case: Case, now: datetime) -> None:
        wanted, case.dirty = case.basis(), False
        for clock in [one for one in case.running if one not in wanted]:
            del case.running[clock]
        for clock, basis in wanted.items():
            run = case.running.get(clock)
            if (
                run is None
                or run.basis != basis
                or (run.office != self.office and not self._keeps_turn(case, clock, run, now))
            ):
                rungs, ends = case.plan(clock, basis, self.office), case.ends(clock, basis, self.office)
                armed = next((one for one in rungs if one[0] != "remind" or one[1] >= case.asked), None)
                run = Running(basis, self.office, ends, rungs, armed, None, clock == "user_answer")
                run.due = self._armed_at(case, run)
                case.running[clock] = run

    def _keeps_turn(self, case: Case, clock: str, run: Running, now: datetime) -> bool:
        """With other hours a clock goes on at the step where it stands, unless it is overdue no longer."""
        ends = case.ends(clock, run.basis, self.office)
        if run.ends is not None and ends is not None and run.ends <= now < ends:
            return False
        rungs = case.plan(clock, run.basis, self.office)
        if run.armed is not None:
            near = islice(rungs, 5 + run.armed[1])
            armed = next((one for one in near if one[:2] == run.armed[:2]), None)
            if armed is None:
                return False
            run.armed = armed
        run.office, run.ends, run.rungs, run.due = self.office, ends, rungs, self._armed_at(case, run)
        return True

    def _armed_at(self, case: Case, run: Running) -> datetime | None:
        """When the armed step falls due: however late users were asked again, they have three days from then."""
        if run.armed is None:
            return None
        if run.asks and case.reminded is not None:
            return max(run.armed[2], self.office.days(case.reminded, 3))
        return run.armed[2]

    def _fire(self, number: int, case: Case, clock: str, run: Running, now: datetime) -> None:
        fired, then = run.armed, next(run.rungs)
        assert fired is not None
        while not run.asks and then[2] <= now:
            fired, then = then, next(run.rungs)
        self.chased.append((number, clock, *fired, now))
        run.armed, run.due = then, max(then[2], self.office.days(now, 3)) if run.asks else then[2]
        if fired[0] == "remind":
            case.asked, case.reminded = case.asked + 1, now
        if fired[0] == "close_unanswered":
            case.goes_on(now, "ended")
            self._look(case, now)

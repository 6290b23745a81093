"""Which clocks the facts of one case call for, and what becomes of those that stand already.  Pure.

Clocks are added and never taken away.  A fact that is not known is asked for a day, then counts as if it were so.
Of a group only the shortest clock that applies runs.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tracker.statutory import conditions, due
from tracker.statutory.conditions import Facts
from tracker.statutory.due import Workday
from tracker.statutory.rules import AFTER_CLOCK, NO, UNKNOWN, WITH_CLOCK, YES, Rule

ASKED_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class Case:
    """What the rules read of one case: its facts, its instants, when other clocks were done and fall due."""

    facts: Facts
    instants: Mapping[str, datetime | None]
    zone: ZoneInfo
    is_workday: Workday
    done: Mapping[str, datetime]
    dues: Mapping[str, datetime]

    def start(self, rule: Rule) -> datetime | None:
        """When the rule's clock would begin; None while that is not known."""
        return self.done.get(rule.after) if rule.after else self.instants.get(rule.start)

    def due(self, rule: Rule, start: datetime) -> datetime | None:
        """When it would run out."""
        other = self.dues.get(rule.due.clock) if rule.due.kind in (WITH_CLOCK, AFTER_CLOCK) else None
        zone = ZoneInfo(rule.zone) if rule.zone else self.zone
        return due.due_at(rule.due, start, rule.counting, zone, self.is_workday, other)

    def aware_on(self) -> date:
        """The day on which the organisation knew, by its own clock on the wall."""
        aware = self.instants["aware_at"]
        assert aware is not None
        return aware.astimezone(self.zone).date()


@dataclass(frozen=True)
class Answer:
    """What one rule says to a case: whether it concerns it, what is not known, from when and until when it runs.

    `binding` is false where the law is not in force yet or asks it of others: the organisation may still do it.
    """

    rule: Rule
    says: str
    binding: bool
    unknown: tuple[str, ...]
    start: datetime
    due_at: datetime | None


def ask(book: Iterable[Rule], case: Case) -> list[Answer]:
    """The answer of each rule that is switched on and whose beginning is known."""
    found = []
    for rule in book:
        start = case.start(rule)
        if not rule.enabled or start is None:
            continue
        asked = conditions.holds(rule.profile, case.facts), conditions.holds(rule.when, case.facts)
        binding = asked[0] != NO and rule.in_force(case.aware_on())
        says = NO if asked[1] == NO else YES if asked == (YES, YES) else UNKNOWN
        if not binding:
            says = asked[1]
        unknown = [
            *(conditions.unknown_in(rule.when, case.facts)),
            *(conditions.unknown_in(rule.profile, case.facts) if binding else ()),
        ]
        names = tuple(dict.fromkeys(unknown)) if says == UNKNOWN else ()
        found.append(Answer(rule, says, binding, names, start, case.due(rule, start)))
    return found


@dataclass(frozen=True)
class Standing:
    """A clock that is there already, as far as it matters for the others."""

    rule_id: str
    group: str
    due_at: datetime | None
    asked_at: datetime | None
    started: bool
    out: bool
    """Whether a person, or the facts, took it out: not applicable, tolled, never started."""


@dataclass(frozen=True)
class Step:
    """What is to be done for one rule: `ask`, `start`, `lapse` (never started, not called for) or `doubt`, `sure`."""

    verb: str
    answer: Answer


def steps(answers: Sequence[Answer], standing: Mapping[str, Standing], now: datetime) -> list[Step]:
    """What the answers change; a clock of a group that would not be the shortest is not added."""
    found = []
    for answer in answers:
        there = standing.get(answer.rule.id)
        verb = _verb(answer, there, now)
        if verb in ("ask", "start") and there is None and _longer(answer, verb, answers, standing, now):
            continue
        if verb:
            found.append(Step(verb, answer))
    return found


def _verb(answer: Answer, there: Standing | None, now: datetime) -> str:
    if there is not None and there.started:
        return "doubt" if answer.says == NO or not answer.binding else "sure"
    if not answer.binding or answer.says == NO:
        return "lapse" if there is not None else ""
    if answer.says == YES:
        return "start"
    if there is None or there.asked_at is None:
        return "ask"
    return "start" if now >= there.asked_at + ASKED_FOR else ""


def _longer(
    answer: Answer, verb: str, answers: Sequence[Answer], standing: Mapping[str, Standing], now: datetime
) -> bool:
    """Whether a shorter clock of the same group runs or starts now, so that this one is not needed."""
    group = answer.rule.group
    if not group or answer.due_at is None:
        return False
    running = [one.due_at for one in standing.values() if one.group == group and one.started and not one.out]
    starting = [
        one.due_at for one in answers
        if one.rule.group == group and one is not answer
        and (there := standing.get(one.rule.id), _verb(one, there, now))[1] == "start"
        and (there is None or not there.out)
    ]  # fmt: skip
    return any(due_at is not None and due_at <= answer.due_at for due_at in (*running, *starting))


def superseded(standing: Iterable[Standing]) -> dict[str, str]:
    """By rule, the shorter clock of its group that stands in its place."""
    found: dict[str, str] = {}
    groups: dict[str, list[Standing]] = {}
    for one in standing:
        if one.group and one.due_at is not None and not one.out:
            groups.setdefault(one.group, []).append(one)
    for members in groups.values():
        running = [one for one in members if one.started]
        if not running:
            continue
        first = min(running, key=lambda one: (one.due_at, one.rule_id))
        for one in members:
            if (
                one is not first
                and one.due_at is not None
                and first.due_at is not None
                and one.due_at >= first.due_at
            ):
                found[one.rule_id] = first.rule_id
    return found

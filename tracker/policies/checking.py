"""Whether the rules of a policy make sense: each fault with the rule it stands in and what it speaks of.  Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tracker.policies import rules
from tracker.policies.rules import Policy, Rule, Stage

HOURS_MOST, DAYS_MOST = 1000, 250
LATE_HOURS_MOST, LATE_DAYS_MOST, AGAIN_MOST = 100, 120, 60
ANSWER_DAYS = (3, 90)
ASKS_BEFORE_CLOSE = 2
"""Reminders before the system closes; with the first question the user was asked three times (decisions §2)."""


@dataclass(frozen=True)
class Problem:
    """One fault: `rule` is its place in the policy, `where` what it is about, `code` its words' name."""

    rule: int
    where: str
    code: str
    values: dict[str, Any] = field(default_factory=dict)


def problems(policy: Policy) -> Iterator[Problem]:
    """All faults, rule by rule, then those of the whole."""
    for place, rule in enumerate(policy.rules):
        for name, code, values in of_rule(rule):
            yield Problem(place, name, code, values)
    yield from _whole(policy)


def _whole(policy: Policy) -> Iterator[Problem]:
    seen: dict[str, list[Rule]] = {}
    for place, rule in enumerate(policy.rules):
        before = seen.setdefault(rule.clock, [])
        if any(_covers(one, rule) for one in before):
            yield Problem(place, "only", "never_reached")
        before.append(rule)
    for clock in rules.RULED:
        if not any(one.only.everybody for one in seen.get(clock, ())):
            yield Problem(-1, "", "no_general", {"clock": clock})


def _covers(earlier: Rule, later: Rule) -> bool:
    """Whether every case of the later rule is the earlier one's already."""
    return all(
        not theirs or (mine and set(mine) <= set(theirs))
        for theirs, mine in zip(vars(earlier.only).values(), vars(later.only).values(), strict=True)
    )


Fault = tuple[str, str, dict[str, Any]]


def of_rule(rule: Rule) -> Iterator[Fault]:
    """The faults of one rule: which field, which words, with what in them."""
    yield from _allowance(rule)
    if not rule.steps:
        yield "steps", "no_steps", {}
        return
    for stage in rule.steps:
        yield from ((name, code, values) for name, code, values in _stage(rule, stage))
    yield from _order(rule)
    yield from _ends(rule)


def _allowance(rule: Rule) -> Iterator[Fault]:
    if rule.clock in rules.AGREED:
        if rule.allowance is not None:
            yield "amounts", "agreed", {}
        return
    if rule.allowance is None:
        yield "amounts", "no_allowance", {}
        return
    amounts = rule.allowance.amounts
    if rule.clock == rules.USER_ANSWER:
        low, high = ANSWER_DAYS
        whole = rule.allowance.unit == rules.DAY and len(set(amounts)) == 1 and amounts[0] == int(amounts[0])
        if not whole or not low <= amounts[0] <= high:
            yield "amounts", "answer_days", {"low": low, "high": high}
        return
    most = HOURS_MOST if rule.allowance.unit == rules.HOUR else DAYS_MOST
    if any(not 0 < amount <= most for amount in amounts):
        yield "amounts", "amount", {"most": most}
    elif list(amounts) != sorted(amounts):
        yield "amounts", "graver_is_longer", {}


def _stage(rule: Rule, stage: Stage) -> Iterator[Fault]:
    amount = stage.amount
    if stage.when == rules.SHARE and not (amount == int(amount) and 1 <= amount <= 99):
        yield "steps", "percent", {}
    if stage.when == rules.AFTER:
        most = LATE_HOURS_MOST if stage.unit == rules.HOUR else LATE_DAYS_MOST
        if not 0 < amount <= most or (stage.unit == rules.DAY and amount != int(amount)):
            yield "steps", f"after_{stage.unit}", {"most": most}
    if stage.when == rules.AGAIN:
        if not (amount == int(amount) and 1 <= amount <= AGAIN_MOST):
            yield "steps", "again_days", {"most": AGAIN_MOST}
        if stage.does:
            yield "steps", "again_acts", {}
    if not stage.to:
        yield "steps", "nobody", {}
    yield from _act(rule, stage)


def _act(rule: Rule, stage: Stage) -> Iterator[Fault]:
    """What the system does at a step stands only where it makes sense."""
    answering = rule.clock == rules.USER_ANSWER
    if stage.does == rules.ASK and not (
        answering and stage.when == rules.SHARE and rules.REPORTER in stage.to
    ):
        yield "steps", "ask_where", {}
    if answering and rules.REPORTER in stage.to and stage.does != rules.ASK:
        yield "steps", "reporter_is_asked", {}
    if stage.does == rules.CLOSES:
        graver = rule.only.severities and set(rule.only.severities) <= {"S1", "S2"}
        if not answering or stage.when != rules.DUE:
            yield "steps", "close_where", {}
        elif graver:
            yield "steps", "close_grave", {}
        elif _asks(rule) < ASKS_BEFORE_CLOSE and rule.only.kinds != ("how_to",):
            yield "steps", "close_asks", {}
    if stage.does == rules.LAPSES and (rule.clock != rules.EXPECTED or stage.when != rules.DUE):
        yield "steps", "lapse_where", {}
    if stage.does in rules.REASSIGNS and rule.clock not in rules.HANDED:
        yield "steps", "reassign_where", {}
    if stage.does == rules.RAISE and stage.when != rules.AFTER:
        yield "steps", "raise_where", {}


def _asks(rule: Rule) -> int:
    return sum(stage.does == rules.ASK for stage in rule.steps)


def in_order(steps: tuple[Stage, ...]) -> tuple[Stage, ...]:
    """The steps as they fall due: shares, at due, hours after, days after, again and again."""
    return tuple(
        sorted(
            steps,
            key=lambda one: (rules.WHENS.index(one.when), one.unit == rules.DAY, one.amount),
        )
    )


def _order(rule: Rule) -> Iterator[Fault]:
    if rule.steps != in_order(rule.steps):
        yield "steps", "order", {}
    places = [(one.when, one.unit if one.when == rules.AFTER else "", one.amount) for one in rule.steps]
    if len(set(places)) < len(places) or sum(one.when == rules.DUE for one in rule.steps) > 1:
        yield "steps", "twice", {}


def _ends(rule: Rule) -> Iterator[Fault]:
    """A ladder never falls silent; a promise that has passed ends it, since another clock begins."""
    if rule.clock == rules.EXPECTED:
        if [one.does for one in rule.steps if one.when != rules.SHARE] != [rules.LAPSES]:
            yield "steps", "lapse_missing", {}
        return
    repeated = [one for one in rule.steps if one.when == rules.AGAIN]
    if len(repeated) != 1 or rule.steps[-1].when != rules.AGAIN:
        yield "steps", "again_missing", {}
    if all(one.when == rules.AGAIN for one in rule.steps):
        yield "steps", "due_missing", {}

"""The sentences of policies: what a rule says, what is wrong with it, which version it is."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from tracker.issues.words import KIND_WORDS
from tracker.policies import rules
from tracker.policies.rules import Only, Policy, Rule, Stage

PRESET_WORDS = {"slow": _l("Slow"), "normal": _l("Normal"), "tight": _l("Tight")}
PRESET_HINTS = {
    "slow": _l("Twice the time, told to supervisors two days and to managers five days after it ran out."),
    "normal": _l("For most offices: supervisors hear one day, managers two days after the time ran out."),
    "tight": _l("Half the time; what stays open is told again every second day."),
}
CLOCK_WORDS = {
    "urgent": _l("Urgent notice"),
    "first_response": _l("First response"),
    "next_update": _l("Next update"),
    "user_answer": _l("The user's answer"),
    "assign": _l("Report to engineers"),
    "acknowledge": _l("Acknowledgement"),
    "expected": _l("Promised date"),
    "correct": _l("Correction"),
    "verify": _l("Verification"),
    "confirm": _l("The user's confirmation"),
    "signoff": _l("Sign-off"),
    "effect_check": _l("Effect check"),
    "close": _l("Closing the record"),
    "hold": _l("End of the hold"),
    "action": _l("Action due"),
}
TO_WORDS = {
    "owner": _l("the one who owes it"),
    "supervisors": _l("the supervisors"),
    "managers": _l("the manager of the unit"),
    "on_duty": _l("the engineer on duty"),
    "reporter": _l("whoever reported it"),
    "safety": _l("the privacy and security contacts"),
}
WHEN_WORDS = {
    "share": _l("While the time runs (percent used up)"),
    "due": _l("When the time has run out"),
    "after": _l("After it ran out"),
    "again": _l("Then again and again (every … working days)"),
}
UNIT_WORDS = {"hour": _l("working hours"), "day": _l("working days")}
DOES_WORDS = {
    "": _l("Nothing more"),
    "ask": _l("Ask the user once more"),
    "close": _l("Close the case (never S1 or S2)"),
    "lapse": _l("The promise lapses"),
    "raise": _l("Raise it to the next level of management"),
    "reassign_deputy": _l("Give it to the deputy"),
    "reassign_supervisor": _l("Give it to another supervisor"),
    "reassign_on_duty": _l("Give it to whoever is on duty"),
}
DID_WORDS = {
    "lapse": _l("the promise lapses and the escalation waits to be acknowledged again"),
    "raise": _l("it is raised to the next level of management"),
    "reassign_deputy": _l("it is given to the deputy"),
    "reassign_supervisor": _l("it is given to another supervisor"),
    "reassign_on_duty": _l("it is given to whoever is on duty"),
}
PROBLEM_WORDS = {
    "no_steps": _l("Write at least one step: without steps nobody is ever told."),
    "no_allowance": _l("Enter how long it may take."),
    "agreed": _l("This runs until the date agreed on in the case; it has no time of its own."),
    "answer_days": _l("Enter whole working days, from %(low)s to %(high)s."),
    "amount": _l("Enter more than 0 and at most %(most)s."),
    "graver_is_longer": _l("A graver case must not have more time than a lesser one: S1 ≤ S2 ≤ S3 ≤ S4."),
    "percent": _l("While the time runs: enter a whole percentage from 1 to 99."),
    "after_hour": _l("After it ran out: enter more than 0 and at most %(most)s working hours."),
    "after_day": _l("After it ran out: enter whole working days, from 1 to %(most)s."),
    "again_days": _l("Again and again: enter whole working days, from 1 to %(most)s."),
    "again_acts": _l("A repeated step only tells: what it did would be done in a circle for ever."),
    "nobody": _l("Choose for each step whom it tells."),
    "ask_where": _l("Asking once more belongs to the user's answer, while its time runs, and tells the user."),
    "reporter_is_asked": _l("A step of the user's answer that tells the user asks them once more."),
    "close_where": _l("The system closes only for want of the user's answer, when that time has run out."),
    "close_grave": _l("S1 and S2 are never closed by the system."),
    "close_asks": _l("Before the system closes, the user must have been asked again twice."),
    "lapse_where": _l("Only a promised date lapses, when it has passed."),
    "lapse_missing": _l("A promised date lapses when it has passed; what follows is the rule of the acknowledgement."),
    "reassign_where": _l("Only the first response and the next update can be given to somebody else."),
    "raise_where": _l("Raising belongs after the time has run out."),
    "order": _l("The steps are not in the order in which they fall due."),
    "twice": _l("Two steps fall due at the same time: put what they tell together."),
    "again_missing": _l("The last step must be told again and again: nothing open may fall silent."),
    "due_missing": _l("Write at least one step before the one that is told again and again."),
    "never_reached": _l("This rule is never used: one above it holds for all of its cases."),
    "no_general": _l("%(clock)s: there must be one rule for all cases, below the exceptions."),
}  # fmt: skip


@dataclass(frozen=True)
class Names:
    """What systems and units are called, by id."""

    systems: Mapping[int, str] = field(default_factory=dict)
    units: Mapping[int, str] = field(default_factory=dict)


def problem(code: str, values: Mapping[str, Any]) -> str:
    """One fault in words."""
    known = dict(values)
    if "clock" in known:
        known["clock"] = str(CLOCK_WORDS[known["clock"]])
    return str(PROBLEM_WORDS[code]) % known if known else str(PROBLEM_WORDS[code])


def version(ref: str) -> str:
    """A version by its name: a preset's, or the number of one of the organisation's own."""
    return str(PRESET_WORDS[ref]) if ref in PRESET_WORDS else _("version %(number)s", number=ref)


def scope(only: Only, names: Names) -> str:
    """For whom a rule holds."""
    parts = [
        _listed(only.severities),
        _listed(names.systems.get(one, "?") for one in only.systems),
        _listed(names.units.get(one, "?") for one in only.units),
        _listed(KIND_WORDS.get(one, one) for one in only.kinds),
    ]
    return " · ".join(part for part in parts if part) or _("All cases")


def sentence(rule: Rule, names: Names) -> str:
    """First response, S1: 1 working hour; with 25% left tell the one who owes it; …"""
    parts = [allowance(rule), *(step(one, rule) for one in rule.steps)]
    return scope(rule.only, names) + _(": ") + _("; ").join(parts) + _(".")


def allowance(rule: Rule) -> str:
    """How long it may take, by severity."""
    if rule.allowance is None:
        return _("until the agreed date")
    amounts, unit = rule.allowance.amounts, rule.allowance.unit
    shown = [name for name in rules.SEVERITIES if not rule.only.severities or name in rule.only.severities]
    chosen = {name: amounts[rules.SEVERITIES.index(name)] for name in shown}
    if len(set(chosen.values())) == 1:
        return span(next(iter(chosen.values())), unit)
    return _listed(f"{name} {span(amount, unit)}" for name, amount in chosen.items())


def span(amount: float, unit: str) -> str:
    """8 working hours, 1 working day."""
    shown = f"{amount:g}"
    if unit == rules.HOUR:
        return ngettext("%(n)s working hour", "%(n)s working hours", 1 if amount == 1 else 2, n=shown)
    return ngettext("%(n)s working day", "%(n)s working days", 1 if amount == 1 else 2, n=shown)


def step(stage: Stage, rule: Rule) -> str:
    """One step of a ladder in words."""
    when = _when(stage, rule)
    if stage.does == rules.ASK:
        return _("%(when)s ask the user once more", when=when)
    told = _listed(TO_WORDS[one] for one in stage.to)
    if stage.does == rules.CLOSES:
        return _(
            "%(when)s the system closes the case (never S1 or S2), else tells %(names)s",
            when=when,
            names=told,
        )
    words = _("%(when)s tell %(names)s", when=when, names=told)
    return _("%(words)s, and %(did)s", words=words, did=DID_WORDS[stage.does]) if stage.does else words


def _when(stage: Stage, rule: Rule) -> str:
    if stage.when == rules.SHARE and rule.clock == rules.USER_ANSWER and rule.allowance is not None:
        days = max(1, round(rule.allowance.amounts[-1] * stage.amount / 100))
        return _("after %(span)s", span=span(days, rules.DAY))
    if stage.when == rules.SHARE:
        return _("with %(left)s%% left", left=f"{100 - stage.amount:g}")
    if stage.when == rules.DUE:
        return _("when it has run out")
    if stage.when == rules.AFTER:
        return _("%(span)s overdue", span=span(stage.amount, stage.unit))
    return _("then every %(span)s", span=span(stage.amount, rules.DAY))


def _listed(words: Iterable[object]) -> str:
    return _(", ").join(str(word) for word in words)


@dataclass(frozen=True)
class Change:
    """One difference between two policies: `before` is empty for a rule that is new, `after` for one that is gone."""

    clock: str
    before: str
    after: str


def difference(old: Policy, new: Policy, names: Names) -> Iterator[Change]:
    """What the new policy says otherwise, clock by clock; a rule is the same when it holds for the same cases."""
    for clock in rules.RULED:
        was = {one.only: sentence(one, names) for one in old.of(clock)}
        now = {one.only: sentence(one, names) for one in new.of(clock)}
        for only in dict.fromkeys((*was, *now)):
            if was.get(only) != now.get(only):
                yield Change(clock, was.get(only, ""), now.get(only, ""))
        if list(was) != list(now) and set(was) == set(now):
            yield Change(clock, _listed(was.values()), _listed(now.values()))

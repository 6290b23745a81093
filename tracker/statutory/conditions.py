"""Conditions over named facts, answered yes, no or unknown.  Pure: data is walked, nothing is executed.

A condition is `{all: […]}`, `{any: […]}`, `{not: …}` or one fact: `{fact: [values]}`, `{fact: {min: n, max: n}}`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tracker.statutory.rules import NO, NONE_OF_THEM, UNKNOWN, YES

Facts = Mapping[str, Any]
"""By name: a code, a tuple of codes, a number; None, `unknown` or nothing at all where it is not known."""

DEEPEST = 6


def holds(condition: Any, facts: Facts) -> str:
    """Whether the condition is met by these facts."""
    return _look(condition, facts)[0]


def unknown_in(condition: Any, facts: Facts) -> tuple[str, ...]:
    """The facts that have to be known before the condition can be answered; none when it can."""
    answer, names = _look(condition, facts)
    return tuple(dict.fromkeys(names)) if answer == UNKNOWN else ()


def _look(condition: Any, facts: Facts) -> tuple[str, list[str]]:
    if not condition:
        return YES, []
    ((name, wanted),) = condition.items()
    if name == "all":
        return _several([_look(one, facts) for one in wanted], NO, YES)
    if name == "any":
        return _several([_look(one, facts) for one in wanted], YES, NO)
    if name == "not":
        answer, names = _look(wanted, facts)
        return {YES: NO, NO: YES}.get(answer, UNKNOWN), names
    answer = _fact(facts.get(name), wanted)
    return answer, [name] if answer == UNKNOWN else []


def _several(answers: Iterable[tuple[str, list[str]]], settles: str, else_: str) -> tuple[str, list[str]]:
    """One answer of the kind that settles it is enough; an unknown one leaves it open; else the other."""
    found = list(answers)
    if any(answer == settles for answer, _ in found):
        return settles, []
    names = [name for answer, open_ones in found if answer == UNKNOWN for name in open_ones]
    return (UNKNOWN, names) if any(answer == UNKNOWN for answer, _ in found) else (else_, [])


def _fact(value: Any, wanted: Any) -> str:
    if value is None or value in ("", UNKNOWN) or value == ():
        return UNKNOWN
    if isinstance(wanted, Mapping):
        low, high = wanted.get("min"), wanted.get("max")
        return YES if (low is None or value >= low) and (high is None or value <= high) else NO
    if isinstance(value, (tuple, list)):
        return YES if set(value) & set(wanted) else NO
    return NO if value == NONE_OF_THEM else YES if value in wanted else NO


def wrong(
    condition: Any, known: Mapping[str, Sequence[str] | None], depth: int = 0
) -> tuple[str, str] | None:
    """What cannot be read in a condition: a code and the word it is about; None when all can."""
    if condition is None or condition == {}:
        return None
    if depth > DEEPEST:
        return "deep", ""
    if not isinstance(condition, Mapping) or len(condition) != 1:
        return "shape", str(condition)[:60]
    ((name, wanted),) = condition.items()
    if name in ("all", "any"):
        if not isinstance(wanted, list) or not wanted:
            return "list", str(name)
        return next((bad for one in wanted if (bad := wrong(one, known, depth + 1))), None)
    if name == "not":
        return wrong(wanted, known, depth + 1) if wanted else ("list", "not")
    return ("fact", str(name)) if name not in known else _wrong_values(str(name), wanted, known[name])


def _wrong_values(name: str, wanted: Any, values: Sequence[str] | None) -> tuple[str, str] | None:
    if values is None:
        numbers = isinstance(wanted, Mapping) and wanted and set(wanted) <= {"min", "max"}
        good = numbers and all(isinstance(one, int) and not isinstance(one, bool) for one in wanted.values())
        return None if good else ("number", name)
    if not isinstance(wanted, list) or not wanted:
        return "values", name
    strange = [one for one in wanted if one not in values]
    return ("value", f"{name}: {strange[0]}") if strange else None

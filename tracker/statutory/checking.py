"""Reading a rule as it is written, and everything that is wrong with it.  Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tracker.statutory import conditions, rules
from tracker.statutory.rules import Due, Rule

KEYS = frozenset({
    "id", "group", "title", "citation", "checked_on", "mark", "needs_check", "effective_from", "enabled", "profile",
    "when", "start", "due", "counting", "zone", "recipient", "allows_interim", "pausable", "warn_at", "on_breach",
    "notes", "evidence_hold", "report",
})  # fmt: skip
FLAGS = ("needs_check", "enabled", "allows_interim", "evidence_hold")
NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,59}")
CLOCK = re.compile(r"clock:([a-z0-9][a-z0-9-]{1,59})\.done_at")
WARNING = re.compile(r"[1-9][0-9]?%|-[1-9][0-9]{0,2}[mhd]")
MOST = 10_000


@dataclass(frozen=True)
class Wrong:
    """One mistake: the key it is under, what kind it is, and the word it is about."""

    key: str
    code: str
    about: str = ""


class Unreadable(ValueError):
    """A rule that cannot be read, with all its mistakes."""

    def __init__(self, wrong: Iterable[Wrong]) -> None:
        super().__init__("unreadable rule")
        self.wrong = tuple(wrong)


def read(plain: Any) -> Rule:
    """The rule that these words write; raises Unreadable with all that is wrong."""
    if not isinstance(plain, Mapping):
        raise Unreadable([Wrong("", "mapping")])
    wrong = [Wrong(str(key), "unknown_key", str(key)) for key in plain if key not in KEYS]
    wrong += [*_names(plain), *_texts(plain), *_choices(plain), *_conditions(plain), *_warnings(plain)]
    due, bad = _due(plain.get("due"))
    wrong += bad
    checked, from_, bad = _dates(plain)
    wrong += bad
    if wrong or due is None or checked is None:
        raise Unreadable(wrong)
    return Rule(
        id=plain["id"], title=both(plain["title"]), citation=str(plain["citation"]).strip(), checked_on=checked,
        due=due, recipient=both(plain["recipient"]), when=plain.get("when"), group=plain.get("group") or "",
        mark=plain.get("mark", "R"), needs_check=bool(plain.get("needs_check", False)), effective_from=from_,
        pending=plain.get("effective_from") == rules.PENDING, enabled=bool(plain.get("enabled", True)),
        profile=plain.get("profile"), start=plain.get("start", "aware_at"),
        counting=plain.get("counting", rules.STRICT), zone=plain.get("zone") or "",
        allows_interim=bool(plain.get("allows_interim", False)), evidence_hold=bool(plain.get("evidence_hold", False)),
        report=plain.get("report") or "", warn_at=tuple(plain.get("warn_at", rules.WARNINGS)),
        on_breach=tuple(plain.get("on_breach", rules.ON_BREACH)), notes=both(plain.get("notes") or ""),
    )  # fmt: skip


def read_all(plain: Iterable[Any]) -> list[Rule]:
    """All rules of a book; a name that is there twice, or hangs on a clock that is not there, is wrong too."""
    found = [read(one) for one in plain]
    names = [one.id for one in found]
    wrong = [Wrong("id", "twice", name) for name in sorted({one for one in names if names.count(one) > 1})]
    known = {*names, *(one.group for one in found if one.group)}
    for one in found:
        wrong += [
            Wrong("start", "no_clock", name)
            for name in (one.after, one.due.clock)
            if name and name not in known
        ]
    if wrong:
        raise Unreadable(wrong)
    return found


def both(text: Any) -> Mapping[str, str]:
    """A text in both languages; where only one was written, it stands for both."""
    if isinstance(text, Mapping):
        given = {str(key): str(value).strip() for key, value in text.items() if str(value).strip()}
        one = next(iter(given.values()), "")
        return {"zh": given.get("zh", one), "en": given.get("en", one)}
    return {"zh": str(text).strip(), "en": str(text).strip()}


def _names(plain: Mapping[str, Any]) -> Iterable[Wrong]:
    if not (isinstance(plain.get("id"), str) and NAME.fullmatch(plain["id"])):
        yield Wrong("id", "name")
    group = plain.get("group")
    if group and not (isinstance(group, str) and NAME.fullmatch(group)):
        yield Wrong("group", "name")
    for key in FLAGS:
        if not isinstance(plain.get(key, False), bool):
            yield Wrong(key, "flag")
    if plain.get("pausable", False) is not False:
        yield Wrong("pausable", "never_paused")


def _texts(plain: Mapping[str, Any]) -> Iterable[Wrong]:
    for key in ("title", "citation", "recipient"):
        text = plain.get(key)
        if not text or not both(text)["zh"]:
            yield Wrong(key, "needed")
        elif isinstance(text, Mapping) and not set(text) <= {"zh", "en"}:
            yield Wrong(key, "languages")
    zone = plain.get("zone")
    try:
        ZoneInfo(zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        yield Wrong("zone", "zone", str(zone))


def _choices(plain: Mapping[str, Any]) -> Iterable[Wrong]:
    for key, choices in (
        ("mark", rules.MARKS),
        ("counting", rules.COUNTINGS),
        ("report", ("", "seven_items")),
    ):
        if plain.get(key) is not None and plain[key] not in choices:
            yield Wrong(key, "choice", ", ".join(one for one in choices if one))
    start = plain.get("start", "aware_at")
    if not (isinstance(start, str) and (start in rules.STARTS or CLOCK.fullmatch(start))):
        yield Wrong("start", "choice", ", ".join((*rules.STARTS, "clock:<id>.done_at")))


def _conditions(plain: Mapping[str, Any]) -> Iterable[Wrong]:
    for key in ("profile", "when"):
        bad = conditions.wrong(plain.get(key), rules.FACTS)
        if bad is not None:
            yield Wrong(key, f"condition_{bad[0]}", bad[1])


def _warnings(plain: Mapping[str, Any]) -> Iterable[Wrong]:
    for key, good in (
        ("warn_at", lambda one: bool(WARNING.fullmatch(str(one)))),
        ("on_breach", lambda one: one in rules.ON_BREACH),
    ):
        given = plain.get(key, [])
        if not isinstance(given, list):
            yield Wrong(key, "list")
        elif any(not good(one) for one in given):
            yield Wrong(key, key)


def _due(plain: Any) -> tuple[Due | None, list[Wrong]]:
    if not isinstance(plain, Mapping) or plain.get("kind") not in rules.DUE_KINDS:
        return None, [Wrong("due", "choice", ", ".join(rules.DUE_KINDS))]
    kind, n, clock, unit = (
        plain["kind"],
        plain.get("n", 0),
        plain.get("clock", ""),
        plain.get("unit", rules.HOURS),
    )
    wrong = []
    if kind not in (rules.IMMEDIATELY, rules.WITH_CLOCK) and not (type(n) is int and 0 < n <= MOST):
        wrong.append(Wrong("due", "count"))
    if kind in (rules.WITH_CLOCK, rules.AFTER_CLOCK) and not (
        isinstance(clock, str) and NAME.fullmatch(clock)
    ):
        wrong.append(Wrong("due", "which_clock"))
    if unit not in (rules.HOURS, rules.DAYS, rules.MONTHS):
        wrong.append(Wrong("due", "choice", "hours, days, months"))
    return (None, wrong) if wrong else (Due(kind, n if type(n) is int else 0, unit, clock), [])


def _dates(plain: Mapping[str, Any]) -> tuple[date | None, date | None, list[Wrong]]:
    checked, bad = _date(plain.get("checked_on"), "checked_on")
    if plain.get("effective_from") in (None, "", rules.PENDING):
        return checked, None, bad
    from_, more = _date(plain["effective_from"], "effective_from")
    return checked, from_, [*bad, *more]


def _date(value: Any, key: str) -> tuple[date | None, list[Wrong]]:
    try:
        return (value if isinstance(value, date) else date.fromisoformat(str(value))), []
    except ValueError:
        return None, [Wrong(key, "date")]

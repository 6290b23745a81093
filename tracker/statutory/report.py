"""調查、處理及改善報告: the seven items that Taiwan's cyber-security rules ask for, filled from a record.

The items are those of 資通安全管理法施行細則 (2018 text); what the record does not say is listed, never made up.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from tracker.records import codes, wordlists
from tracker.records import words as record_words
from tracker.records.parts import RecordItem
from tracker.records.whole import Whole

# H2 and H3: what is measured and planned, each under its own name.
ACTIONS = ("corrective_actions", "preventive_actions")


@dataclass(frozen=True)
class Item:
    """One of the seven items: what the record says, and what it does not say yet."""

    number: int
    title: str
    lines: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]


def seven(whole: Whole, when: "Say") -> list[Item]:
    """The seven items of one record."""
    titles = (
        _("When it happened, was known, and was contained or recovered"), _("Scope and damage"),
        _("How it was contained and recovered"), _("How it was investigated"), _("Root cause"),
        _("Measures in management, technology, people and resources"),
        _("Planned dates, and how the effect is tracked"),
    )  # fmt: skip
    parts = (_times, _scope, _containing, _investigating, _cause, _measures, _tracking)
    found = []
    for number, (title, part) in enumerate(zip(titles, parts, strict=True), 1):
        lines = list(part(whole, when))
        said = tuple((label, text) for label, text in lines if text)
        found.append(
            Item(number, title, said, tuple(dict.fromkeys(label for label, text in lines if not text)))
        )
    return found


Lines = Iterable[tuple[str, str]]
Say = Callable[..., str]
"""An instant in the reader's words, as exactly as a second argument says; empty where there is none."""


def _label(key: str) -> str:
    return str(record_words.need_word(key))


def _times(whole: Whole, when: Say) -> Lines:
    issue, contained = whole.record.primary_issue, whole.items.get("containment", [])
    yield _label("occurred_at"), when(issue.occurred_at, issue.occurred_precision)
    yield _label("aware_at"), when(issue.aware_at)
    ends: list[datetime] = [one.done_at or one.at for one in contained]
    yield _("Contained or recovered on"), when(max(ends, default=None))


def _scope(whole: Whole, when: Say) -> Lines:
    record = whole.record
    yield _label("ai_system"), f"{record.system.name} {record.primary_issue.system_version}".strip()
    yield _label("description"), record.primary_issue.description
    for key in ("harm_types", "affected_population"):
        yield _label(key), _listed(str(wordlists.word(key, one)) for one in whole.choices.get(key, ()))
    for key in ("harm_realisation", "severity"):
        value = getattr(record, key)
        yield _label(key), str(wordlists.word(key, value)) if value else ""
    yield _label("affected_count"), record.affected_count
    if record.security_event == "yes":
        for key in ("cia_confidentiality", "cia_integrity", "cia_availability"):
            level = getattr(record, key)
            yield _label(key), str(wordlists.word(key, level)) if level is not None else ""
    count = record.record_count
    if record.personal_data == "yes":
        yield _label("record_count"), str(count) if count is not None else ""


def _containing(whole: Whole, when: Say) -> Lines:
    said = _done(whole.items.get("containment", ()), when)
    yield _label("containment"), said or whole.record.containment_none_because
    yield _label("already_out"), whole.record.already_out
    yield _label("corrections"), _dated(whole.work.items.get("corrections", ()), when)


def _investigating(whole: Whole, when: Say) -> Lines:
    record, work = whole.record, whole.work
    yield _label("team"), "\n".join(one.what for one in whole.items.get("team", ()))
    yield _label("five_whys"), "\n".join(_with_evidence(one) for one in work.items.get("five_whys", ()))
    steps = "\n".join(_with_evidence(one) for one in whole.items.get("reproduction_steps", ()))
    yield _label("reproduction"), "\n".join(filter(None, (record.reproduction, steps)))
    checked = "\n".join(_with_evidence(one) for one in work.items.get("similar_systems", ()))
    yield _label("similar_check"), "\n".join(filter(None, (work.record.similar_check, checked)))


def _with_evidence(line: RecordItem) -> str:
    return _(": ").join(filter(None, (line.what, line.evidence)))


def _cause(whole: Whole, when: Say) -> Lines:
    """Of a record that follows another one the cause is the other's."""
    record = whole.work.record
    cause = record.cause_class
    yield _label("cause_class"), str(wordlists.word("cause_class", cause)) if cause else ""
    yield _label("root_cause"), record.root_cause or record.cause_not_found
    yield _label("escape_cause"), record.escape_cause


def _actions(whole: Whole) -> list[RecordItem]:
    return [one for kind in ACTIONS for one in whole.work.items.get(kind, ())]


def _measures(whole: Whole, when: Say) -> Lines:
    """By dimension; a measure without one stands by itself."""
    every = _actions(whole)
    for dimension in codes.DIMENSIONS:
        of_it = [one for one in every if one.dimension == dimension]
        yield str(wordlists.word("dimension", dimension)), _dated(of_it, when)
    for kind in ACTIONS:
        if rest := [one for one in whole.work.items.get(kind, ()) if not one.dimension]:
            yield _label(kind), _dated(rest, when)


def _tracking(whole: Whole, when: Say) -> Lines:
    planned = {
        kind: [one for one in whole.work.items.get(kind, ()) if one.due_at is not None] for kind in ACTIONS
    }
    for kind in [kind for kind in ACTIONS if planned[kind]] or ACTIONS[:1]:
        yield _label(kind), "\n".join(f"{one.what} {when(one.due_at)}" for one in planned[kind])
    checks = [
        f"{when(one.done_at)} {one.result}".strip()
        if one.done_at
        else _("due %(when)s", when=when(one.due_at))
        for one in whole.checks
    ]
    yield _label("effect_checks"), "\n".join(checks)


def _done(items: Iterable[RecordItem], when: Say) -> str:
    """What was done at once, each line with the time it was done or, where nobody said, written down."""
    return "\n".join(f"{when(one.done_at or one.at)} {one.what}" for one in items)


def _dated(items: Iterable[RecordItem], when: Say) -> str:
    """What is planned or done, each line with its own date; when it was typed says nothing of either."""
    return "\n".join(one.what + _date(one, when) for one in items)


def _date(one: RecordItem, when: Say) -> str:
    if one.done_at is not None:
        return _("; ") + _("done %(when)s", when=when(one.done_at))
    return _("; ") + _("due %(when)s", when=when(one.due_at)) if one.due_at is not None else ""


def _listed(names: Iterable[Any]) -> str:
    return _(", ").join(names)

"""Conditions over named facts: yes, no, unknown; what a rule may not say."""

import pytest

from tracker.statutory import book, checking, conditions, rules
from tracker.statutory.rules import NO, UNKNOWN, YES

SECURITY = {"security_event": ["yes"]}
GRAVE = {"cia_level": {"min": 3}}


@pytest.mark.parametrize(
    ("condition", "facts", "wanted"),
    [
        (None, {}, YES),
        ({}, {}, YES),
        (SECURITY, {"security_event": "yes"}, YES),
        (SECURITY, {"security_event": "no"}, NO),
        (SECURITY, {"security_event": "unknown"}, UNKNOWN),
        (SECURITY, {}, UNKNOWN),
        (GRAVE, {"cia_level": 3}, YES),
        (GRAVE, {"cia_level": 0}, NO),
        (GRAVE, {"cia_level": None}, UNKNOWN),
        ({"cia_level": {"min": 1, "max": 2}}, {"cia_level": 3}, NO),
        ({"eu_triggers": ["death"]}, {"eu_triggers": ("rights", "death")}, YES),
        ({"eu_triggers": ["death"]}, {"eu_triggers": ("none",)}, NO),
        ({"eu_triggers": ["death"]}, {"eu_triggers": ()}, UNKNOWN),
        # One no settles `all`, one yes settles `any`, whatever else is not known.
        ({"all": [SECURITY, GRAVE]}, {"cia_level": 1}, NO),
        ({"all": [SECURITY, GRAVE]}, {"cia_level": 4}, UNKNOWN),
        ({"any": [SECURITY, GRAVE]}, {"cia_level": 4}, YES),
        ({"any": [SECURITY, GRAVE]}, {"cia_level": 1}, UNKNOWN),
        ({"any": [SECURITY, GRAVE]}, {"cia_level": 1, "security_event": "no"}, NO),
        ({"not": SECURITY}, {"security_event": "no"}, YES),
        ({"not": SECURITY}, {}, UNKNOWN),
    ],
)
def test_answers(condition, facts, wanted):
    assert conditions.holds(condition, facts) == wanted


def test_only_the_facts_that_matter_are_asked_for():
    both = {"all": [SECURITY, GRAVE]}
    assert conditions.unknown_in(both, {}) == ("security_event", "cia_level")
    assert conditions.unknown_in(both, {"security_event": "no"}) == ()
    assert conditions.unknown_in(both, {"security_event": "yes"}) == ("cia_level",)


GOOD = {
    "id": "own-rule", "title": "Tell the ministry", "citation": "Order 7", "checked_on": "2026-11-01",
    "due": {"kind": "hours", "n": 24}, "recipient": "Ministry", "when": {"personal_data": ["yes"]},
}  # fmt: skip


def test_a_rule_needs_little_to_be_read():
    rule = checking.read(GOOD)
    assert (rule.start, rule.counting, rule.mark, rule.enabled) == ("aware_at", rules.STRICT, "R", True)
    assert rule.unchecked


@pytest.mark.parametrize(
    ("changes", "key", "code"),
    [
        ({"id": "Not a name!"}, "id", "name"),
        ({"title": ""}, "title", "needed"),
        ({"title": {"fr": "non"}}, "title", "languages"),
        ({"due": {"kind": "weeks", "n": 1}}, "due", "choice"),
        ({"due": {"kind": "hours", "n": 0}}, "due", "count"),
        ({"due": {"kind": "hours", "n": True}}, "due", "count"),
        ({"due": {"kind": "with_clock"}}, "due", "which_clock"),
        ({"counting": "roughly"}, "counting", "choice"),
        ({"start": "tomorrow"}, "start", "choice"),
        ({"pausable": True}, "pausable", "never_paused"),
        ({"checked_on": "soon"}, "checked_on", "date"),
        ({"effective_from": "2027-13-01"}, "effective_from", "date"),
        ({"zone": "Mars/Base"}, "zone", "zone"),
        ({"zone": "../../etc/passwd"}, "zone", "zone"),
        ({"enabled": "yes"}, "enabled", "flag"),
        ({"warn_at": ["halfway"]}, "warn_at", "warn_at"),
        ({"on_breach": ["shout"]}, "on_breach", "on_breach"),
        ({"exec": "import os"}, "exec", "unknown_key"),
        ({"when": {"personal_data": ["maybe"]}}, "when", "condition_value"),
        ({"when": {"__class__": ["yes"]}}, "when", "condition_fact"),
        ({"when": {"personal_data": ["yes"], "harm": ["yes"]}}, "when", "condition_shape"),
        ({"when": {"all": []}}, "when", "condition_list"),
        ({"when": {"record_count": [100]}}, "when", "condition_number"),
        ({"when": {"personal_data": "yes"}}, "when", "condition_values"),
        ({"when": "harm == 'yes'"}, "when", "condition_shape"),
    ],
)
def test_what_cannot_be_read_is_named(changes, key, code):
    with pytest.raises(checking.Unreadable) as stopped:
        checking.read({**GOOD, **changes})
    assert [(one.key, one.code) for one in stopped.value.wrong] == [(key, code)]


def test_all_mistakes_are_told_at_once():
    with pytest.raises(checking.Unreadable) as stopped:
        checking.read({"id": "", "when": {"x": []}, "due": 3})
    assert {one.key for one in stopped.value.wrong} == {
        "id", "title", "citation", "recipient", "when", "due", "checked_on",
    }  # fmt: skip


def test_the_shipped_rules_can_be_read_and_hang_together():
    found = checking.read_all(book.shipped().values())
    assert len(found) == len(book.shipped())
    assert {one.mark for one in found} == {"V", "V2", "R"}
    assert all(one.unchecked for one in found if one.mark == "R")


def test_a_rule_that_hangs_on_none_is_refused():
    with pytest.raises(checking.Unreadable) as stopped:
        checking.read_all([{**GOOD, "start": "clock:gone.done_at"}, GOOD])
    assert {one.code for one in stopped.value.wrong} == {"no_clock", "twice"}

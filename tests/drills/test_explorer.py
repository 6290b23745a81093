"""No order of the engine's transactions breaks a promise, and each guard is there for one that would."""

import sys
import time

import pytest

from tests.drills.explorer import GUARDS, ONE_CASE, TWO_CASES, explore

# What becomes possible without a guard.  Rows are skipped and cases are read under a lock, or else the key that is
# there twice stops the second: these two are taken away together.
WITHOUT = {
    ("skip_locked", "unique"): "chased twice",
    ("epoch", "reread_case"): "chased after it was closed",
    ("lock_case",): "chased after it was closed",
    ("fence",): "marked by a sender that had lost it",
}


def test_no_order_of_one_case_breaks_a_promise():
    states, ends, stale, faults = explore(ONE_CASE)
    assert faults == set()
    assert states > 500
    assert ends > 0
    assert stale > 0


@pytest.mark.parametrize(("guards", "fault"), WITHOUT.items())
def test_without_its_guard_a_promise_breaks(guards, fault):
    assert set(guards) <= set(GUARDS)
    assert fault in explore(ONE_CASE, frozenset(guards))[3]


@pytest.mark.drill
def test_no_order_of_two_cases_breaks_a_promise():
    began = time.process_time()
    states, ends, stale, faults = explore(TWO_CASES)
    spent = time.process_time() - began
    sys.stdout.write(
        f"\nexplorer: {states:,} states, {ends:,} ends, {stale:,} stale words, {spent:.0f} s: {faults or 'all hold'}\n"
    )
    assert faults == set()
    assert spent < 120

"""The grid: each fault at each named point, on both databases; nothing is lost, nothing decided twice."""

import sys
from collections import Counter

import pytest

from tests.drills.cells import FAULTS, cell, check
from tracker.failpoints import POINTS

# A cut for every run of the tests: each fault where it hurts most.
CUT = (
    ("kill", "fire.written"), ("kill", "send.reply"), ("raise", "fire.write"), ("raise", "send.reply"),
    ("hang", "send.replied"), ("hang", "tick.commit"), ("drop", "fire.locked"), ("drop", "send.mark"),
)  # fmt: skip
REST = [(fault, point) for fault in FAULTS for point in POINTS if (fault, point) not in CUT]
GRID: Counter[str] = Counter()


@pytest.mark.parametrize(("fault", "point"), CUT)
def test_a_fault_at_this_point_loses_and_doubles_nothing(app, mail_sink, fault, point):
    check(cell(app, mail_sink, fault, point), fault)


@pytest.mark.drill
@pytest.mark.parametrize(("fault", "point"), REST)
def test_no_fault_anywhere_loses_or_doubles_anything(app, engine, mail_sink, fault, point):
    found = cell(app, mail_sink, fault, point)
    GRID[engine] += 1
    doubled = f", {found.doubled_on_wire} doubled on the wire and flagged" if found.doubled_on_wire else ""
    sys.stdout.write(f"\n{engine} {fault} at {point}: {found.recorded} chased, {found.lost} lost{doubled}")
    check(found, fault)

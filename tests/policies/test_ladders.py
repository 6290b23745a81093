"""Ladders out of any policy that passes the checks: in order, never in closed time, never silent, monotone."""

from datetime import timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.clock import MONDAY, TAIPEI
from tests.followups.test_ladder import OFFICE
from tracker import calendars
from tracker.followups import ladder
from tracker.followups.ladder import Want
from tracker.policies import checking, rules, shapes
from tracker.policies.presets import PRESETS
from tracker.policies.rules import About, Allowance, Only, Policy, Rule, Stage

TO = st.lists(
    st.sampled_from(["owner", "supervisors", "managers", "on_duty"]), min_size=1, max_size=3, unique=True
)
SHARES = st.lists(st.integers(1, 99), max_size=3, unique=True)
LATER = st.lists(
    st.one_of(
        st.tuples(st.just("hour"), st.integers(1, 100)), st.tuples(st.just("day"), st.integers(1, 120))
    ),
    max_size=4, unique=True,
)  # fmt: skip


@st.composite
def deadline_rules(draw) -> Rule:
    """A rule for a clock with a due time, as a form would make it."""
    to = draw(TO)
    steps = [Stage("share", percent, to=tuple(to)) for percent in draw(SHARES)]
    steps += [Stage("due", to=tuple(draw(TO)))]
    steps += [Stage("after", amount, unit, tuple(draw(TO))) for unit, amount in draw(LATER)]
    steps += [Stage("again", draw(st.integers(1, 60)), to=tuple(draw(TO)))]
    amounts = sorted(draw(st.lists(st.floats(0.1, 200), min_size=4, max_size=4)))
    unit = draw(st.sampled_from(rules.UNITS))
    allowance = Allowance(unit, (amounts[0], amounts[1], amounts[2], amounts[3]))
    return Rule("first_response", checking.in_order(tuple(steps)), allowance)


STARTS = st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: MONDAY + timedelta(minutes=minutes))
HOURS = st.floats(0.1, 300).map(lambda hours: timedelta(hours=hours))


@given(deadline_rules())
def test_what_the_form_puts_in_order_passes_the_checks(rule):
    assert list(checking.of_rule(rule)) == []
    policy = Policy((rule,))
    assert shapes.read(shapes.written(policy)) == policy


@given(deadline_rules(), STARTS, HOURS)
def test_the_rungs_come_in_order_in_open_time_and_never_end(rule, start, allowance):
    want = Want("first_response", start, allowance=allowance)
    rungs = list(islice(ladder.plan(want, rule, OFFICE), 12))
    assert len(rungs) == 12
    assert all(one.at <= two.at for one, two in pairwise(rungs))
    names = [(one.step.name, one.occurrence) for one in rungs]
    assert len(set(names)) == len(names)
    for rung in rungs:
        local = rung.at.astimezone(TAIPEI)
        assert local.weekday() < 5
        assert 9 * 60 <= local.hour * 60 + local.minute <= 18 * 60


CROSSING = Rule(
    "first_response",
    (Stage("due", to=("owner",)), Stage("after", 19, "hour", ("owner",)), Stage("after", 1, "day", ("owner",)),
     Stage("again", 1, to=("owner",))),
    Allowance("hour", (1, 1, 1, 1)),
)  # fmt: skip


@given(deadline_rules(), STARTS, HOURS)
@example(CROSSING, MONDAY, timedelta(hours=1))
def test_repeated_rungs_keep_their_gap_in_working_days(rule, start, allowance):
    want = Want("first_response", start, allowance=allowance)
    again = [one.at for one in islice(ladder.plan(want, rule, OFFICE), 12) if one.step.name == "weekly"]
    for one, two in pairwise(again):
        assert two == calendars.add_working_days(one, int(rule.steps[-1].amount), OFFICE)
        assert two > one


@given(deadline_rules(), STARTS, HOURS, HOURS)
def test_more_time_never_makes_anything_due_earlier(rule, start, one, two):
    short, long = sorted((one, two))
    first, second = (
        ladder.due(Want("first_response", start, allowance=each), rule, OFFICE) for each in (short, long)
    )
    assert first <= second


@given(deadline_rules(), STARTS, HOURS, st.integers(0, 40))
def test_each_turn_moves_on_and_arms_what_comes_next(rule, start, allowance, days):
    want = Want("first_response", start, allowance=allowance)
    first = ladder.first(want, rule, OFFICE)
    now = first.at + timedelta(days=days)
    turn = ladder.turn(want, first.step.name, first.occurrence, now, rule, OFFICE)
    assert turn.fires.at <= now < turn.then.at
    assert [one.at for one in turn.passed_over] == sorted(one.at for one in turn.passed_over)


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_the_presets_pass_every_check(name):
    assert list(checking.problems(PRESETS[name])) == []


def test_the_first_rule_that_fits_holds():
    grave = Rule("verify", (), Allowance("hour", (1, 1, 1, 1)), Only(severities=("S1",)))
    policy = Policy((grave, *PRESETS["normal"].rules))
    assert policy.rule("verify", About("S1")) is grave
    assert policy.rule("verify", About("S2")).allowance.unit == "day"
    assert policy.rule("verify", About("?")).allowance.unit == "day"


ODD = [
    (Only(severities=("S1",)), Only(severities=("S1", "S2")), []),
    (Only(severities=("S1", "S2")), Only(severities=("S1",)), ["never_reached"]),
    (Only(), Only(systems=(3,)), ["never_reached"]),
    (Only(systems=(3,)), Only(systems=(3,), kinds=("how_to",)), ["never_reached"]),
    (Only(systems=(3,)), Only(units=(3,)), []),
]


@pytest.mark.parametrize(("first", "second", "faults"), ODD)
def test_rules_that_are_never_reached_are_found(first, second, faults):
    general = PRESETS["normal"].rules[0]
    made = [Rule(general.clock, general.steps, general.allowance, only) for only in (first, second)]
    policy = Policy((*made, *PRESETS["normal"].rules))
    found = [one.code for one in checking.problems(policy) if one.rule < 2]
    assert found == faults


def test_a_ladder_in_hours_and_days_never_goes_backwards():
    steps = (
        Stage("due"), Stage("after", 40, "hour"), Stage("after", 1, "day", ("supervisors",)), Stage("again", 1),
    )  # fmt: skip
    rule = Rule("first_response", steps, Allowance("hour", (8, 8, 8, 8)))
    plan = ladder.plan(Want("first_response", MONDAY, allowance=timedelta(hours=8)), rule, OFFICE)
    instants = [one.at for one in islice(plan, 6)]
    assert instants == sorted(instants)

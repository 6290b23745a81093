"""What a case counts for, and how histograms are read."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.clock import MONDAY, TAIPEI
from tracker.dashboards import rules
from tracker.dashboards.rules import Case


def case(**changes):
    plain = {
        "state": "new", "state_since": MONDAY, "reported_at": MONDAY, "first_response_at": None, "closed_at": None,
        "reopened_at": None, "alarming": False,
    }  # fmt: skip
    return Case(**{**plain, **changes})


@pytest.mark.parametrize(
    ("changes", "party"),
    [
        ({"state": "new"}, "supervisor"),
        ({"state": "waiting_user"}, "reporter"),
        ({"state": "answered"}, "reporter"),
        ({"state": "escalated"}, "supervisor"),
        ({"state": "escalated", "record_state": "assigned"}, "engineer"),
        ({"state": "escalated", "record_state": "fixing", "outside": True}, "vendor"),
        ({"state": "escalated", "record_state": "on_hold"}, "held"),
        ({"state": "closed", "record_state": "review"}, "signer"),
        ({"state": "closed", "record_state": "watching"}, ""),
    ],
)
def test_whose_turn_it_is(changes, party):
    assert rules.waiting_for(case(**changes))[0] == party


def test_a_day_is_the_organisations_day():
    late = MONDAY.astimezone(TAIPEI).replace(hour=0, minute=30)
    assert rules.shares(case(reported_at=late), TAIPEI)["received"] == late.date()


def test_the_highest_rung_counts_from_its_earliest_due_time():
    chases = (
        ("overdue", MONDAY - timedelta(days=9)),
        ("to_manager", MONDAY - timedelta(days=2)),
        ("weekly", MONDAY),
    )
    found = rules.shares(case(chases=chases), TAIPEI)
    assert found["ladder:3"] == (MONDAY - timedelta(days=2)).astimezone(TAIPEI).date()
    assert "ladder:1" not in found


def test_a_closed_case_waits_for_nobody():
    found = rules.shares(case(state="closed", closed_at=MONDAY, alarming=True), TAIPEI)
    assert set(found) == {"received", "closed", f"took:close:{rules.bucket(timedelta(0)):02d}"}


@given(some.lists(some.integers(2, 100_000), min_size=10, max_size=200))
def test_a_quantile_is_off_by_a_bucket_at_most(minutes):
    histogram = {}
    for one in minutes:
        number = rules.bucket(timedelta(minutes=one))
        histogram[number] = histogram.get(number, 0) + 1
    exact = sorted(minutes)[-(-len(minutes) // 2) - 1]
    found = rules.quantile(histogram, 0.5) / timedelta(minutes=1)
    assert exact / rules.STEP <= found <= exact * rules.STEP


def test_too_few_cases_give_no_quantile():
    assert rules.quantile({3: rules.TOO_FEW - 1}, 0.5) is None

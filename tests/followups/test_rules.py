"""Which clocks a case has in each state, and how long they run."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.clock import MONDAY
from tracker.followups import fixed, rules, words
from tracker.followups.rules import EscalationFacts, IssueFacts, Question, RecordFacts, Yardstick
from tracker.issues import rules as issues
from tracker.policies import rules as policies
from tracker.policies import rules as policy
from tracker.policies.presets import PRESETS
from tracker.records import rules as records

NORMAL = Yardstick(PRESETS["normal"])
LATER = MONDAY + timedelta(hours=2)
FRESH = IssueFacts(
    id=1, state="new", severity="S3", kind=None, owner="", imported=False, harm=False, personal_data=False,
    reported_at=MONDAY, first_response_at=None, last_update_at=None, history=[(MONDAY, "new")],
)  # fmt: skip
ANSWERED_ONCE = replace(FRESH, first_response_at=LATER, last_update_at=LATER)
RECORD = RecordFacts(
    id=1,
    state="opened",
    severity="S3",
    owner="1",
    state_since=MONDAY,
    hold_until=None,
    liaison="",
    issue_escalated=True,
)
ESCALATION = EscalationFacts(
    id=1, state="sent", severity="S3", owner="2//", state_since=MONDAY, sent_at=MONDAY, due_at=LATER,
    acknowledged_at=None, expected_at=None, last_update_at=None,
)  # fmt: skip


def names(facts: IssueFacts) -> list[str]:
    return [want.name for want in rules.clocks_of_issue(facts, NORMAL)]


@pytest.mark.parametrize("state", sorted(issues.OPEN))
def test_an_open_issue_owes_its_user_a_first_response_and_then_news(state):
    assert names(replace(FRESH, state=state)) == ["first_response"]
    assert names(replace(ANSWERED_ONCE, state=state)) == ["next_update"]


@pytest.mark.parametrize("state", sorted(issues.ENDED))
def test_an_ended_issue_owes_nothing(state):
    assert names(replace(FRESH, state=state, harm=True, question=Question(1, "solved", MONDAY))) == []


def test_imported_history_owes_nothing():
    assert names(replace(FRESH, imported=True)) == []


@pytest.mark.parametrize("sign", [{"harm": True}, {"personal_data": True}, {"severity": "S1"}])
def test_what_cannot_wait_is_urgent(sign):
    assert names(replace(FRESH, **sign)) == ["urgent", "first_response"]


@pytest.mark.parametrize("state", sorted(rules.USERS_TURN))
def test_while_it_is_the_users_turn_the_handlers_clock_is_paused(state):
    moved = [(MONDAY, "confirming"), (LATER, state)]
    facts = replace(ANSWERED_ONCE, state=state, history=moved, question=Question(1, "solved", LATER))
    update, answer = rules.clocks_of_issue(facts, NORMAL)
    assert update.pauses == ((LATER, None),)
    assert answer.name == "user_answer"


def test_pauses_are_replayed_from_the_history():
    hours = [MONDAY + timedelta(hours=n) for n in range(5)]
    history = list(zip(hours, ["new", "waiting_user", "confirming", "answered", "answered"], strict=True))
    assert rules.pauses(history, rules.USERS_TURN) == ((hours[1], hours[2]), (hours[3], None))


@pytest.mark.parametrize(
    ("facts", "may_close", "repeats"),
    [
        ({"state": "answered", "kind": "complaint"}, True, True),
        ({"state": "answered", "kind": "how_to"}, True, False),
        ({"state": "answered", "severity": "S2"}, False, True),
        ({"state": "waiting_user"}, False, True),
        ({"state": "answered", "record_state": "verifying"}, False, True),
        ({"state": "answered", "severity": "S1", "record_state": "user_confirm"}, True, True),
    ],
)
def test_when_the_system_may_close_by_itself(facts, may_close, repeats):
    asked = replace(ANSWERED_ONCE, question=Question(1, "solved", LATER), **facts)
    want = next(want for want in rules.clocks_of_issue(asked, NORMAL) if want.name == "user_answer")
    assert (want.may_close, want.repeats) == (may_close, repeats)


@pytest.mark.parametrize("state", records.STATES)
def test_a_record_has_at_most_one_clock_of_its_own(state):
    facts = replace(RECORD, state=state, hold_until=LATER, checks_made=True)
    found = [want.name for want in rules.clocks_of_record(facts, NORMAL)]
    wanted = {**rules.RECORD_STATES, "draft": "assign", "watching": "close", "on_hold": "hold"}.get(state)
    assert found == ([wanted] if wanted else [])


def test_a_draft_of_an_issue_that_is_not_escalated_owes_nothing():
    assert list(rules.clocks_of_record(replace(RECORD, state="draft", issue_escalated=False), NORMAL)) == []


@pytest.mark.parametrize(
    ("state", "expected_at", "wanted"),
    [
        ("sent", None, ["correct", "acknowledge"]),
        ("acknowledged", LATER, ["correct", "expected", "next_update"]),
        ("acknowledged", None, ["correct", "next_update"]),
        ("corrected", None, []), ("returned", None, []), ("cancelled", None, []),
    ],
)  # fmt: skip
def test_the_clocks_of_an_escalation(state, expected_at, wanted):
    facts = replace(ESCALATION, state=state, expected_at=expected_at)
    assert [want.name for want in rules.clocks_of_escalation(facts, NORMAL)] == wanted


@pytest.mark.parametrize(
    ("clock", "hours"),
    [("first_response", [1, 4, 8, 16]), ("acknowledge", [0.5, 2, 4, 8]), ("next_update", [9, 18, 27, 45])],
)
def test_the_default_hours(clock, hours):
    found = [NORMAL.allowance(clock, f"S{n}") / timedelta(hours=1) for n in (1, 2, 3, 4)]
    assert found == hours


def test_a_slow_office_has_twice_the_time_and_a_tight_one_half():
    normal, slow, tight = (
        Yardstick(PRESETS[name]).allowance("verify", "S2") for name in ("normal", "slow", "tight")
    )
    assert (slow, tight) == (normal * 2, normal / 2)


def test_every_clock_and_step_has_its_words():
    assert set(words.CLOCK_WORDS) == set(words.TODO_WORDS) == {*policy.CLOCKS, *fixed.FIXED, *fixed.BY_LAW}
    assert set(words.STEP_WORDS) == set(fixed.STEPS)
    assert set(policies.RECIPIENTS) <= set(words.ROLE_WORDS)

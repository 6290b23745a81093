"""The life cycle as the design has it (decisions §2), stated as a table: moves, who, guards, ends, closing codes."""

import dataclasses

import pytest

from tests.factories.records import bring_to, do, make_record
from tracker.records import codes, queries, rules
from tracker.workflow import missing

A_AND_B = {
    "function",
    "occurred_at",
    "aware_at",
    "description",
    "input_text",
    "actual_output",
    "expected_output",
}
OPEN = A_AND_B | {
    "anomaly_type",
    "impact",
    "reach",
    "personal_data",
    "harm_realisation",
    "harm_types",
    "affected_population",
}
FIX = {"anomaly_type", "cause_class", "root_cause", "five_whys", "escape_cause"}
VERIFY = {"corrections", "corrective_actions", "preventive_actions", "fixed_in_version"}
HELD = {"evidence_hold"}
AGAIN = OPEN | FIX | VERIFY | {"containment", "proof", "proposed_solution"}
SIGNED = {"similar_check", "signoff_supervisor", "signoff_manager"}
WORK = {"assigned", "analysing", "fixing"}
S, E, Y = "supervisor", "assignee", "system"

# move: from, to, who, the keys of its guards
TABLE = {
    "open": ({"draft"}, "opened", {S}, OPEN | {"escalated"}),
    "assign": ({"opened"}, "assigned", {S}, {"assigned_to", "containment"}),
    "return": (WORK, "opened", {E, S}, {"note"}),
    "acknowledge": ({"assigned"}, "analysing", {E}, {"expected_at"}),
    "fix": ({"analysing"}, "fixing", {E}, FIX | HELD),
    "verify": ({"fixing"}, "verifying", {E, S, Y}, VERIFY | HELD),
    "follow": (WORK | {"opened"}, "fixing", {S, Y}, {"leader", "containment"}),
    "unfollow": ({"fixing", "verifying"}, "opened", {S, Y}, {"leader", "note"}),
    "ask_user": ({"verifying"}, "user_confirm", {S}, {"proposed_solution", "proof", "verified_by"}),
    "review": ({"user_confirm"}, "review", {S, Y}, {"user_confirmed"}),
    "conclude": (WORK, "review", {S}, {"close_code", "note", "proposed_solution"}),
    "back": ({"verifying", "user_confirm", "review"}, "analysing", {S, Y}, {"note"}),
    "watch": ({"review"}, "watching", {S}, AGAIN | SIGNED),
    "close": ({"watching"}, "closed", {S}, AGAIN | SIGNED | {"effect_checks", "recurrences"}),
    "reissue": ({"watching", "closed"}, "reissued", {S, Y}, {"note"}),
    "hold": (set(rules.IN_WORK), "on_hold", {S}, {"waiting_for", "until", "liaison", "promise"}),
    "cancel": ({"draft", "opened"}, "cancelled", {S}, {"note"}),
}  # fmt: skip


def test_every_move_stands_in_the_table():
    assert set(rules.WORKFLOW) == {*TABLE, "resume"}


@pytest.mark.parametrize("verb", list(TABLE))
def test_a_move_is_as_the_table_has_it(verb):
    starts, ends, who, guards = TABLE[verb]
    move = rules.WORKFLOW[verb]
    assert (set(move.starts), set(move.who)) == (starts, who)
    assert move.ends == ends
    assert {need.key for need in move.needs} == guards


def test_resume_goes_back_to_where_it_was(app):
    for state in ("opened", "analysing", "review"):
        record, cast = make_record(state=state)
        do(record, "hold", cast)
        assert (record.state, record.held_from) == ("on_hold", state)
        do(record, "resume", cast)
        assert (record.state, record.held_from, record.hold_liaison_id) == (state, "", None)


# Each guard of `close`: what breaks it in an S1 record that could be closed, by the facts it reads.
BREAKS = {
    "function": {"function": False, "function_wanted": True}, "occurred_at": {"occurred": False},
    "aware_at": {"aware_at": False}, "description": {"description": " "}, "anomaly_type": {"anomaly_type": "undecided"},
    "input_text": {"input": ""}, "actual_output": {"actual": ""}, "expected_output": {"expected": ""},
    "impact": {"impact": None}, "reach": {"reach": None}, "personal_data": {"personal_data": ""},
    "harm_realisation": {"harm_realisation": ""}, "harm_types": {"harm_types": 0},
    "affected_population": {"affected_population": 0}, "containment": {"containment": 0},
    "cause_class": {"cause_class": ""}, "root_cause": {"root_cause": ""}, "five_whys": {"five_whys": 2},
    "escape_cause": {"escape_cause": ""}, "corrections": {"corrections": 0},
    "corrective_actions": {"corrective_actions": 0},
    "preventive_actions": {"preventive_actions": 0}, "fixed_in_version": {"fixed_in_version": ""},
    "proof": {"runs_after": False}, "proposed_solution": {"proposed_solution": ""},
    "similar_check": {"similar_check": ""}, "signoff_supervisor": {"supervisor_signed": False},
    "signoff_manager": {"manager_signed": False}, "effect_checks": {"effect_checks_open": 1},
    "recurrences": {"recurrences": 1},
}  # fmt: skip


@pytest.mark.sqlite_only
def test_each_guard_of_the_end_is_met_by_a_good_record_and_broken_by_what_it_is_about(app):
    record, _ = make_record(state="closed", grave=True)
    good = queries.facts(record, record.closed_at)
    close = rules.WORKFLOW["close"]
    assert missing(close, good) == ()
    assert set(BREAKS) == TABLE["close"][3]
    for key, change in BREAKS.items():
        assert key in missing(close, dataclasses.replace(good, **change)), key


@pytest.mark.sqlite_only
@pytest.mark.parametrize("days", [0, 31])
def test_a_hold_ends_after_now_and_within_thirty_days(app, days):
    record, _ = make_record(state="opened")
    now = record.created_at
    facts = queries.facts(
        record, now, hold_until=now.fromtimestamp(now.timestamp() + days * 86400, now.tzinfo)
    )
    assert "until" in missing(rules.WORKFLOW["hold"], facts)


@pytest.mark.sqlite_only
def test_each_time_it_is_sent_back_is_counted(app):
    record, cast = make_record(state="verifying")
    for count in (1, 2):
        do(record, "back", cast)
        assert (record.state, record.loops, record.close_code) == ("analysing", count, "")
        bring_to(record, "verifying", cast)


def test_the_closing_codes_are_those_of_the_form():
    assert codes.CLOSE_CODES == (
        "solved", "not_an_anomaly", "external", "workaround_accepted", "wont_fix", "cause_not_found",
    )  # fmt: skip

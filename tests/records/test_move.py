"""Each move of a record: who may, from where, and what it does to the issues, the escalation and the trail."""

from contextlib import suppress
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.clock import MONDAY, Clock
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person, organisation
from tests.factories.records import (
    CORRECTION,
    PROOF,
    Cast,
    bring_to,
    given,
    issues_of,
    make_cast,
    make_record,
    take,
)
from tracker.accounts.rules import SYSTEM
from tracker.audit.models import Entry
from tracker.db import db
from tracker.errors import DomainError, Missing, NotAllowed, WrongState
from tracker.issues.models import Ask, IssueRecord, Message
from tracker.outbox.models import Letter
from tracker.records import actions, codes, queries, rules
from tracker.records.models import Record
from tracker.workflow import ASSIGNEE, MANAGER, SUPERVISOR
from tracker.workflow import SYSTEM as THE_SYSTEM

MAY = {
    SUPERVISOR: "supervisor", ASSIGNEE: "engineer", MANAGER: "manager",
}  # fmt: skip
NOTED = ("return", "back", "reissue", "cancel")


def do(record: Record, verb: str, cast: Cast, by: object = None, **more: object) -> Record:
    """Make the move with what it asks for."""
    fields = given(verb, cast) | more
    note = "Because." if verb in NOTED or verb == "conclude" else ""
    actor = by or actor_of(cast.supervisor)
    return actions.move_record(record, verb, by=actor, at=MONDAY, fields=fields, note=note)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("verb", list(rules.WORKFLOW))
def test_each_role_makes_the_moves_that_the_table_gives_it_and_no_other(app: Flask, verb: str) -> None:
    move = rules.WORKFLOW[verb]
    record, cast = make_record(state=next(one for one in rules.STATES if one in move.starts))
    may = {MAY[one] for one in move.who if one in MAY}
    people = {"stranger": make_person(), **vars(cast)}
    for role in people.keys() - may:
        with pytest.raises(NotAllowed):
            do(record, verb, cast, actor_of(people[role]))
    for role in sorted(may)[:1]:
        with suppress(Missing):
            do(record, verb, cast, actor_of(people[role]))


@pytest.mark.sqlite_only
@pytest.mark.parametrize("state", ["draft", "verifying", "cancelled"])
def test_a_move_from_another_state_is_refused(app: Flask, state: str) -> None:
    record, cast = make_record(state=state)
    for verb, move in rules.WORKFLOW.items():
        if state not in move.starts and move.who & {THE_SYSTEM, SUPERVISOR}:
            by = SYSTEM if THE_SYSTEM in move.who else actor_of(cast.supervisor)
            with pytest.raises(WrongState):
                do(record, verb, cast, by)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("code", codes.CONCLUDE_CODES)
def test_each_closing_code_but_solved_is_reached_by_concluding(app: Flask, code: str) -> None:
    record, cast = make_record(state="analysing")
    do(record, "conclude", cast, close_code=code)
    assert (record.state, record.close_code) == ("review", code)
    assert issues_of(record)[0].state == "answered"
    bring_to(record, "closed", cast)
    assert (record.state, record.close_code) == ("closed", code)


def test_every_closing_code_is_reached_one_way_or_the_other(app: Flask) -> None:
    assert set(codes.CLOSE_CODES) == {"solved", *codes.CONCLUDE_CODES}


@pytest.mark.parametrize("state", sorted(rules.ENDED))
def test_every_end_is_reached(app: Flask, state: str) -> None:
    record, _ = make_record(state=state)
    assert record.state == state
    assert not db.session.scalars(
        select(IssueRecord).where(IssueRecord.record_number == record.number, IssueRecord.is_open)
    ).all()


def test_the_draft_is_made_once_and_filled_from_the_issue(app: Flask) -> None:
    cast = make_cast()
    issue = make_issue(state="escalated", supervisor=cast.supervisor, impact="personal_data")
    record = actions.draft_record(issue, by=actor_of(cast.supervisor), at=MONDAY)
    assert actions.draft_record(issue, by=actor_of(cast.supervisor), at=MONDAY) is record
    assert record.number == "AR-202611-0001"
    assert (record.personal_data, record.severity, record.state) == ("yes", issue.severity, "draft")


def test_escalating_the_issue_makes_its_record(app: Flask) -> None:
    cast = make_cast()
    issue = make_issue(state="confirmed", supervisor=cast.supervisor)
    actions.move_issue(
        issue, "escalate", by=actor_of(cast.supervisor), at=MONDAY, fields={"escalation_reason": "Wrong."}
    )
    record = queries.of_issue(issue)
    assert record is not None and record.state == "draft" and issue.state == "escalated"


def test_assigning_sends_an_escalation_and_a_letter_and_lets_the_engineer_read(app: Flask) -> None:
    record, cast = make_record(state="opened")
    assert db.session.scalars(queries.visible(actor_of(cast.engineer))).all() == []
    do(record, "assign", cast)
    escalation = queries.open_escalation(record)
    assert escalation is not None and escalation.state == "sent"
    assert db.session.scalars(queries.visible(actor_of(cast.engineer))).all() == [record]
    letters = db.session.scalars(select(Letter).where(Letter.kind == "record.escalated")).all()
    assert {one.channel for one in letters} == {"bell", "mail"}
    assert all(one.person_id == cast.engineer.id for one in letters)


def test_assigning_needs_somebody_and_a_time_to_come(app: Flask) -> None:
    record, cast = make_record(state="opened")
    with pytest.raises(Missing) as missing:
        actions.move_record(record, "assign", by=actor_of(cast.supervisor), at=MONDAY)
    assert missing.value.keys == ("assigned_to", "due_at")
    with pytest.raises(DomainError) as wrong:
        do(record, "assign", cast, due_at=MONDAY - timedelta(days=1))
    assert "due_at" in wrong.value.fields
    with pytest.raises(DomainError) as nobody:
        do(record, "assign", cast, to="nobody@example.test")
    assert "to" in nobody.value.fields


def test_a_grave_record_is_contained_before_it_is_assigned(app: Flask) -> None:
    record, cast = make_record(state="opened", grave=True)
    actions.save(record, {"containment": []}, by=actor_of(cast.supervisor), at=MONDAY)
    with pytest.raises(Missing) as missing:
        do(record, "assign", cast)
    assert missing.value.keys == ("containment",)


def test_returned_work_is_no_longer_with_the_engineer(app: Flask) -> None:
    record, cast = make_record(state="analysing")
    do(record, "return", cast, actor_of(cast.engineer))
    escalation = queries.last_escalation(record)
    assert escalation is not None
    assert (record.state, escalation.state, escalation.reason) == ("opened", "returned", "Because.")
    assert db.session.scalars(queries.visible(actor_of(cast.engineer))).all() == []


def test_reassigning_is_returning_and_assigning(app: Flask) -> None:
    record, cast = make_record(state="assigned")
    other = make_person("engineer")
    first = queries.open_escalation(record)
    assert first is not None
    second = actions.move_escalation(
        first,
        "reassign",
        by=actor_of(cast.supervisor),
        at=MONDAY,
        fields={"to": other.email},
        note="Knows it better.",
    )
    assert (first.state, second.state, second.to_person_id) == ("returned", "sent", other.id)
    assert record.state == "assigned"


def test_a_lapsed_promise_is_given_again_without_moving_the_record(app: Flask, clock: Clock) -> None:
    record, cast = make_record(state="fixing")
    escalation = queries.open_escalation(record)
    assert escalation is not None
    actions.move_escalation(escalation, "lapse", by=SYSTEM, at=MONDAY)
    assert escalation.state == "sent"
    later = MONDAY + timedelta(days=3)
    actions.move_escalation(
        escalation, "acknowledge", by=actor_of(cast.engineer), at=MONDAY, fields={"expected_at": later}
    )
    assert (record.state, escalation.state, escalation.expected_at) == ("fixing", "acknowledged", later)


def test_reporting_the_correction_moves_both(app: Flask) -> None:
    record, cast = make_record(state="fixing")
    escalation = queries.open_escalation(record)
    assert escalation is not None
    engineer = actor_of(cast.engineer)
    with pytest.raises(Missing):
        actions.move_escalation(escalation, "correct", by=engineer, at=MONDAY)
    actions.save(record, CORRECTION, by=engineer, at=MONDAY)
    actions.move_escalation(escalation, "correct", by=engineer, at=MONDAY)
    assert (record.state, escalation.state) == ("verifying", "corrected")


def test_asking_the_user_delivers_the_solution_to_every_reporter(app: Flask) -> None:
    cast = make_cast()
    record, _ = make_record(cast, state="analysing")
    other = make_issue(state="confirmed", supervisor=cast.supervisor, system=record.system)
    fields = {"escalation_reason": "The same.", "record": record.number}
    actions.move_issue(other, "escalate", by=actor_of(cast.supervisor), at=MONDAY, fields=fields)
    bring_to(record, "user_confirm", cast)
    for issue in issues_of(record):
        assert issue.state == "answered"
        said = db.session.scalars(
            select(Message).where(Message.issue_id == issue.id, Message.act == "deliver")
        ).all()
        assert [one.body for one in said] == [given("ask_user", cast)["proposed_solution"]]
        assert db.session.scalars(select(Ask).where(Ask.issue_id == issue.id, Ask.kind == "solved")).one()
    assert record.user_reply_sent_at == MONDAY


def test_the_record_goes_to_review_when_the_last_reporter_has_answered(app: Flask) -> None:
    cast = make_cast()
    record, _ = make_record(cast, state="analysing")
    other = make_issue(
        state="confirmed", supervisor=cast.supervisor, system=record.system, reporter=cast.reporter
    )
    fields = {"escalation_reason": "The same.", "record": record.number}
    actions.move_issue(other, "escalate", by=actor_of(cast.supervisor), at=MONDAY, fields=fields)
    bring_to(record, "user_confirm", cast)
    first, second = issues_of(record)
    actions.move_issue(first, "solved", by=actor_of(cast.reporter), at=MONDAY)
    assert record.state == "user_confirm"
    actions.move_issue(second, "withdraw", by=actor_of(cast.reporter), at=MONDAY)
    assert record.state == "review"


def test_unsolved_sends_the_record_back_and_the_engineer_hears(app: Flask) -> None:
    record, cast = make_record(state="user_confirm")
    issue = issues_of(record)[0]
    actions.move_issue(
        issue, "unsolved", by=actor_of(cast.reporter), at=MONDAY, fields={"note": "Still 30 days."}
    )
    escalation = queries.last_escalation(record)
    assert escalation is not None
    assert (record.state, record.loops, issue.state, escalation.state) == (
        "analysing",
        1,
        "escalated",
        "sent",
    )
    assert db.session.scalars(select(Letter).where(Letter.kind == "record.sent_again")).all()


def test_the_proof_must_be_newer_than_the_last_return(app: Flask, clock: Clock) -> None:
    record, cast = make_record(state="user_confirm")
    later = MONDAY + timedelta(hours=1)
    actions.move_record(record, "back", by=actor_of(cast.supervisor), at=later, note="No.")
    at = later + timedelta(hours=1)
    engineer = actor_of(cast.engineer)
    escalation = queries.open_escalation(record)
    assert escalation is not None
    actions.move_escalation(
        escalation, "acknowledge", by=engineer, at=at, fields={"expected_at": at + timedelta(days=1)}
    )
    actions.move_record(record, "fix", by=engineer, at=at)
    actions.move_record(record, "verify", by=engineer, at=at)
    with pytest.raises(Missing) as missing:
        actions.move_record(record, "ask_user", by=actor_of(cast.supervisor), at=at)
    assert missing.value.keys == ("proof",)
    actions.save(record, PROOF, by=engineer if record.state == "fixing" else actor_of(cast.supervisor), at=at)
    actions.move_record(record, "ask_user", by=actor_of(cast.supervisor), at=at)
    assert record.state == "user_confirm"


def test_a_solved_issue_that_is_reopened_while_watching_reissues_the_record(app: Flask) -> None:
    record, cast = make_record(state="watching")
    issue = issues_of(record)[0]
    actions.move_issue(issue, "reopen", by=actor_of(cast.reporter), at=MONDAY, fields={"note": "Again."})
    fields = {"escalation_reason": "It is back."}
    actions.move_issue(issue, "escalate", by=actor_of(cast.supervisor), at=MONDAY, fields=fields)
    new = queries.of_issue(issue)
    assert new is not None
    assert (record.state, record.relapses, new.number, new.state) == (
        "reissued",
        1,
        record.number + "-R01",
        "opened",
    )
    assert (new.anomaly_type, new.impact, new.severity) == (
        record.anomaly_type,
        record.impact,
        record.severity,
    )
    assert issue.state == "escalated"


def test_a_later_report_of_the_same_fault_is_a_relapse(app: Flask) -> None:
    cast = make_cast()
    record, _ = make_record(cast, state="closed")
    other = make_issue(state="confirmed", supervisor=cast.supervisor, system=record.system)
    fields = {"escalation_reason": "The same again.", "record": record.number}
    actions.move_issue(other, "escalate", by=actor_of(cast.supervisor), at=MONDAY, fields=fields)
    new = queries.of_issue(other)
    assert new is not None and new.number == record.number + "-R01"
    assert [issue.state for issue in issues_of(new)] == ["escalated", "escalated"]


def test_an_issue_joins_only_a_record_of_its_own_system(app: Flask) -> None:
    cast = make_cast()
    record, _ = make_record(cast, state="analysing")
    other = make_issue(state="confirmed", supervisor=cast.supervisor)
    fields = {"escalation_reason": "The same.", "record": record.number}
    with pytest.raises(DomainError) as wrong:
        actions.move_issue(other, "escalate", by=actor_of(cast.supervisor), at=MONDAY, fields=fields)
    assert "record" in wrong.value.fields


def test_a_grave_issue_stays_answered_until_its_reporter_says_so(app: Flask) -> None:
    record, cast = make_record(state="fixing", grave=True)
    do(record, "conclude", cast)
    bring_to(record, "closed", cast, grave=True)
    assert record.state == "closed"
    assert issues_of(record)[0].state == "answered"


def test_on_hold_keeps_where_it_was_and_for_thirty_days_at_most(app: Flask) -> None:
    record, cast = make_record(state="fixing")
    with pytest.raises(Missing) as missing:
        do(record, "hold", cast, until=MONDAY + timedelta(days=31))
    assert missing.value.keys == ("until",)
    do(record, "hold", cast)
    assert (record.state, record.held_from, record.hold_liaison_id) == (
        "on_hold",
        "fixing",
        cast.supervisor.id,
    )
    do(record, "resume", cast)
    assert (record.state, record.hold_until) == ("fixing", None)


def test_the_one_who_corrected_may_not_verify_unless_alone_and_with_a_reason(app: Flask) -> None:
    cast = make_cast()
    cast.engineer = cast.supervisor
    record, _ = make_record(cast, state="verifying")
    actions.save(record, PROOF, by=actor_of(cast.supervisor), at=MONDAY)
    with pytest.raises(Missing) as missing:
        do(record, "ask_user", cast)
    assert missing.value.keys == ("verified_by",)
    organisation(same_person_may_sign=False)
    with pytest.raises(Missing):
        do(record, "ask_user", cast, same_person_reason="There is nobody else.")
    organisation(same_person_may_sign=True)
    second = make_person("supervisor")
    with pytest.raises(Missing):
        do(record, "ask_user", cast, same_person_reason="There is nobody else.")
    second.active = False
    db.session.commit()
    do(record, "ask_user", cast, same_person_reason="There is nobody else.")
    assert record.same_person_reason == "There is nobody else."


def test_a_supervisor_speaks_for_an_outside_contact(app: Flask) -> None:
    record, cast = make_record(state="opened")
    supervisor = actor_of(cast.supervisor)
    vendor = actions.Target(name="Vendor's desk", email="desk@vendor.test")
    actions.escalate(record, to=vendor, due_at=MONDAY + timedelta(days=1), by=supervisor, at=MONDAY)
    letter = db.session.scalars(select(Letter).where(Letter.address == "desk@vendor.test")).one()
    assert letter.link.startswith("/e/")
    cast.engineer = cast.supervisor
    bring_to(record, "verifying", cast)
    assert {one.name for one in queries.Whole(record).authors.values() if one.field == "root_cause"} == {
        "Vendor's desk"
    }
    take(record, "ask_user", cast)
    assert (record.state, record.same_person_reason) == ("user_confirm", "")


def test_every_move_stands_in_the_trail_and_free_text_does_not(app: Flask) -> None:
    record, cast = make_record(state="opened")
    actions.move_record(record, "cancel", by=actor_of(cast.supervisor), at=MONDAY, note="Entered twice.")
    entries = db.session.scalars(
        select(Entry).where(Entry.subject_kind == "record").order_by(Entry.seq)
    ).all()
    assert [one.action for one in entries if one.action != "record.save"] == [
        "record.create",
        "record.open",
        "record.cancel",
    ]
    assert all("Entered twice." not in str(one.after) for one in entries)

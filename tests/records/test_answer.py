"""The solution goes to every reporter, and their answers move the record on or send it back."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.clock import MONDAY, Clock
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person, organisation
from tests.factories.records import (
    PROOF,
    bring_to,
    do,
    given,
    issues_of,
    make_cast,
    make_record,
)
from tracker.db import db
from tracker.errors import DomainError, Missing
from tracker.issues.models import Ask, Message
from tracker.outbox.models import Letter
from tracker.records import actions, queries

# Rules and pages; that both databases keep the same is shown by the tests of the route, of saving and escalating.
pytestmark = pytest.mark.sqlite_only


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
    assert record.relapses == 0, "what was never solved has not come back"
    letters = db.session.scalars(select(Letter).where(Letter.kind == "record.sent_again")).all()
    assert letters and all("Still 30 days." in one.body_text for one in letters)


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

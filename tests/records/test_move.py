"""Each move of a record: who may, from where, and what it does to the issues, the escalation and the trail."""

from contextlib import suppress
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.clock import MONDAY
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person
from tests.factories.records import (
    bring_to,
    do,
    issues_of,
    make_cast,
    make_record,
)
from tracker.accounts.rules import SYSTEM
from tracker.audit.models import Entry
from tracker.db import db
from tracker.errors import Missing, NotAllowed, WrongState
from tracker.issues import queries as issues
from tracker.issues.models import IssueRecord
from tracker.records import actions, codes, queries, rules
from tracker.workflow import ASSIGNEE, MANAGER, SUPERVISOR
from tracker.workflow import SYSTEM as THE_SYSTEM

MAY = {
    SUPERVISOR: "supervisor", ASSIGNEE: "engineer", MANAGER: "manager",
}  # fmt: skip

# Rules and pages; that both databases keep the same is shown by the tests of the route, of saving and escalating.
pytestmark = pytest.mark.sqlite_only


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


@pytest.mark.parametrize("state", ["draft", "verifying", "cancelled"])
def test_a_move_from_another_state_is_refused(app: Flask, state: str) -> None:
    record, cast = make_record(state=state)
    for verb, move in rules.WORKFLOW.items():
        if state not in move.starts and move.who & {THE_SYSTEM, SUPERVISOR}:
            by = SYSTEM if THE_SYSTEM in move.who else actor_of(cast.supervisor)
            with pytest.raises(WrongState):
                do(record, verb, cast, by)


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
    assert (record.state, record.hold_until, record.hold_promise_at) == ("fixing", None, None)


def test_the_reporter_reads_the_promise_of_a_hold_with_its_date(app: Flask) -> None:
    record, cast = make_record(state="fixing")
    do(record, "hold", cast, promise="請您再等一下。", promise_at=MONDAY + timedelta(hours=5))
    said = issues.messages(record.primary_issue, internal=False)[-1].body
    assert said.startswith("請您再等一下。")
    assert "2026年11月23日（一）14:00" in said
    assert record.hold_promise_at == MONDAY + timedelta(hours=5)


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

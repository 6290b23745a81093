"""A manager decides on what has climbed to them: more time, somebody else, suspend the system, accept the risk."""

from datetime import timedelta

import pytest

from tests.clock import MONDAY, Clock
from tests.factories.chases import LATE, chases, clock_of, fired, letters, local, make_late, tick, told
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person
from tests.factories.records import Cast, make_cast, make_record
from tracker.audit.models import Entry
from tracker.db import db
from tracker.decisions import actions, queries, rules
from tracker.decisions.actions import Case, Given
from tracker.decisions.models import Decision
from tracker.errors import DomainError, NotAllowed, WrongState
from tracker.followups import actions as followups
from tracker.followups import climbed
from tracker.issues import actions as talk
from tracker.issues import queries as issues
from tracker.records import queries as records
from tracker.records.models import Record


@pytest.fixture
def late(app, clock: Clock) -> tuple[Record, Cast]:
    """A record whose engineer has let everything pass until the managers were told."""
    clock.at("2026-11-27 17:00")
    return make_late()


def decide(record: Record, cast: Cast, kind: str, **given: object) -> Decision:
    case = Case(record.primary_issue, record)
    row = actions.answer(case, kind, Given(**{"reason": "Because.", **given}), by=cast.as_manager, at=LATE)
    followups.rearm_now("record", record.id, LATE)
    db.session.commit()
    return row


def test_what_climbed_waits_for_the_manager_and_the_letter_leads_there(late):
    record, cast = late
    assert {row.Clock.name for row in db.session.execute(climbed.climbed(cast.as_manager))} >= {"correct"}
    mine = [one for one in letters("mail") if one.person_id == cast.manager.id]
    assert mine
    assert {one.link for one in mine} == {f"/decisions/{record.number}"}
    assert "請決定" in mine[0].body_text
    theirs = [one for one in letters("bell", "chase.to_manager") if one.person_id == cast.supervisor.id]
    assert theirs
    assert not any(one.link.startswith("/decisions") for one in theirs)


def test_more_time_moves_the_date_and_the_reporters_promise(late):
    record, cast = late
    escalation, until = records.open_escalation(record), local("2026-12-04 17:00")
    decide(record, cast, "more_time", until=until, part=("escalation", escalation.id), clock="correct")
    assert clock_of("escalation", escalation.id, "correct").due_at == until
    assert clock_of("issue", record.primary_issue_id, "next_update").due_at == until
    said = issues.messages(record.primary_issue, internal=False)[-1]
    assert "2026年12月4日（五）17:00" in said.body
    assert all(word not in said.body for word in (cast.engineer.name, record.number, "S1", "AN"))
    assert not db.session.execute(climbed.climbed(cast.as_manager)).all()


def test_a_date_agreed_on_is_void_once_the_clock_starts_anew(late):
    record, cast = late
    issue, until = record.primary_issue, local("2026-12-04 17:00")
    decide(record, cast, "more_time", until=until, part=("issue", issue.id), clock="next_update", tell=False)
    assert clock_of("issue", issue.id, "next_update").due_at == until
    talk.say(issue, "Still at it.", visibility="public", by=cast.as_supervisor, at=LATE + timedelta(hours=1))
    followups.rearm_now("issue", issue.id, LATE + timedelta(hours=1))
    assert clock_of("issue", issue.id, "next_update").due_at < until


def test_somebody_else_takes_the_escalation(late):
    record, cast = late
    other, before = make_person("engineer"), records.open_escalation(record)
    row = decide(record, cast, "reassign", to=f"person:{other.id}")
    now = records.open_escalation(record)
    assert (before.state, now.to_person_id, row.to_name) == ("returned", other.id, other.name)
    assert db.session.query(Entry).filter_by(action="escalation.return", by_id=cast.manager.id).count() == 1


def test_somebody_else_handles_an_issue_without_a_record(app, clock: Clock):
    cast, other = make_cast(), make_person("supervisor")
    issue = make_issue(supervisor=cast.supervisor, reporter=cast.reporter)
    actions.answer(
        Case(issue), "reassign", Given("Away.", to=f"person:{other.id}"), by=cast.as_manager, at=MONDAY
    )
    assert issue.assignee_id == other.id


def test_an_accepted_risk_rests_until_its_date_and_comes_again_at_once(late, clock: Clock):
    record, cast = late
    until = local("2026-12-08 10:00")
    decide(record, cast, "accept_risk", until=until)
    escalation = records.last_escalation(record)
    assert clock_of("escalation", escalation.id, "correct").paused_since == LATE
    before = len(chases("correct"))
    for day in ("2026-11-30 10:00", "2026-12-03 10:00", "2026-12-08 09:59"):
        tick(local(day))
    assert len(chases("correct")) == before
    assert [one.record.number for one in db.session.scalars(queries.accepted(cast.as_manager))] == [
        record.number
    ]
    tick(until)
    assert fired("accepted")[-1] == ("lapse", 1, "12-08 10:00")
    tick(until + timedelta(seconds=5))
    assert len(chases("correct")) == before + 1
    assert cast.manager.id in told(chases("correct")[-1])
    assert db.session.query(Decision).one().ended_because == "over"
    assert not db.session.scalars(queries.accepted(cast.as_manager)).all()


def test_an_accepted_risk_is_taken_back_and_chased_again(late):
    record, cast = late
    row = decide(record, cast, "accept_risk", until=local("2026-12-08 10:00"))
    before = len(chases("correct"))
    actions.take_back(row, "It came back.", by=cast.as_manager, at=LATE)
    followups.rearm_now("record", record.id, LATE)
    tick(LATE + timedelta(minutes=1))
    assert len(chases("correct")) == before + 1
    with pytest.raises(WrongState):
        actions.take_back(row, "Again.", by=cast.as_manager, at=LATE)


def test_a_question_to_the_managers_is_itself_chased_until_it_is_answered(app, clock: Clock):
    record, cast = make_record(state="assigned", cast=make_cast())
    case = Case(record.primary_issue, record)
    row = actions.ask(case, "More people?", by=cast.as_supervisor, at=MONDAY)
    assert actions.ask(case, "Again?", by=cast.as_supervisor, at=MONDAY) is row
    followups.rearm_now("record", record.id, MONDAY)
    tick(MONDAY)
    assert [one.person_id for one in letters("bell", "decision.ask")] == [cast.manager.id]
    tick(local("2026-11-25 09:00"))
    asked = chases("decide")
    assert asked
    assert cast.manager.id in told(asked[0])
    decide(record, cast, "accept_risk", until=local("2026-12-08 10:00"))
    assert (row.answer, row.question) == ("accept_risk", "More people?")
    assert clock_of("record", record.id, "decide").ended_at is not None
    assert [one.person_id for one in letters("bell", "decision.answered")] == [cast.supervisor.id]


@pytest.mark.parametrize(
    ("kind", "given", "wrong"),
    [
        ("more_time", {"until": LATE - timedelta(1), "part": ("issue", 1), "clock": "next_update"}, "until"),
        ("more_time", {"until": LATE + timedelta(1)}, "clock"),
        ("more_time", {"until": LATE + timedelta(1), "part": ("issue", 1), "clock": "user_answer"}, "clock"),
        ("accept_risk", {"until": None}, "until"),
        ("accept_risk", {"until": LATE + timedelta(days=rules.ACCEPT_DAYS + 1)}, "until"),
        ("reassign", {"to": "nobody"}, "to"),
        ("reassign", {"to": ""}, "to"),
        ("suspend", {"notice": " "}, "notice"),
        ("accept_risk", {"until": LATE + timedelta(1), "reason": " "}, "reason"),
        ("shrug", {}, "answer"),
    ],
)
def test_an_unfinished_answer_names_the_field(late, kind, given, wrong):
    record, cast = late
    with pytest.raises(DomainError) as refused:
        decide(record, cast, kind, **given)
    assert wrong in refused.value.fields
    db.session.rollback()
    assert db.session.query(Decision).count() == 0


def test_only_a_manager_decides_or_a_supervisor_where_there_is_none(app, clock: Clock):
    supervisor = make_person("supervisor")
    issue = make_issue(supervisor=supervisor)
    given = Given("Because.", until=MONDAY + timedelta(days=3))
    actions.answer(Case(issue), "accept_risk", given, by=actor_of(supervisor), at=MONDAY)
    make_person("manager")
    for role in ("supervisor", "engineer", "reporter"):
        with pytest.raises(NotAllowed):
            actions.answer(Case(issue), "accept_risk", given, by=actor_of(make_person(role)), at=MONDAY)


def test_what_was_decided_stands_in_the_trail_with_its_reason_apart(late):
    record, cast = late
    decide(record, cast, "accept_risk", until=local("2026-12-08 10:00"), reason="The vendor is on holiday.")
    entry = db.session.query(Entry).filter_by(action="record.decide").one()
    assert (entry.subject_id, entry.by_id, entry.after["answer"]) == (
        record.id,
        cast.manager.id,
        "accept_risk",
    )
    assert "holiday" not in str(entry.after)

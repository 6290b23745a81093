"""Clocks of a case: they start as facts become known, are never deleted, and a person stops each."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.clock import MONDAY
from tests.factories.chases import chases, clock_of, letters, local, tick, told
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person, organisation
from tests.factories.records import given, make_cast, make_record
from tests.worlds import kept
from tracker import rearm
from tracker.audit.models import Entry
from tracker.db import db
from tracker.errors import DomainError, NotAllowed, WrongState
from tracker.issues import actions as issues
from tracker.records import actions as records
from tracker.records.parts import RecordItem
from tracker.statutory import actions, queries
from tracker.statutory.actions import Told
from tracker.statutory.models import StatutoryClock, StatutoryNotice

BANK = {"public_body": "no", "critical_provider": "no", "finance_or_health": "yes", "eu": "no"}
AGENCY = {"public_body": "yes", "critical_provider": "no", "finance_or_health": "no", "eu": "no"}


def clocks() -> dict[str, StatutoryClock]:
    db.session.commit()
    return {
        one.rule_id: one for one in db.session.scalars(select(StatutoryClock).order_by(StatutoryClock.id))
    }


def standings() -> dict[str, str]:
    return {name: one.standing for name, one in clocks().items()}


def sent(at=MONDAY, **more) -> Told:
    return Told(at, "Commission", **{"reference": "No. 7", **more})


@kept()
def reported_to_a_bank():
    """A bank with a supervisor and a manager, and a report that ticks personal data."""
    organisation(**BANK)
    people = {"supervisor": make_person("supervisor"), "manager": make_person("manager")}
    issue = make_issue(impact="personal_data")
    tick(MONDAY)
    return issue, people


@pytest.fixture
def bank(app):
    return reported_to_a_bank()


def test_an_ordinary_report_starts_none(app):
    organisation(**BANK)
    make_issue()
    tick(MONDAY)
    assert clocks() == {}


def test_they_run_from_the_moment_personal_data_is_ticked(bank):
    found = clocks()
    assert standings() == {"tw-pdpa-12": "running", "tw-fsc": "running"}
    assert found["tw-fsc"].due_at == MONDAY + timedelta(hours=72)
    assert found["tw-pdpa-12"].due_at == MONDAY


def test_a_fact_that_is_not_known_is_asked_for_a_day_then_the_clock_starts(app):
    organisation(**{**BANK, "finance_or_health": "unknown"})
    make_person("supervisor")
    make_issue(impact="personal_data")
    tick(MONDAY)
    row = clocks()["tw-fsc"]
    assert (row.standing, row.unknown) == ("asked", ["org.finance_or_health"])
    tick(MONDAY + timedelta(hours=23))
    assert clocks()["tw-fsc"].standing == "asked"
    # Nobody touches the case: the day is over by itself.
    tick(MONDAY + timedelta(hours=24))
    row = clocks()["tw-fsc"]
    assert (row.standing, row.unknown) == ("running", ["org.finance_or_health"])
    assert row.due_at == MONDAY + timedelta(hours=72)


def test_a_fact_answered_in_time_starts_nothing(app):
    organisation(**{**BANK, "finance_or_health": "unknown"})
    make_person("supervisor")
    issue = make_issue(impact="personal_data")
    tick(MONDAY)
    organisation(finance_or_health="no")
    _touch(issue, MONDAY + timedelta(hours=2))
    assert clocks()["tw-fsc"].standing == "lapsed"
    organisation(finance_or_health="yes")
    _touch(issue, MONDAY + timedelta(hours=3))
    assert clocks()["tw-fsc"].standing == "running"


def _touch(issue, at):
    rearm.mark("issue", issue.id, at=at)
    tick(at)


def test_a_rule_not_in_force_or_for_others_is_only_offered(bank):
    issue, _people = bank
    rows = list(clocks().values())
    offered = queries.voluntary(queries.answers(issue, None, rows, MONDAY), rows)
    names = {one.rule.id for one in offered}
    assert {"gdpr-33", "tw-pdpa-draft", "tw-pdpa-12-new"} <= names
    assert not names & set(clocks())


def test_following_one_of_ones_own_accord_has_it_chased(bank):
    issue, people = bank
    offered = queries.voluntary(queries.answers(issue, None, [], MONDAY), list(clocks().values()))
    (gdpr,) = [one for one in offered if one.rule.id == "gdpr-33"]
    actions.follow(issue, None, gdpr, by=actor_of(people["supervisor"]), at=MONDAY)
    tick(MONDAY + timedelta(hours=1))
    row = clocks()["gdpr-33"]
    assert (row.standing, row.voluntary, row.doubt) == ("running", True, False)
    assert clock_of("statutory", row.id, "statutory").due_at == MONDAY + timedelta(hours=72)


def test_facts_that_no_longer_call_for_it_delete_nothing(app):
    organisation(**BANK)
    record, cast = make_record(state="opened", cast=make_cast())
    records.save(record, {"personal_data": "yes"}, by=cast.as_supervisor, at=MONDAY)
    tick(MONDAY)
    assert standings()["tw-fsc"] == "running"
    records.save(record, {"personal_data": "no"}, by=cast.as_supervisor, at=MONDAY + timedelta(hours=1))
    tick(MONDAY + timedelta(hours=1))
    row = clocks()["tw-fsc"]
    assert (row.standing, row.doubt, row.record_id) == ("running", True, record.id)
    actions.waive(row, "No personal data after all", by=cast.as_supervisor, at=MONDAY + timedelta(hours=2))
    tick(MONDAY + timedelta(hours=2))
    assert clocks()["tw-fsc"].standing == "waived"


def test_when_the_organisation_knew_is_changed_both_stay(bank):
    issue, people = bank
    earlier = MONDAY - timedelta(hours=5)
    issues.save(
        issue, {"aware_at": earlier}, by=actor_of(people["supervisor"]), at=MONDAY + timedelta(hours=1)
    )
    tick(MONDAY + timedelta(hours=1))
    row = clocks()["tw-fsc"]
    assert row.due_at == earlier + timedelta(hours=72)
    assert row.moved == [(MONDAY, MONDAY + timedelta(hours=72), earlier, earlier + timedelta(hours=72))]


def test_of_a_group_the_shortest_runs(app):
    organisation(**AGENCY)
    supervisor = make_person("supervisor")
    issue = make_issue()
    actions.save_facts(issue, {"security_event": "yes"}, by=actor_of(supervisor), at=MONDAY)
    tick(MONDAY)
    assert standings() == {
        "tw-csma-notify": "running", "tw-csma-contain-high": "asked", "tw-csma-contain-low": "asked",
    }  # fmt: skip
    tick(MONDAY + timedelta(hours=24))
    assert standings()["tw-csma-contain-high"] == "running"
    assert standings()["tw-csma-contain-low"] == "superseded"
    # A person finds that the shorter one does not apply: the longer one runs in its place.
    actions.waive(clocks()["tw-csma-contain-high"], "Level 2", by=actor_of(supervisor), at=MONDAY)
    tick(MONDAY + timedelta(hours=25))
    assert standings()["tw-csma-contain-low"] == "running"


def test_the_report_follows_once_containment_is_done(app):
    organisation(**AGENCY)
    supervisor = make_person("supervisor")
    issue = make_issue()
    by = actor_of(supervisor)
    actions.save_facts(issue, {"security_event": "yes", "cia_level": 3}, by=by, at=MONDAY)
    tick(MONDAY)
    assert "tw-csma-report" not in clocks()
    done_at = MONDAY + timedelta(hours=20)
    actions.done(clocks()["tw-csma-contain-high"], sent(done_at), by=by, at=done_at)
    tick(done_at)
    row = clocks()["tw-csma-report"]
    assert (row.start_at, row.due_at) == (done_at, local("2026-12-24 05:00"))


def test_a_notice_stops_its_clock_and_stands_in_k2(app):
    organisation(**BANK)
    record, cast = make_record(state="opened", cast=make_cast())
    records.save(record, {"personal_data": "yes"}, by=cast.as_supervisor, at=MONDAY)
    tick(MONDAY)
    row = clocks()["tw-fsc"]
    actions.interim(row, sent(reference="A-1"), by=cast.as_supervisor, at=MONDAY)
    assert row.standing == "running"
    at = MONDAY + timedelta(hours=3)
    actions.done(row, sent(at, reference="A-2"), by=cast.as_manager, at=at)
    tick(at)
    row = clocks()["tw-fsc"]
    assert (row.standing, row.done_at, row.reference) == ("done", at, "A-2")
    lines = db.session.scalars(select(RecordItem).where(RecordItem.part == "notices").order_by(RecordItem.id))
    assert [(one.reference, one.done_at) for one in lines] == [("A-1", MONDAY), ("A-2", at)]
    assert clock_of("statutory", row.id, "statutory").ended_at == at


def test_what_is_missing_is_named_and_nothing_stops(bank):
    _issue, people = bank
    row = clocks()["tw-fsc"]
    with pytest.raises(DomainError) as stopped:
        actions.done(row, Told(None, " "), by=actor_of(people["supervisor"]), at=MONDAY)
    assert set(stopped.value.fields) == {"sent_at", "recipient", "reference"}
    with pytest.raises(DomainError) as stopped:
        actions.done(row, sent(MONDAY + timedelta(days=1)), by=actor_of(people["supervisor"]), at=MONDAY)
    assert set(stopped.value.fields) == {"sent_at"}
    with pytest.raises(DomainError):
        actions.waive(row, "  ", by=actor_of(people["supervisor"]), at=MONDAY)
    assert clocks()["tw-fsc"].standing == "running"
    with pytest.raises(DomainError):
        actions.interim(clocks()["tw-pdpa-12"], sent(), by=actor_of(people["supervisor"]), at=MONDAY)


def test_it_is_stopped_once_and_may_be_taken_back(bank):
    _issue, people = bank
    row, by = clocks()["tw-fsc"], actor_of(people["supervisor"])
    actions.done(row, sent(), by=by, at=MONDAY)
    with pytest.raises(WrongState):
        actions.toll(row, "Act, section 1", by=by, at=MONDAY)
    actions.take_back(row, "Wrong case", by=by, at=MONDAY + timedelta(hours=1))
    tick(MONDAY + timedelta(hours=1))
    row = clocks()["tw-fsc"]
    assert (row.standing, row.due_at, row.reference) == ("running", MONDAY + timedelta(hours=72), "")
    (notice,) = db.session.scalars(select(StatutoryNotice))
    assert notice.withdrawn_because == "Wrong case"
    actions.toll(row, "Act, section 1", by=by, at=MONDAY + timedelta(hours=2))
    assert (row.standing, row.toll_basis) == ("tolled", "Act, section 1")
    acts = db.session.scalars(
        select(Entry.action).where(Entry.action.startswith("statutory.")).order_by(Entry.id)
    )
    assert list(acts)[-3:] == ["statutory.done", "statutory.take_back", "statutory.toll"]


@pytest.mark.parametrize("role", ["engineer", "reporter", "admin", "auditor"])
def test_only_supervisors_and_managers_stop_it(bank, role):
    row, by = clocks()["tw-fsc"], actor_of(make_person(role))
    for verb in (
        lambda: actions.done(row, sent(), by=by, at=MONDAY),
        lambda: actions.waive(row, "Because", by=by, at=MONDAY),
        lambda: actions.toll(row, "Act", by=by, at=MONDAY),
        lambda: actions.take_back(row, "Because", by=by, at=MONDAY),
        lambda: actions.save_facts(row.issue, {"security_event": "yes"}, by=by, at=MONDAY),
    ):
        with pytest.raises(NotAllowed):
            verb()


def test_it_is_chased_day_and_night_and_a_breach_goes_to_the_managers(bank):
    _issue, people = bank
    row = clocks()["tw-fsc"]
    for hours in (36, 58, 70, 72, 96):
        tick(MONDAY + timedelta(hours=hours))
    fired = [(one.step, one.due_at - MONDAY) for one in chases("statutory") if one.subject_id == row.id]
    assert fired == [
        ("due_soon", timedelta(hours=36)), ("due_soon", timedelta(hours=57, minutes=36)),
        ("due_soon", timedelta(hours=70)), ("overdue", timedelta(hours=72)), ("weekly", timedelta(hours=96)),
    ]  # fmt: skip
    late = [one for one in chases("statutory") if one.subject_id == row.id and one.step == "overdue"]
    assert told(late[0]) >= {people["supervisor"].id, people["manager"].id}
    assert all(one.urgent for one in letters() if one.chase_id == late[0].id)
    assert any("金融" in one.subject_line for one in letters() if one.chase_id == late[0].id)


def test_on_hold_it_runs_on(app):
    organisation(**BANK)
    record, cast = make_record(state="assigned", cast=make_cast())
    records.save(record, {"personal_data": "yes"}, by=cast.as_supervisor, at=MONDAY)
    tick(MONDAY)
    before = clocks()["tw-fsc"].due_at
    records.move_record(
        record, "hold", by=cast.as_supervisor, at=MONDAY, fields=given("hold", cast, MONDAY), note="We wait."
    )
    tick(MONDAY + timedelta(hours=1))
    row = clocks()["tw-fsc"]
    running = clock_of("statutory", row.id, "statutory")
    assert (row.due_at, running.due_at, running.paused_since) == (before, before, None)


def test_it_does_not_count_as_the_case_s_own_next_deadline(bank):
    issue, _people = bank
    assert issue.next_due_clock == "first_response"
    assert queries.nearest([issue.id]) == {issue.id: (MONDAY, True)}

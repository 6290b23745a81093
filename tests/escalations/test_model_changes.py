"""A vendor changed the model without a word: version, open cases and guide are marked, and cleared one by one."""

from datetime import timedelta

import pytest

from tests.api.caller import Caller
from tests.clock import MONDAY
from tests.factories.chases import letters
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person, make_system
from tests.factories.records import make_cast, make_record
from tests.worlds import kept
from tracker.accounts.models import Person
from tracker.accounts.rules import SYSTEM
from tracker.db import db
from tracker.errors import DomainError, NotAllowed, WrongState
from tracker.escalations import model_changes
from tracker.escalations.model_changes import Found
from tracker.issues import actions as issues
from tracker.systems import queries as systems
from tracker.systems.models import ModelChange, Recheck

SINCE = MONDAY - timedelta(days=2)


@kept()
def make_vendor():
    """A vendor's system with a record in work, an issue without one, a closed one, and a case of another system."""
    system, cast = make_system(version="1.0"), make_cast()
    record, _cast = make_record(state="analysing", cast=cast, system=system)
    issue = make_issue(system=system, state="confirming", supervisor=cast.supervisor)
    closed = make_issue(system=system)
    closed.closed_at, closed.state = MONDAY, "closed"
    make_issue()
    db.session.commit()
    return system, cast, record, issue


@pytest.fixture
def vendor(app):
    return make_vendor()


def reported(system, cast):
    found = Found(SINCE, "Answers are shorter.", "Log 17")
    row = model_changes.report(system, found, by=cast.as_supervisor, at=MONDAY)
    db.session.commit()
    return row


def marks():
    return {(one.subject_kind, one.subject_id) for one in db.session.scalars(model_changes.open_marks())}


def test_it_marks_the_version_the_open_cases_and_the_guide(vendor):
    system, cast, record, issue = vendor
    reported(system, cast)
    version = systems.current_version(system)
    assert version.unknown_since == SINCE
    assert marks() == {("record", record.id), ("issue", issue.id), ("system_version", version.id)}
    assert {one.person_id for one in letters("bell", "system.model_change")} == set()


def test_those_whose_cases_are_marked_hear_of_it(vendor):
    system, cast, _record, _issue = vendor
    boss = make_person("manager")
    model_changes.report(system, Found(SINCE, "Shorter."), by=actor_of(boss), at=MONDAY)
    assert {one.person_id for one in letters("bell", "system.model_change")} == {cast.supervisor.id}


def test_each_mark_is_cleared_by_a_person_with_a_note(vendor):
    system, cast, record, _issue = vendor
    reported(system, cast)
    mark = db.session.query(Recheck).filter_by(subject_kind="record", subject_id=record.id).one()
    with pytest.raises(DomainError):
        model_changes.clear(mark, " ", by=cast.as_engineer, at=MONDAY)
    model_changes.clear(mark, "Still so.", by=cast.as_engineer, at=MONDAY)
    assert (mark.cleared_by_name, mark.note) == (cast.engineer.name, "Still so.")
    with pytest.raises(WrongState):
        model_changes.clear(mark, "Again.", by=cast.as_engineer, at=MONDAY)
    with pytest.raises(NotAllowed):
        model_changes.clear(
            db.session.query(Recheck).filter_by(subject_kind="issue").one(),
            "x",
            by=cast.as_reporter,
            at=MONDAY,
        )


def test_the_version_is_known_again_once_its_guide_was_looked_at(vendor):
    system, cast, _record, _issue = vendor
    reported(system, cast)
    mark = db.session.query(Recheck).filter_by(subject_kind="system_version").one()
    model_changes.clear(mark, "Guide still right.", by=cast.as_supervisor, at=MONDAY)
    assert systems.current_version(system).unknown_since is None


@pytest.mark.parametrize(
    ("found", "wrong"),
    [
        (Found(MONDAY + timedelta(1), "x"), "since"),
        (Found(SINCE, " "), "known"),
        (Found(SINCE, "x" * 3000), "known"),
    ],
)
def test_what_cannot_be_is_refused_by_field(vendor, found, wrong):
    system, cast, _record, _issue = vendor
    with pytest.raises(DomainError) as refused:
        model_changes.report(system, found, by=cast.as_supervisor, at=MONDAY)
    assert wrong in refused.value.fields
    with pytest.raises(NotAllowed):
        model_changes.report(system, Found(SINCE, "x"), by=cast.as_engineer, at=MONDAY)


def test_the_pages_say_so_until_it_is_done(client, login, vendor):
    system, cast, record, issue = vendor
    browser = login(client, cast.supervisor)
    typed = {"since": "2026-11-21 09:00", "known": "答案變短了", "evidence": ""}
    address = f"/systems/{system.key}/model-change"
    assert browser.post(address, data={**typed, "since": "?"}).status_code == 422
    assert browser.post(address, data=typed).status_code == 303
    for path in (f"/issues/{issue.number}", f"/records/{record.number}", "/escalations/1"):
        assert "模型可能已變更，請重新確認可重現性" in browser.get(path).text, path
    assert issue.number in browser.get("/follow-up").text
    mark = db.session.query(Recheck).filter_by(subject_kind="issue").one()
    assert browser.get(f"/rechecks/{mark.id}").status_code == 200
    assert browser.post(f"/rechecks/{mark.id}", data={"note": ""}).status_code == 422
    assert browser.post(f"/rechecks/{mark.id}", data={"note": "仍可重現"}).location.endswith(issue.number)
    assert "模型可能已變更" not in browser.get(f"/issues/{issue.number}").text
    assert "仍可重現" in browser.get(f"/rechecks/{mark.id}").text
    change = db.session.query(ModelChange).one()
    browser.post(f"/model-changes/{change.id}/withdraw")
    assert not marks()
    assert login(client, make_person("engineer")).get(address).status_code == 403


def test_the_same_over_the_api(client, vendor):
    system, cast, record, _issue = vendor
    theirs = Caller(client, cast.supervisor)
    body = {"since": "2026-11-21T09:00:00+08:00", "known": "Shorter"}
    made = theirs.post(f"/systems/{system.key}/model-changes", body)
    assert (made.status_code, len(made.json["rechecks"])) == (201, 3)
    mark = db.session.query(Recheck).filter_by(subject_kind="record", subject_id=record.id).one()
    cleared = Caller(client, cast.engineer).post(f"/rechecks/{mark.id}", {"note": "Still so"})
    assert (cleared.status_code, cleared.json["subject"]) == (200, record.number)


def test_nobody_learns_how_many_sealed_cases_there_are(client, login, vendor):
    """Marks on restricted cases are made and cleared, and counted for nobody who may not see those cases."""
    system, cast, _record, issue = vendor
    make_person("supervisor")
    hidden = make_issue(system=system, state="confirming", supervisor=make_person("supervisor"))
    hidden.restricted = True
    browser, address = login(client, cast.supervisor), f"/systems/{system.key}/model-change"
    browser.post(address, data={"since": "2026-11-21 09:00", "known": "答案變短了", "evidence": ""})
    assert ("issue", hidden.id) in marks()
    page = browser.get(address).text
    assert hidden.number not in page
    assert "限制閱覽的案件" not in page
    made = Caller(client, cast.supervisor).get(f"/audit?subject={issue.number}")
    assert "rechecks" not in made.text
    change = db.session.query(ModelChange).one()
    browser.post(f"/model-changes/{change.id}/withdraw")
    assert not marks()
    assert "已清除 3 個" in browser.get(address).text


def test_who_may_count_cases_reads_that_others_are_marked(client, login, vendor):
    system, _cast, _record, _issue = vendor
    hidden = make_issue(system=system, state="confirming", supervisor=make_person("supervisor"))
    hidden.restricted = True
    both = make_person(roles=("supervisor", "admin"))
    db.session.commit()
    model_changes.report(system, Found(SINCE, "Shorter."), by=actor_of(both), at=MONDAY)
    assert "限制閱覽的案件" in login(client, both).get(f"/systems/{system.key}/model-change").text
    made = Caller(client, both).post(
        f"/systems/{system.key}/model-changes", {"since": "2026-11-21T09:00:00+08:00", "known": "Shorter"}
    )
    assert len(made.json["rechecks"]) == 3


def test_whoever_only_follows_a_marked_case_reads_no_title_of_it(vendor):
    system, cast, _record, issue = vendor
    reported(system, cast)
    follower, reporter = make_person("engineer"), db.session.get_one(Person, issue.reporter_id)
    issues.follow(issue, follower.id, by=SYSTEM, at=MONDAY)
    db.session.commit()
    assert model_changes.lines(actor_of(follower), 9) == []
    assert [one.number for one in model_changes.lines(actor_of(reporter), 9)] == [issue.number]

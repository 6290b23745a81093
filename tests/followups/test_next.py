"""What happens next on a case, in words and in few queries."""

from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from tests.clock import MONDAY
from tests.factories.chases import obligations, tick
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person, make_system
from tests.factories.records import make_record
from tests.issues.test_cost import counted
from tracker.db import db
from tracker.followups import actions as followups
from tracker.followups import clocks, following, queries, words
from tracker.followups.models import Clock
from tracker.followups.recipients import Desk
from tracker.followups.subjects import subject_of
from tracker.issues import actions as issue_actions
from tracker.issues import rules
from tracker.issues.intake import Intake
from tracker.records import actions as records


def test_what_happens_next_costs_a_fixed_number_of_queries(app):
    for _ in range(3):
        make_person("supervisor")
    record, cast = make_record(state="assigned")
    tick(MONDAY)
    issue = record.primary_issue
    assert issue.title
    statements = []
    listen = (db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    event.listen(*listen)
    steps = queries.next_steps(issue)
    event.remove(*listen)
    assert steps[0].clock.name == "acknowledge"
    assert words.owner_name("acknowledge", steps[0].subject) == cast.engineer.name
    assert len(statements) <= 7, statements


def test_the_staffs_page_says_what_happens_next_within_its_statements(client, login, app):
    supervisor = make_person("supervisor", name="林志偉")
    issue = make_issue(state="confirmed", supervisor=supervisor)
    tick(MONDAY)
    login(client, supervisor)
    path = f"/issues/{issue.number}"
    db.session.commit()
    with counted() as statements:
        page = client.get(path).text
    assert "接下來會發生什麼" in page
    assert "通知 林志偉" in page
    assert len(statements) <= 15, "\n\n".join(statements)


@pytest.mark.parametrize("impact", rules.IMPACTS)
def test_a_new_report_has_at_once_the_clocks_that_a_look_at_its_case_finds(app, impact):
    make_person("supervisor")
    reporter = make_person("reporter")
    given = Intake(system=make_system(), description="It says 30 days, it is 7.", impact=impact)
    issue = issue_actions.open_issue(
        fields=given, by=actor_of(reporter, MONDAY), at=MONDAY, clocks=followups.first_clocks
    )
    db.session.commit()
    at_once = _standing(issue)
    assert at_once[0]
    clocks.evaluate("issue", issue.id, MONDAY)
    db.session.commit()
    assert _standing(issue) == at_once


def _standing(issue):
    """Clocks and steps of the case, and what the inbox sorts it by."""
    ran = [(one.name, one.epoch, one.due_at, one.digest, one.ended_at) for one in db.session.query(Clock)]
    steps = [(one.clock, one.step, one.due_at, one.state) for one in obligations()]
    db.session.refresh(issue)
    return ran, steps, issue.next_due_at, issue.next_due_clock, issue.chase_policy


def test_a_report_is_written_in_few_statements(client, login, app):
    make_person("supervisor")
    system = make_system()
    browser = login(client, make_person("reporter"))
    sent = {"system": system.key, "impact": "blocked", "description": "It lost the table."}
    browser.post("/report", data=sent)
    written = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: written.append(args[2]))
    assert browser.post("/report", data=sent).status_code == 303
    assert len([one for one in written if not one.startswith(("BEGIN", "SAVEPOINT", "RELEASE"))]) <= 20


@pytest.mark.parametrize("grave", [False, True])
def test_what_is_left_of_a_sign_off_is_called_by_its_name_and_is_whose_it_is(app, grave):
    record, cast = make_record(state="review", grave=grave)
    tick(MONDAY)

    def now() -> tuple[str, set[int]]:
        (step,) = [one for one in queries.next_steps(record.primary_issue) if one.clock.name == "signoff"]
        return step.left, {
            one.person_id for one in Desk(MONDAY).owners(step.clock, subject_of("record", record.id))
        }

    assert now() == ("", {cast.supervisor.id})
    by = actor_of(cast.supervisor)
    records.save(record, {"similar_check": "None."}, by=by, at=MONDAY)
    records.sign(record, signed_as="supervisor", statement="So.", by=by, at=MONDAY)
    db.session.commit()
    assert now() == (("manager", {cast.manager.id}) if grave else ("watch", {cast.supervisor.id}))
    tick(MONDAY)
    (step,) = [one for one in queries.next_steps(record.primary_issue) if one.clock.name == "signoff"]
    told = words.whom(["owner"], "signoff", step.subject, step.left)
    assert told == ([str(words.ROLE_WORDS["managers"])] if grave else [cast.supervisor.name])
    listed = following.running(by, following.ALL, MONDAY, ZoneInfo("Asia/Taipei"))
    (row,) = [one for one in following.rows(listed, by) if one.clock.name == "signoff"]
    assert (row.called, row.waits_for) == (words.LEFT_WORDS[step.left], *told)

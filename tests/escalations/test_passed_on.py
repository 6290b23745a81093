"""What an engineer asks of the reporter waits with the reporter, while the issue stays escalated."""

import pytest

from tests.clock import MONDAY
from tests.factories.people import actor_of
from tests.factories.records import make_record
from tracker.db import db
from tracker.escalations import corrections
from tracker.issues import actions as issues
from tracker.issues import queries as issue_queries
from tracker.issues.models import Issue
from tracker.records import actions, queries
from tracker.records.parts import EscalationNote


@pytest.fixture
def asked(app):
    record, cast = make_record(state="analysing")
    escalation = queries.open_escalation(record)
    given = {"kind": "question", "body": "Which browser?"}
    actions.move_escalation(escalation, "update", by=actor_of(cast.engineer), at=MONDAY, fields=given)
    note = db.session.query(EscalationNote).one()
    corrections.pass_on(escalation, note.id, by=actor_of(cast.supervisor), at=MONDAY)
    db.session.commit()
    return record.primary_issue, cast


def test_the_reporter_s_pages_say_that_an_answer_is_needed(client, login, asked):
    client.set_cookie("locale", "en")
    issue, cast = asked
    login(client, cast.reporter)
    assert issue.number in client.get("/my").text and issue.number not in client.get("/my?state=open").text
    page = client.get(f"/issues/{issue.number}").text
    assert "We need an answer from you" in page and "Which browser?" in page
    client.post(f"/issues/{issue.number}/note", data={"body": "Edge"})
    assert "We need an answer from you" not in client.get(f"/issues/{issue.number}").text
    assert issue.number not in client.get("/my?state=waiting").text
    db.session.expire_all()
    stands = db.session.get(Issue, issue.id)
    assert stands.state == "escalated" and issue_queries.open_ask(stands, "question") is None


def test_a_word_of_the_staff_is_no_answer_and_one_for_the_user_is(asked):
    issue, cast = asked
    by = actor_of(cast.supervisor)
    issues.say(issue, "We look into it.", visibility="public", by=by, at=MONDAY)
    assert issue_queries.public_state(issue) == "waiting_for_you"
    issues.say(issue, "Edge, they said.", visibility="public", by=by, at=MONDAY, on_behalf="Chen")
    assert issue_queries.public_state(issue) == "in_progress"

"""The API shows of a case what the pages show: to followers, to staff who reported it, to auditors."""

import json

import pytest
from sqlalchemy import select

from tests.api.caller import Caller
from tests.clock import MONDAY
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person, make_system
from tests.factories.records import issues_of, make_record
from tracker.accounts.rules import SYSTEM
from tracker.audit.models import Entry
from tracker.db import db
from tracker.issues import actions

pytestmark = pytest.mark.usefixtures("app")
WORDS = "It says 30 days, it is 7."


def test_a_follower_reads_where_it_stands_and_not_its_words(client):
    reporter, follower = make_person("reporter", name="Amy"), make_person("reporter")
    issue = make_issue(reporter=reporter, description=WORDS, evidence={"input": "How many days?"})
    actions.say(issue, "More words", visibility="public", by=actor_of(reporter), at=MONDAY)
    actions.follow(issue, follower.id, by=SYSTEM, at=MONDAY)
    caller = Caller(client, follower)
    whole, lines = caller.get(f"/issues/{issue.number}"), caller.get("/issues")
    assert whole.json["public_state"] == lines.json["items"][0]["public_state"] == "received"
    for shown in (whole.get_data(as_text=True), lines.get_data(as_text=True)):
        assert not any(
            word in shown for word in ("30 days", "How many days?", "More words", "Amy", reporter.email)
        )
    assert caller.get("/issues?q=days").json["items"] == []
    assert WORDS in Caller(client, reporter).get(f"/issues/{issue.number}").get_data(as_text=True)


def test_an_engineer_reads_no_internal_note_about_their_own_report(client, login):
    engineer = make_person("engineer")
    issue = make_issue(reporter=engineer, system=make_system(owner=engineer), description=WORDS)
    actions.say(
        issue, "Unbelievable", visibility="internal", by=actor_of(make_person("supervisor")), at=MONDAY
    )
    caller = Caller(client, engineer)
    assert "Unbelievable" not in caller.get(f"/issues/{issue.number}").get_data(as_text=True)
    assert caller.get("/issues?q=Unbelievable").json["items"] == []
    assert [one["number"] for one in caller.get("/issues?q=days").json["items"]] == [issue.number]
    assert issue.number not in login(client, engineer).get("/search?q=Unbelievable").text


def test_an_auditor_reads_a_record_masked_and_each_look_is_written_down(client):
    record, cast = make_record(state="closed")
    auditor = make_person("auditor")
    caller, looks = Caller(client, auditor), (Entry.action == "record.view", Entry.by_id == auditor.id)
    for number, path in enumerate(("", "/export", "/export?format=csv"), 1):
        answer = caller.get(f"/records/{record.number}{path}")
        shown = answer.get_data(as_text=True)
        shown = json.dumps(answer.json, ensure_ascii=False) if answer.is_json else shown
        assert answer.status_code == 200, path
        assert cast.reporter.name not in shown and "How many days?" not in shown, path
        assert len(db.session.scalars(select(Entry).where(*looks)).all()) == number, path


def test_an_auditor_reads_no_earlier_version_of_what_is_sealed(client, login):
    record, _cast = make_record(state="closed")
    issue = issues_of(record)[0]
    supervisor = make_person("supervisor")
    page = f"/records/{record.number}/versions?field=description"
    actions.save(issue, {"description": "Of Amy Lin"}, by=actor_of(supervisor), at=MONDAY, seen={})
    db.session.commit()
    auditor = make_person("auditor")
    assert "Amy" in login(client, auditor).get(page).text
    issue.personal_data = True
    db.session.commit()
    assert "Amy" not in login(client, auditor).get(page).text


def test_the_password_of_a_signature_cannot_be_guessed_at_will(client):
    record, cast = make_record(state="review")
    cast.supervisor.password_hash = None
    caller = Caller(client, cast.supervisor)
    tries = [
        caller.post(f"/records/{record.number}/signatures", {"as": "supervisor", "password": f"guess {n}"})
        for n in range(11)
    ]
    assert {one.status_code for one in tries} == {422}
    assert tries[0].json["detail"] != tries[-1].json["detail"]

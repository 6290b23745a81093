"""What a decision must not reach: the clocks of another case, the eyes of who reported, ids that no person has."""

import pytest

from tests.api.caller import Caller
from tests.clock import MONDAY
from tests.factories.chases import local, make_late
from tests.factories.people import make_person, organisation
from tests.factories.records import make_record
from tracker.db import db
from tracker.decisions.models import AgreedDate, Decision
from tracker.issues.models import Participant
from tracker.records import queries as records


@pytest.fixture
def late(app, clock):
    clock.at("2026-11-27 17:00")
    return make_late()


def test_more_time_moves_no_clock_of_another_case(client, login, late):
    record, cast = late
    other, _cast = make_record(state="assigned")
    other.primary_issue.restricted = True
    db.session.commit()
    theirs = records.open_escalation(other)
    before, browser = theirs.due_at, login(client, cast.manager)
    typed = {"more_time-reason": "x", "more_time-until": "2026-12-04 17:00"}
    for clock_ in (f"escalation~{theirs.id}~correct", f"issue~{other.primary_issue_id}~next_update",
                   "record~999999999~hold", f"record~{record.id}~decide", "~~", "x"):  # fmt: skip
        refused = browser.post(
            f"/decisions/{record.number}/more_time", data=typed | {"more_time-clock": clock_}
        )
        assert refused.status_code == 422, clock_
    db.session.expire_all()
    assert theirs.due_at == before
    assert db.session.query(AgreedDate).count() + db.session.query(Decision).count() == 0


@pytest.mark.parametrize(
    "to", ["person:" + "9" * 5000, "person:" + "9" * 30, "person:²", "person:0", "team:" + "9" * 5000]
)
def test_an_id_that_nobody_has_is_no_person(client, late, to):
    record, cast = late
    call = Caller(client, cast.manager)
    answer = call.post(
        "/decisions", {"subject": record.number, "answer": "reassign", "reason": "x", "to": to[:300]}
    )
    assert answer.status_code == 422


def test_who_reported_or_follows_reads_no_decision(client, late):
    record, cast = late
    follower = make_person("reporter")
    db.session.add(
        Participant(issue_id=record.primary_issue_id, person_id=follower.id, role="follower", since=MONDAY)
    )
    asked = {"subject": record.number, "question": "Suspend it?"}
    assert Caller(client, cast.supervisor).post("/decisions", asked).status_code == 201
    for person, seen in (
        (cast.reporter, 0),
        (follower, 0),
        (cast.manager, 1),
        (cast.supervisor, 1),
        (cast.engineer, 1),
    ):
        assert len(Caller(client, person).get("/decisions").json["items"]) == seen, person.name


def test_a_manager_who_reported_a_sealed_case_reads_no_decision_on_it(client, login, late):
    record, cast = late
    issue, contact, boss = record.primary_issue, make_person("supervisor"), make_person("manager")
    make_person("supervisor")
    organisation(privacy_contact_id=contact.id)
    asked = {"subject": record.number, "question": "zebrafinch?"}
    assert Caller(client, cast.supervisor).post("/decisions", asked).status_code == 201
    issue.reporter_id, issue.restricted = boss.id, True
    db.session.commit()
    browser = login(client, boss)
    assert "zebrafinch" not in browser.get("/decisions").text
    for number in (record.number, issue.number):
        assert browser.get(f"/decisions/{number}").status_code == 404
        assert browser.get(f"/statutory/{number}").status_code == 404
    assert "zebrafinch" in login(client, contact).get("/decisions").text


def test_a_date_beyond_any_plan_is_refused_beside_its_field(client, login, late):
    record, cast = late
    escalation = records.open_escalation(record)
    browser = login(client, cast.manager)
    typed = {"more_time-clock": f"escalation~{escalation.id}~correct", "more_time-reason": "x"}
    for until in ("9999-12-31 23:59", "0001-01-01 00:00", "2062-12-04"):
        refused = browser.post(
            f"/decisions/{record.number}/more_time", data=typed | {"more_time-until": until}
        )
        assert refused.status_code == 422, until
    engineer = login(client, cast.engineer)
    for wanted in ("9999-12-31 23:59", "2062-12-04"):
        refused = engineer.post(f"/escalations/{escalation.id}/acknowledge", data={"expected_at": wanted})
        assert refused.status_code == 422, wanted
    assert (escalation.state, escalation.expected_at) == ("sent", None)
    assert escalation.due_at < local("2027-01-01 00:00")

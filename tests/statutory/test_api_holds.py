"""Notices and holds on evidence over the API."""

from sqlalchemy import select

from tests.api.caller import Caller
from tests.factories.issues import make_issue
from tests.factories.people import make_person, make_unit
from tests.factories.records import make_record
from tracker.audit.models import Entry
from tracker.db import db

TOLD = {
    "recipient": "三位學員",
    "to": "persons",
    "sent_at": "2026-11-23T08:30:00+08:00",
    "evidence": "寄件備份",
}


def test_a_notice_is_noted_read_and_taken_back(client, app):
    record, cast = make_record(state="opened")
    caller, number = Caller(client, cast.supervisor), record.number
    bare = caller.post("/statutory-notices", {"subject": number, "recipient": "x", "kind": "other"})
    assert bare.status_code == 422 and "kind" in bare.json["errors"]
    bare = caller.post("/statutory-notices", {"subject": number, "recipient": " "})
    assert bare.status_code == 422 and {"recipient", "sent_at", "reference"} <= bare.json["errors"].keys()
    made = caller.post("/statutory-notices", {"subject": number, **TOLD})
    assert made.status_code == 201 and made.json["subject"] == record.primary_issue.number
    (one,) = caller.get(f"/statutory-notices?subject={number}").json["items"]
    assert one["sent_at"] == "2026-11-23T00:30:00Z" and one.keys() == made.json.keys()
    assert (one["clock"], one["withdrawn_at"], one["files"]) == (None, None, [])
    assert caller.get(f"/records/{number}").json["notices"][0]["what"] == "三位學員"
    path = f"/statutory-notices/{one['id']}/withdraw"
    assert caller.post(path, {"because": " "}).status_code == 422
    back = caller.post(path, {"because": "寄錯人"})
    assert (back.status_code, back.json["withdrawn_because"]) == (200, "寄錯人")
    assert caller.post(path, {"because": "again"}).status_code == 409
    acts = db.session.scalars(select(Entry.action).where(Entry.action.like("statutory.%notice%"))).all()
    assert sorted(acts) == ["statutory.notice", "statutory.withdraw_notice"]


def test_a_hold_is_placed_overridden_and_ended(client, app):
    record, cast = make_record(state="assigned")
    caller, number = Caller(client, cast.manager), record.number
    assert caller.post("/evidence-holds", {"subject": number, "because": " "}).status_code == 422
    made = caller.post("/evidence-holds", {"subject": number, "because": "檢調要來"})
    assert (made.status_code, made.json["stops_work"], made.json["rule"]) == (201, True, "")
    engineer, hold_id = Caller(client, cast.engineer), made.json["id"]
    assert engineer.get(f"/records/{number}").json["evidence_holds"][0]["because"] == "檢調要來"
    assert engineer.post(f"/evidence-holds/{hold_id}/end", {"because": "x"}).status_code == 403
    over = engineer.post(f"/evidence-holds/{hold_id}/override", {"because": "停用"})
    assert (over.status_code, over.json["stops_work"], over.json["ended_at"]) == (200, False, None)
    assert engineer.post(f"/evidence-holds/{hold_id}/override", {"because": "停用"}).status_code == 409
    assert [one["id"] for one in caller.get("/evidence-holds?standing=open").json["items"]] == [hold_id]
    ended = caller.post(f"/evidence-holds/{hold_id}/end", {"because": "看過了"})
    assert (ended.json["ended_because"], ended.json["ended_by"]) == ("看過了", cast.manager.name)
    assert caller.get("/evidence-holds?standing=open").json["items"] == []
    assert len(caller.get(f"/evidence-holds?subject={number}").json["items"]) == 1


def test_for_others_there_are_none(client, app):
    record, cast = make_record(state="assigned")
    leader = Caller(client, cast.supervisor)
    hold = leader.post("/evidence-holds", {"subject": record.number, "because": "x"}).json["id"]
    notice = leader.post("/statutory-notices", {"subject": record.number, **TOLD}).json["id"]
    elsewhere = make_person("supervisor", unit_limit=make_unit())
    for person in (elsewhere, *map(make_person, ("reporter", "engineer", "admin", "auditor"))):
        caller, who = Caller(client, person), person.name
        for path in ("/evidence-holds", "/statutory-notices"):
            found = caller.get(path)
            assert found.status_code == 404 or (person is elsewhere and found.json["items"] == []), who
            sent = caller.post(path, {"subject": record.number, "because": "x", **TOLD})
            assert sent.status_code in (404, 422), who
        for path in (f"/evidence-holds/{hold}/end", f"/evidence-holds/{hold}/override",
                     f"/statutory-notices/{notice}/withdraw"):  # fmt: skip
            assert caller.post(path, {"because": "x"}).status_code == 404, who
    reader = Caller(client, cast.supervisor, "read")
    assert reader.post("/evidence-holds", {"subject": record.number, "because": "x"}).status_code == 403


def test_who_reported_a_case_and_does_not_lead_it_reads_nothing_of_it(client, app):
    here, there = make_unit(), make_unit()
    lead, limited = make_person("supervisor"), make_person("supervisor", unit_limit=here)
    issue = make_issue(reporter=limited, supervisor=lead, state="confirming")
    issue.unit_id = there.id
    db.session.commit()
    caller = Caller(client, lead)
    assert caller.post("/evidence-holds", {"subject": issue.number, "because": "x"}).status_code == 201
    assert caller.post("/statutory-notices", {"subject": issue.number, **TOLD}).status_code == 201
    other = Caller(client, limited)
    for path in ("/evidence-holds", "/statutory-notices"):
        assert other.get(f"{path}?subject={issue.number}").json["items"] == []

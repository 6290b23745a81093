"""Inspections over the API: the same rounds as on the pages, answered within the token's scopes."""

import pytest
from sqlalchemy import select

from tests.api.caller import Caller
from tests.clock import MONDAY
from tests.factories.chases import clock_of, tick
from tests.factories.inspections import inspected
from tests.factories.people import make_person, make_system
from tracker.db import db
from tracker.issues.models import Issue


@pytest.fixture
def made(app, clock):
    """A round that waits: its ids, the supervisor, the owner."""
    boss, owner = make_person("supervisor"), make_person("engineer")
    ids = inspected(boss, owner, make_system(key="chat").id, MONDAY)
    tick(MONDAY)
    return ids, boss, owner


def test_a_round_is_read_answered_and_finished(client, made):
    ids, _boss, owner = made
    caller, here = Caller(client, owner), f"/inspections/rounds/{ids['round_id']}"
    (line,) = caller.get("/inspections/rounds?state=open&system=chat").json["items"]
    assert (line["state"], line["owner"]["email"]) == ("open", owner.email)
    assert caller.get("/inspections/rounds?system=other").json["items"] == []
    assert "finish" in caller.get(here).json["moves"]
    early = caller.post(here, {"finish": True})
    assert (early.status_code, early.json["missing"]) == (409, ["outcome"])
    result = {"id": ids["result_id"], "outcome": "finding", "note": "No source"}
    kept = caller.post(here, {"results": [result]})
    assert (kept.json["state"], kept.json["results"][0]["note"]) == ("open", "No source")
    done = caller.post(here, {"finish": True})
    assert (done.json["state"], done.json["done_by"]) == ("done", owner.name)
    assert clock_of("inspection_round", ids["round_id"], "inspection").met is True
    assert caller.post(here, {"results": [result]}).status_code == 409


def test_a_finding_becomes_one_issue(client, made):
    ids, _boss, owner = made
    caller, here = Caller(client, owner), f"/inspections/rounds/{ids['round_id']}"
    path = f"{here}/results/{ids['result_id']}/issue"
    assert caller.post(path).status_code in (409, 422)
    caller.post(here, {"results": [{"id": ids["result_id"], "outcome": "finding", "note": "No source"}]})
    first, second = caller.post(path), caller.post(path)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json == second.json
    assert db.session.scalars(select(Issue)).one().number == first.json["number"]


def test_missed_is_for_supervisors_and_needs_a_reason(client, made):
    ids, boss, owner = made
    path = f"/inspections/rounds/{ids['round_id']}/miss"
    assert Caller(client, owner).post(path, {"reason": "x"}).status_code == 403
    assert Caller(client, boss).post(path, {}).status_code == 422
    assert Caller(client, boss).post(path, {"reason": " "}).status_code == 409
    assert Caller(client, boss).post(path, {"reason": "System was off"}).json["state"] == "missed"


def test_who_may_not_see_it_finds_nothing(client, made):
    ids, boss, _owner = made
    here = f"/inspections/rounds/{ids['round_id']}"
    for person in (make_person("engineer"), make_person("reporter"), make_person("admin")):
        caller = Caller(client, person)
        assert caller.get("/inspections/rounds").json["items"] == []
        assert caller.get(here).status_code == 404
        assert caller.post(here, {"finish": True}).status_code == 404
    assert Caller(client, boss, "read").post(here, {"finish": True}).status_code == 403
    wrong = Caller(client, boss).post(here, {"results": [{"id": 10**6, "outcome": "fine"}]})
    assert (wrong.status_code, list(wrong.json["errors"])) == (422, ["results"])

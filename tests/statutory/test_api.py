"""Statutory clocks over the API."""

import pytest

from tests.api.caller import Caller
from tests.factories.people import make_person
from tests.statutory import test_pages

case = test_pages.case


def fsc(caller, number):
    found = caller.get(f"/statutory-clocks?subject={number}").json["items"]
    return next(one for one in found if one["rule"] == "tw-fsc")


def test_a_notice_stops_the_clock(client, case):
    record, cast = case
    caller = Caller(client, cast.supervisor)
    one = fsc(caller, record.number)
    assert (one["standing"], one["due_at"], one["legal_advice"]) == ("running", "2026-11-26T01:00:00Z", False)
    bare = caller.post(f"/statutory-clocks/{one['id']}/notices", {"recipient": "金管會"})
    assert bare.status_code == 422
    body = {"recipient": "金管會", "sent_at": "2026-11-23T08:30:00+08:00", "reference": "A-7"}
    first = caller.post(f"/statutory-clocks/{one['id']}/notices", {**body, "kind": "interim"})
    assert (first.status_code, first.json["standing"]) == (201, "running")
    done = caller.post(f"/statutory-clocks/{one['id']}/notices", body)
    assert (done.json["standing"], done.json["reference"]) == ("done", "A-7")
    assert caller.post(f"/statutory-clocks/{one['id']}/toll", {"basis": "Act 1"}).status_code == 409
    back = caller.post(f"/statutory-clocks/{one['id']}/take-back", {"because": "wrong case"})
    assert back.json["standing"] == "running"
    assert fsc(caller, record.number)["standing"] == "running"


def test_waived_and_tolled(client, case):
    record, cast = case
    caller = Caller(client, cast.manager)
    one = fsc(caller, record.number)
    assert caller.post(f"/statutory-clocks/{one['id']}/waive", {"because": " "}).status_code == 422
    waived = caller.post(f"/statutory-clocks/{one['id']}/waive", {"because": "no bank data"})
    assert (waived.json["standing"], waived.json["waived_because"]) == ("waived", "no bank data")
    rules = [row["rule"] for row in caller.get("/statutory-clocks?standing=open").json["items"]]
    assert "tw-fsc" not in rules


@pytest.mark.parametrize("who", ["engineer", "reporter", "admin", "auditor"])
def test_others_read_and_change_nothing(client, case, who):
    record, cast = case
    one = fsc(Caller(client, cast.supervisor), record.number)
    other = Caller(client, getattr(cast, who, None) or make_person(who))
    assert other.get("/statutory-clocks").status_code == 404
    for verb, body in (("waive", {"because": "x"}), ("toll", {"basis": "x"}), ("take-back", {"because": "x"}),
                       ("notices", {"recipient": "x"})):  # fmt: skip
        assert other.post(f"/statutory-clocks/{one['id']}/{verb}", body).status_code == 404

"""The return flow over the API."""

from tests.api.caller import Caller
from tests.clock import MONDAY
from tests.factories.people import make_person
from tests.factories.records import make_record
from tracker.db import db
from tracker.records import actions as records


def test_causes_are_read_marked_and_taken_back(app, clock, client):
    record, cast = make_record(state="fixing")
    records.save(record, {"cause_classes": ["CC3", "CC5"]}, by=cast.as_supervisor, at=MONDAY)
    other, _cast = make_record(cast, state="fixing", system=record.system)
    db.session.commit()
    caller = Caller(client, cast.supervisor)
    first = caller.get("/return-flow?limit=2").json
    assert [(one["record"], one["cause_class"]) for one in first["items"]] == [
        (other.number, "CC2"), *((record.number, code) for code in ("CC2", "CC3", "CC5"))
    ]  # fmt: skip
    assert first["next"] is None
    page = caller.get("/return-flow?limit=1").json
    assert [one["record"] for one in page["items"]] == [other.number]
    rest = caller.get(f"/return-flow?limit=1&cursor={page['next']}").json
    assert [one["cause_class"] for one in rest["items"]] == ["CC2", "CC3", "CC5"]
    here = f"/return-flow/{record.number}/CC3"
    assert caller.post(here, {"state": "done"}).status_code == 422
    done = caller.post(here, {"state": "done", "note": "補驗收案例"})
    assert (done.json["return_state"], done.json["note"]) == ("done", "補驗收案例")
    past = caller.get("/return-flow?show=past").json["items"]
    assert [one["cause_class"] for one in past] == ["CC3"]
    assert caller.post(here, {"state": ""}).json["return_state"] == ""
    assert caller.post(f"/return-flow/{record.number}/CC9", {"state": "taken"}).status_code == 404
    assert caller.get("/return-flow?cursor=x").status_code == 422
    stranger = Caller(client, make_person("reporter"))
    assert stranger.get("/return-flow").json["items"] == []
    assert stranger.post(here, {"state": "taken"}).status_code == 404

"""Rotas over the API: who is on duty, overrides within the token's scopes."""

import pytest

from tests.api.caller import Caller
from tests.factories.duty import make_rota
from tests.factories.people import actor_of, make_person
from tests.factories.records import make_record
from tracker.db import db
from tracker.records import actions, queries


@pytest.fixture
def cast(app):
    return [make_person("engineer", name=name, email=f"{name}@example.test") for name in ("amy", "ben")]


def test_who_is_on_duty_now_at_an_instant_and_over_days(client, cast):
    amy, ben = cast
    rota = make_rota(amy, ben)
    caller = Caller(client, amy, "read")
    (line,) = caller.get("/rotas").json["items"]
    assert (line["name"], line["on_duty"]["name"], line["zone"]) == (rota.name, "amy", "Asia/Taipei")
    assert [one["email"] for one in line["members"]] == [amy.email, ben.email]
    later = caller.get(f"/rotas/{rota.id}?at=2026-11-24T10:00:00%2B08:00").json
    assert later["on_duty"]["name"] == "ben"
    shifts = caller.get(f"/rotas/{rota.id}/shifts?until=2026-11-26T09:00:00%2B08:00").json["items"]
    assert [one["person"]["name"] for one in shifts] == ["amy", "ben", "amy"]
    assert all(one["instead_of"] is None for one in shifts)
    too_long = caller.get(f"/rotas/{rota.id}/shifts?until=2027-11-26T09:00:00%2B08:00")
    assert (too_long.status_code, list(too_long.json["errors"])) == (422, ["until"])


def test_an_override_by_a_supervisor_holds_and_is_undone(client, cast):
    amy, ben = cast
    rota, boss = make_rota(amy, ben), make_person("supervisor")
    caller = Caller(client, boss)
    wanted = {
        "person": ben.email, "starts_at": "2026-11-23T10:00:00+08:00", "ends_at": "2026-11-23T18:00:00+08:00",
        "reason": "Dentist",
    }  # fmt: skip
    made = caller.post(f"/rotas/{rota.id}/overrides", wanted)
    assert (made.status_code, made.json["person"]["name"], made.json["by"]) == (201, "ben", boss.name)
    at_noon = f"/rotas/{rota.id}?at=2026-11-23T12:00:00%2B08:00"
    assert (caller.get(at_noon).json["on_duty"]["name"], caller.get(at_noon).json["why"]) == (
        "ben",
        "override",
    )
    undone = caller.post(f"/rotas/{rota.id}/overrides/{made.json['id']}/undo")
    assert undone.json["undone_at"] is not None
    assert caller.get(at_noon).json["on_duty"]["name"] == "amy"
    assert caller.post(f"/rotas/{rota.id}/overrides/{made.json['id']}/undo").status_code == 409


def test_who_may_not_is_refused_and_what_is_wrong_is_named(client, cast):
    amy, ben = cast
    rota, boss = make_rota(amy, ben), make_person("supervisor")
    wanted = {
        "person": ben.email, "starts_at": "2026-11-23T10:00:00+08:00", "ends_at": "2026-11-23T18:00:00+08:00",
    }  # fmt: skip
    path = f"/rotas/{rota.id}/overrides"
    assert Caller(client, boss, "read").post(path, wanted).status_code == 403
    assert Caller(client, amy).post(path, wanted).status_code == 403
    for person in (make_person("reporter"), make_person("auditor")):
        assert Caller(client, person).get("/rotas").status_code == 403
    assert Caller(client, boss).get("/rotas/999").status_code == 404
    wrong = Caller(client, boss).post(path, {**wanted, "person": "nobody@example.test"})
    assert (wrong.status_code, list(wrong.json["errors"])) == (422, ["person"])
    wrong = Caller(client, boss).post(path, {**wanted, "ends_at": "2026-11-23T09:30:00+08:00"})
    assert (wrong.status_code, list(wrong.json["errors"])) == (422, ["ends_at"])


def test_an_administrators_token_sets_overrides_by_its_scope_for_that_alone(client, cast):
    rota, boss = make_rota(*cast), make_person("admin")
    wanted = {
        "person": cast[1].email, "starts_at": "2026-11-23T10:00:00+08:00", "ends_at": "2026-11-23T18:00:00+08:00",
    }  # fmt: skip
    for scopes, status in ((("read", "write"), 403), (("read", "write", "admin"), 201)):
        assert Caller(client, boss, *scopes).post(f"/rotas/{rota.id}/overrides", wanted).status_code == status


def test_only_who_works_on_reports_is_put_on_duty(client, cast):
    rota, boss = make_rota(*cast), make_person("supervisor")
    wanted = {"starts_at": "2026-11-23T10:00:00+08:00", "ends_at": "2026-11-23T18:00:00+08:00"}
    for person in (make_person("reporter"), make_person("auditor"), make_person("engineer", active=False)):
        wrong = Caller(client, boss).post(f"/rotas/{rota.id}/overrides", {**wanted, "person": person.email})
        assert (wrong.status_code, list(wrong.json["errors"])) == (422, ["person_id"])


def test_an_escalation_to_the_rota_follows_an_override_and_its_undoing(client, cast, clock):
    amy, ben = cast
    rota, (record, team) = make_rota(amy, ben), make_record(state="opened")
    actions.escalate(
        record, to=f"rota:{rota.id}", due_at="2026-11-25 17:00", by=actor_of(team.supervisor), at=clock.now()
    )
    db.session.commit()
    caller = Caller(client, make_person("supervisor"))
    made = caller.post(
        f"/rotas/{rota.id}/overrides",
        {
            "person": ben.email,
            "starts_at": "2026-11-23T08:00:00+08:00",
            "ends_at": "2026-11-23T18:00:00+08:00",
        },
    )
    assert queries.open_escalation(record).to_person_id == ben.id
    caller.post(f"/rotas/{rota.id}/overrides/{made.json['id']}/undo")
    assert queries.open_escalation(record).to_person_id == amy.id


def test_the_description_has_the_calls(client, app):
    paths = client.get("/api/v1/openapi.json").json["paths"]
    assert {"/api/v1/rotas", "/api/v1/rotas/{rota_id}/overrides", "/api/v1/inspections/rounds"} <= set(paths)

"""Versions of a system and their guides over the API: everybody reads, administrators write, nobody is overwritten."""

import pytest
from flask.testing import FlaskClient

from tests.api.caller import Caller
from tests.factories.people import make_person, make_system

pytestmark = pytest.mark.usefixtures("app")
GUIDE = {"version": "3.0", "purpose": "Answers **questions**.", "released_at": "2026-11-22T00:00:00+08:00"}


def test_a_guide_is_added_changed_and_made_current(client: FlaskClient) -> None:
    here = f"/systems/{make_system().key}/versions"
    admin, reader = Caller(client, make_person("admin")), Caller(client, make_person("reporter"))
    made = admin.post(here, GUIDE, Idempotency_Key="g")
    assert (made.status_code, made.json["purpose"]) == (201, GUIDE["purpose"])
    assert admin.post(here, GUIDE, Idempotency_Key="g").json == made.json
    one = made.headers["Location"].removeprefix("/api/v1")
    tag = reader.get(one).headers["ETag"]
    saved = admin.patch(one, {"limits": "No law."}, If_Match=tag)
    assert (saved.json["limits"], saved.json["purpose"]) == ("No law.", GUIDE["purpose"])
    assert saved.json["released_at"] == made.json["released_at"]
    stale = admin.patch(one, {"limits": "No numbers."}, If_Match=tag)
    assert (stale.status_code, stale.content_type) == (412, "application/problem+json")
    assert stale.json["conflicts"] == [{"field": "limits", "yours": "No numbers.", "theirs": "No law."}]
    assert admin.patch(one, {"limits": "No numbers."}, If_Match=saved.headers["ETag"]).status_code == 200
    assert admin.post(f"{one}/current").json["current"] is True
    assert [each["version"] for each in reader.get(here).json["items"] if each["current"]] == ["3.0"]
    assert list(admin.post(here, GUIDE).json["errors"]) == ["version"]
    assert list(admin.post(here, {"purpose": "x"}).json["errors"]) == ["version"]
    for refused in (
        reader.post(here, GUIDE),
        reader.patch(one, {"limits": ""}),
        reader.post(f"{one}/current"),
    ):
        assert refused.status_code == 403
    assert (
        admin.get(f"{here}/{10**12}").status_code == admin.get("/systems/unknown/versions").status_code == 404
    )

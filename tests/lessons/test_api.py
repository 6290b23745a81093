"""Lessons over the API."""

import pytest

from tests.api.caller import Caller
from tests.factories.people import make_person
from tests.factories.records import make_record
from tracker.db import db


@pytest.fixture
def lesson(app, clock):
    record, cast = make_record(state="closed")
    record.lessons = "簡章改版時先停用舊索引。"
    db.session.commit()
    return record, cast


def test_they_are_read_and_noted_as_read(client, lesson):
    record, cast = lesson
    caller = Caller(client, cast.supervisor)
    (one,) = caller.get("/lessons?show=mine").json["items"]
    assert (one["record"], one["lesson"], one["read_at"]) == (record.number, record.lessons, None)
    assert caller.post(f"/lessons/{record.number}/read").json["read_at"] is not None
    assert caller.get("/lessons?show=mine").json["items"] == []
    assert len(caller.get(f"/lessons?q=舊索引&system={record.system.key}").json["items"]) == 1
    assert caller.get("/lessons?system=other").json["items"] == []
    assert caller.post(f"/lessons/{record.number}/unread").json["read_at"] is None
    assert caller.post("/lessons/AR-190001-0001/read").status_code == 404


@pytest.mark.parametrize("role", ["reporter", "admin", "auditor"])
def test_others_read_none(client, lesson, role):
    record, _cast = lesson
    caller = Caller(client, make_person(role))
    assert caller.get("/lessons").status_code == 404
    assert caller.post(f"/lessons/{record.number}/read").status_code == 404

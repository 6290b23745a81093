"""Lessons: who may read which, whom one concerns, saying that it was read, searching."""

import pytest
from sqlalchemy import select

from tests.clock import MONDAY
from tests.factories.people import actor_of, make_person
from tests.factories.records import make_cast, make_record
from tracker.db import db
from tracker.lessons import queries
from tracker.lessons.models import LessonRead
from tracker.outbox.models import Letter
from tracker.outbox.rules import BELL


@pytest.fixture
def taught(app):
    record, cast = make_record(state="watching", lessons="索引要和辦法同時更新")
    db.session.commit()
    return record, cast


def found(actor, **wanted):
    return db.session.scalars(queries.filtered(actor, wanted, MONDAY)).all()


def test_everybody_who_handles_cases_reads_it_and_nobody_else(taught):
    record, cast = taught
    for role in ("supervisor", "engineer", "manager"):
        assert found(actor_of(make_person(role))) == [record]
    assert found(cast.as_reporter) == []


def test_that_of_a_sealed_case_is_for_those_who_may_see_it(taught):
    record, cast = taught
    record.primary_issue.personal_data = True
    db.session.commit()
    assert found(cast.as_supervisor) == [record]
    assert found(actor_of(make_person("engineer"))) == []


@pytest.mark.parametrize(
    ("words", "hits"), [("索引", 1), ("索引 辦法", 1), ("沒有", 0), ("100%", 0), ("_", 0)]
)
def test_a_search_looks_for_every_word_as_it_stands(taught, words, hits):
    _, cast = taught
    assert len(found(cast.as_supervisor, q=words)) == hits


def test_it_waits_for_whom_it_concerns_until_they_say_so(taught, client, login):
    record, cast = taught
    record.system.owner_id = cast.engineer.id
    db.session.commit()
    assert {one.id for one in queries.concerned(record, MONDAY)} >= {cast.supervisor.id, cast.engineer.id}
    assert queries.unread(cast.as_engineer, MONDAY) == 1
    login(client, cast.engineer)
    assert "索引要和辦法同時更新" in client.get("/lessons?show=mine").text
    assert client.post(f"/lessons/{record.number}/read").status_code == 303
    assert client.post(f"/lessons/{record.number}/read").status_code == 303
    assert db.session.query(LessonRead).count() == 1 and queries.unread(cast.as_engineer, MONDAY) == 0
    assert client.post(f"/lessons/{record.number}/unread").status_code == 303
    assert queries.unread(cast.as_engineer, MONDAY) == 1
    assert login(client, cast.reporter).post(f"/lessons/{record.number}/read").status_code == 403


def test_supervisors_see_who_has_read_it(taught, client, login):
    _record, cast = taught
    page = login(client, cast.supervisor).get("/lessons").text
    assert cast.manager.name in page and "還沒讀" in page


def test_a_record_without_a_lesson_is_not_listed(app):
    record, cast = make_record(make_cast(), state="watching")
    assert record.lessons == "" and found(cast.as_supervisor) == []


def test_those_who_have_not_read_it_are_reminded_once_a_day(taught, client, login, clock):
    record, cast = taught
    db.session.add(LessonRead(record_id=record.id, person_id=cast.manager.id, at=MONDAY))
    record.system.owner_id = cast.engineer.id
    db.session.commit()
    url = f"/lessons/{record.number}/remind"
    assert login(client, cast.engineer).post(url).status_code == 403
    assert "提醒還沒讀的人" in login(client, cast.supervisor).get("/lessons").text
    said = []
    for _twice in range(2):
        assert client.post(url).status_code == 303
        said.append(client.get("/lessons").text)
    assert f"已提醒：{cast.engineer.name}" in said[0] and f"已提醒：{cast.engineer.name}" not in said[1]
    assert "今天已經提醒過了" in said[1]
    letter = db.session.scalars(select(Letter).where(Letter.kind == "record.lesson")).first()
    assert "經驗回饋與您有關" in letter.body_text
    told = select(Letter.person_id).where(Letter.kind == "record.lesson", Letter.channel == BELL)
    assert db.session.scalars(told).all() == [cast.engineer.id]
    clock.advance(days=1)
    login(client, cast.supervisor).post(url)
    assert len(db.session.scalars(told).all()) == 2

"""A ZIP of many records: made in the background, for who asked alone, deleted after a day."""

import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.exports.test_record_files import fonts
from tests.factories.people import make_person, make_unit
from tests.factories.records import make_cast, make_record
from tracker.audit.models import Entry
from tracker.db import db
from tracker.exports import bundles, jobs
from tracker.exports.models import Bundle
from tracker.outbox.models import Letter
from tracker.records.lacking import LACKING, lacking
from tracker.records.models import Record


@pytest.fixture
def asked(client, login):
    """Two records, and a supervisor who asks for them; answers the page of the ZIP."""
    cast = make_cast()
    records = [make_record(cast, state=state)[0] for state in ("opened", "closed")]
    answer = login(client, cast.supervisor).post("/jobs", data={"state": ""})
    assert answer.status_code == 303
    return cast, records, answer.headers["Location"]


def test_the_page_tells_how_far_it_is_without_any_script(client, login, asked):
    cast, _records, page = asked
    answer = login(client, cast.supervisor).get(page)
    assert answer.headers["Refresh"] == "3" and "<progress" in answer.text


def test_who_asks_twice_gets_the_same(client, login, asked):
    cast, _records, page = asked
    again = login(client, cast.supervisor).post("/jobs", data={"state": ""})
    assert again.headers["Location"] == page


@fonts
def test_each_record_is_in_it_as_pdf_and_json_with_an_index(client, login, clock, asked):
    cast, records, page = asked
    assert jobs.make_bundles(clock.now()) == 1
    visitor = login(client, cast.supervisor)
    assert "Refresh" not in visitor.get(page).headers
    with visitor.get(f"{page}/file") as answer:
        content = answer.data
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        names = {f"{one.number}.{form}" for one in records for form in ("pdf", "json")}
        assert set(file.namelist()) == names | {"index.csv"}
        assert json.loads(file.read(f"{records[0].number}.json"))["number"] == records[0].number
        rows = list(csv.DictReader(io.StringIO(file.read("index.csv").decode("utf-8-sig"))))
        assert {row["file"] for row in rows} == names and all(len(row["sha256"]) == 64 for row in rows)
    taken = db.session.scalars(select(Entry).where(Entry.action == "record.export")).all()
    assert [one.after for one in taken] == [{"format": "zip"}] * 2
    rung = db.session.scalars(select(Letter).where(Letter.kind == "bundle.done")).one()
    assert (rung.person_id, rung.link) == (cast.supervisor.id, page)


@fonts
def test_after_a_day_the_file_is_gone_at_once_for_who_may_not_see_all_of_it(client, login, clock, asked):
    cast, _records, page = asked
    jobs.make_bundles(clock.now())
    path = bundles.path_of(db.session.scalars(select(Bundle)).one())
    assert path.exists()
    login(client, cast.supervisor).get(f"{page}/file").close()
    cast.supervisor.roles[0].unit_id = make_unit().id
    assert client.get(f"{page}/file").status_code == 404
    jobs.make_bundles(clock.now() + timedelta(days=1, minutes=1))
    assert not path.exists()
    assert login(client, cast.supervisor).get(f"{page}/file").status_code == 404
    assert login(client, cast.supervisor).get(page).status_code == 200


def test_a_record_that_its_asker_may_no_longer_see_is_left_out(clock, asked):
    _cast, records, _page = asked
    for one in records:
        one.primary_issue.restricted = True
    stranger = make_person("supervisor")
    db.session.scalars(select(Bundle)).one().person_id = stranger.id
    db.session.commit()
    jobs.make_bundles(clock.now())
    made = db.session.scalars(select(Bundle)).one()
    assert made.left_out == [one.number for one in records] and made.stage == "done"


def test_it_can_be_cancelled_and_is_then_not_made(client, login, clock, asked):
    cast, _records, page = asked
    assert login(client, cast.supervisor).post(f"{page}/cancel").status_code == 303
    assert jobs.make_bundles(clock.now()) == 0
    assert db.session.scalars(select(Bundle)).one().stage == "cancelled"


def test_what_goes_wrong_stands_on_its_page_and_stops_nothing_else(client, login, clock, asked):
    cast, _records, page = asked
    made = db.session.scalars(select(Bundle)).one()
    bundles.path_of(made).with_suffix(".part").mkdir(parents=True)
    assert jobs.make_bundles(clock.now()) == 0
    assert db.session.scalars(select(Bundle)).one().stage == "failed"
    assert login(client, cast.supervisor).get(page).status_code == 200
    assert not bundles.path_of(made).exists()


@fonts
def test_a_node_that_died_is_replaced_after_its_lease(clock, asked):
    assert bundles.claim(clock.now()) is not None
    db.session.commit()
    assert bundles.claim(clock.now()) is None
    db.session.rollback()
    assert jobs.make_bundles(clock.now() + bundles.LEASE * 2) == 1


def test_nobody_else_sees_or_takes_it(client, login, asked):
    _cast, _records, page = asked
    for role in ("supervisor", "manager", "auditor", "reporter", "engineer"):
        visitor = login(client, make_person(role))
        wanted = (404,) if role in ("supervisor", "manager", "auditor") else (403, 404)
        assert visitor.get(page).status_code in wanted, role
        assert visitor.get(f"{page}/file").status_code in wanted, role
        assert visitor.post(f"{page}/cancel").status_code in wanted, role


def test_the_register_is_filtered_by_year_and_by_what_is_missing(client, login):
    record, cast = make_record(state="opened")
    done, _cast = make_record(cast, state="closed")
    visitor = login(client, cast.supervisor)
    for key in LACKING:
        db.session.scalars(select(Record.id).where(lacking(key))).all()
    assert record.number in visitor.get("/records?missing=root_cause").text
    assert done.number not in visitor.get("/records?missing=root_cause").text
    assert done.number in visitor.get("/records?year=2026").text
    assert done.number not in visitor.get("/records?year=2025").text


def test_an_empty_filter_makes_no_zip(client, login):
    _record, cast = make_record(state="opened")
    answer = login(client, cast.supervisor).post("/jobs", data={"year": "2019"})
    assert answer.headers["Location"].endswith("/records?year=2019")
    assert db.session.scalars(select(Bundle)).all() == []

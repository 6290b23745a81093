"""Causes that flow back: who sees which line, what may be said about it, the table, the artefacts of a system."""

import csv
import io

import pytest

from tests.clock import MONDAY
from tests.factories.people import actor_of, make_person, make_system
from tests.factories.records import make_cast, make_record
from tracker.db import db
from tracker.errors import DomainError, NotAllowed, NotFound
from tracker.records import actions as records
from tracker.records.codes import CAUSE_CLASSES
from tracker.returnflow import actions, queries, rules
from tracker.returnflow.models import ReturnMark
from tracker.systems.parts import Artefact


def lines(actor, **wanted):
    return queries.shown(queries.filtered(actor, wanted), actor, 100)


def named(actor, **wanted):
    return [(one.record.number, one.cause) for one in lines(actor, **wanted)]


@pytest.mark.parametrize(
    ("task", "classes"),
    [("T1.2", {"CC1", "CC8"}), ("T2.1", {"CC2", "CC5"}), ("T2.2", {"CC1", "CC2", "CC3", "CC4", "CC5"})],
)
def test_a_task_of_the_standard_gets_the_classes_that_point_to_it(task, classes):
    assert set(rules.classes_of(task)) == classes


@pytest.mark.parametrize(
    ("state", "mark", "waits"),
    [("fixing", "", True), ("fixing", "taken", True), ("fixing", "done", False), ("closed", "", False),
     ("closed", "taken", True), ("closed", "done", False)],
)  # fmt: skip
def test_what_is_open(state, mark, waits):
    assert rules.is_open(state, mark) is waits


def test_a_line_for_each_class_of_a_record_and_none_for_drafts(app):
    record, cast = make_record(state="fixing")
    make_record(cast, state="opened")
    records.save(record, {"cause_classes": ["CC3", "CC5"]}, by=cast.as_supervisor, at=MONDAY)
    found = named(cast.as_supervisor)
    assert found == [(record.number, code) for code in ("CC2", "CC3", "CC5")]
    assert queries.counts(cast.as_supervisor) == {"CC2": (1, 0), "CC3": (1, 0), "CC5": (1, 0)}
    assert named(cast.as_supervisor, task="T2.1") == [(record.number, "CC2"), (record.number, "CC5")]
    assert named(cast.as_supervisor, **{"class": "CC3"}) == [(record.number, "CC3")]


def keeper_of(record, cast, name="退費知識庫"):
    records.save(record, {"cause_artefact": name}, by=cast.as_supervisor, at=MONDAY)
    keeper = make_person("reporter")
    db.session.get_one(Artefact, record.cause_artefact_id).owner_id = keeper.id
    db.session.commit()
    return keeper


def test_the_keeper_of_an_artefact_sees_its_causes_and_nothing_else(app):
    record, cast = make_record(state="fixing")
    other, _ = make_record(cast, state="fixing")
    keeper = keeper_of(record, cast)
    assert named(actor_of(keeper)) == [(record.number, "CC2")]
    (line,) = lines(actor_of(keeper))
    assert (line.whole, line.may_mark, line.sealed) == (False, True, False)
    assert named(actor_of(make_person("reporter"))) == []
    assert other.number not in dict(named(actor_of(keeper)))


def test_what_was_found_in_a_sealed_case_is_not_told_to_the_keeper(app, client, login):
    record, cast = make_record(state="fixing")
    keeper = keeper_of(record, cast)
    record.root_cause = "王大明的病歷號碼"
    record.primary_issue.personal_data = True
    db.session.commit()
    assert lines(actor_of(keeper))[0].sealed
    browser = login(client, keeper)
    for address in ("/return-flow", "/return-flow.csv"):
        assert "王大明" not in browser.get(address).text


def test_taken_then_done_with_a_note_then_undone(app):
    record, cast = make_record(state="fixing")
    by = cast.as_supervisor
    actions.mark(record, "CC2", "taken", "", by=by, at=MONDAY)
    assert lines(by)[0].state == "taken"
    with pytest.raises(DomainError):
        actions.mark(record, "CC2", "done", "  ", by=by, at=MONDAY)
    actions.mark(record, "CC2", "done", "資料集補到 v13", by=by, at=MONDAY)
    assert named(by) == [] and named(by, show="past") == [(record.number, "CC2")]
    actions.mark(record, "CC2", "", "", by=by, at=MONDAY)
    assert db.session.query(ReturnMark).count() == 0 and named(by) == [(record.number, "CC2")]


def test_strangers_and_other_classes_are_refused(app):
    record, cast = make_record(state="fixing")
    with pytest.raises(NotAllowed):
        actions.mark(record, "CC2", "taken", "", by=actor_of(make_person("engineer")), at=MONDAY)
    with pytest.raises(NotFound):
        actions.mark(record, "CC9", "taken", "", by=cast.as_supervisor, at=MONDAY)


def test_the_page_marks_a_line_and_says_what_is_wrong(app, client, login):
    record, cast = make_record(state="fixing")
    browser, here = login(client, cast.supervisor), f"/return-flow/{record.number}/CC2"
    assert browser.post(here, data={"state": "taken"}).status_code == 303
    wrong = browser.post(here, data={"state": "done", "note": ""})
    assert wrong.status_code == 422 and f"note-{record.number}-CC2-error" in wrong.text
    assert browser.post(here, data={"state": "done", "note": "已更新"}).status_code == 303
    assert "已更新" in browser.get("/return-flow?show=past").text
    assert login(client, cast.reporter).post(here, data={"state": "taken"}).status_code == 404


def test_a_record_across_two_pages_loses_no_line(app, client, login):
    record, cast = make_record(state="fixing")
    records.save(record, {"cause_classes": ["CC10", "CC3", "CC5"]}, by=cast.as_supervisor, at=MONDAY)
    make_record(cast, state="fixing", system=record.system)
    db.session.commit()
    by, place, found = cast.as_supervisor, "", []
    while page := queries.shown(queries.after(queries.filtered(by, {}), place), by, 2):
        found += [(one.record.number, one.cause) for one in page]
        place = page[-1].place
    assert found == named(by) and len(found) == 5
    browser = login(client, cast.supervisor)
    second = browser.get(f"/return-flow?before={record.id}.1.CC10").text
    assert "CC3" in second and f'id="l-{record.number}-CC2"' not in second
    for nonsense in ("x", "9" * 30, "1.2.CC1", "1.0.'; --", "7"):
        assert browser.get(f"/return-flow?before={nonsense}").status_code == 200


def test_the_table_has_the_same_lines(app, client, login):
    record, cast = make_record(state="fixing")
    records.save(record, {"cause_artefact": "=退費"}, by=cast.as_supervisor, at=MONDAY)
    db.session.commit()
    text = login(client, cast.supervisor).get("/return-flow.csv").get_data(as_text=True)
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (row["record"], row["cause_class"], row["artefact"]) == (record.number, "CC2", "'=退費")


def test_a_system_lists_its_artefacts_and_their_keeper_changes_them(app, client, login):
    system, cast = make_system(), make_cast()
    browser, here = login(client, cast.supervisor), f"/systems/{system.key}/artefacts"
    wanted = {"kind": "dataset", "name": "退費問答集", "owner_id": str(cast.engineer.id), "version": "v1"}
    assert browser.post(here, data=wanted).status_code == 303
    assert browser.post(here, data=wanted).status_code == 422
    assert "退費問答集" in browser.get(here).text
    made = db.session.query(Artefact).one()
    change = {**wanted, "name": "退費問答", "version": "v2", "in_use": ""}
    assert browser.post(f"{here}/{made.id}", data=change).status_code == 303
    db.session.expire_all()
    assert (made.name, made.active, [one.version for one in made.versions]) == (
        "退費問答",
        False,
        ["v2", "v1"],
    )
    assert login(client, cast.engineer).get(f"{here}/{made.id}").status_code == 403
    assert login(client, cast.engineer).post(here, data=wanted).status_code == 403
    assert login(client, cast.reporter).get(here).status_code == 403


def test_each_class_of_the_list_has_its_place():
    assert all(isinstance(rules.tasks_of(code), tuple) for code in CAUSE_CLASSES)
    assert rules.tasks_of("CC11") == ()


def test_a_thing_named_in_cause_and_correction_is_one_thing_and_learns_its_kind(app):
    record, cast = make_record(state="fixing")
    line = {"what": "刪除舊文", "target_kind": "knowledge_base", "artefact": "退費知識庫", "version": "v2"}
    records.save(
        record,
        {"cause_artefact": "退費知識庫", "corrections": {"add": line}},
        by=cast.as_supervisor,
        at=MONDAY,
    )
    made = db.session.query(Artefact).one()
    assert (made.kind, [one.version for one in made.versions]) == ("knowledge_base", ["v2"])

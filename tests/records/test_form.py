"""The form complete: every field explained, lines with what belongs to them, files of the tries, older signatures."""

import io

import pytest

from tests.clock import MONDAY
from tests.factories.people import actor_of, make_person
from tests.factories.records import make_record
from tracker.db import db
from tracker.errors import DomainError
from tracker.followups import facts as chased
from tracker.records import actions, content, fields, queries, rules, words
from tracker.records.parts import Signature
from tracker.records.whole import Whole
from tracker.systems.parts import Artefact, ArtefactVersion


def saved(record, cast, **given):
    return actions.save(record, given, by=cast.as_supervisor, at=MONDAY)


def test_every_field_has_a_label_a_number_and_help():
    for field in fields.FIELDS:
        assert words.FIELD_WORDS.get(field.key), field.key
        assert words.FIELD_CODES[field.key].startswith(field.section), field.key
        assert words.HELP.get(field.key), field.key


def test_what_nobody_types_says_where_it_comes_from():
    typed_by_nobody = {one.key for one in fields.FIELDS if not one.editable} - {"reproduction_files"}
    assert typed_by_nobody <= set(words.SOURCES)
    from_below = {one.key for one in fields.FIELDS if one.home in ("issue", "evidence")}
    assert from_below <= set(words.SOURCES)


LINES = {
    "authorities": {"what": "退費辦法", "reference": "第 4 條", "version": "2026-03", "by_name": "學務處"},
    "traces": {"what": "tr-778", "reference": "https://logs.test/778"},
    "reproduction_steps": {"what": "問退費期限", "evidence": "畫面出現 30 天"},
    "containment": {"what": "下架舊辦法", "evidence": "全部學員", "by_name": "王小明", "effective": "yes"},
    "similar_systems": {"what": "館藏推薦", "evidence": "無"},
    "regression_cases": {"what": "退費幾天？", "evidence": "7 天", "reference": "退費"},
    "training_sessions": {"what": "2026-11-20 查證課", "reference": "3"},
    "corrective_actions": {"what": "每月檢查索引", "dimension": "management", "standing": "in_work"},
}


@pytest.mark.parametrize("key", list(LINES))
def test_a_line_keeps_what_belongs_to_it_and_is_read_back(app, key):
    record, cast = make_record(state="analysing")
    saved(record, cast, **{key: {"add": LINES[key]}})
    (line,) = content.values(Whole(record))[key]
    assert {name: line[name] for name in LINES[key]} == LINES[key]


def test_a_code_of_a_line_outside_its_list_is_refused(app):
    record, cast = make_record(state="analysing")
    with pytest.raises(DomainError) as wrong:
        saved(record, cast, corrective_actions={"add": {"what": "x", "standing": "perhaps"}})
    assert "corrective_actions" in wrong.value.fields


def test_a_correction_makes_its_artefact_and_the_new_version_on_the_fly(app):
    record, cast = make_record(state="fixing")
    line = {"what": "刪除舊文", "target_kind": "knowledge_base", "artefact": "退費知識庫", "version": "v12"}
    saved(record, cast, corrections={"add": line})
    saved(record, cast, corrections={"add": {**line, "what": "補新文"}})
    made = db.session.query(Artefact).one()
    assert (made.name, made.kind, made.system_id) == ("退費知識庫", "knowledge_base", record.system_id)
    version = db.session.query(ArtefactVersion).one()
    assert (version.version, version.source) == ("v12", record.number)


def test_the_cause_names_an_artefact_of_the_kind_its_class_most_often_lies_in(app):
    record, cast = make_record(state="analysing")
    saved(record, cast, cause_class="CC1", cause_artefact="標註手冊")
    made = db.session.get_one(Artefact, record.cause_artefact_id)
    assert made.kind == "labelling_rule"
    saved(record, cast, cause_artefact="")
    assert record.cause_artefact_id is None


def test_systems_checked_one_by_one_are_as_good_as_a_text(app):
    record, cast = make_record(state="review", grave=True)
    assert not rules.SIMILAR.holds(queries.facts(record, MONDAY))
    saved(record, cast, similar_systems={"add": {"what": "館藏推薦", "evidence": "無"}})
    assert rules.SIMILAR.holds(queries.facts(record, MONDAY))


def test_an_output_fault_with_regression_cases_needs_their_runs_as_proof(app):
    record, cast = make_record(state="verifying")
    tried = {"proof_kind": "tried_by_hand", "proof_steps": "a", "proof_before": "b", "proof_after": "c"}
    saved(record, cast, **tried)
    assert rules.PROOF.holds(queries.facts(record, MONDAY))
    saved(record, cast, regression_cases={"add": LINES["regression_cases"]})
    assert not rules.PROOF.holds(queries.facts(record, MONDAY))


def test_an_action_that_was_dropped_is_not_chased_and_one_that_is_done_has_its_day(app):
    record, cast = make_record(state="fixing")
    saved(
        record,
        cast,
        corrective_actions=[{"what": "一", "due_at": "2026-12-01"}, {"what": "二", "due_at": "2026-12-01"}],
    )
    first, second = content.values(Whole(record))["corrective_actions"]
    saved(record, cast, corrective_actions={"change": {"id": first["id"], "standing": "dropped"}})
    assert [one.id for one in chased.of_record(record, chased.holds).dated if one.kind == "action"] == [
        second["id"]
    ]
    saved(record, cast, corrective_actions={"change": {"id": second["id"], "done_at": MONDAY}})
    done = content.values(Whole(record))["corrective_actions"][1]
    assert (done["standing"], done["done_at"]) == ("done", MONDAY)


def test_a_signature_from_before_the_form_grew_still_stands_and_falls_once_a_new_field_is_filled(app):
    record, cast = make_record(state="watching")
    (signature,) = db.session.query(Signature).all()
    later = {one.key for one in fields.FIELDS if one.later}
    held = {key for section in signature.snapshot.values() for key in section}
    assert not held & later
    for line in signature.snapshot["H"]["corrections"]:
        assert not set(line) & set(fields.LATER_FACTS)
    for run in signature.snapshot["I"]["verification_runs"]:
        assert set(run) == {"phase", "at", "tool", "version", "passed", "total", "cases", "by_name"}
    assert "supervisor" in content.standings(Whole(record))
    saved(record, cast, escape_reference="O2.2.1-07")
    assert signature.voided_because == "G"


def png():
    from PIL import Image

    kept = io.BytesIO()
    Image.new("RGB", (40, 20), "white").save(kept, "PNG")
    return (io.BytesIO(kept.getvalue()), "try.png")


def test_files_of_the_tries_belong_to_the_record(app, client, login):
    record, cast = make_record(state="analysing")
    here = f"/records/{record.number}/files"
    browser = login(client, cast.engineer)
    assert browser.post(here, data={"files": png()}, content_type="multipart/form-data").status_code == 303
    db.session.expire_all()
    (kept,) = Whole(record).own_files
    with browser.get(f"{here}/{kept.id}?small=1") as small:
        assert small.mimetype == "image/png"
    assert content.values(Whole(record))["reproduction_files"][0]["name"] == "try.png"
    for role, status in (("supervisor", 200), ("manager", 200), ("reporter", 404)):
        with login(client, getattr(cast, role)).get(f"{here}/{kept.id}") as answer:
            assert answer.status_code == status
    assert login(client, make_person("auditor")).get(f"{here}/{kept.id}").status_code == 404
    assert login(client, cast.manager).post(f"{here}/{kept.id}/remove").status_code in (403, 409)
    assert login(client, cast.supervisor).post(f"{here}/{kept.id}/remove").status_code == 303
    db.session.expire_all()
    assert not Whole(record).own_files


def test_lines_are_added_and_marked_from_the_page(app, client, login):
    record, cast = make_record(state="opened", grave=True)
    here, browser = f"/records/{record.number}", login(client, cast.supervisor)
    browser.post(
        f"{here}/save",
        data={"section": "E", "add-containment-what": "下架", "add-containment-effective": "unknown"},
    )
    line = content.values(Whole(record))["containment"][-1]
    assert line["effective"] == "unknown"
    browser.post(f"{here}/save", data={"section": "E", "effective": f"containment:{line['id']}:yes"})
    db.session.expire_all()
    assert content.values(Whole(record))["containment"][-1]["effective"] == "yes"
    assert "有效" in browser.get(here).text


def test_actor_of_another_unit_changes_nothing(app):
    record, _ = make_record(state="analysing")
    stranger = actor_of(make_person("engineer"))
    with pytest.raises(DomainError):
        actions.save(record, {"regression_cases": {"add": {"what": "x"}}}, by=stranger, at=MONDAY)

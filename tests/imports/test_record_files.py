"""Finished records go out as JSON and come back into an empty installation without loss."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories.people import actor_of, make_person
from tests.factories.records import make_cast, make_record
from tracker import audit, clock, numbers
from tracker.accounts.models import Person
from tracker.accounts.rules import SYSTEM
from tracker.attachments import queries as attached
from tracker.attachments.models import Attachment
from tracker.db import db
from tracker.exports import record_json
from tracker.exports.saying import Tell, said
from tracker.followups import sound_steps
from tracker.followups.models import Clock
from tracker.imports import record_file, record_writing
from tracker.issues import parties
from tracker.issues.models import Ask, Contact, Evidence, Issue
from tracker.records import actions, content
from tracker.records.models import Record
from tracker.records.parts import EffectCheck, EscalationNote, RecordChoice, RecordItem, Signature
from tracker.records.whole import Whole


def exported(**options):
    """Every record that is over, by number, as its file has it."""
    over = select(Record).where(Record.state.in_(("closed", "cancelled", "reissued"))).order_by(Record.id)
    return [record_json.facts(Whole(one), SYSTEM, **options) for one in db.session.scalars(over)]


def brought(tmp_path, records):
    path = tmp_path / "records.jsonl"
    path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in records), "utf-8")
    report = record_writing.Report()
    for report in record_writing.write(record_file.read(path), clock.now()):  # noqa: B007
        db.session.commit()
    db.session.expire_all()
    return report


@pytest.fixture
def empty(app, engine, grounds):
    """Makes the installation empty of cases, as another one would be, where nobody has the same id by chance."""

    def again():
        db.session.remove()
        grounds(engine).put_back()
        for _other in range(7):
            make_person("reporter")

    return again


def signed(cast):
    """A closed grave record with everything in it that a record can have."""
    record, _cast = make_record(cast, state="watching", grave=True)
    issue, at = record.primary_issue, clock.now()
    issue.environment, issue.system_version = "櫃檯電腦", "2.4"
    db.session.add(
        Contact(
            issue_id=issue.id,
            at=at - timedelta(days=9),
            channel="phone",
            with_whom="王小明",
            summary="說好了",
        )
    )
    db.session.add(RecordChoice(record_id=record.id, field="anomaly_types", value="AN03"))
    db.session.add(RecordItem(record_id=record.id, part="notices", what="個資會", reference="第 1 號", at=at, due_at=at,
                              owner_id=cast.manager.id))  # fmt: skip
    db.session.add(EffectCheck(record_id=record.id, due_at=at, done_at=at, recurrences=0, result="沒有再發生",
                               by_id=cast.supervisor.id))  # fmt: skip
    escalation = Whole(record).escalation
    db.session.add(
        EscalationNote(escalation_id=escalation.id, kind="question", body="哪一版？", by_name="工程師", at=at)
    )
    db.session.add(Attachment(subject_kind="issue", subject_id=issue.id, filename="畫面.png", media_type="image/png",
                              size=1, sha256="a" * 64, stored_name="x", uploaded_at=at))  # fmt: skip
    record.cia_confidentiality, record.cia_integrity, record.ip_concerned, record.ip_answer = (
        3,
        0,
        "yes",
        "已下架",
    )
    record.retain_override, record.retain_reason = at + timedelta(days=4000), "訴訟中"
    db.session.add(RecordChoice(record_id=record.id, field="eu_triggers", value="rights"))
    record.lessons, record.state, record.closed_at, record.close_code = "先停用舊索引", "closed", at, "solved"
    db.session.commit()
    return record


def test_every_finished_record_comes_back_without_loss(app, empty, tmp_path):
    cast = make_cast()
    signed(cast)
    make_record(cast, state="closed")
    make_record(cast, state="cancelled")
    first, _cast = make_record(cast, state="reissued")
    again = db.session.scalars(select(Record).where(Record.reissue_of_id == first.id)).one()
    actions.move_record(again, "cancel", by=actor_of(cast.supervisor), at=clock.now(), note="Made twice.")
    db.session.commit()
    before = exported()
    assert len(before) == 5 and all(one["signatures"] for one in before[:2])
    empty()
    report = brought(tmp_path, before)
    assert (report.added, report.known, report.bad, report.notes) == (5, 0, [], [])
    assert exported() == before
    assert list(audit.verify()) == [] and db.session.scalars(select(Clock.id)).all() == []
    assert sound_steps.unaudited(clock.now()) == 0
    second = brought(tmp_path, before)
    assert (second.added, second.known, second.bad) == (0, 5, [])


def test_how_often_the_reporter_was_asked_comes_back(app, empty, tmp_path):
    record = signed(make_cast())
    ask = db.session.scalars(select(Ask).where(Ask.kind == "solved")).one()
    ask.count, ask.last_asked_at = 3, ask.asked_at + timedelta(days=6)
    db.session.commit()
    whole = Whole(record)
    tell = Tell(lambda at: str(at), lambda day: str(day))
    assert "3" in said("user_confirmed", content.values(whole)["user_confirmed"], tell)[0]
    before = exported()
    assert before[0]["user_confirmed"][0]["asked"] == 3 and before[0]["issues"][0]["asks"][0]["count"] == 3
    empty()
    assert brought(tmp_path, before).bad == [] and exported() == before
    empty()
    older = before[0] | {
        "issues": [{k: v for k, v in one.items() if k != "asks"} for one in before[0]["issues"]]
    }
    assert brought(tmp_path, [older]).bad == [] and exported()[0]["user_confirmed"][0]["asked"] == 0


def test_signatures_still_stand_and_belong_to_no_account(app, empty, tmp_path):
    make_record(state="closed", grave=True)
    before = exported()
    empty()
    make_person("supervisor", name=before[0]["signatures"][0]["by"])
    brought(tmp_path, before)
    record = db.session.scalars(select(Record)).one()
    assert set(content.standings(Whole(record))) == {"supervisor", "manager"}
    signers = db.session.scalars(select(Person).join(Signature, Signature.person_id == Person.id)).all()
    assert all(not one.active and one.email is None for one in signers)


def test_a_file_that_was_changed_is_found_out(app, empty, tmp_path):
    signed(make_cast())
    (before,) = exported()
    empty()
    report = brought(tmp_path, [before | {"root_cause": "Somebody else's fault."}])
    assert report.added == 1 and "sections G are not what was signed: the file was changed" in report.notes[0]
    assert content.standings(Whole(db.session.scalars(select(Record)).one())) == {}


def test_sealed_records_come_back_sealed_and_whole_where_that_was_asked_for(app, empty, tmp_path):
    record = signed(make_cast())
    parties.seal(record.primary_issue, at=clock.now())
    db.session.commit()
    withheld, whole = exported(), exported(evidence=True)
    assert withheld[0]["actual_output"] is None and whole[0]["actual_output"]
    empty()
    assert brought(tmp_path, whole).notes == []
    assert exported(evidence=True) == whole and exported() == withheld
    assert db.session.scalars(select(Evidence.actual)).one() == whole[0]["actual_output"]


def test_numbers_that_came_are_given_to_nobody_else(app, empty, tmp_path):
    signed(make_cast())
    before = exported()
    number = before[0]["number"]
    empty()
    brought(tmp_path, before)
    at = db.session.scalars(select(Record)).one().created_at
    assert numbers.next_number("AR", at=at, zone=app.config["TRACKER"].zone) > number


def test_files_that_stayed_behind_are_not_taken_for_lost(app, empty, tmp_path):
    signed(make_cast())
    before = exported()
    empty()
    brought(tmp_path, before)
    assert db.session.scalars(select(Attachment.filename)).all() == ["畫面.png"]
    assert list(attached.lost(app.config["TRACKER"].attachments_dir)) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": "other"}, "format is not tracker-record"),
        ({"version": 2}, "version 2 of the shape is not known"),
        ({"number": "AR-1'; DROP"}, "is no number of a record"),
        ({"state": "fixing"}, "only records that are over"),
        ({"issues": []}, "exactly one of its issues"),
        ({"signatures": "none"}, "signatures is no list of objects"),
        ({"closed_at": "yesterday"}, "is no instant"),
        ({"signatures": [{"by": "Kim"}]}, "signed_as"),
        ({"impact": "much"}, "impact: 'much' cannot stand there"),
        ({"corrections": ["x"]}, "corrections is no list of objects"),
    ],
)
def test_what_is_no_record_of_ours_is_named_and_nothing_of_it_is_kept(app, empty, tmp_path, change, said):
    signed(make_cast())
    (before,) = exported()
    empty()
    report = brought(tmp_path, [before | change])
    assert report.added == 0 and len(report.bad) == 1 and said in report.bad[0]
    assert db.session.scalars(select(Issue.id)).all() == db.session.scalars(select(Record.id)).all() == []


def test_an_issue_of_our_own_is_never_written_over(app, empty, tmp_path):
    signed(make_cast())
    before = exported()
    empty()
    own, _cast = make_record(state="opened")
    own.number = "AR-209901-0001"
    own.primary_issue.number = before[0]["issues"][0]["number"]
    db.session.commit()
    report = brought(tmp_path, before)
    assert report.added == 0 and "is another issue here" in report.bad[0]


@pytest.mark.parametrize("content_", ["", "[]", "\n\n", "not json", '{"a": 1}', "[1]"])
def test_files_without_a_record(tmp_path, content_):
    path = tmp_path / "x.json"
    path.write_text(content_, "utf-8")
    assert not [one for _line, one in record_file.read(path) if isinstance(one, dict)]

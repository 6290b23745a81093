"""Rows become issues, once."""

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from tests.factories.people import make_person, make_system
from tracker import audit, clock, index
from tracker.audit.models import Entry
from tracker.db import db
from tracker.imports import actions
from tracker.imports.formats import read
from tracker.issues.models import Evidence, Issue, Message
from tracker.library.models import LibraryFact
from tracker.rearm import Rearm
from tracker.systems.models import AISystem

TAIPEI = ZoneInfo("Asia/Taipei")
SHARED = Path(__file__).parents[3] / "shared" / "data"
AVID = ("avid", "avid/reports.jsonl", 655)
GITHUB = ("github", "chatglm-issues/issues.jsonl", 494)
ATLAS = ("atlas", "atlas/case_studies.json", 57)
AIID = ("aiid", "aiid/incidents.csv", 1356)


def imported(path, name, **options):
    report = actions.Report()
    for report in actions.write(read(path, name, zone=TAIPEI, **options), at=clock.now(), zone=TAIPEI):  # noqa: B007
        db.session.commit()
    return report


def lines(tmp_path, *rows):
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps({"created_at": "2026-11-02", **row}) for row in rows), "utf-8")
    return path


def only_issue():
    return db.session.scalars(select(Issue)).one()


@pytest.mark.parametrize(("name", "file", "count"), [GITHUB, ATLAS])
def test_every_row_of_a_collection_comes_in_and_a_second_run_adds_nothing(app, name, file, count):
    comes_in_once(name, file, count)


@pytest.mark.sqlite_only
@pytest.mark.parametrize(("name", "file", "count"), [AVID, AIID])
def test_every_row_of_a_long_collection_comes_in_too(app, name, file, count):
    """On one engine: the small collections go the same way on both, and these take their time."""
    comes_in_once(name, file, count)


def comes_in_once(name, file, count):
    if not (SHARED / file).exists():
        pytest.skip(f"../shared/data/{file} is not here")
    first, second = imported(SHARED / file, name), imported(SHARED / file, name)
    assert (first.added, first.bad, second.added, second.known) == (count, [], 0, count)
    assert (
        db.session.scalar(select(func.count()).where(Issue.imported, Issue.closed_at.is_not(None))) == count
    )
    assert db.session.scalar(select(func.count()).where(Issue.imported_row.is_(None))) == 0
    assert db.session.scalar(select(func.count(Rearm.id))) == 0
    assert list(audit.verify()) == []


def test_a_foreign_case_is_found_by_the_people_concerned(app):
    if not (SHARED / ATLAS[1]).exists():
        pytest.skip("../shared/data/atlas is not here")
    imported(SHARED / ATLAS[1], "atlas")
    found = db.session.scalars(index.newest("Skylight Cyber", index.STAFF)).all()
    assert found
    actors = select(LibraryFact.value).where(LibraryFact.part == "actor", LibraryFact.issue_id.in_(found))
    assert "Skylight Cyber" in " ".join(db.session.scalars(actors))


def test_an_open_row_becomes_live_work_of_a_known_system(app, tmp_path):
    system, person = make_system(name="客服助理"), make_person("reporter", email="amy@example.tw")
    row = {
        "external_id": "a",
        "title": "慢",
        "system": "客服助理",
        "reporter": {"name": "Amy", "email": "Amy@example.tw"},
    }
    imported(lines(tmp_path, row), "jsonl")
    issue = only_issue()
    assert (issue.state, issue.imported, issue.closed_at) == ("new", False, None)
    assert (issue.system_id, issue.reporter_id) == (system.id, person.id)
    assert db.session.scalar(select(func.count(Rearm.id))) == 2
    entry = db.session.scalars(select(Entry).where(Entry.subject_kind == "issue")).one()
    assert (entry.action, entry.by_name) == ("issue.import", "system")


def test_messages_and_evidence_come_with_the_row(app, tmp_path):
    said = {
        "author": "Kim",
        "created_at": "2026-11-03T09:00:00+08:00",
        "visibility": "internal",
        "body": "備註",
    }
    imported(
        lines(
            tmp_path,
            {"title": "x", "state": "closed", "messages": [said], "evidence": {"input": "q", "k": 1}},
        ),
        "jsonl",
    )
    issue = only_issue()
    message = db.session.scalars(select(Message)).one()
    evidence = db.session.get(Evidence, issue.id)
    assert (message.visibility, message.body, issue.closed_at) == ("internal", "備註", message.at)
    assert (evidence.input, evidence.more) == ("q", {"k": 1})


def test_rows_without_an_id_are_known_by_their_content(app, tmp_path):
    path = lines(tmp_path, {"title": "one"}, {"title": "two"}, {"title": "one"})
    assert (imported(path, "jsonl").added, imported(path, "jsonl").added) == (2, 0)


def test_two_rows_of_one_id_and_different_content_are_both_kept(app, tmp_path):
    path = lines(tmp_path, {"external_id": "1", "title": "one"}, {"external_id": "1", "title": "two"})
    assert (imported(path, "jsonl").added, imported(path, "jsonl").added) == (2, 0)


def test_a_broken_row_is_named_and_the_others_come_in(app, tmp_path):
    path = lines(tmp_path, {"title": "one"}, {}, {"title": "two"})
    report = imported(path, "jsonl")
    assert (report.added, report.bad) == (2, ["line 2: neither a title nor a description"])


def test_a_system_of_history_is_not_offered_when_reporting(app, tmp_path):
    imported(lines(tmp_path, {"title": "x", "system": "Old Bot!", "state": "closed"}), "jsonl")
    system = db.session.scalars(select(AISystem).where(AISystem.name == "Old Bot!")).one()
    assert (system.key, system.imported) == ("old-bot", True)

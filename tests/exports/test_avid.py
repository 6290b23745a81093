"""AVID reports out again: from the cases that came in, and from records of our own."""

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from tests.factories.people import actor_of
from tests.factories.records import make_record
from tracker import clock
from tracker.db import db
from tracker.exports import avid, comparison
from tracker.exports.formats import Wanted
from tracker.imports import actions
from tracker.imports.formats import read
from tracker.issues import parties
from tracker.issues.models import Issue
from tracker.library.models import LibraryCase, LibraryFact
from tracker.records.whole import Whole

TAIPEI = ZoneInfo("Asia/Taipei")
REPORTS = Path(__file__).parents[3] / "shared" / "data" / "avid" / "reports.jsonl"
REPORT = {
    "data_type": "AVID", "data_version": "0.3.3", "metadata": {"report_id": "AVID-2026-R0001"},
    "affects": {"developer": ["A", "B"], "deployer": ["A"], "artifacts": [{"type": "Model", "name": "m-1"}]},
    "problemtype": {"classof": "LLM Evaluation", "type": "Measurement",
                    "description": {"lang": "eng", "value": "Leaks names " * 30}},
    "metrics": [{"name": "rate", "detection_method": {"type": "t"}, "results": {"rows": [{"score": 0.5}]}}],
    "references": [{"type": "source", "label": "log", "url": "https://example.test/1"},
                   {"label": "", "url": "https://example.test/2"}],
    "description": {"lang": "eng", "value": " It says the names of patients.\n"},
    "impact": {"avid": {"vuln_id": "AVID-2026-V001", "risk_domain": ["Security"],
                        "sep_view": ["S0301: Information Leak", "S0403: Adversarial Example"],
                        "lifecycle_view": ["L05: Evaluation"], "taxonomy_version": ""},
               "odin": {"SocialImpactScore": "Level 1", "JailbreakTaxonomy": [{"Category": "Language"}]}},
    "credit": [{"lang": "eng", "value": "Kim"}], "reported_date": "2026-03-01",
}  # fmt: skip


def brought_in(path):
    for _report in actions.write(read(path, "avid", zone=TAIPEI), at=clock.now(), zone=TAIPEI):
        db.session.commit()


def the_case(tmp_path, **changed):
    path = tmp_path / "one.jsonl"
    path.write_text(json.dumps(REPORT | changed), "utf-8")
    brought_in(path)
    return db.session.scalars(select(LibraryCase)).one()


def test_a_report_goes_out_as_it_came_in(app, tmp_path):
    the_case(tmp_path)
    assert list(avid.library(TAIPEI)) == [REPORT]


def test_what_was_corrected_here_goes_out_corrected(app, tmp_path):
    """The row that came in is kept too, and is not what goes out."""
    case = the_case(tmp_path)
    case.issue.description = "It says the names of nurses."
    db.session.scalars(select(LibraryFact).where(LibraryFact.part == "developer")).first().value = "C"
    db.session.commit()
    (out,) = avid.library(TAIPEI)
    assert out["description"]["value"] == "It says the names of nurses."
    assert out["affects"]["developer"] == ["C", "B"]


@pytest.mark.parametrize(
    ("sep", "main", "more"),
    [
        (["S0301: Information Leak", "S0403: Adversarial Example"], "AN06", ["AN07"]),
        (["P0204: Accuracy"], "AN01", []),
        (["P0400: Safety"], "", []),
        ([], "", []),
    ],
)
def test_the_codes_of_a_report_tell_its_type(app, tmp_path, sep, main, more):
    case = the_case(tmp_path, impact={"avid": {"sep_view": sep}})
    also = db.session.scalars(select(LibraryFact.value).where(LibraryFact.part == "anomaly")).all()
    assert (case.anomaly_type, also) == (main, more)


@pytest.mark.sqlite_only
def test_every_field_of_every_report_comes_back(app):
    """On one engine, as the import of so many is tested on one; a single report comes back on both."""
    if not REPORTS.exists():
        pytest.skip("../shared/data/avid is not here")
    brought_in(REPORTS)
    before = [json.loads(line) for line in REPORTS.read_text("utf-8").splitlines()]
    counts = comparison.compare(comparison.paired(before, list(avid.library(TAIPEI))))
    lost = {path: one for path, one in counts.items() if one.changed or one.missing or one.added}
    assert len(before) == 655 and lost == {}
    assert counts["affects.artifacts.name"].equal == 655


def test_the_comparison_counts_what_changed_what_is_missing_and_what_is_new():
    before = {"a": 1, "b": [1, 2], "c": None, "credits": [{"value": "x"}], "_path": "p"}
    counts = comparison.compare([(before, {"a": 2, "credit": [{"value": "x"}], "d": 4}), (before, None)])
    told = {path: (one.equal, one.changed, one.missing, one.added) for path, one in counts.items()}
    assert told == {"a": (0, 1, 1, 0), "b": (0, 0, 2, 0), "credit.value": (1, 0, 1, 0), "d": (0, 0, 0, 1)}


def test_a_record_of_our_own_becomes_a_report_of_that_shape(app):
    record, cast = make_record(state="fixing")
    record.anomaly_type = "AN04"
    db.session.commit()
    found = avid.of_record(Wanted(Whole(record), actor_of(cast.supervisor), None, clock.now()), TAIPEI)
    assert found["metadata"] == {"report_id": record.number}
    assert found["impact"]["avid"]["sep_view"] == ["E0101: Group fairness"]
    assert found["description"]["value"] == record.primary_issue.description
    assert set(found) <= {*REPORT, "metrics"} and found["reported_date"] == "2026-11-23"


def test_a_sealed_record_keeps_its_story(app):
    record, cast = make_record(state="fixing")
    parties.seal(record.primary_issue, at=clock.now())
    db.session.commit()
    found = avid.of_record(Wanted(Whole(record), actor_of(cast.supervisor), None, clock.now()), TAIPEI)
    assert found["description"]["value"] == "" and "30 days" not in json.dumps(found)
    assert db.session.get(Issue, record.primary_issue_id).description

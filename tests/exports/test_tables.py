"""Tables that leave the house: safe for spreadsheets, silent about what is sealed."""

import csv
import io
import json

import pytest

from tests.factories.people import make_person, make_system
from tracker.accounts.rules import SYSTEM
from tracker.db import db
from tracker.exports import tables
from tracker.exports.cells import cell
from tracker.issues import actions


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"), ("+8", "'+8"), ("-8", "'-8"), ("@a", "'@a"), ("\tx", "'\tx"), ("  =x", "'  =x"),
        ("plain", "plain"), (-8, "-8"), (None, ""), (True, "yes"), (["a"], '["a"]'), ("1=1", "1=1"), ("a\0b", "ab"),
        ("＝1+1", "'＝1+1"), ("＠a", "'＠a"),
    ],
)  # fmt: skip
def test_no_cell_is_a_formula(value, written):
    assert cell(value) == written


def reported(clock, **changes):
    facts = {
        "system": make_system(),
        "description": "=cmd()",
        "impact": "blocked",
        "reporter": make_person("reporter"),
    }
    issue = actions.open_issue(fields=actions.Intake(**{**facts, **changes}), by=SYSTEM, at=clock.now())
    db.session.commit()
    return issue.number


def written(what, form):
    out = io.StringIO()
    tables.write(what, form, out)
    return out.getvalue()


def test_issues_are_written_as_lines_and_as_a_table(app, clock):
    number = reported(clock)
    [line] = written("issues", "jsonl").splitlines()
    assert (json.loads(line)["number"], json.loads(line)["description"]) == (number, "=cmd()")
    [row] = csv.DictReader(io.StringIO(written("issues", "csv")))
    assert (row["number"], row["description"]) == (number, "'=cmd()")


def test_sealed_texts_and_evidence_stay_in_the_house(app, clock):
    reported(clock, impact="personal_data", description="A123456789", evidence={"input": "B123456780"})
    for what in tables.TABLES:
        for form in ("jsonl", "csv"):
            assert "A123456789" not in written(what, form)
            assert "B123456780" not in written(what, form)


def test_more_rows_than_are_read_at_once_are_all_written(app, clock):
    system, person = make_system(), make_person("reporter")
    for _ in range(3):
        reported(clock, system=system, reporter=person)
    before, tables.AT_ONCE = tables.AT_ONCE, 2
    try:
        assert len(written("issues", "jsonl").splitlines()) == 3
    finally:
        tables.AT_ONCE = before

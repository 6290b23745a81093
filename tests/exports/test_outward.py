"""What other bodies ask for: the OECD's 29 criteria and the AI Incident Database's form, each from our fields."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from tests.factories.people import actor_of, make_person
from tests.factories.records import make_record
from tracker import clock
from tracker.accounts import queries as people
from tracker.audit.models import Entry
from tracker.db import db
from tracker.exports import aiid, oecd, outward, outward_words
from tracker.exports.formats import Wanted
from tracker.exports.outward import Told
from tracker.exports.saying import Tell
from tracker.issues import parties
from tracker.records import actions as records
from tracker.records.parts import RecordChoice
from tracker.records.whole import Whole

TELL = Tell(lambda at: at.isoformat() if at else "", lambda day: str(day or ""))


def told_of(record, person):
    return Told(Wanted(Whole(record), actor_of(person), TELL, clock.now()))


def states(lines):
    return {one.code: one.state for one in lines}


@pytest.fixture
def grave(app):
    """A record that harm was done in, by an organisation that has a name."""
    record, cast = make_record(state="closed", grave=True)
    settings = people.organisation()
    settings.name, settings.help_phone = "晨光社區大學", "02-1234"
    db.session.commit()
    return record, cast


def test_every_criterion_has_its_words_and_the_seven_are_marked(grave):
    record, cast = grave
    lines = oecd.report(told_of(record, cast.supervisor))
    assert [one.code for one in lines] == [str(number) for number in range(1, oecd.COUNT + 1)]
    assert [int(one.code) for one in lines if one.required] == sorted(oecd.MANDATORY)
    assert all(one.note in outward_words.NOTE_WORDS for one in lines if one.note)
    assert set(outward_words.OECD_WORDS) == {one.code for one in lines}


def test_what_is_there_is_told_and_what_is_not_is_missing(grave):
    record, cast = grave
    found = states(oecd.report(told_of(record, cast.supervisor)))
    assert {key: found[key] for key in ("1", "2", "3", "4", "6", "7", "10", "11", "17", "27")} == {
        "1": "direct", "2": "direct", "3": "partial", "4": "direct", "6": "missing", "7": "missing", "10": "partial",
        "11": "direct", "17": "missing", "27": "direct",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("realisation", "impact", "reach", "proposed"),
    [("potential", 2, 1, "hazard"), ("near_miss", 3, 1, "serious_hazard"), ("realised", 2, 4, "incident"),
     ("realised", 3, 1, "serious_incident"), ("realised", 4, 2, "serious_incident"), ("realised", 4, 3, "disaster"),
     ("", 4, 3, ""), ("realised", None, 3, "")],
)  # fmt: skip
def test_the_severity_is_proposed(realisation, impact, reach, proposed):
    assert oecd.proposed_severity(realisation, impact, reach) == proposed


def test_a_person_decides_on_the_severity(grave):
    record, cast = grave
    proposed, decided = (oecd.report(told_of(record, cast.supervisor), one)[9] for one in ("", "incident"))
    assert (proposed.state, proposed.codes, proposed.note) == ("partial", ("serious_incident",), "proposed")
    assert (decided.state, decided.codes, decided.note) == ("direct", ("incident",), "")


def test_a_private_record_is_a_draft_whose_publication_is_missing(grave):
    record, cast = grave
    lines = aiid.draft(told_of(record, cast.supervisor))
    missing = [one.code for one in outward.required_missing(lines)]
    assert missing[:4] == list(aiid.PUBLISHED) and states(lines)["title"] == "direct"
    assert set(outward_words.AIID_WORDS) == {one.code for one in lines}


def test_a_sealed_case_keeps_its_story(grave):
    record, cast = grave
    parties.seal(record.primary_issue, at=clock.now())
    db.session.commit()
    told = told_of(record, cast.supervisor)
    everything = json.dumps([outward.as_json(lines, {}) for lines in (oecd.report(told), aiid.draft(told))])
    assert "30 days" not in everything and "old policy" not in everything
    assert states(oecd.report(told))["2"] == "missing" and states(oecd.report(told))["11"] == "direct"


def test_no_name_of_ours_leaves_with_it(grave):
    record, cast = grave
    corrections = Whole(record).items["corrections"]
    assert corrections and all(one.by_name for one in corrections)
    told = told_of(record, cast.supervisor)
    everything = json.dumps(outward.as_json(oecd.report(told), {}), ensure_ascii=False)
    assert corrections[0].what in everything and corrections[0].by_name not in everything


def test_the_page_leads_to_the_field_that_is_missing(client, login, grave):
    record, cast = grave
    db.session.execute(RecordChoice.__table__.delete())
    db.session.commit()
    page = login(client, cast.supervisor).get(f"/records/{record.number}/outward/oecd").text
    assert f'href="/records/{record.number}#f-harm_types"' in page


@pytest.mark.parametrize("kind", ["oecd", "aiid"])
def test_the_files_say_the_same_and_are_written_down(client, login, grave, kind):
    record, cast = grave
    page = login(client, cast.supervisor)
    found = page.get(f"/records/{record.number}/outward/{kind}?format=json").json
    table = page.get(f"/records/{record.number}/outward/{kind}?format=csv").text
    assert found["number"] == record.number and sum(found["counts"].values()) == len(found["items"])
    assert table.startswith("\ufeffcode,name,required") and all(
        one["code"] in table for one in found["items"]
    )
    taken = db.session.scalars(
        select(Entry.after).where(Entry.action == "record.export").order_by(Entry.id)
    ).all()
    assert taken == [{"format": f"{kind}.json"}, {"format": f"{kind}.csv"}]


def test_an_unknown_form_is_not_there_and_a_stranger_sees_nothing(client, login, grave):
    record, cast = grave
    assert (
        login(client, cast.supervisor).get(f"/records/{record.number}/outward/oecd?format=xml").status_code
        == 404
    )
    assert (
        login(client, make_person("reporter")).get(f"/records/{record.number}/outward/avid").status_code
        == 404
    )


def test_several_fields_in_one_answer_are_named_and_stand_on_lines_of_their_own(app):
    record, cast = make_record(state="fixing")
    done = ["關掉舊索引", "改用人工答覆"]
    records.save(record, {"containment": done}, by=cast.as_supervisor, at=clock.now())
    db.session.commit()
    told = told_of(record, cast.supervisor)
    first, second = told.text("containment").split("\n")
    assert (first, second) == tuple(done)
    several = told.text("containment", "harm_types", "root_cause").split("\n")
    assert several == ["立即圍堵措施：", *done, f"根本原因：{record.root_cause}"]


@pytest.mark.parametrize(
    ("precision", "line"),
    [("exact", ("2026-11-23", "direct", "")), ("month", ("2026-11", "partial", "inexact")),
     ("unknown", ("2026-11-24", "partial", "aware"))],
)  # fmt: skip
def test_the_day_of_the_incident_is_that_of_the_organisation_as_exactly_as_known(grave, precision, line):
    record, cast = grave
    issue = record.primary_issue
    issue.occurred_at = None if precision == "unknown" else datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    issue.aware_at, issue.occurred_precision = datetime(2026, 11, 23, 16, 10, tzinfo=UTC), precision
    found = {one.code: one for one in aiid.draft(told_of(record, cast.supervisor))}["incident_date"]
    assert (found.value, found.state, found.note) == line

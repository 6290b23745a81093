"""A record as a file: every filled field is in it, made to last, silent about what is sealed or masked."""

import csv
import io
import json
import re

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from tests.factories.people import make_person
from tests.factories.records import make_record
from tracker.audit.models import Entry
from tracker.db import db
from tracker.exports.glyphs import FILES, FOLDER, printable
from tracker.issues.models import Evidence
from tracker.records import content, fields, paper, wordlists
from tracker.records.whole import Whole

fonts = pytest.mark.skipif(
    not all((FOLDER / name).exists() for name in FILES),
    reason="the fonts for PDF are not installed: make setup",
)
HOSTILE = "#evil[x] $a$ `b` *c* _d_ \\ <e> @f // g /* =cmd()"


def text_of(pdf: bytes) -> str:
    """The text of all pages, spaces left out: where a line breaks says nothing."""
    return squeezed("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


def squeezed(text: object) -> str:
    return re.sub(r"\s", "", str(text))


@pytest.fixture
def take(client, login):
    def get(record, person, form="pdf", **more):
        query = "&".join(f"{key}={value}" for key, value in {"format": form, **more}.items())
        answer = login(client, person).get(f"/records/{record.number}/export?{query}")
        assert answer.status_code == 200, answer.text
        return answer

    return get


@fonts
@pytest.mark.parametrize("grave", [False, True])
def test_the_pdf_has_every_filled_field_and_is_made_to_last(take, grave):
    record, cast = make_record(state="closed", grave=grave)
    pdf = take(record, cast.supervisor).data
    text, values = text_of(pdf), content.values(Whole(record))
    shown = [key for row in paper.sheet(Whole(record), values) for key in row.keys]
    assert {"root_cause", "corrections", "effect_checks"} <= set(shown)
    for key in shown:
        value = values[key]
        if isinstance(value, str) and fields.BY_KEY[key].free and not wordlists.words_of(key):
            assert squeezed(value) in text, key
        for line in value if fields.BY_KEY[key].kind == fields.ITEMS else ():
            assert squeezed(line["what"]) in text, key
    assert "Nothingcameback." in text
    for once in (
        record.number,
        content.sheet_digest(Whole(record)),
        cast.supervisor.name,
        cast.reporter.name,
    ):
        assert squeezed(once) in text
    found = PdfReader(io.BytesIO(pdf))
    assert len(found.pages) <= (4 if grave else 2)
    xmp = found.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert re.search(r"pdfaid:part\W+2\W", xmp) and re.search(r"pdfaid:conformance\W+A\W", xmp)
    assert re.search(r"pdfuaid:part\W+1\W", xmp)
    assert found.trailer["/Root"]["/MarkInfo"]["/Marked"] and found.trailer["/Root"]["/Lang"]


@fonts
def test_hostile_text_is_printed_literally(take):
    record, cast = make_record(state="analysing", root_cause=f"{HOSTILE} 😀 \x07", cause_class="CC2")
    text = text_of(take(record, cast.supervisor).data)
    assert squeezed(HOSTILE) in text
    assert "⟨U+1F600⟩" in text


@fonts
def test_years_are_counted_as_the_reader_asks(take):
    record, cast = make_record(state="opened")
    assert "民國115年" in text_of(take(record, cast.supervisor, era="roc").data)
    assert "2026年" in text_of(take(record, cast.supervisor, era="ce").data)


@fonts
def test_full_width_marks_and_boxes_are_in_the_font(app):
    assert printable("，。「」（）■□①〇㊣ 裡面") == "，。「」（）■□①〇㊣ 裡面"


@pytest.mark.parametrize("form", ["json", "csv"])
def test_sealed_evidence_leaves_only_when_asked_for_by_name_and_each_file_is_written_down(take, form):
    record, cast = make_record(state="opened")
    record.primary_issue.personal_data = True
    evidence = db.session.scalars(select(Evidence).where(Evidence.issue_id == record.primary_issue_id)).one()
    evidence.input = "A123456789"
    db.session.commit()
    assert "A123456789" not in take(record, cast.supervisor, form).text
    assert "A123456789" in take(record, cast.supervisor, form, evidence=1).text
    assert "A123456789" not in take(record, make_person("auditor"), form, evidence=1).text
    taken = db.session.scalars(select(Entry).where(Entry.action == "record.export").order_by(Entry.id)).all()
    assert [one.after for one in taken] == [
        {"format": form}, {"format": form, "evidence": True}, {"format": form},
    ]  # fmt: skip


def test_the_json_is_whole_and_says_what_is_withheld(take):
    record, cast = make_record(state="closed", grave=True)
    found = json.loads(take(record, cast.supervisor, "json").text)
    assert (found["format"], found["version"], found["number"]) == ("tracker-record", 1, record.number)
    assert set(fields.BY_KEY) <= found.keys()
    assert found["root_cause"] == record.root_cause and found["withheld"] == {}
    assert [one["signed_as"] for one in found["signatures"]] == ["supervisor", "manager"]
    assert "id" not in found["corrections"][0] and found["corrections"][0]["owner"] == cast.engineer.name
    masked = json.loads(take(record, make_person("auditor"), "json").text)
    assert masked["reporter"] is None and masked["withheld"]["reporter"] == "masked"


def test_the_table_opens_in_a_spreadsheet_in_words_and_runs_nothing(take):
    record, cast = make_record(state="closed", root_cause="=1+1")
    text = take(record, cast.supervisor, "csv").data.decode()
    assert text.startswith("\ufeff")
    rows = {row["field"]: row for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))}
    assert rows["root_cause"]["value"] == rows["root_cause"]["in_words"] == "'=1+1"
    assert rows["anomaly_type"]["in_words"] == str(wordlists.word("anomaly_type", record.anomaly_type))
    assert rows["anomaly_type"]["code"] == "D1" and set(fields.BY_KEY) <= rows.keys()


def test_there_is_no_other_format_and_nobody_else_takes_one(client, login):
    record, cast = make_record(state="opened")
    assert (
        login(client, cast.supervisor).get(f"/records/{record.number}/export?format=exe").status_code == 404
    )
    assert login(client, make_person("engineer")).get(f"/records/{record.number}/export").status_code == 404

"""Codes of the field's own lists: the table that proposes them, what people write, and the files that carry them."""

import pytest

from tests.factories.people import actor_of
from tests.factories.records import make_cast, make_record
from tracker import clock
from tracker.accounts.rules import SYSTEM
from tracker.db import db
from tracker.errors import DomainError
from tracker.exports import avid, oecd, record_json
from tracker.exports.formats import Wanted
from tracker.exports.outward import Told
from tracker.exports.saying import Tell
from tracker.library import rules as library
from tracker.records import actions, codes, fields, taxonomies
from tracker.records.whole import Whole

TELL = Tell(lambda at: at.isoformat() if at else "", lambda day: str(day or ""))


def test_every_type_has_its_row_and_every_code_of_it_is_in_its_list():
    assert set(taxonomies.PROPOSED) == set(codes.ANOMALY_TYPES)
    for kind, row in taxonomies.PROPOSED.items():
        assert set(row) == set(taxonomies.KEYS) and row["mit_risks"] and row["gmf_failures"], kind
    named = [*taxonomies.PROPOSED.values(), *(one.add for one in taxonomies.ALSO)]
    unknown = [
        (key, code) for row in named for key, given in row.items() for code in given
        if code not in taxonomies.SCHEMES[key].codes
    ]  # fmt: skip
    assert unknown == []
    for one in taxonomies.ALSO:
        choices = fields.BY_KEY[one.field].choices
        assert one.type in taxonomies.PROPOSED and set(one.values) <= set(choices), one
        assert set(one.instead) <= set(taxonomies.PROPOSED[one.type].get(next(iter(one.add)), ()))


def test_what_goes_out_as_avid_comes_back_as_the_same_type():
    """The library reads foreign codes: of each type's own AVID codes it makes that type, or none that is like it."""
    alike = {"AN02", "AN03", "AN10"}
    for kind, row in taxonomies.PROPOSED.items():
        sep = [f"{code}: {taxonomies.SCHEMES['avid_codes'].codes[code]}" for code in row["avid_codes"]]
        assert library.types_of_avid(sep) in ((kind,), ("AN01",) if kind in alike else (kind,), ()), kind


@pytest.mark.parametrize(
    ("kind", "more", "key", "found"),
    [
        ("AN01", {"reach": 1}, "avid_codes", ("P0204",)),
        ("AN01", {"reach": 4}, "avid_codes", ("P0204", "E0402")),
        ("AN07", {}, "atlas_techniques", ("AML.T0051", "AML.T0054")),
        ("AN07", {"cause_class": "CC10"}, "avid_codes", ("S0403", "S0200")),
        ("AN09", {"harm_types": ["physical", "other"]}, "avid_codes", ("P0402",)),
        ("AN13", {}, "avid_codes", ()),
        ("AN13", {"security_event": "yes"}, "avid_codes", ("S0100",)),
        ("AN15", {"security_event": "yes"}, "mit_risks", ("7.3", "2.2")),
        ("undecided", {}, "mit_risks", ()),
    ],
)
def test_what_is_proposed(kind, more, key, found):
    assert taxonomies.proposed(kind, more)[key] == found


@pytest.mark.parametrize(
    ("key", "given", "found"),
    [
        ("mit_risks", "7.3, 3.1", ("3.1", "7.3")),
        ("mit_risks", "3.1 7.3", ("3.1", "7.3")),
        ("mit_risks", "", ()),
        ("mit_risks", ["7.3"], ("7.3",)),
        ("avid_codes", "p0204: Accuracy; E0301", ("E0301", "P0204")),
        ("avid_codes", "E0100: Bias/ Discrimination", ("E0100",)),
        ("avid_codes", "Information Leak、S0403", ("S0301", "S0403")),
        ("gmf_failures", "concept drift, Limited Dataset", ("Concept Drift", "Limited Dataset")),
        ("cset_harms", "violation of human rights, civil liberties, civil rights, or democratic norms",
         ("violation of human rights, civil liberties, civil rights, or democratic norms",)),
        ("atlas_techniques", "aml.t0051.001\nAML.T0054 LLM Jailbreak", ("AML.T0051.001", "AML.T0054")),
        ("atlas_techniques", "None", ("none",)),
    ],
)  # fmt: skip
def test_what_people_write(key, given, found):
    assert taxonomies.read(key, given) == found


@pytest.mark.parametrize(
    ("key", "given", "wrong", "near"),
    [
        ("avid_codes", "P0204; P0240", "P0240", "P0204"), ("mit_risks", "9.9", "9.9", ""),
        ("mit_risks", "none, 7.3", "none", ""), ("gmf_failures", "Concept Drifts", "Concept Drifts", "Concept Drift"),
        ("avid_codes", ["<script>"], "<script>", ""), ("avid_codes", 7, "7", ""),
    ],
)  # fmt: skip
def test_what_is_no_code_is_named_with_what_looks_like_it(key, given, wrong, near):
    with pytest.raises(taxonomies.Unknown) as error:
        taxonomies.read(key, given)
    assert error.value.given == wrong and (near in error.value.near if near else True)


def test_what_is_written_stands_above_what_is_proposed_and_goes_out(app):
    record, cast = make_record(make_cast(), state="opened")
    proposal = taxonomies.standing({"anomaly_type": record.anomaly_type})
    assert proposal["avid_codes"] == taxonomies.Standing(("P0204",), False, ("AN02",))
    wanted = Wanted(Whole(record), actor_of(cast.supervisor), TELL, clock.now())
    assert avid.of_record(wanted, app.config["TRACKER"].zone)["impact"]["avid"]["sep_view"] == [
        "P0204: Accuracy"
    ]
    written = {"avid_codes": "S0301; P0102", "atlas_techniques": "AML.T0057", "gmf_failures": "none"}
    actions.save(record, written, by=actor_of(cast.supervisor), at=clock.now())
    db.session.commit()
    wanted = Wanted(Whole(record), actor_of(cast.supervisor), TELL, clock.now())
    report = avid.of_record(wanted, app.config["TRACKER"].zone)
    assert report["impact"]["avid"]["sep_view"] == ["S0301: Information Leak", "P0102: Concept drift"]
    assert report["impact"]["avid"]["risk_domain"] == ["Security", "Performance"]
    assert report["references"][0]["url"] == "https://atlas.mitre.org/techniques/AML.T0057"
    line = oecd.report(Told(wanted))[28]
    assert (
        "AVID: S0301 Information Leak; P0102 Concept drift" in line.value
        and "GMF: Outdated Input" not in line.codes
    )
    told = record_json.facts(Whole(record), SYSTEM)
    assert told["avid_codes"] == ["S0301", "P0102"] and told["mit_risks"] == []
    assert told["classification"]["mit_risks"] == {"codes": ["7.3"], "by_hand": False}
    assert told["classification"]["gmf_failures"] == {"codes": [], "by_hand": True}


def test_a_code_that_no_list_has_is_refused_and_nothing_is_saved(client, login, app):
    record, cast = make_record(make_cast(), state="opened")
    with pytest.raises(DomainError) as error:
        actions.save(
            record, {"avid_codes": "P0240", "lessons": "x"}, by=actor_of(cast.supervisor), at=clock.now()
        )
    assert "P0204 Accuracy" in error.value.fields["avid_codes"] and record.lessons == ""
    db.session.rollback()
    page = login(client, cast.supervisor)
    number = record.number
    sent = {"section": "D", "seen-avid_codes": "x.y", "avid_codes": "P0240"}
    answer = page.post(f"/records/{number}/save", data=sent)
    assert answer.status_code == 422 and 'value="P0240"' in answer.text and "P0204 Accuracy" in answer.text


def test_the_page_says_where_codes_come_from_and_the_table_is_open_to_read(client, login, app):
    record, cast = make_record(make_cast(), state="opened")
    page = login(client, cast.supervisor)
    number = record.number
    text = page.get(f"/records/{number}").text
    assert 'placeholder="P0204"' in page.get(f"/records/{number}?all=1").text
    assert (
        "P0204 Accuracy" in text
        and "AN02" in text
        and f"/records/{number}?all=1&amp;open=D#f-avid_codes" in text
    )
    table = page.get("/records/codes").text
    assert all(f'id="{kind}"' in table for kind in codes.ANOMALY_TYPES) and "AML.T0102" in table

"""D7 to D9 and L5: asked after the question before them, signed, kept in versions and files, counted by the law."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest

from tests.clock import MONDAY
from tests.factories.people import actor_of, make_person, organisation
from tests.factories.records import make_record
from tracker.accounts.rules import SYSTEM
from tracker.db import db
from tracker.errors import DomainError, NotAllowed
from tracker.exports import record_json, sheet
from tracker.exports.record_csv import record_csv
from tracker.records import actions, asked, codes, content, fields, history, keeping, opening
from tracker.records.parts import Signature
from tracker.records.views.files import telling
from tracker.records.whole import Whole

FACTS = {
    "security_event": "yes", "cia_confidentiality": 3, "cia_integrity": 0, "cia_availability": 1,
    "harm_realisation": "realised", "harm_types": ["rights"], "eu_triggers": ["rights", "widespread"],
    "ip_concerned": "yes", "ip_concern": "回答照抄一本書", "ip_claimant": "某某出版社",
    "ip_material": "《退費手冊》第三章",
    "ip_licence": "無授權，主張合理使用", "ip_answer": "已下架，與出版社協商中",
}  # fmt: skip
NEW = (
    "cia_confidentiality", "cia_integrity", "cia_availability", "cia_level", "eu_triggers", "ip_concerned",
    "ip_claimant", "ip_material", "ip_licence", "ip_answer",
)  # fmt: skip


@pytest.mark.parametrize(
    ("levels", "overall"),
    [((None, None, None), None), ((0, None, None), 0), ((1, 4, 2), 4), ((3, 3, 0), 3), ((None, 2, None), 2)],
)
def test_the_level_of_an_event_is_the_highest_of_its_dimensions(levels, overall):
    assert codes.cia_level(*levels) == overall


CLOSED, LATE = datetime(2028, 2, 29, 9, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("closed_at", "named", "personal", "years", "expected"),
    [
        (None, None, True, 5, None),
        (None, LATE, True, 5, LATE),
        (CLOSED, None, False, 1, datetime(2029, 3, 1, 9, tzinfo=UTC)),
        (CLOSED, None, False, 4, datetime(2032, 2, 29, 9, tzinfo=UTC)),
        (CLOSED, None, True, 1, datetime(2033, 3, 1, 9, tzinfo=UTC)),
        (CLOSED, None, True, 10, datetime(2038, 3, 1, 9, tzinfo=UTC)),
        (CLOSED, LATE, True, 1, LATE),
        (CLOSED, CLOSED, False, 5, CLOSED),
        (CLOSED, CLOSED, True, 1, datetime(2033, 3, 1, 9, tzinfo=UTC)),
    ],
)
def test_until_when_a_record_is_kept(closed_at, named, personal, years, expected):
    assert keeping.until(closed_at, named, personal=personal, years=years) == expected


@pytest.mark.parametrize(
    ("key", "values", "is_asked"),
    [
        ("cia_integrity", {"security_event": "yes"}, True),
        ("cia_integrity", {"security_event": "unknown"}, False),
        ("eu_triggers", {"harm_realisation": "realised"}, True),
        ("eu_triggers", {"harm_realisation": "near_miss"}, False),
        ("ip_claimant", {"ip_concerned": "yes"}, True),
        ("ip_claimant", {}, False),
        ("security_event", {"anomaly_type": "AN07"}, True),
        ("ip_concerned", {"anomaly_type": "AN01", "anomaly_types": ["AN14"]}, True),
        ("ip_concerned", {"anomaly_type": "AN01"}, False),
        ("root_cause", {"anomaly_type": "AN07"}, False),
    ],
)
def test_a_field_is_asked_after_the_question_before_it(key, values, is_asked):
    assert asked.is_asked(key, values) is is_asked


def saved(record, cast, **given):
    return actions.save(record, given, by=cast.as_supervisor, at=MONDAY)


def test_they_are_written_down_and_stand_in_every_file(app):
    record, cast = make_record(state="opened", grave=True)
    saved(record, cast, **FACTS)
    values = content.values(Whole(record))
    assert {key: values[key] for key in FACTS} == FACTS
    assert values["cia_level"] == 3
    found = record_json.facts(Whole(record), SYSTEM)
    assert {key: found[key] for key in NEW} == {key: values[key] for key in NEW}
    tell = telling(None)
    rows = {row[0]: row for row in csv.reader(io.StringIO(record_csv(found, values, tell)))}
    assert json.loads(rows["eu_triggers"][1]) == ["rights", "widespread"]
    assert rows["cia_level"][1:] == ["3", "D7", "資安事件等級", "3 級"]
    printed = {one.key: one.lines for row in sheet.make(Whole(record), values, tell=tell, at=MONDAY).rows
               for one in row.entries}  # fmt: skip
    assert printed["ip_answer"] == ("已下架，與出版社協商中",)
    assert printed["cia_integrity"] == ("0 未受影響",)
    record.severity, record.long_form = "S3", False
    short = [
        one.key for row in sheet.make(Whole(record), values, tell=tell, at=MONDAY).rows for one in row.entries
    ]
    assert {"cia_level", "eu_triggers", "ip_claimant"} <= set(short)
    changes = {one.key for one in history.changes(record, fields.BY_KEY)[0]}
    assert {"cia_integrity", "eu_triggers", "ip_claimant"} <= changes


def test_a_signature_covers_them_once_they_are_filled(app):
    record, cast = make_record(state="watching")
    (signature,) = db.session.query(Signature).all()
    assert not set(signature.snapshot["D"]) & set(NEW)
    saved(record, cast, retain_override="2040-01-01T00:00:00+08:00", retain_reason="訴訟中")
    assert signature.voided_at is None
    saved(record, cast, cia_integrity=2)
    assert signature.voided_because == "D"


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"retain_override": "2040-01-01T00:00:00+08:00"}, "retain_reason"),
        ({"eu_triggers": ["none", "death"]}, "eu_triggers"),
        ({"eu_triggers": ["war"]}, "eu_triggers"),
        ({"cia_integrity": 5}, "cia_integrity"),
        ({"cia_level": 4}, "cia_level"),
    ],
)
def test_what_cannot_be_is_refused(app, given, wrong):
    record, cast = make_record(state="opened")
    with pytest.raises(DomainError) as refused:
        saved(record, cast, **given)
    assert wrong in refused.value.fields


def test_a_closed_record_shows_until_when_it_is_kept_and_may_be_kept_longer(app):
    organisation(keep_years=2)
    record, cast = make_record(state="closed")
    until = content.values(Whole(record))["retain_until"]
    assert until == keeping.years_later(record.closed_at, 2)
    given = {"retain_override": LATE, "retain_reason": "主管機關調查中"}
    actions.save(record, given, by=cast.as_manager, at=MONDAY)
    assert content.values(Whole(record))["retain_until"] == LATE
    with pytest.raises(NotAllowed):
        actions.save(record, given, by=actor_of(cast.engineer), at=MONDAY)


def test_a_record_that_replaces_another_takes_them_over(app):
    record, cast = make_record(state="watching", grave=True)
    saved(record, cast, **FACTS)
    again = opening.begin_again(record, by=cast.as_supervisor, at=MONDAY)
    values = content.values(Whole(again))
    assert {key: values[key] for key in NEW} == {**{key: FACTS.get(key) for key in NEW}, "cia_level": 3}


def test_the_page_asks_them_after_the_question_before(app, client, login):
    organisation(eu="no")
    record, cast = make_record(state="opened", grave=True)
    browser, here = login(client, cast.supervisor), f"/records/{record.number}"
    page = browser.get(here).text
    assert 'record-row after-security" id="f-cia_integrity"' in page
    assert 'id="f-eu_triggers"' not in page
    data = {"section": "D", "cia_integrity": "2", "security_event": "yes"}
    data |= {f"seen-{key}": "." for key in ("cia_integrity", "security_event")}
    assert browser.post(f"{here}/save", data=data).status_code in (303, 409)
    organisation(eu="unknown")
    assert 'id="f-eu_triggers"' in browser.get(here).text


def test_the_short_form_asks_them_where_the_type_raises_them(app, client, login):
    record, cast = make_record(state="opened")
    browser, here = login(client, cast.supervisor), f"/records/{record.number}"
    assert 'id="f-ip_concerned"' not in browser.get(here).text
    saved(record, cast, anomaly_type="AN14")
    db.session.commit()
    page = browser.get(here).text
    assert 'id="f-ip_concerned"' in page
    assert 'id="f-ip_claimant"' not in page
    saved(record, cast, ip_concerned="yes")
    db.session.commit()
    assert 'id="f-ip_claimant"' in browser.get(here).text


def test_an_auditor_reads_until_when_it_is_kept(app, client, login):
    record, _cast = make_record(state="closed")
    assert "保存期限" in login(client, make_person("auditor")).get(f"/records/{record.number}?all=1").text

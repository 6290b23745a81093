"""Drafts of notices: what the record says, what it lacks, and nothing made up."""

import pytest
from flask_babel import force_locale

from tests.clock import MONDAY
from tests.factories.people import make_person, organisation
from tests.factories.records import make_record
from tracker.db import db
from tracker.records import actions as records
from tracker.statutory.drafting import FINAL, INTERIM, KINDS, PARTS, RECIPIENTS, Sender, draft

US = Sender("晨光社區大學", "林志偉", "02-1234", "AR-202611-0001", "個人資料保護法第 12 條", "當事人")
NOBODY = Sender("", "", "", "AR-202611-0001")


def made(to, kind, said, sender=US, yes=(), locale="en"):
    with force_locale(locale):
        return draft(to, kind, sender, lambda key: said.get(key, ""), lambda key: key in yes)


def missing(found, locale="en"):
    """What the draft lacks, in the words of a reader of `locale`."""
    with force_locale(locale):
        return {str(title) for title in found.missing}


@pytest.mark.parametrize("to", RECIPIENTS)
@pytest.mark.parametrize("kind", KINDS)
def test_of_an_empty_record_everything_is_missing_and_marked(app, to, kind):
    found = made(to, kind, {}, NOBODY)
    with force_locale("en"):
        asked = {
            str(part.title) for part in PARTS[to] if (kind == FINAL or not part.final) and not part.after
        }
    assert asked <= missing(found)
    assert {"our name", "contact"} <= missing(found)
    for title in missing(found):
        assert f"[to be completed: {title}]" in found.body


@pytest.mark.parametrize("to", RECIPIENTS)
def test_what_is_known_stands_there_and_is_not_missing(app, to):
    said = {key: f"<{key}>" for part in PARTS[to] for key in part.keys}
    found = made(to, FINAL, said, yes=("security_event", "personal_data"))
    assert all(text in found.body for text in said.values())
    # What no field of the record holds is for a person to write.
    with force_locale("en"):
        assert missing(found) == {str(part.title) for part in PARTS[to] if not part.keys}


def test_an_interim_report_asks_for_no_cause_and_says_that_more_follows(app):
    first, last = made("authority", INTERIM, {}), made("authority", FINAL, {})
    assert "Cause" not in missing(first)
    assert "Cause" in missing(last)
    assert "first report" in first.body
    assert "first report" not in last.body


def test_levels_stand_only_where_the_question_before_was_answered_yes(app):
    said = {"security_event": "No", "cia_level": "Level 3", "record_count": "12"}
    assert "Level 3" not in made("authority", INTERIM, said).body
    assert "Level 3" in made("authority", INTERIM, said, yes=("security_event",)).body


def test_both_languages_name_the_law_and_the_recipient(app):
    for locale, words in (
        ("zh_Hant_TW", ("受文者：當事人", "〔待補：", "依個人資料")),
        ("en", ("To: 當事人", "under 個人")),
    ):
        found = made("authority", INTERIM, {}, locale=locale)
        assert all(one in found.body for one in words), found.body


def test_a_draft_in_one_language_names_what_it_lacks_in_the_reader_s(app):
    found = made("authority", FINAL, {}, locale="zh_Hant_TW")
    assert "〔待補：原因〕" in found.body
    assert "Cause" in missing(found, "en")
    assert "原因" in missing(found, "zh_Hant_TW")


@pytest.fixture
def case(app):
    organisation(name="晨光社區大學", help_phone="02-2345-6789")
    record, cast = make_record(state="opened", grave=True)
    records.save(record, {"already_out": "已通知 3 位學員"}, by=cast.as_supervisor, at=MONDAY)
    db.session.commit()
    return record, cast


def test_the_page_shows_the_draft_in_the_language_asked_for(client, login, case):
    record, cast = case
    browser, here = login(client, cast.supervisor), f"/statutory/{record.number}/draft"
    page = browser.get(f"{here}?to=authority&kind=interim&lang=zh").text
    for words in ("晨光社區大學", "已通知 3 位學員", "待補", "初步通報", record.number):
        assert words in page, words
    english = browser.get(f"{here}?to=provider&kind=final&lang=en").text
    assert "Final report of an incident" in english
    for wrong in ("to=nobody", "kind=x", "lang=de"):
        assert browser.get(f"{here}?{wrong}").status_code == 404


def test_sealed_words_leave_in_no_draft(client, login, case):
    record, cast = case
    records.save(
        record, {"personal_data": "yes", "trace_refs": "tr-secret"}, by=cast.as_supervisor, at=MONDAY
    )
    db.session.commit()
    page = login(client, cast.supervisor).get(f"/statutory/{record.number}/draft?to=provider&kind=final").text
    assert "tr-secret" not in page
    assert record.primary_issue.description not in page


@pytest.mark.parametrize("role", ["engineer", "reporter", "admin", "auditor"])
def test_others_draft_nothing(client, login, case, role):
    record, _cast = case
    page = login(client, make_person(role)).get(f"/statutory/{record.number}/draft")
    assert page.status_code in (403, 404)

"""From the letter to the work, as an engineer does it on a phone, without scripts and without an account at hand."""

import re

import pytest

from tests.factories.chases import letters
from tests.factories.records import make_cast, make_record
from tracker.db import db
from tracker.escalations import queries
from tracker.issues import queries as issues
from tracker.records import queries as records
from tracker.records.parts import Escalation

CODES = re.compile(r"AR-\d|\bS[1-4]\b|\bAN\d\d\b|\bCC\d\b")
INNER = ("催辦", "升級", "退回", "紀錄表", "escalat")


@pytest.fixture
def mailed(app):
    record, cast = make_record(state="assigned", cast=make_cast())
    cast.engineer.name = "王小明"
    db.session.commit()
    (letter,) = [one for one in letters("mail", "record.escalated") if one.person_id == cast.engineer.id]
    return letter.link, records.open_escalation(record).id, cast


def again(escalation_id: int) -> Escalation:
    db.session.rollback()
    return db.session.get(Escalation, escalation_id)


def said(page, words: str) -> None:
    """Wait for what the page says once the act is done."""
    page.locator(".flashes", has_text=words).wait_for()


@pytest.mark.browser
def test_it_is_taken_in_two_clicks_on_a_phone_without_scripts(open_page, mailed):
    link, escalation_id, _cast = mailed
    page = open_page(None, width=360, javascript=False)
    page.goto(link)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="接手").click()
    said(page, "已接手")
    assert again(escalation_id).state == "acknowledged"
    page.locator("summary", has_text="需要更多資料").click()
    page.get_by_label("您需要知道什麼？").fill("哪一天問的？")
    page.get_by_role("button", name="需要更多資料").click()
    said(page, "已提問")
    page.locator("summary", has_text="更新進度").click()
    page.get_by_label("目前進度").fill("已找到原因")
    page.get_by_role("button", name="更新進度").click()
    said(page, "已記下")
    assert [one.kind for one in queries.notes(again(escalation_id))] == ["update", "question"]


def test_scanners_that_look_at_every_address_change_nothing(client, mailed):
    link, escalation_id, _cast = mailed
    for _ in range(5):
        assert client.get(link).status_code == client.head(link).status_code == 200
        for verb in ("acknowledge", "update", "question", "return", "correct", "deputy"):
            assert client.get(f"{link}/{verb}").status_code in (404, 405)
            assert client.head(f"{link}/{verb}").status_code in (404, 405)
    escalation = again(escalation_id)
    assert (escalation.state, escalation.expected_at, queries.notes(escalation)) == ("sent", None, [])


def test_the_reporter_reads_plain_words_only_whatever_the_engineer_does(client, login, mailed):
    link, escalation_id, cast = mailed
    client.post(f"{link}/acknowledge", data={"expected_at": "2026-11-25 12:00"})
    client.post(f"{link}/update", data={"body": "王小明找到原因 AN02"})
    client.post(f"{link}/question", data={"body": "哪一天問的？"})
    issue = again(escalation_id).record.primary_issue
    page = login(client, cast.reporter).get(f"/issues/{issue.number}").text
    main = page[page.index("<main") : page.index("</main>")]
    seen = re.sub(r"<[^>]+>", " ", main)
    assert not CODES.search(seen), CODES.search(seen)
    assert not [word for word in (*INNER, cast.engineer.name) if word in seen]
    said = [one.body for one in issues.messages(issue, internal=False)]
    assert not [text for text in said if CODES.search(text)]

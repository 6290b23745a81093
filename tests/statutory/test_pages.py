"""The pages of statutory deadlines, in the browser's way."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.clock import MONDAY
from tests.factories.chases import tick
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person, make_system, organisation
from tests.factories.records import make_cast, make_record
from tests.worlds import kept
from tracker.accounts.rules import SYSTEM
from tracker.db import db
from tracker.issues import actions as issues
from tracker.records import actions as records
from tracker.statutory import queries
from tracker.statutory.models import StatutoryClock, StatutoryFact

BANK = {"public_body": "no", "critical_provider": "no", "finance_or_health": "yes", "eu": "no"}


def fsc() -> StatutoryClock:
    db.session.expire_all()
    return db.session.scalars(select(StatutoryClock).where(StatutoryClock.rule_id == "tw-fsc")).one()


@kept()
def of_a_bank():
    """A record with personal data of a bank, whose statutory clock runs, and its cast."""
    organisation(**BANK)
    record, cast = make_record(state="assigned", cast=make_cast())
    records.save(record, {"personal_data": "yes"}, by=cast.as_supervisor, at=MONDAY)
    tick(MONDAY)
    return record, cast


@pytest.fixture
def case(app, clock):
    return of_a_bank()


def told(row, **changes):
    typed = {
        "kind": "final",
        "sent_at": "2026-11-23 08:30",
        "to": "authority",
        "recipient": "金管會",
        "reference": "金管-7",
    }
    return {f"c{row.id}-told-{key}": value for key, value in {**typed, **changes}.items()}


def test_they_stand_on_the_pages_of_the_case_apart_from_the_others(client, login, case):
    record, cast = case
    browser = login(client, cast.supervisor)
    for path in (f"/records/{record.number}", f"/issues/{record.primary_issue.number}"):
        page = browser.get(path).text
        assert "法定時限" in page, path
        assert "非法律意見" in page, path
        assert "金融業重大個資事件通報" in page, path
    page = browser.get(f"/statutory/{record.number}").text
    for text in ("金融監督管理委員會", "查證日", "72 小時", "不扣假日", "自知悉時起"):
        assert text in page, text
    listed = browser.get("/follow-up?show=week").text
    assert "金融業重大個資事件通報" in listed
    assert f'href="/statutory/{record.number}"' in listed


def test_a_notice_is_noted_and_stops_its_clock(client, login, case):
    record, cast = case
    browser, row = login(client, cast.supervisor), fsc()
    done = browser.post(f"/statutory/clocks/{row.id}/told", data=told(row))
    assert done.status_code == 303
    row = fsc()
    assert (row.standing, row.reference) == ("done", "金管-7")
    assert row.done_at == MONDAY - timedelta(minutes=30)
    assert "金管-7" in browser.get(f"/statutory/{record.number}").text
    assert "金管-7" in browser.get(f"/records/{record.number}?all=1").text
    back = browser.post(
        f"/statutory/clocks/{row.id}/take_back", data={f"c{row.id}-take_back-because": "錯案"}
    )
    assert back.status_code == 303
    assert fsc().standing == "running"


def test_what_was_typed_is_kept_when_it_cannot_be_noted(client, login, case):
    _record, cast = case
    browser, row = login(client, cast.supervisor), fsc()
    refused = browser.post(
        f"/statutory/clocks/{row.id}/told", data=told(row, sent_at="soon", reference="金管-9")
    )
    assert refused.status_code == 422
    assert "soon" in refused.text
    assert "金管-9" in refused.text
    assert fsc().standing == "running"
    empty = browser.post(f"/statutory/clocks/{row.id}/waive", data={f"c{row.id}-waive-because": " "})
    assert empty.status_code == 422
    assert "請寫理由" in empty.text


def test_facts_start_what_they_call_for(client, login, app, clock):
    organisation(public_body="yes", critical_provider="no", finance_or_health="no", eu="no")
    supervisor = make_person("supervisor")
    issue = make_issue()
    browser = login(client, supervisor)
    path = f"/statutory/{issue.number}"
    assert "目前沒有法定時限" in browser.get(path).text
    both = browser.post(f"{path}/facts", data={"security_event": "no", "eu_triggers": ["none", "death"]})
    assert both.status_code == 422
    assert (
        browser.post(f"{path}/facts", data={"security_event": "yes", "eu_triggers": ["none"]}).status_code
        == 303
    )
    page = browser.get(path).text
    assert "資通安全事件通報" in page
    assert "數字須由專人查證" in page
    assert {one.name for one in db.session.scalars(select(StatutoryFact))} == {
        "security_event",
        "eu_triggers",
    }


def test_one_that_does_not_bind_can_be_followed(client, login, case):
    record, cast = case
    browser = login(client, cast.supervisor)
    path = f"/statutory/{record.number}"
    assert "另有" in browser.get(path).text
    assert browser.post(f"{path}/follow", data={"rule": "gdpr-33"}).status_code == 303
    assert browser.post(f"{path}/follow", data={"rule": "gdpr-33"}).status_code == 422
    row = db.session.scalars(select(StatutoryClock).where(StatutoryClock.rule_id == "gdpr-33")).one()
    assert row.voluntary


@pytest.mark.parametrize("who", ["engineer", "reporter", "stranger", "admin", "auditor"])
def test_others_stop_nothing(client, login, case, who):
    _record, cast = case
    person = getattr(cast, who, None) or make_person("supervisor" if who == "stranger" else who)
    if who == "stranger":
        person = make_person("engineer")
    browser, row = login(client, person), fsc()
    for verb, data in (
        ("told", told(row)), ("waive", {f"c{row.id}-waive-because": "x"}), ("toll", {f"c{row.id}-toll-basis": "x"}),
        ("take_back", {f"c{row.id}-take_back-because": "x"}),
    ):  # fmt: skip
        assert browser.post(f"/statutory/clocks/{row.id}/{verb}", data=data).status_code in (403, 404), verb
    assert fsc().standing == "running"


def test_the_reporter_sees_none_of_it(client, login, case):
    record, cast = case
    assert "法定時限" not in login(client, cast.reporter).get(f"/issues/{record.primary_issue.number}").text


def test_the_report_in_seven_items_says_what_is_missing(client, login, case):
    record, cast = case
    corrective = [{"what": "每月檢視索引", "dimension": "management", "due_at": "2026-12-31T09:00:00+08:00"}]
    records.save(
        record,
        {"root_cause": "舊規定仍在索引", "corrective_actions": corrective},
        by=cast.as_supervisor,
        at=MONDAY,
    )
    db.session.commit()
    browser = login(client, cast.supervisor)
    path = f"/statutory/{record.number}/report"
    page = browser.get(path).text
    for text in ("調查、處理及改善報告", "舊規定仍在索引", "每月檢視索引", "非法律意見"):
        assert text in page, text
    found = browser.get(f"{path}?format=json").json
    assert [one["number"] for one in found["items"]] == [1, 2, 3, 4, 5, 6, 7]
    assert "完成損害控制或復原的時間" in found["items"][0]["missing"]
    assert len(found["items"][5]["missing"]) == 3
    sheet = browser.get(f"{path}?format=csv")
    assert sheet.mimetype == "text/csv"
    assert "舊規定仍在索引" in sheet.text
    assert browser.get(f"/statutory/{record.primary_issue.number}/report").status_code == 200


def test_the_inbox_marks_it_apart_from_working_time(client, login, case):
    record, cast = case
    page = login(client, cast.supervisor).get("/inbox/all").text
    assert record.primary_issue.number in page
    assert "法定 " in page


def test_what_a_supervisor_of_others_only_follows_stands_in_no_list(client, login, case):
    record, cast = case
    boss = make_person("supervisor", system_limit=make_system())
    issues.follow(record.primary_issue, boss.id, by=SYSTEM, at=MONDAY)
    db.session.commit()
    assert record.number in login(client, cast.supervisor).get("/statutory").text
    assert record.number not in login(client, boss).get("/statutory").text
    assert queries.count_soon(actor_of(boss), MONDAY) == 0 < queries.count_soon(cast.as_supervisor, MONDAY)

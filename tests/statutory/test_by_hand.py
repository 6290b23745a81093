"""Lines of K2 that are written on the record by hand, and the statutory clocks that they stop."""

import pytest
from flask_babel import force_locale
from sqlalchemy import select, text

from tests.api.caller import Caller
from tests.clock import MONDAY
from tests.statutory import test_pages
from tests.statutory.test_pages import fsc
from tracker import schema
from tracker.audit.models import Entry
from tracker.db import db
from tracker.issues.parts import EvidenceHold
from tracker.records.parts import RecordItem
from tracker.statutory import actions, by_hand, notices
from tracker.statutory.models import StatutoryNotice

case = test_pages.case
LINE = {"what": "金融監督管理委員會", "done_at": "2026-11-23 08:30", "reference": "金管-7"}


def add(browser, number, status=303, **line):
    given = {f"add-notices-{key}": value for key, value in {**LINE, **line}.items()}
    answer = browser.post(f"/records/{number}/save", data={"section": "K", **given})
    assert answer.status_code == status, answer.text[:400]
    return answer


def told(recipient):
    return actions.Told(MONDAY, recipient, reference="No. 7")


def the_line():
    db.session.expire_all()
    return db.session.scalars(select(RecordItem).where(RecordItem.part == "notices")).one()


@pytest.mark.parametrize(
    ("line", "stops"),
    [
        ({}, True),
        ({"what": "Financial Supervisory Commission"}, True),
        ({"what": "金融監督管理委員會", "reference": "", "evidence": "回條"}, True),
        ({"what": "金管會"}, False),
        ({"done_at": ""}, False),
        ({"reference": ""}, False),
    ],
)
def test_a_line_that_names_the_recipient_with_time_and_number_stops_its_clock(
    client, login, case, line, stops
):
    record, cast = case
    add(login(client, cast.supervisor), record.number, **line)
    row, item = fsc(), the_line()
    assert (row.standing == "done") is stops
    notices = db.session.scalars(select(StatutoryNotice)).all()
    assert [(one.item_id, one.recipient, one.kind) for one in notices] == (
        [(item.id, item.what, "final")] if stops else []
    )
    if stops:
        assert row.done_at == item.done_at < MONDAY
        last = db.session.scalars(select(Entry).where(Entry.action == "statutory.done")).one()
        assert last.by_id == cast.supervisor.id


def test_the_writer_may_say_which_clock_it_is_for(client, login, case):
    record, cast = case
    browser, number, clock_id = login(client, cast.supervisor), record.number, fsc().id
    refused = add(browser, number, 422, what="金管會", done_at="", clock=clock_id)
    assert "請填送出時間" in refused.text and 'value="金管會"' in refused.text
    assert db.session.scalars(select(RecordItem).where(RecordItem.part == "notices")).all() == []
    add(browser, number, what="金管會", clock=clock_id)
    assert fsc().standing == "done" and fsc().reference == "金管-7"
    page = browser.get(f"/records/{number}").text
    assert f"/statutory/{number}#c{clock_id}" in page
    assert add(browser, number, 422, what="再一次", clock=clock_id).status_code == 422


def test_a_line_that_was_there_stops_it_by_its_button(client, login, case):
    record, cast = case
    browser, number, clock_id = login(client, cast.supervisor), record.number, fsc().id
    add(browser, number, what="金管會 王科長")
    item = the_line()
    assert f'value="{item.id}:{clock_id}"' in browser.get(f"/records/{number}").text
    browser.post(f"/records/{number}/save", data={"section": "K", "notice": f"{item.id}:{clock_id}"})
    assert (fsc().standing, the_line().id) == ("done", item.id)


def test_taken_back_it_runs_on_and_the_line_stays(client, login, case):
    record, cast = case
    browser, number = login(client, cast.supervisor), record.number
    add(browser, number)
    row, item = fsc(), the_line()
    refused = browser.post(f"/records/{number}/save", data={"section": "K", "remove": f"notices:{item.id}"})
    assert refused.status_code == 422 and "請先在法定時限頁收回" in refused.text and fsc().standing == "done"
    back = {f"c{row.id}-take_back-because": "寫錯機關"}
    assert browser.post(f"/statutory/clocks/{row.id}/take_back", data=back).status_code == 303
    assert fsc().standing == "running" and the_line().done_at is not None
    acts = list(
        db.session.scalars(select(Entry.action).where(Entry.action.like("statutory.%")).order_by(Entry.id))
    )
    assert acts[-2:] == ["statutory.done", "statutory.take_back"]
    browser.post(f"/records/{number}/save", data={"section": "K", "remove": f"notices:{item.id}"})
    assert db.session.scalars(select(RecordItem).where(RecordItem.part == "notices")).all() == []


@pytest.mark.parametrize("locale", ["zh_Hant_TW", "en"])
def test_a_line_written_from_a_notice_says_that_it_was_taken_back_whatever_stands_in_it(case, locale):
    """A long recipient fills the whole line, so that its words are the same as those of the notice."""
    _record, cast = case
    with force_locale(locale):
        actions.done(fsc(), told("金" * 300), by=cast.as_supervisor, at=MONDAY)
        item = the_line()
        assert item.what == "金" * 300 and item.done_at is not None
        actions.take_back(fsc(), "寫錯機關", by=cast.as_supervisor, at=MONDAY)
    assert (item.done_at, item.evidence) == (None, "已收回：寫錯機關")


def test_over_the_api_the_name_stops_it_and_the_line_cannot_vanish(client, case):
    record, cast = case
    caller = Caller(client, cast.supervisor)
    line = {**LINE, "done_at": "2026-11-23T08:30:00+08:00"}
    path = f"/records/{record.number}"
    assert caller.patch(path, {"notices": {"add": line}}).status_code == 200
    assert fsc().standing == "done"
    for change in ([], {"remove": the_line().id}, {"change": {"id": the_line().id, "what": "x"}}):
        refused = caller.patch(path, {"notices": change})
        assert refused.status_code == 422 and "notices" in refused.json["errors"], change
    kept = [{"id": the_line().id}, {"what": "三位學員"}]
    assert caller.patch(path, {"notices": kept}).status_code == 200


@pytest.mark.parametrize(
    ("name", "recipient", "named", "likely"),
    [
        ("數位發展部", {"zh": "數位發展部或直轄市、縣（市）政府", "en": "x"}, True, True),
        ("當事人", {"zh": "當事人及個人資料保護委員會", "en": "x"}, False, True),
        ("the persons concerned", {"zh": "當事人", "en": "the persons concerned"}, True, True),
        ("警察局", {"zh": "當事人", "en": "the persons concerned"}, False, False),
    ],
)
def test_of_alternatives_one_is_enough_and_of_several_all_are_needed(name, recipient, named, likely):
    class Row:
        rule = {"recipient": recipient}

    item = RecordItem(part="notices", what=name)
    assert (by_hand._named(item, [Row()]) is not None) is named
    parts = by_hand._recipients(Row(), by_hand.EACH)
    assert any(one in by_hand._folded(name) or by_hand._folded(name) in one for one in parts) is likely


def test_the_migration_tells_by_words_once_whose_a_line_is(client, login, case):
    record, cast = case
    issue = record.primary_issue
    add(login(client, cast.supervisor), record.number)
    notices.note(issue, record, told("三位學員"), by=cast.as_supervisor, at=MONDAY)
    holds = [EvidenceHold(issue_id=issue.id, rule_id=rule, because="x", at=MONDAY, ended_at=MONDAY, ended_because=why)
             for rule, why in (("eu-aia-73-2", ""), ("", "看過了"))]  # fmt: skip
    db.session.add_all(holds)
    db.session.commit()
    schema.downgrade("0042")
    was = db.session.scalars(text("SELECT ended_because FROM evidence_hold ORDER BY id")).all()
    db.session.commit()
    schema.upgrade()
    wrote = select(StatutoryNotice.recipient, StatutoryNotice.wrote_item).order_by(StatutoryNotice.id)
    assert db.session.execute(wrote).all() == [("金融監督管理委員會", False), ("三位學員", True)]
    assert was == ["已通報主管機關，或時限不再進行。", "看過了"]
    assert db.session.scalars(select(EvidenceHold.ended_because).order_by(EvidenceHold.id)).all() == [
        "",
        "看過了",
    ]

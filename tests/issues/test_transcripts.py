"""What is said in a recording is written down beside it, by who works on the case, and goes where the file goes."""

import io

from sqlalchemy import select

from tests.attachments import sounds
from tests.factories.people import make_person
from tests.factories.records import make_record
from tracker.accounts.rules import SYSTEM
from tracker.attachments.models import Attachment
from tracker.audit.models import Entry, TextVersion
from tracker.db import db
from tracker.exports import record_json
from tracker.records.models import Record
from tracker.records.whole import Whole


def recorded(browser, path):
    """A recording that came with a form to this address."""
    sent = {"files": (io.BytesIO(sounds.wav()), "通話.wav"), "body": "錄音"}
    assert browser.post(path, data=sent, content_type="multipart/form-data").status_code == 303
    return db.session.scalars(select(Attachment).order_by(Attachment.id.desc()).limit(1)).one().id


def test_it_stands_under_the_player_on_both_pages_and_earlier_words_stay_in_the_trail(client, login, app):
    record, cast = make_record(state="analysing")
    browser, number, issue = login(client, cast.supervisor), record.number, record.primary_issue.number
    places = (f"/issues/{issue}", f"/issues/{issue}/note"), (f"/records/{number}", f"/records/{number}/files")
    for case, posts_to in places:
        file_id = recorded(browser, posts_to)
        here = f"{case}/files/{file_id}/transcript"
        assert here in browser.get(case).text
        for text in ("甲：系統答錯了。", "甲：系統答錯了\r\n乙：我查。"):
            assert browser.post(here, data={"transcript": text}).status_code == 303
        page = browser.get(case).text
        assert "修改逐字稿" in page and "登錄逐字稿" not in page and "乙：我查。" in page
        assert "乙：我查。" in browser.get(here).text
        long = browser.post(here, data={"transcript": "長" * 20_001})
        assert long.status_code == 422 and "長長長" in long.text
    kept = db.session.scalars(select(TextVersion.body).where(TextVersion.field == "transcript")).all()
    assert kept.count("甲：系統答錯了。") == 2 and kept.count("甲：系統答錯了\n乙：我查。") == 2
    acts = set(db.session.scalars(select(Entry.action).where(Entry.action.like("%transcribe"))))
    assert acts == {"issue.transcribe", "record.transcribe"}
    told = record_json.facts(Whole(db.session.scalars(select(Record)).one()), SYSTEM)["files"]
    assert [one["transcript"] for one in told if one["field"] == "reproduction_files"] == [
        "甲：系統答錯了\n乙：我查。"
    ]


def test_others_read_and_write_none_of_it(client, login, app):
    record, cast = make_record(state="analysing")
    browser, number, issue = login(client, cast.supervisor), record.number, record.primary_issue.number
    on_issue, on_record = (
        recorded(browser, f"/issues/{issue}/note"),
        recorded(browser, f"/records/{number}/files"),
    )
    addresses = (
        f"/issues/{issue}/files/{on_issue}/transcript",
        f"/records/{number}/files/{on_record}/transcript",
    )
    assert login(client, cast.engineer).get(addresses[1]).status_code == 200
    for person in (cast.reporter, make_person("engineer"), make_person("auditor"), make_person("admin")):
        other = login(client, person)
        for address in addresses:
            assert other.get(address).status_code in (403, 404), (person, address)
            assert other.post(address, data={"transcript": "x"}).status_code in (403, 404)
    sent = {"files": (io.BytesIO(b"a,b"), "x.csv")}
    login(client, cast.supervisor).post(
        f"/records/{number}/files", data=sent, content_type="multipart/form-data"
    )
    assert client.get(f"/records/{number}/files/{on_record + 1}/transcript").status_code == 404


def test_of_a_sealed_case_it_stands_on_no_page_and_each_look_is_written_down(client, login, app):
    record, cast = make_record(state="analysing")
    browser, issue = login(client, cast.supervisor), record.primary_issue
    address = f"/issues/{issue.number}/files/{recorded(browser, f'/issues/{issue.number}/note')}/transcript"
    browser.post(address, data={"transcript": "王小明的病歷"})
    db.session.expire_all()
    issue.personal_data = True
    for one in db.session.scalars(select(Attachment)):
        one.sealed = True
    db.session.commit()
    assert "王小明的病歷" not in browser.get(f"/issues/{issue.number}").text
    assert "王小明的病歷" in browser.get(address).text
    looks = db.session.scalars(select(Entry.after).where(Entry.action == "issue.view")).all()
    assert any("file" in one for one in looks)
    told = record_json.facts(Whole(record), SYSTEM)
    assert "王小明" not in str(told)

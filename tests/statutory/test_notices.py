"""Notices that no deadline asked for, the way they went, and the files that prove them."""

import io

import pytest
from sqlalchemy import select

from tests.clock import MONDAY
from tests.factories.people import make_person, make_system
from tests.factories.records import make_record
from tests.statutory.test_pages import case, fsc, told  # noqa: F401  (a fixture)
from tracker.attachments.models import Attachment
from tracker.audit.models import Entry
from tracker.db import db
from tracker.records import content
from tracker.records.whole import Whole
from tracker.statutory.models import StatutoryNotice

TYPED = {
    "kind": "final", "sent_at": "2026-11-23 08:30", "to": "persons", "way": "mail", "recipient": "三位學員",
    "reference": "", "evidence": "寄件備份", "body": "各位好",
}  # fmt: skip


def post(browser, number, **changes):
    data = {f"notice-{key}": value for key, value in {**TYPED, **changes}.items()}
    return browser.post(f"/statutory/{number}/notices", data=data, content_type="multipart/form-data")


def test_it_is_noted_stands_in_k2_and_may_be_taken_back(client, login, app):
    record, cast = make_record(state="opened")
    browser = login(client, cast.supervisor)
    assert post(browser, record.number).status_code == 303
    notice = db.session.scalars(select(StatutoryNotice)).one()
    assert (notice.way, notice.to, notice.clock_id) == ("mail", "persons", None)
    (line,) = content.values(Whole(record))["notices"]
    assert line["what"] == "三位學員 · 電子郵件"
    page = browser.get(f"/statutory/{record.number}").text
    assert "電子郵件" in page
    assert "各位好" in page
    back = f"/statutory/notices/{notice.id}/withdraw"
    browser.post(back, data={"because": " "})
    assert db.session.get_one(StatutoryNotice, notice.id).withdrawn_at is None
    browser.post(back, data={"because": "寄錯人"})
    db.session.expire_all()
    assert db.session.get_one(StatutoryNotice, notice.id).withdrawn_because == "寄錯人"
    (line,) = content.values(Whole(record))["notices"]
    assert (line["done_at"], line["evidence"]) == (None, "已收回：寄錯人")
    assert browser.post(back, data={"because": "再一次"}).status_code == 409


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"recipient": " "}, "請填通知了誰"),
        ({"way": "pigeon"}, "not a valid"),
        ({"evidence": ""}, "請填案號"),
    ],
)
def test_what_is_missing_is_named_and_what_was_typed_stays(client, login, app, changes, wrong):
    record, cast = make_record(state="opened")
    refused = post(login(client, cast.manager), record.number, **changes)
    assert refused.status_code == 422
    assert "各位好" in refused.text
    assert not db.session.scalars(select(StatutoryNotice)).all()


def test_a_receipt_is_kept_with_the_notice_and_opens_for_who_leads_the_case(client, login, case):  # noqa: F811
    record, cast = case
    row = fsc()
    data = told(row, reference="", way="portal") | {
        f"c{row.id}-told-files": (io.BytesIO(b"receipt 7"), "receipt.txt")
    }
    browser = login(client, cast.supervisor)
    sent = browser.post(f"/statutory/clocks/{row.id}/told", data=data, content_type="multipart/form-data")
    assert sent.status_code == 303
    assert (fsc().standing, fsc().evidence) == ("done", "receipt.txt")
    kept = db.session.scalars(select(Attachment).where(Attachment.subject_kind == "notice")).one()
    assert kept.sealed
    here = f"/statutory/notices/{kept.subject_id}/files/{kept.id}"
    assert here in browser.get(f"/statutory/{record.number}").text
    with browser.get(here) as answer:
        assert answer.data == b"receipt 7"
    seen = db.session.scalars(
        select(Entry).where(Entry.action == "issue.view", Entry.by_name == cast.supervisor.name)
    )
    assert kept.id in [one.after.get("file") for one in seen]
    for role in ("engineer", "reporter", "admin", "auditor"):
        person = getattr(cast, role, None) or make_person(role)
        assert login(client, person).get(here).status_code in (403, 404), role
        assert login(client, person).post(f"/statutory/notices/{kept.subject_id}/withdraw").status_code in (
            403,
            404,
        )


def test_a_supervisor_of_elsewhere_who_only_reported_the_case_opens_no_proof(client, login, app):
    record, cast = make_record(state="opened")
    with_file = {"files": (io.BytesIO(b"receipt 8"), "receipt.txt")}
    assert post(login(client, cast.supervisor), record.number, **with_file).status_code == 303
    notice = db.session.scalars(select(StatutoryNotice)).one()
    kept = db.session.scalars(select(Attachment).where(Attachment.subject_kind == "notice")).one()
    elsewhere = make_person("supervisor", system_limit=make_system())
    record.primary_issue.reporter_id = elsewhere.id
    db.session.commit()
    browser = login(client, elsewhere)
    assert browser.get(f"/statutory/notices/{notice.id}/files/{kept.id}").status_code == 404
    assert browser.post(f"/statutory/notices/{notice.id}/withdraw", data={"because": "x"}).status_code == 404


def test_at_what_instant(client, login, app):
    record, cast = make_record(state="opened")
    assert post(login(client, cast.supervisor), record.number, sent_at="2026-11-23 11:30").status_code == 422
    assert post(login(client, cast.supervisor), record.number).status_code == 303
    assert db.session.scalars(select(StatutoryNotice)).one().sent_at < MONDAY

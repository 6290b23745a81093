"""What other sites' pages may do: send a report about one system, from a listed origin, and nothing else."""

import gzip
from typing import Any

import pytest
from flask import current_app
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.clock import Clock
from tests.factories.people import make_system, organisation
from tests.factories.widgets import SITE, make_widget
from tracker.accounts import throttle
from tracker.accounts.models import CaseLink
from tracker.accounts.rules import SYSTEM
from tracker.attachments.models import Attachment
from tracker.audit.models import Entry
from tracker.db import db
from tracker.followups.models import Clock as FollowUpClock
from tracker.issues.models import Evidence, Idempotency, Issue
from tracker.issues.views.loading import GUEST_REPORTS
from tracker.outbox.models import Letter
from tracker.widgets import actions
from tracker.widgets.models import Widget
from tracker.widgets.views import door

REPORT = {
    "description": "簡章寫七天，它說三十天。", "impact": "wrong_content", "input": "退費期限？", "output": "30 天內。",
    "model": "chat-large", "version": "2.3", "trace_id": "t-1", "page": f"{SITE}/room?token=secret",
}  # fmt: skip


@pytest.fixture
def widget(app: object) -> Widget:
    return make_widget()


def send(
    client: FlaskClient, widget: Widget, body: Any = REPORT, *, origin: str | None = SITE, lang: str = "zh"
) -> TestResponse:
    headers = {"Sec-Fetch-Site": "cross-site"} | ({"Origin": origin} if origin else {})
    return client.post(f"/api/widget/{widget.key}/reports?lang={lang}", json=body, headers=headers)


def issues() -> int:
    return db.session.scalar(select(func.count()).select_from(Issue)) or 0


def test_a_report_with_its_evidence_becomes_an_issue_with_clocks_and_a_receipt(
    client: FlaskClient, widget: Widget
) -> None:
    organisation(guests_may_report=False)
    answer = send(client, widget)
    assert answer.status_code == 201
    said, issue = answer.json, db.session.query(Issue).one()
    assert (
        said["number"] == issue.number
        and said["reply_by_words"]
        and said["url"].endswith(f"/i/{said['receipt']}")
    )
    assert (issue.channel, issue.system_id, issue.environment) == (
        "widget", widget.system_id, f"{SITE}/room",
    )  # fmt: skip
    evidence = db.session.get_one(Evidence, issue.id)
    assert (evidence.input, evidence.actual, evidence.model, evidence.model_version, evidence.trace_id) == (
        "退費期限？", "30 天內。", "chat-large", "2.3", "t-1",
    )  # fmt: skip
    assert db.session.query(FollowUpClock).filter_by(subject_kind="issue", subject_id=issue.id).count()
    assert client.get(f"/i/{said['receipt']}").status_code == 200
    assert db.session.get_one(Widget, widget.id).last_used_at is not None
    assert db.session.query(Entry).filter_by(action="issue.create").one().by_name == widget.name


def test_only_the_page_that_sent_may_read_the_answer_and_no_cookie_is_set(
    client: FlaskClient, widget: Widget
) -> None:
    answer = send(client, widget)
    assert answer.headers["Access-Control-Allow-Origin"] == SITE
    assert "Origin" in answer.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in answer.headers and "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("origin", [None, "null", "https://evil.test", f"{SITE}.evil.test", SITE.upper()])
def test_any_other_origin_is_refused_and_reads_nothing(
    client: FlaskClient, widget: Widget, origin: str | None
) -> None:
    for answer in (
        send(client, widget, origin=origin),
        client.options(f"/api/widget/{widget.key}/reports", headers={"Origin": origin} if origin else {}),
    ):
        assert answer.status_code == 403 and "Access-Control-Allow-Origin" not in answer.headers
    assert issues() == 0


def test_the_browser_asks_first_and_is_told_what_may_be_sent(client: FlaskClient, widget: Widget) -> None:
    answer = client.options(f"/api/widget/{widget.key}/reports", headers={"Origin": SITE})
    assert answer.status_code == 204 and answer.headers["Access-Control-Allow-Origin"] == SITE
    assert answer.headers["Access-Control-Allow-Methods"] == "POST"


def test_the_key_opens_nothing_else(client: FlaskClient, widget: Widget) -> None:
    there = f"/api/widget/{widget.key}/reports"
    for method in ("get", "put", "patch", "delete"):
        assert getattr(client, method)(there, headers={"Origin": SITE}).status_code == 405
    assert client.get("/api/v1/issues", headers={"Authorization": f"Bearer {widget.key}"}).status_code == 401


def test_a_revoked_key_and_a_system_out_of_use_are_not_there(client: FlaskClient, clock: Clock) -> None:
    revoked, old = make_widget(), make_widget(system=make_system())
    actions.revoke(revoked, by=SYSTEM, at=clock.now())
    old.system.active = False
    db.session.commit()
    assert send(client, revoked).status_code == send(client, old).status_code == 404
    actions.restore(db.session.get_one(Widget, revoked.id), by=SYSTEM, at=clock.now())
    assert send(client, revoked).status_code == 201


def test_sent_twice_it_is_made_once_and_the_receipt_is_kept_nowhere(
    client: FlaskClient, widget: Widget
) -> None:
    first, again = (send(client, widget, REPORT | {"once": "a-b-c"}).json for _ in range(2))
    assert first["number"] == again["number"] and first["receipt"] != again["receipt"] and issues() == 1
    assert db.session.query(Idempotency).one().answer == {"number": first["number"]}
    assert first["receipt"] not in {link.sha256 for link in db.session.query(CaseLink)}
    other = make_widget()
    assert send(client, other, REPORT | {"once": "a-b-c"}).json["number"] != first["number"]


def test_a_mark_alone_leads_to_no_receipt_of_the_report_that_brought_it(
    client: FlaskClient, widget: Widget
) -> None:
    first = send(client, widget, REPORT | {"once": "1"}).json
    assert send(client, widget, {"once": "1"}).status_code == 422
    guessed = send(client, widget, REPORT | {"once": "1", "description": "something else"}).json
    assert guessed["number"] != first["number"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"description": ""}, "description"),
        ({"description": "x" * 20_001}, "description"),
        ({"description": 7}, "description"),
        ({"impact": "all"}, "impact"),
        ({"impact": None}, "impact"),
        ({"email": "not one"}, "email"),
        ({"output": ["a"]}, "output"),
        ({"once": "x" * 65}, "once"),
    ],
)
def test_what_is_wrong_is_named_by_field_and_nothing_is_kept(
    client: FlaskClient, widget: Widget, change: dict[str, Any], field: str
) -> None:
    answer = send(client, widget, REPORT | change)
    assert answer.status_code == 422 and list(answer.json["errors"]) == [field] and issues() == 0
    assert answer.headers["Access-Control-Allow-Origin"] == SITE
    english = send(client, widget, REPORT | change, lang="en").json["errors"][field][0]
    assert english.isascii() and not answer.json["errors"][field][0].isascii()


def test_a_wrong_address_hides_nothing_else_that_is_wrong(client: FlaskClient, widget: Widget) -> None:
    answer = send(client, widget, REPORT | {"email": "not one", "description": "x" * 20_001, "impact": "all"})
    assert answer.status_code == 422 and set(answer.json["errors"]) == {"email", "description", "impact"}
    assert issues() == 0


@pytest.mark.parametrize("body", [None, [], "text", 7])
def test_a_body_that_is_no_object_is_refused(client: FlaskClient, widget: Widget, body: Any) -> None:
    assert send(client, widget, body).status_code == 422


def test_an_answer_too_long_for_its_field_is_kept_whole_as_a_file(
    client: FlaskClient, widget: Widget
) -> None:
    long = "長" * 50_000
    send(client, widget, REPORT | {"output": long, "trace_id": "t" * 400, "impact": "personal_data"})
    issue = db.session.query(Issue).one()
    evidence = db.session.get_one(Evidence, issue.id)
    assert len(evidence.actual) == 20_000 and "output.txt" in evidence.actual
    assert len(evidence.trace_id) <= 300
    files = {one.filename: one for one in db.session.query(Attachment)}
    assert set(files) == {"output.txt", "trace_id.txt"} and files["output.txt"].size == 150_000
    assert issue.personal_data and all(one.sealed for one in files.values())


def test_too_large_a_body_is_refused_in_words_that_the_page_can_read(
    client: FlaskClient, widget: Widget
) -> None:
    answer = send(client, widget, REPORT | {"output": "x" * door.BODY_MOST})
    assert answer.status_code == 413 and answer.headers["Access-Control-Allow-Origin"] == SITE
    assert issues() == 0


def test_an_address_that_is_left_gets_the_letter(client: FlaskClient, widget: Widget) -> None:
    send(client, widget, REPORT | {"email": " Somebody@Example.test "})
    assert db.session.query(Letter).filter_by(channel="mail").one().address == "somebody@example.test"


def test_one_address_may_send_so_many_and_no_more(client: FlaskClient, widget: Widget) -> None:
    answers = [send(client, widget, {}).status_code for _ in range(GUEST_REPORTS + 1)]
    assert answers[-1] == 429 and set(answers[:-1]) == {422}


def test_one_key_may_send_so_many_and_no_more_from_wherever(
    client: FlaskClient, widget: Widget, clock: Clock
) -> None:
    throttle.note(*[throttle.widget_key(widget.id)] * (door.REPORTS_A_KEY - 1), now=clock.now())
    db.session.commit()
    assert [send(client, widget).status_code for _ in range(2)] == [201, 429]
    assert send(client, make_widget()).status_code == 201


def test_from_our_own_pages_all_is_checked_and_nothing_kept(client: FlaskClient, widget: Widget) -> None:
    folder = current_app.config["TRACKER"].attachments_dir
    for sent in (REPORT, REPORT | {"output": "七天" * 20_000}):
        answer = send(client, widget, sent, origin="http://localhost")
        assert answer.json == {"rehearsal": True} and issues() == 0
        assert not [one for one in folder.rglob("*") if one.is_file()]
    assert send(client, widget, REPORT | {"impact": "x"}, origin="http://localhost").status_code == 422


def test_the_script_is_small_has_both_languages_and_is_asked_for_anew_only_when_it_changed(
    client: FlaskClient,
) -> None:
    answer = client.get("/widget.js", headers={"Accept-Encoding": "gzip"})
    assert len(answer.data) < 6_000 and answer.mimetype == "text/javascript"
    text = gzip.decompress(answer.data).decode()
    assert text == client.get("/widget.js").text
    assert "回報問題" in text and "Report a problem" in text and door.PLACE not in text
    assert (
        answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        and "Set-Cookie" not in answer.headers
    )
    same = client.get(
        "/widget.js", headers={"Accept-Encoding": "gzip", "If-None-Match": answer.headers["ETag"]}
    )
    assert same.status_code == 304

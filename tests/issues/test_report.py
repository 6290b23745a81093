"""Reporting a problem on the page: three answers, a number, nothing lost."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.clock import Clock
from tests.factories.people import make_person, make_system, make_unit, organisation
from tracker.accounts.models import Person
from tracker.attachments.models import Attachment
from tracker.audit.models import Entry, TextVersion
from tracker.db import db
from tracker.issues import fields, rules
from tracker.issues.jobs import forget_drafts
from tracker.issues.models import Evidence, Issue, Participant, ReportDraft

Login = Callable[[FlaskClient, Person], FlaskClient]
THREE = {"description": "It says 30 days. It is 7.", "impact": "wrong_content"}


def only_issue() -> Issue:
    return db.session.query(Issue).one()


def send(client: FlaskClient, **fields: object) -> object:
    return client.post("/report", data={**THREE, **fields})


def test_three_answers_make_an_issue_with_number_title_and_provisional_severity(
    client: FlaskClient, login: Login
) -> None:
    person, system = make_person("reporter", unit_id=make_unit().id), make_system(version="3.2")
    answer = send(login(client, person), system=system.key)
    issue = only_issue()
    assert answer.status_code == 303 and answer.location.endswith("/issues/Q-202611-0001?sent=1")
    assert (issue.number, issue.title, issue.state) == ("Q-202611-0001", "It says 30 days", "new")
    assert (issue.severity, issue.severity_provisional, issue.kind, issue.channel) == (
        "S3",
        True,
        None,
        "web",
    )
    assert (issue.reporter_id, issue.unit_id, issue.system_version) == (person.id, person.unit_id, "3.2")
    assert issue.next_due_at < rules.NEVER


def test_the_confirmation_says_the_number_and_until_when(client: FlaskClient, login: Login) -> None:
    person, system = make_person("reporter"), make_system()
    page = login(client, person).get(send(login(client, person), system=system.key).location)
    assert page.status_code == 200
    assert "Q-202611-0001" in page.text and "sent-title" in page.text and "calendar.ics" in page.text
    entry = client.get("/issues/Q-202611-0001/calendar.ics")
    assert entry.mimetype == "text/calendar" and "BEGIN:VEVENT" in entry.text and "30 days" not in entry.text


@pytest.mark.parametrize("left_out", ["system", "description", "impact"])
def test_each_missing_answer_is_named_and_the_rest_is_kept(
    client: FlaskClient, login: Login, left_out: str
) -> None:
    given = {**THREE, "system": make_system().key, "expected": "Seven days <b>", left_out: ""}
    page = login(client, make_person("reporter")).post("/report", data=given)
    assert page.status_code == 422 and db.session.query(Issue).count() == 0
    assert f'href="#{left_out}' in page.text
    assert "Seven days &lt;b&gt;" in page.text


@pytest.mark.parametrize("impact", rules.IMPACTS)
def test_each_impact_gives_its_provisional_severity(client: FlaskClient, login: Login, impact: str) -> None:
    send(login(client, make_person("reporter")), system=make_system().key, impact=impact)
    wanted = {
        "question": "S4",
        "inconvenience": "S4",
        "wrong_content": "S3",
        "blocked": "S3",
        "harm": "S2",
        "personal_data": "S2",
    }
    assert only_issue().severity == wanted[impact]
    assert only_issue().harm == (impact == "harm")


def test_a_title_turns_nothing_that_stands_beside_it() -> None:
    turned = "\u202eThe answer\u2066 is wrong\u2069"
    assert rules.title_from(turned) == fields.line(turned) == "The answer is wrong"
    assert fields.clean(turned) == turned, "the report itself keeps every sign"


def test_a_title_tears_no_latin_word_unless_it_is_all_there_is() -> None:
    said = "The summary of a medical book gives a dose that is not in the"
    assert rules.title_from(said + " book") == said[:57] + "…"
    assert rules.title_from("W" * 300) == "W" * 59 + "…"
    assert rules.title_from("退貨期限 " + "字" * 80) == "退貨期限 " + "字" * 54 + "…"


def test_personal_data_seals_the_title_and_calls_the_privacy_contact(
    client: FlaskClient, login: Login
) -> None:
    privacy = make_person("reporter")
    organisation(privacy_contact_id=privacy.id)
    send(
        login(client, make_person("reporter")),
        system=make_system().key,
        impact="personal_data",
        description="The address of Wang stands in it.",
    )
    issue = only_issue()
    assert issue.title == "涉及個資的回報" and issue.personal_data and not issue.restricted
    assert db.session.query(Participant).filter_by(role="privacy").one().person_id == privacy.id
    trail = str([(entry.before, entry.after) for entry in db.session.query(Entry)])
    assert "Wang" not in trail
    assert "Wang" in db.session.query(TextVersion).filter_by(field="title").one().body


def test_unsure_which_system_is_an_answer(client: FlaskClient, login: Login) -> None:
    send(login(client, make_person("reporter")), system="unknown")
    assert only_issue().system.key == "unknown"


def test_a_link_brings_system_unit_and_trace_along(client: FlaskClient, login: Login) -> None:
    system, unit = make_system(), make_unit()
    login(client, make_person("reporter"))
    page = client.get(f"/report?system={system.key}&unit={unit.id}&trace=4f2a")
    assert f'value="{system.key}" checked' in page.text and unit.name in page.text and "4f2a" in page.text
    client.post(
        f"/report?system={system.key}&trace=4f2a",
        data={**THREE, "system": system.key, "unit": str(unit.id), "trace": "4f2a"},
    )
    issue = only_issue()
    assert (issue.unit_id, issue.channel, db.session.get(Evidence, issue.id).trace_id) == (
        unit.id,
        "trace",
        "4f2a",
    )


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("115/11/22", "2026-11-21 16:00"),
        ("１１５／１１／２２　１４：３０", "2026-11-22 06:30"),
        ("2026-11-22 14:30", "2026-11-22 06:30"),
        ("1151122", "2026-11-21 16:00"),
        ("", "2026-11-23 01:00"),
    ],
)
def test_a_date_is_read_as_people_write_it(
    client: FlaskClient, login: Login, typed: str, stored: str
) -> None:
    send(login(client, make_person("reporter")), system=make_system().key, occurred=typed)
    assert f"{only_issue().occurred_at:%Y-%m-%d %H:%M}" == stored


def test_a_date_nobody_can_read_is_named(client: FlaskClient, login: Login) -> None:
    page = send(login(client, make_person("reporter")), system=make_system().key, occurred="32.13.")
    assert page.status_code == 422 and "115/11/22" in page.text and "32.13." in page.text


@pytest.mark.parametrize("typed", ["明天", "2026-11-23 17:00", "116/1/1"])
def test_what_has_not_happened_yet_is_named_and_the_rest_kept(
    client: FlaskClient, login: Login, typed: str
) -> None:
    page = send(login(client, make_person("reporter")), system=make_system().key, occurred=typed)
    assert page.status_code == 422 and "這個時間還沒到" in page.text and 'href="#occurred' in page.text
    assert f'value="{typed}"' in page.text and "It is 7." in page.text


def test_sending_twice_makes_one_issue(client: FlaskClient, login: Login) -> None:
    login(client, make_person("reporter"))
    key = make_system().key
    first, second = (send(client, system=key, once="same") for _ in range(2))
    assert first.location == second.location and db.session.query(Issue).count() == 1


def test_a_supervisor_reports_for_somebody_with_or_without_an_account(
    client: FlaskClient, login: Login
) -> None:
    supervisor, known = make_person("supervisor"), make_person("reporter", email="lin@example.test")
    login(client, supervisor)
    key = make_system().key
    send(client, system=key, behalf_name="Lin", behalf_email="LIN@example.test", behalf_channel="counter")
    sent = send(client, system=key, behalf_name="Grandmother Chen", phone="ext. 12", behalf_channel="phone")
    first, second = db.session.query(Issue).order_by(Issue.id)
    assert (first.reporter_id, first.taken_by_id, first.channel) == (known.id, supervisor.id, "counter")
    assert (second.reporter_id, second.reporter_name, second.reporter_phone) == (
        None,
        "Grandmother Chen",
        "ext. 12",
    )
    # Whoever is on the telephone is told what to say.
    page = client.get(sent.location).text
    assert f"已代Grandmother Chen送出。請告訴對方問題編號 {second.number}" in page


def test_a_reporter_cannot_report_in_the_name_of_others(client: FlaskClient, login: Login) -> None:
    person = make_person("reporter")
    send(login(client, person), system=make_system().key, behalf_name="Somebody else")
    assert only_issue().reporter_id == person.id and only_issue().reporter_name == ""


def test_a_draft_is_kept_found_and_gone_once_it_is_sent(client: FlaskClient, login: Login) -> None:
    login(client, make_person("reporter"))
    saved = client.post("/report/draft", data={"description": "Half a sent", "impact": "blocked"})
    draft = db.session.query(ReportDraft).one()
    assert saved.location.endswith(f"/report/draft/{draft.id}?saved=1")
    assert (
        "Half a sent" in client.get(saved.location).text
        and f"/report/draft/{draft.id}" in client.get("/report").text
    )
    assert client.post("/report/draft?quiet=1", data={"description": "Half a sentence"}).status_code == 204
    assert "Half a sentence" in client.get(f"/report/draft/{draft.id}").text
    send(client, system=make_system().key)
    assert db.session.query(ReportDraft).count() == 0


def test_a_draft_is_its_writer_s_alone(client: FlaskClient, login: Login) -> None:
    login(client, make_person("reporter")).post("/report/draft", data={"description": "Mine"})
    number = db.session.query(ReportDraft).one().id
    assert login(client, make_person("supervisor")).get(f"/report/draft/{number}").status_code == 404


def test_files_wait_while_something_else_is_corrected(client: FlaskClient, login: Login) -> None:
    login(client, make_person("reporter"))
    key = make_system().key
    first = {"system": key, "description": "", "impact": "blocked", "files": [(BytesIO(b"one"), "one.txt")]}
    page = client.post("/report", data=first)
    assert page.status_code == 422 and "one.txt" in page.text
    waiting = db.session.query(Attachment).one()
    again = {"system": key, "description": "", "impact": "blocked", "files": [(BytesIO(b"two"), "two.txt")]}
    page = client.post("/report", data=again)
    assert "one.txt" in page.text and "two.txt" in page.text
    assert send(client, system=key, drop=str(waiting.id)).status_code == 303
    issue = only_issue()
    sent = db.session.query(Attachment).filter_by(subject_kind="issue", subject_id=issue.id).one()
    assert sent.filename == "two.txt" and db.session.get(Attachment, waiting.id).removed_at is not None


def test_files_of_a_sealed_report_are_sealed(client: FlaskClient, login: Login) -> None:
    login(client, make_person("reporter"))
    files = [(BytesIO(b"one"), "one.txt")]
    send(client, system=make_system().key, impact="personal_data", files=files)
    assert db.session.query(Attachment).one().sealed


def test_a_file_not_taken_is_named_and_the_answers_kept(client: FlaskClient, login: Login) -> None:
    login(client, make_person("reporter"))
    page = send(client, system=make_system().key, files=[(BytesIO(b"MZ\x90\x00" * 9), "tool.exe")])
    assert page.status_code == 422 and "tool.exe" in page.text and "It says 30 days. It is 7." in page.text
    assert db.session.query(Issue).count() == db.session.query(Attachment).count() == 0


def test_guests_are_sent_to_sign_in_where_they_may_not_report(client: FlaskClient) -> None:
    organisation(guests_may_report=False)
    assert client.get("/report").status_code == 303
    assert client.post("/report", data=THREE).status_code == 303 and db.session.query(Issue).count() == 0


def test_a_report_far_too_long_is_refused_with_its_length(client: FlaskClient, login: Login) -> None:
    page = send(login(client, make_person("reporter")), system=make_system().key, description="字" * 20_001)
    assert page.status_code == 422 and "20001" in page.text and db.session.query(Issue).count() == 0


def test_drafts_that_nobody_came_back_to_are_forgotten_with_their_files(
    app: Flask, client: FlaskClient, login: Login, clock: Clock
) -> None:
    guest, person = app.test_client(), login(client, make_person("reporter"))
    for one in (guest, person):
        file = (BytesIO(b"a note"), "note.txt")
        one.post(
            "/report/draft", data={"description": "Half", "files": file}, content_type="multipart/form-data"
        )
    assert forget_drafts(clock.now()) == 0
    assert forget_drafts(clock.now() + timedelta(days=3)) == 1
    assert [one.person_id is None for one in db.session.query(ReportDraft)] == [False]
    assert sorted(one.removed_at is None for one in db.session.query(Attachment)) == [False, True]
    assert forget_drafts(clock.now() + timedelta(days=91)) == 1
    assert all(one.removed_at is not None for one in db.session.query(Attachment))

"""Reports without a name, and what the confirmation gives along."""

import re
from collections.abc import Callable
from io import BytesIO
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient

from tests.factories.people import make_person, make_system, organisation
from tracker.accounts.models import Person
from tracker.attachments.models import Attachment
from tracker.audit.models import Entry
from tracker.db import db
from tracker.issues.models import Idempotency, Issue, ReportDraft
from tracker.outbox.models import Letter

pytestmark = pytest.mark.usefixtures("app")
Login = Callable[[FlaskClient, Person], FlaskClient]
THREE = {"description": "It says 30 days.", "impact": "wrong_content", "system": "unknown"}


def test_without_a_name_nothing_leads_back_and_the_receipt_opens_it(
    client: FlaskClient, login: Login
) -> None:
    organisation(anonymous_may_report=True, guests_may_report=False)
    person = make_person("reporter", name="陳美玲", email="mei@example.test")
    login(client, person)
    assert "不具名回報" in client.get("/report").text
    # A first try keeps a file with the draft, under the name of whoever drafts.
    client.post("/report", data={**THREE, "impact": "", "files": (BytesIO(b"log"), "log.txt")})
    assert db.session.query(Attachment).one().uploaded_by_id == person.id
    sent = {**THREE, "nameless": "y", "once": "a" * 22, "phone": "1234"}
    answer = client.post("/report", data=sent)
    assert re.search(r"/i/[0-9A-Z-]{17}\?sent=1$", answer.location)
    issue = db.session.query(Issue).one()
    assert (issue.reporter_id, issue.taken_by_id, issue.unit_id, issue.reporter_phone) == (
        None,
        None,
        None,
        "",
    )
    entries = db.session.query(Entry).filter_by(subject_kind="issue").all()
    assert {entry.by_id for entry in entries} == {None} and person.name not in str(
        [one.by_name for one in entries]
    )
    assert db.session.query(Attachment).one().uploaded_by_id is None
    assert [one.owner for one in db.session.query(Idempotency)] == ["report guest"]
    assert db.session.query(ReportDraft).count() == 0
    assert db.session.query(Letter).filter_by(person_id=person.id).count() == 0
    assert issue.number in client.get(answer.location).text
    assert issue.number not in client.get("/my").text


def test_where_the_organisation_does_not_let_them_the_name_stays(client: FlaskClient, login: Login) -> None:
    person = make_person("reporter")
    login(client, person)
    assert 'name="nameless"' not in client.get("/report").text
    client.post("/report", data={**THREE, "nameless": "y"})
    assert db.session.query(Issue).one().reporter_id == person.id


def test_a_visitor_needs_the_other_setting(client: FlaskClient) -> None:
    organisation(anonymous_may_report=True, guests_may_report=False)
    assert "/login" in client.post("/report", data={**THREE, "nameless": "y"}).location
    assert db.session.query(Issue).count() == 0


@pytest.mark.parametrize("known", [True, False])
def test_the_confirmation_gives_number_code_mail_and_what_to_tell_customers(
    client: FlaskClient, login: Login, known: bool
) -> None:
    system = make_system(tell_customers="請客人先以公告的七天為準。")
    if known:
        login(client, make_person("reporter"))
    there = client.post("/report", data={**THREE, "system": system.key}).location
    page = client.get(there).text
    assert "請客人先以公告的七天為準。" in page and 'class="qr"' in page and "calendar.ics" in page
    mail = re.search(r'href="mailto:\?subject=Q-202611-0001&amp;body=([^"]+)"', page)
    assert mail is not None and unquote(mail[1]).endswith(there.split("?")[0])
    assert 'class="qr"' not in client.get(there.split("?")[0]).text


def test_an_administrator_writes_what_to_tell_and_lets_people_leave_their_name_out(
    client: FlaskClient, login: Login
) -> None:
    system = make_system()
    login(client, make_person("admin"))
    client.post(
        f"/admin/systems/{system.key}",
        data={"name": "Bot", "tell_customers": "先人工確認。", "operated_by": "us"},
    )
    assert "先人工確認。" in client.get(f"/admin/systems/{system.key}").text
    assert 'name="anonymous_may_report"' in client.get("/admin/organisation").text

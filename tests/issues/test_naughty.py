"""The naughty strings through the report and the talk: kept as typed, shown as text, nothing breaks."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.factories.issues import make_issue
from tests.factories.people import make_person, make_system
from tracker.accounts.models import Person
from tracker.db import db
from tracker.issues import fields, rules, when
from tracker.issues.models import Evidence, Issue, Message

Login = Callable[[FlaskClient, Person], FlaskClient]
CORPUS = Path(__file__).parents[3] / "shared" / "data" / "corpora" / "blns" / "blns.json"
A_FORM = 120

if not CORPUS.exists():
    pytest.skip("the corpus of naughty strings is not here", allow_module_level=True)
NAUGHTY: list[str] = [*json.loads(CORPUS.read_text("utf-8")), "\x00", "字\x00字", "a\r\nb"]
BATCHES = ["\n".join(NAUGHTY[at : at + A_FORM]) for at in range(0, len(NAUGHTY), A_FORM)]


def test_no_title_made_of_them_is_long_or_broken() -> None:
    for text in NAUGHTY:
        title = rules.title_from(text)
        assert len(title) <= rules.TITLE_LENGTH and "\n" not in title


def test_no_date_is_read_into_them_by_accident_or_breaks_the_reader() -> None:
    for text in NAUGHTY:
        found = when.parse(text, date(2026, 11, 23))
        assert found is None or any(sign.isdigit() for sign in text)


def test_they_pass_through_the_report_form_and_back(client: FlaskClient, login: Login) -> None:
    login(client, make_person("reporter"))
    key = make_system().key
    for text in BATCHES:
        sent = {
            "system": key,
            "impact": "question",
            "description": text,
            "input": text,
            "actual": text,
            "expected": text,
            "function": text[:100],
            "trace": text[:100],
            "phone": text[:100],
            "model_version": text[:100],
        }
        answer = client.post("/report", data=sent)
        assert answer.status_code == 303, text
        assert client.get(answer.location).status_code == 200
    for issue, text in zip(db.session.query(Issue).order_by(Issue.id), BATCHES, strict=True):
        assert issue.description == fields.clean(text)
        assert db.session.get(Evidence, issue.id).actual == fields.clean(text)


def test_they_pass_through_the_message_form_and_every_page_that_shows_them(
    client: FlaskClient, login: Login
) -> None:
    issue, supervisor = make_issue(), make_person("supervisor")
    login(client, supervisor)
    for text in BATCHES:
        sent = {"body": text, "visibility": "public"}
        assert client.post(f"/issues/{issue.number}/note", data=sent).status_code == 303, text
    stored = [message.body for message in db.session.query(Message).order_by(Message.id)]
    assert stored == [fields.clean(text) for text in BATCHES]
    for person in (supervisor, issue.reporter):
        page = login(client, person).get(f"/issues/{issue.number}")
        assert page.status_code == 200
        assert "<script>alert" not in page.text


def test_they_pass_through_the_edit_form(client: FlaskClient, login: Login) -> None:
    issue = make_issue()
    login(client, make_person("supervisor"))
    for text in BATCHES[:2]:
        keys = (
            "description",
            "need_statement",
            "proposed_solution",
            "workaround",
            "escalation_reason",
            "expected_output",
        )
        sent = dict.fromkeys(keys, text) | {f"shown-{key}": "" for key in keys}
        assert client.post(f"/issues/{issue.number}/edit", data=sent).status_code == 303
        assert client.get(f"/issues/{issue.number}/edit").status_code == 200
    assert db.session.get(Issue, issue.id).workaround == fields.clean(BATCHES[1])

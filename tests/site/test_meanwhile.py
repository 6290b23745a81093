"""What a page says when its move is no longer possible: what happened, what was typed, the way back."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.clock import MONDAY
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person
from tests.factories.records import do, make_record
from tracker.accounts.models import Person
from tracker.db import db
from tracker.issues import actions, links
from tracker.records import queries

Login = Callable[[FlaskClient, Person], FlaskClient]
pytestmark = pytest.mark.usefixtures("app")


def words(answer: Any) -> str:
    return " ".join(answer.text.split())


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_did_what_when_and_where_it_stands_is_told_to_staff(
    client: FlaskClient, login: Login, method: str
) -> None:
    wang = make_person("supervisor", name="王小明")
    issue = make_issue(state="answered", supervisor=wang)
    login(client, make_person("supervisor"))
    answer = getattr(client, method)(f"/issues/{issue.number}/accept")
    assert answer.status_code == 409
    said = words(answer)
    assert f"{issue.number} 已是「已提供解決方案」" in said and "王小明：提供解決方案" in said
    assert 'datetime="2026-11-23T' in answer.text and f'href="/issues/{issue.number}"' in answer.text


def test_the_reporter_reads_public_words_and_no_names(client: FlaskClient, login: Login) -> None:
    wang = make_person("supervisor", name="王小明")
    issue = make_issue(state="answered", supervisor=wang)
    actions.carry_out(issue, "close", by=actor_of(wang), at=MONDAY, note="An inner reason.")
    answer = login(client, issue.reporter).post(
        f"/issues/{issue.number}/unsolved", data={"note": "Still wrong!"}
    )
    assert answer.status_code == 409 and "Still wrong!" in answer.text and "已結案" in answer.text
    assert "王小明" not in answer.text and "An inner reason." not in answer.text


def test_a_guest_comes_back_to_the_page_of_their_link(client: FlaskClient) -> None:
    issue = make_issue(state="closed")
    here = links.path(issue, at=MONDAY)
    db.session.commit()
    answer = client.get(f"{here}/solved")
    assert answer.status_code == 409 and f'href="{here}"' in answer.text


def test_the_buttons_of_pages_without_a_form_of_their_own_say_it_too(
    client: FlaskClient, login: Login
) -> None:
    record, cast = make_record(state="verifying")
    escalation = queries.last_escalation(record)
    assert escalation is not None
    client_ = login(client, cast.engineer)
    late = client_.post(f"/escalations/{escalation.id}/return", data={"note": "This is not for me."})
    assert late.status_code == 409 and "This is not for me." in late.text
    assert "修正結果" in late.text and f'href="/escalations/{escalation.id}"' in late.text
    stale = login(client, cast.supervisor).get(f"/records/{record.number}/open")
    assert stale.status_code == 409 and f'href="/records/{record.number}"' in stale.text
    assert "驗證中" in stale.text


def test_what_was_typed_stays_where_the_case_is_no_longer_theirs(client: FlaskClient, login: Login) -> None:
    record, cast = make_record(state="assigned")
    escalation = queries.open_escalation(record)
    assert escalation is not None
    here = f"/escalations/{escalation.id}"
    login(client, cast.engineer)
    do(record, "return", cast)
    answer = client.post(
        f"{here}/update", data={"body": "Half of it is <b>done</b>.", "password": "correct horse"}
    )
    assert answer.status_code == 404
    assert "Half of it is &lt;b&gt;done&lt;/b&gt;." in answer.text and "correct horse" not in answer.text

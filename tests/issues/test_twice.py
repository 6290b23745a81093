"""What is said twice at once is kept once, on the pages by its words and over the API by its key."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient

from tests.api.caller import Caller
from tests.clock import Clock
from tests.factories.issues import make_issue
from tests.factories.people import make_person
from tests.issues.test_talk import PNG
from tracker.accounts.models import Person
from tracker.attachments.models import Attachment
from tracker.audit.models import Entry
from tracker.db import db
from tracker.issues.models import Contact, Message

pytestmark = pytest.mark.usefixtures("app")
Login = Callable[[FlaskClient, Person], FlaskClient]


def test_what_is_sent_twice_is_said_once_and_what_is_said_anew_is_kept(
    client: FlaskClient, login: Login, clock: Clock
) -> None:
    supervisor = make_person("supervisor")
    issue = make_issue(supervisor=supervisor)
    here = f"/issues/{issue.number}"

    def say(body: str, visibility: str, *files: str) -> int:
        data = {"body": body, "visibility": visibility, "files": [(BytesIO(PNG), name) for name in files]}
        assert client.post(f"{here}/note", data=data).status_code == 303
        return db.session.query(Message).count()

    login(client, supervisor)
    # Each line: what is sent, and how many messages there are then.
    for sent, count in (
        (("OK.", "public"), 1), (("OK. ", "public"), 1), (("OK.", "internal"), 2), (("OK.", "internal"), 2),
        (("OK.", "public"), 3), (("See this.", "public", "a.png"), 4), (("See this.", "public", "a.png"), 4),
        (("See this.", "public", "b.png"), 5),
    ):  # fmt: skip
        assert say(*sent) == count, sent
    assert db.session.query(Attachment).count() == 2
    clock.advance(minutes=11)
    assert say("See this.", "public", "b.png") == 6
    for _ in range(2):
        client.post(f"{here}/contact", data={"contact_channel": "phone", "contact_summary": "Called."})
    assert db.session.query(Contact).count() == 1
    login(client, issue.reporter)
    assert say("See this.", "public") == 7


def test_what_was_taken_back_can_be_sent_again(client: FlaskClient, login: Login) -> None:
    supervisor = make_person("supervisor")
    issue = make_issue(supervisor=supervisor)
    login(client, supervisor)
    sent = {"body": "We look into it.", "visibility": "public"}
    client.post(f"/issues/{issue.number}/note", data=sent)
    seq = db.session.query(Entry).filter_by(action="issue.say").one().seq
    client.post(f"/issues/{issue.number}/undo/{seq}")
    client.post(f"/issues/{issue.number}/note", data=sent)
    assert [one.visibility for one in db.session.query(Message).order_by(Message.id)] == [
        "internal",
        "public",
    ]


def test_a_contact_is_noted_once_for_a_key_and_by_supervisors_alone(client: FlaskClient):
    issue = make_issue(reporter=make_person("reporter", name="Amy"))
    here, supervisor = f"/issues/{issue.number}/contacts", Caller(client, make_person("supervisor"))
    call = {"channel": "phone", "summary": "She will send the file.", "at": "2026-11-20T10:00:00+08:00"}
    assert Caller(client, issue.reporter).post(here, call).status_code == 403
    first, again = (supervisor.post(here, call, Idempotency_Key="c") for _ in range(2))
    assert (first.status_code, first.json) == (201, again.json)
    assert (first.json["with_whom"], first.json["at"]) == ("Amy", "2026-11-20T02:00:00+00:00")
    assert list(supervisor.post(here, {**call, "channel": "fax"}).json["errors"]) == ["channel"]
    later = {**call, "at": "2026-12-20T10:00:00+08:00"}
    assert supervisor.post(here, later).json["errors"] == {"at": ["這個時間還沒到"]}
    assert db.session.query(Contact).count() == 1

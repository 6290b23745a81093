"""The talk: who may write what to whom, contacts, files, handing over, splitting."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient

from tests.clock import MONDAY
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person
from tracker.accounts.models import Person
from tracker.attachments.models import Attachment
from tracker.audit.models import Entry
from tracker.db import db
from tracker.errors import DomainError, NotAllowed
from tracker.issues import actions, links, queries
from tracker.issues.models import Contact, Issue, Message
from tracker.outbox.models import Letter

Login = Callable[[FlaskClient, Person], FlaskClient]
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    + "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def last() -> Message:
    return db.session.query(Message).order_by(Message.id.desc()).first()


def test_a_supervisor_writes_to_the_reporter_or_for_colleagues_only(
    client: FlaskClient, login: Login
) -> None:
    issue = make_issue()
    login(client, make_person("supervisor"))
    client.post(f"/issues/{issue.number}/note", data={"body": "We look into it.", "visibility": "public"})
    assert (last().visibility, last().from_reporter) == ("public", False)
    assert db.session.get(Issue, issue.id).first_response_at == MONDAY
    client.post(f"/issues/{issue.number}/note", data={"body": "A known fault.", "visibility": "internal"})
    assert last().visibility == "internal"
    page = login(client, issue.reporter).get(f"/issues/{issue.number}").text
    assert "We look into it." in page and "A known fault." not in page


def test_a_note_without_a_word_on_its_readers_stays_internal(client: FlaskClient, login: Login) -> None:
    issue = make_issue()
    login(client, make_person("supervisor")).post(
        f"/issues/{issue.number}/note", data={"body": "x", "visibility": ""}
    )
    assert last().visibility == "internal"


def test_the_reporter_cannot_write_internally_and_their_word_tells_the_handler(
    client: FlaskClient, login: Login
) -> None:
    handler = make_person("supervisor")
    issue = make_issue(state="confirming", supervisor=handler)
    login(client, issue.reporter).post(
        f"/issues/{issue.number}/note", data={"body": "And?", "visibility": "internal"}
    )
    assert (last().visibility, last().from_reporter) == ("public", True)
    bells = db.session.query(Letter).filter_by(person_id=handler.id, channel="bell").order_by(Letter.id)
    assert [bell.kind for bell in bells] == ["issue.new", "issue.reporter_wrote"]


def test_the_reporter_s_message_answers_an_open_question(client: FlaskClient, login: Login) -> None:
    issue = make_issue(state="waiting_user")
    login(client, issue.reporter).post(f"/issues/{issue.number}/note", data={"body": "On Monday."})
    assert db.session.get(Issue, issue.id).state == "confirming" and last().act == "reply"


@pytest.mark.parametrize(
    ("visibility", "said"),
    [("public", "訊息半分鐘後寄出。"), ("internal", "已存為內部註記，回報者看不到。")],
)
def test_what_became_of_a_message_is_said(
    client: FlaskClient, login: Login, visibility: str, said: str
) -> None:
    issue = make_issue()
    login(client, make_person("supervisor"))
    sent = {"body": "A known fault.", "visibility": visibility}
    assert client.post(f"/issues/{issue.number}/note", data=sent).status_code == 303
    assert said in client.get(f"/issues/{issue.number}").text


def test_who_answers_is_thanked_and_keeps_the_question_in_sight_while_nothing_is_written(
    client: FlaskClient, login: Login
) -> None:
    issue = make_issue(state="waiting_user")
    question = queries.messages(issue, internal=False)[-1].body
    login(client, issue.reporter)
    refused = client.post(f"/issues/{issue.number}/note", data={"body": " "})
    assert refused.status_code == 422 and question in refused.text
    assert client.post(f"/issues/{issue.number}/note", data={"body": "On Monday."}).status_code == 303
    assert "已收到您的訊息，謝謝。" in client.get(f"/issues/{issue.number}").text
    assert question not in client.get(f"/issues/{issue.number}/note").text


def test_an_empty_message_is_refused_beside_its_box(client: FlaskClient, login: Login) -> None:
    issue = make_issue()
    page = login(client, issue.reporter).post(f"/issues/{issue.number}/note", data={"body": " \n "})
    assert page.status_code == 422 and 'href="#body"' in page.text


def test_strangers_followers_and_admins_write_nothing(client: FlaskClient, login: Login) -> None:
    issue, follower = make_issue(), make_person("reporter")
    actions.follow(issue, follower.id, by=actor_of(make_person("supervisor")), at=MONDAY)
    for person, status in ((make_person("reporter"), 404), (make_person("admin"), 404), (follower, 403)):
        assert (
            login(client, person).post(f"/issues/{issue.number}/note", data={"body": "x"}).status_code
            == status
        )
    assert db.session.query(Message).count() == 0


def test_a_follower_sees_progress_but_not_the_text(client: FlaskClient, login: Login) -> None:
    issue, follower = make_issue(state="waiting_user", description="My own words."), make_person("reporter")
    actions.follow(issue, follower.id, by=actor_of(make_person("supervisor")), at=MONDAY)
    page = login(client, follower).get(f"/issues/{issue.number}").text
    assert "My own words" not in page and "On which day" not in page and issue.number in page
    assert client.post(f"/issues/{issue.number}/unfollow").location == "/my"
    assert client.get(f"/issues/{issue.number}").status_code == 404


def test_one_whose_report_was_joined_follows_the_other_ends_it_and_may_take_it_up_again(
    client: FlaskClient, login: Login
) -> None:
    issue, target = make_issue(), make_issue()
    boss, page = actor_of(make_person("supervisor")), f"/issues/{issue.number}"
    actions.carry_out(issue, "merge", by=boss, at=MONDAY, fields={"into": target.number})
    db.session.commit()
    joined = f'<a href="/issues/{target.number}">'
    browser = login(client, issue.reporter)
    assert joined in browser.get(page).text
    browser.post(f"/issues/{target.number}/unfollow")
    assert target.number in browser.get("/my").text, "it says what was ended"
    left = browser.get(page).text
    assert joined not in left and "目前狀態" in left and f'action="{page}/follow"' in left
    assert browser.post(f"{page}/follow").location == page
    assert joined in browser.get(page).text


def test_files_of_an_internal_note_are_not_for_the_reporter(client: FlaskClient, login: Login) -> None:
    issue = make_issue()
    link = links.path(issue, at=MONDAY)
    db.session.commit()
    note = {"body": "Look at this.", "visibility": "internal", "files": (BytesIO(b"our own log"), "ours.txt")}
    supervisor = make_person("supervisor")
    assert login(client, supervisor).post(f"/issues/{issue.number}/note", data=note).status_code == 303
    here = f"files/{db.session.query(Attachment).one().id}"
    with client.get(f"/issues/{issue.number}/{here}") as got:
        assert got.data == b"our own log"
    assert login(client, issue.reporter).get(f"/issues/{issue.number}/{here}").status_code == 404
    assert client.get(f"{link}/{here}").status_code == 404


def test_files_come_with_a_message_and_go_to_those_who_may_read_it(client: FlaskClient, login: Login) -> None:
    issue, follower = make_issue(), make_person("reporter")
    files = {
        "body": "See here.",
        "files": [(BytesIO(PNG), "shot.png"), (BytesIO("內容".encode()), "log.txt")],
    }
    assert login(client, issue.reporter).post(f"/issues/{issue.number}/note", data=files).status_code == 303
    first, second = db.session.query(Attachment).order_by(Attachment.id)
    assert first.message_id == second.message_id == last().id and not first.sealed
    with client.get(f"/issues/{issue.number}/files/{second.id}") as got:
        assert got.data.decode() == "內容" and "attachment" in got.headers["Content-Disposition"]
        assert "sandbox" in got.headers["Content-Security-Policy"]
    actions.follow(issue, follower.id, by=actor_of(make_person("supervisor")), at=MONDAY)
    db.session.commit()
    assert login(client, follower).get(f"/issues/{issue.number}/files/{second.id}").status_code == 404
    other = make_issue(reporter=follower)
    assert client.get(f"/issues/{other.number}/files/{second.id}").status_code == 404


def test_a_file_of_a_kind_not_taken_keeps_the_text_and_stores_nothing(
    client: FlaskClient, login: Login
) -> None:
    issue = make_issue()
    files = {"body": "My careful words.", "files": [(BytesIO(b"MZ\x90\x00" * 20), "tool.exe")]}
    page = login(client, issue.reporter).post(f"/issues/{issue.number}/note", data=files)
    assert page.status_code == 422 and "My careful words." in page.text and "tool.exe" in page.text
    assert db.session.query(Message).count() == db.session.query(Attachment).count() == 0


def test_a_contact_is_noted_as_a_response(client: FlaskClient, login: Login) -> None:
    issue = make_issue()
    login(client, make_person("supervisor"))
    client.post(
        f"/issues/{issue.number}/contact",
        data={"contact_channel": "phone", "contact_summary": "Called them."},
    )
    contact = db.session.query(Contact).one()
    assert (contact.channel, contact.with_whom) == ("phone", issue.reporter.name)
    assert db.session.get(Issue, issue.id).first_response_at == MONDAY
    assert (
        client.post(f"/issues/{issue.number}/contact", data={"contact_channel": "phone"}).status_code == 422
    )


def test_a_second_matter_becomes_an_issue_of_its_own(client: FlaskClient, login: Login) -> None:
    supervisor, issue = make_person("supervisor"), make_issue(state="confirming")
    login(client, supervisor)
    assert client.post(f"/issues/{issue.number}/split", data={"description": ""}).status_code == 422
    sent = {"description": "And the summary leaves out the annex."}
    assert client.post(f"/issues/{issue.number}/split", data=sent).status_code == 303
    part = db.session.query(Issue).order_by(Issue.id.desc()).first()
    assert (part.split_from_id, part.reporter_id, part.state) == (issue.id, issue.reporter_id, "new")
    assert db.session.query(Entry).filter_by(action="issue.split").one().after == {"part": part.number}
    assert login(client, issue.reporter).post(f"/issues/{issue.number}/split", data=sent).status_code == 403


def test_handing_over_goes_to_supervisors_only_and_tells_them(client: FlaskClient, login: Login) -> None:
    issue, supervisor, other, engineer = (
        make_issue(),
        make_person("supervisor"),
        make_person("supervisor"),
        make_person("engineer"),
    )
    login(client, supervisor)
    assert client.post(f"/issues/{issue.number}/assign", data={"to": str(engineer.id)}).status_code == 422
    assert client.post(f"/issues/{issue.number}/assign", data={"to": str(other.id)}).status_code == 303
    assert db.session.get(Issue, issue.id).assignee_id == other.id
    assert (
        db.session.query(Letter).filter_by(person_id=other.id, channel="bell").one().kind
        == "issue.handed_over"
    )
    with pytest.raises(NotAllowed):
        actions.assign(issue, other, by=actor_of(engineer), at=MONDAY)


def test_me_too_counts_once_and_lets_follow(client: FlaskClient, login: Login) -> None:
    issue, other = make_issue(), make_person("reporter")
    for _ in range(2):
        actions.me_too(issue, by=actor_of(other), at=MONDAY)
    assert [part.role for part in queries.participants(issue)] == ["me_too"]
    assert queries.may_view(actor_of(other), issue) and not queries.works_on(actor_of(other), issue)


def test_saying_refuses_what_is_neither_public_nor_internal(app: object) -> None:
    with pytest.raises(DomainError):
        actions.say(make_issue(), "x", visibility="secret", by=actor_of(make_person("supervisor")), at=MONDAY)

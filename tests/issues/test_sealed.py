"""Personal data: sealed, restricted, masked, each look written down, originals for the named contacts."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage

from tests.clock import MONDAY
from tests.factories.issues import make_guest_issue, make_issue
from tests.factories.outbox import letters, make_letter
from tests.factories.people import actor_of, make_person, organisation
from tests.factories.records import make_record
from tracker import attachments, index
from tracker.accounts.models import Person
from tracker.attachments.models import Attachment
from tracker.audit.models import Entry, TextVersion
from tracker.db import db
from tracker.issues import actions, links, queries
from tracker.issues.models import Issue, Message
from tracker.outbox.models import Letter
from tracker.records import actions as records
from tracker.records import queries as queries_of_records

Login = Callable[[FlaskClient, Person], FlaskClient]


def is_found(word: str, scope: str = "public") -> bool:
    return bool(db.session.scalars(index.newest(word, scope)).all())


def last() -> Message:
    return db.session.query(Message).order_by(Message.id.desc()).first()


def test_masking_takes_the_text_out_of_page_search_and_leaves_it_sealed(
    client: FlaskClient, login: Login
) -> None:
    issue, supervisor = make_issue(), make_person("supervisor")
    actions.say(issue, "Wang has A123456789", visibility="public", by=actor_of(supervisor), at=MONDAY)
    assert is_found("A123456789")
    assert [one for one in letters() if "A123456789" in one.body_text]
    login(client, supervisor)
    client.post(f"/issues/{issue.number}/messages/{last().id}/mask", data={"note": "An identity number."})
    assert last().body == "" and last().masked_at == MONDAY
    assert "A123456789" not in client.get(f"/issues/{issue.number}").text
    assert not is_found("A123456789", "staff")
    assert not [one for one in letters() if "A123456789" in one.body_text]
    assert (
        db.session.query(TextVersion).filter(TextVersion.field.like("message:%")).one().body
        == "Wang has A123456789"
    )


def test_masking_reaches_the_fields_that_the_message_was_made_of(client: FlaskClient, login: Login) -> None:
    issue, supervisor = make_issue(state="answered"), make_person("supervisor")
    said = last().body
    assert issue.proposed_solution == said and is_found(said)
    login(client, supervisor)
    client.post(f"/issues/{issue.number}/messages/{last().id}/mask", data={"note": "A name."})
    for page in (f"/issues/{issue.number}", f"/issues/{issue.number}?as=reporter"):
        assert said not in client.get(page).text
    assert not is_found(said) and not is_found(said, "staff")
    kept = db.session.query(TextVersion).filter_by(body=said)
    assert [one.field for one in kept] == [f"message:{last().id}"]


def test_masking_reaches_what_the_record_says_of_the_users_words(client: FlaskClient, login: Login) -> None:
    record, cast = make_record(state="user_confirm")
    issue, said = record.primary_issue, "Wang of Room 5 still gets it."
    records.move_issue(issue, "unsolved", by=cast.as_reporter, at=MONDAY, note=said)
    db.session.commit()
    told = [f"/records/{record.number}", f"/escalations/{queries_of_records.last_escalation(record).id}"]
    login(client, cast.supervisor)
    assert [said in client.get(page).text for page in told] == [True, True]
    client.post(f"/issues/{issue.number}/messages/{last().id}/mask", data={"note": "A name."})
    assert [said in client.get(page).text for page in told] == [False, False]
    assert not [one for one in letters() if said in one.body_text]


def test_a_masked_file_gives_way_to_its_copy_and_is_left_to_the_contacts(
    client: FlaskClient, login: Login
) -> None:
    contact, supervisor, issue = make_person("reporter"), make_person("supervisor"), make_issue()
    organisation(privacy_contact_id=contact.id)
    files = {
        "body": "See.",
        "files": [(BytesIO(b"Wang A123456789"), "log.txt"), (BytesIO(b"Chen"), "two.txt")],
    }
    login(client, issue.reporter).post(f"/issues/{issue.number}/note", data=files)
    first, second = db.session.query(Attachment).order_by(Attachment.id)
    here = f"/issues/{issue.number}/files"
    login(client, supervisor)
    covered = {"note": "A number.", "covered": (BytesIO(b"Wang X"), "log.txt")}
    assert client.get(f"{here}/{first.id}/mask").status_code == 200
    assert client.post(f"{here}/{first.id}/mask", data=covered).status_code == 303
    assert client.post(f"{here}/{second.id}/mask", data={"note": "A name."}).status_code == 303
    copies = (
        db.session.query(Attachment)
        .filter(Attachment.masked_of_id.is_not(None))
        .order_by(Attachment.id)
        .all()
    )
    for person in (supervisor, issue.reporter):
        login(client, person)
        assert [client.get(f"{here}/{one.id}").status_code for one in (first, second)] == [404, 404]
        with client.get(f"{here}/{copies[0].id}") as got:
            assert got.data == b"Wang X"
    assert (
        login(client, issue.reporter).post(f"{here}/{copies[0].id}/mask", data={"note": "x"}).status_code
        == 403
    )
    with login(client, contact).get(f"{here}/{first.id}") as got:
        assert got.data == b"Wang A123456789"
    assert db.session.query(Entry).filter_by(action="issue.view", by_id=contact.id).one().after == {
        "file": first.id
    }


def test_the_original_of_a_masked_message_is_for_the_contacts(client: FlaskClient, login: Login) -> None:
    contact, supervisor, issue = make_person("reporter"), make_person("supervisor"), make_issue()
    organisation(security_contact_id=contact.id)
    actions.say(issue, "Wang has A123456789", visibility="public", by=actor_of(supervisor), at=MONDAY)
    actions.mask(last(), issue, by=actor_of(supervisor), at=MONDAY, reason="A number.")
    path = f"/issues/{issue.number}/messages/{last().id}/original"
    assert login(client, supervisor).get(path).status_code == 404
    assert "A123456789" in login(client, contact).get(path).text
    assert db.session.query(Entry).filter_by(action="issue.view", by_id=contact.id).count() == 1


def test_restricting_hides_it_from_all_but_named_people(client: FlaskClient, login: Login) -> None:
    issue, supervisor, other, follower = (
        make_issue(),
        make_person("supervisor"),
        make_person("supervisor"),
        make_person("reporter"),
    )
    actions.follow(issue, follower.id, by=actor_of(supervisor), at=MONDAY)
    login(client, supervisor)
    assert client.post(f"/issues/{issue.number}/restrict", data={"note": ""}).status_code == 422
    client.post(f"/issues/{issue.number}/restrict", data={"note": "An accusation."})
    issue = db.session.get(Issue, issue.id)
    assert issue.restricted and issue.title == "涉及個資的回報"
    assert client.get(f"/issues/{issue.number}").status_code == 200
    for person in (other, follower, make_person("manager")):
        assert login(client, person).get(f"/issues/{issue.number}").status_code == 404
    assert login(client, issue.reporter).get(f"/issues/{issue.number}").status_code == 200
    login(client, supervisor).post(f"/issues/{issue.number}/unrestrict", data={"note": "Cleared."})
    assert login(client, other).get(f"/issues/{issue.number}").status_code == 200


@pytest.mark.parametrize("how", ["restricted", "personal data"])
def test_sealing_takes_the_title_out_of_letters_that_went_before(
    app: object, client: FlaskClient, login: Login, how: str
) -> None:
    record, cast = make_record(state="assigned")
    issue, engineer = record.primary_issue, cast.engineer
    for subject in (("issue", issue.id), ("record", record.id)):
        make_letter(subject=subject, person_id=engineer.id, channel="bell", address=None, subject_line="Mr Wang is ill",
                    body_text="Mr Wang is ill", link="")  # fmt: skip
    assert "Mr Wang is ill" in login(client, engineer).get("/notifications").text
    login(client, cast.supervisor)
    if how == "restricted":
        client.post(f"/issues/{issue.number}/restrict", data={"note": "An accusation."})
    else:
        records.save(record, {"personal_data": "yes"}, by=cast.as_supervisor, at=MONDAY)
        db.session.commit()
    assert "Mr Wang is ill" not in login(client, engineer).get("/notifications").text


def test_a_supervisor_is_the_reporter_of_a_sealed_case_of_their_own(app: object) -> None:
    reporting, colleague = make_person("supervisor"), make_person("supervisor")
    issue = make_issue(reporter=reporting, restricted=True)
    assert not queries.works_on(actor_of(reporting), issue)
    issue.restricted = False
    assert queries.works_on(actor_of(reporting), issue)
    issue.restricted, colleague.active = True, False
    db.session.commit()
    assert queries.works_on(actor_of(reporting), issue), "alone in the office, nobody else could"


def test_each_look_at_personal_data_is_written_down(client: FlaskClient, login: Login) -> None:
    issue = make_issue(impact="personal_data")
    login(client, issue.reporter).get(f"/issues/{issue.number}")
    assert db.session.query(Entry).filter_by(action="issue.view").count() == 0
    supervisor = make_person("supervisor")
    for _ in range(2):
        assert login(client, supervisor).get(f"/issues/{issue.number}").status_code == 200
    views = db.session.query(Entry).filter_by(action="issue.view").all()
    assert [entry.by_id for entry in views] == [supervisor.id] * 2


def test_sealed_words_stay_out_of_search_and_letters(app: object) -> None:
    issue = make_issue(impact="personal_data", description="Wang of Tainan.")
    actions.carry_out(
        issue, "ask", by=actor_of(make_person("supervisor")), at=MONDAY, fields={"body": "Wang of where?"}
    )
    assert is_found(issue.number) and not is_found("Wang", "staff")
    assert all("Wang" not in letter.subject_line + letter.body_text for letter in db.session.query(Letter))


def test_a_guest_s_link_opens_no_original_where_nobody_is_named_to_keep_it(client: FlaskClient) -> None:
    issue, boss = make_guest_issue(), actor_of(make_person("supervisor"))
    sent, cover = (FileStorage(BytesIO(body), filename="log.txt") for body in (b"Wang A123456789", b"----"))
    (original,) = attachments.store([sent], subject=("issue", issue.id), by=boss, at=MONDAY)
    attachments.store_masked(original, cover, by=boss, at=MONDAY)
    address = links.path(issue, at=MONDAY)
    db.session.commit()
    assert f"/files/{original.id}" not in client.get(address).text
    assert client.get(f"{address}/files/{original.id}").status_code == 404

"""The pages of an escalation: from the desk, and from the link in a letter."""

import re
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from werkzeug.datastructures import FileStorage

from tests.clock import MONDAY
from tests.factories.chases import clock_of, tick
from tests.factories.people import actor_of, make_person
from tests.factories.records import CAUSE, do, make_cast, make_record
from tracker import attachments
from tracker.db import db
from tracker.escalations import queries as desk
from tracker.issues.fields import local
from tracker.records import actions, links, queries
from tracker.records.models import Record
from tracker.records.parts import Escalation

TAKE = {"expected_at": "2026-11-25 12:00"}
CORRECTION = {
    **CAUSE, "what": "Removed the old policy", "target_kind": "knowledge_base", "reference": "index 42",
    "cases": "12", "before_passed": "0", "after_passed": "12",
}  # fmt: skip


@pytest.fixture
def assigned(app):
    record, cast = make_record(state="assigned")
    return queries.open_escalation(record), cast


def again(escalation):
    db.session.expire_all()
    return db.session.get(Escalation, escalation.id)


def test_the_desk_shows_what_is_with_me_and_nothing_of_others(client, login, assigned):
    escalation, cast = assigned
    address = f"/escalations/{escalation.id}"
    assert address in login(client, cast.engineer).get("/escalations").text
    assert address not in login(client, make_person("engineer")).get("/escalations").text


def test_taking_it_needs_a_date(client, login, assigned):
    escalation, cast = assigned
    login(client, cast.engineer)
    assert client.post(f"/escalations/{escalation.id}/acknowledge", data={}).status_code == 409
    assert again(escalation).state == "sent"
    assert client.post(f"/escalations/{escalation.id}/acknowledge", data=TAKE).status_code == 303
    assert again(escalation).state == "acknowledged"


def test_the_correction_moves_the_record_to_verifying(client, login, assigned):
    escalation, cast = assigned
    login(client, cast.engineer)
    client.post(f"/escalations/{escalation.id}/acknowledge", data=TAKE)
    answer = client.post(f"/escalations/{escalation.id}/correct", data=CORRECTION)
    assert answer.status_code == 303, answer.text
    assert again(escalation).record.state == "verifying"


def test_what_the_page_says_after_each_act_is_true(client, login, assigned):
    client.set_cookie("locale", "en")
    escalation, cast = assigned
    login(client, cast.engineer)
    here = f"/escalations/{escalation.id}"
    refused = client.post(f"{here}/acknowledge", data={}).text
    assert "Nothing was changed yet" in refused and "Saved" not in refused
    client.post(f"{here}/acknowledge", data=TAKE)
    client.post(f"{here}/correct", data={**CAUSE, "keep": "1"})
    assert "The supervisor is told once you report it." in client.get(here).text
    client.post(f"{here}/correct", data=CORRECTION)
    sent = client.get(here).text
    assert "The supervisor was told to verify it." in sent and "once you report it" not in sent


def test_the_expected_date_begins_as_the_due_date(client, login, assigned):
    escalation, cast = assigned
    page = login(client, cast.engineer).get(f"/escalations/{escalation.id}").text
    [box] = re.findall(r'<input id="acknowledge-expected_at"[^>]*>', page)
    assert f'value="{local(escalation.due_at)}"' in box


def test_what_stops_one_act_fills_no_other_and_empties_none(client, login, assigned):
    escalation, cast = assigned
    here = f"/escalations/{escalation.id}"
    login(client, cast.engineer)
    client.post(f"{here}/acknowledge", data=TAKE)
    page = client.post(f"{here}/update", data={"body": "Half of it.", "expected_at": "soon"}).text
    boxes = {key: box for box, key in re.findall(r'(<input[^>]*id="([a-z]+)-expected_at"[^>]*>)', page)}
    assert 'value="soon"' in boxes["update"]
    assert re.search(r'value="20[0-9-]+ [0-9:]+"', boxes["acknowledge"])
    assert page.count("Half of it.") == 1


def test_a_turn_sent_twice_is_kept_once_and_another_date_counts(client, login, assigned):
    escalation, cast = assigned
    here = f"/escalations/{escalation.id}"
    login(client, cast.engineer)
    client.post(f"{here}/acknowledge", data=TAKE)
    later = {"body": "Half of it.", "expected_at": "2026-11-26 12:00"}
    for sent, count in (({"body": "Half of it."}, 1), ({"body": "Half of it."}, 1), (later, 2), (later, 2)):
        assert client.post(f"{here}/update", data=sent).status_code == 303
        assert len(desk.notes(again(escalation))) == count
    client.post(f"{here}/question", data={"body": "Half of it."})
    assert len(desk.notes(again(escalation))) == 3


def test_an_unfinished_correction_is_kept_and_says_what_is_missing(client, login, assigned):
    escalation, cast = assigned
    login(client, cast.engineer)
    client.post(f"/escalations/{escalation.id}/acknowledge", data=TAKE)
    answer = client.post(f"/escalations/{escalation.id}/correct", data=CAUSE)
    assert answer.status_code == 409
    assert again(escalation).record.root_cause == CAUSE["root_cause"]
    assert again(escalation).record.state == "analysing"


LINKS = re.compile(r'<li><a href="#(correct-[a-z_]+)">')


@pytest.mark.parametrize(("grave", "boxes"), [
    (False, ["cause_class", "root_cause", "what"]),
    (True, ["cause_class", "root_cause", "whys", "escape_cause", "what", "corrective", "preventive",
            "fixed_in_version"]),
])  # fmt: skip
def test_an_empty_correction_names_all_that_is_missing_each_a_link_to_its_field(
    client, login, app, grave, boxes
):
    client.set_cookie("locale", "en")
    record, cast = make_record(state="analysing", grave=grave)
    here = f"/escalations/{queries.open_escalation(record).id}"
    login(client, cast.engineer)
    page = client.post(f"{here}/correct", data={}).text
    assert LINKS.findall(page) == [f"correct-{box}" for box in boxes]
    assert all(f'id="correct-{box}"' in page for box in boxes)
    assert "nothing was saved" in page and "Saved, and shown below" not in page
    kept = client.post(f"{here}/correct", data=CAUSE).text
    assert "Saved, and shown below: Cause class, Root cause." in kept
    assert LINKS.findall(kept) == [f"correct-{box}" for box in boxes[2:]]


@pytest.mark.parametrize(("box", "count"), [("cases", "0"), ("before_passed", "13"), ("after_passed", "x")])
def test_a_count_that_cannot_be_is_named_at_its_own_box(client, login, assigned, box, count):
    wrong = CORRECTION | {"after_passed": "0", box: count}
    page = login(client, assigned[1].engineer).post(f"/escalations/{assigned[0].id}/correct", data=wrong)
    assert LINKS.findall(page.text) == [f"correct-{box}"]


def test_a_grave_correction_is_reported_whole_from_its_own_page(client, login, app):
    record, cast = make_record(state="analysing", grave=True)
    here = f"/escalations/{queries.open_escalation(record).id}"
    more = {"whys": "Old text\nNot removed\nNo owner", "escape_cause": "No test", "corrective": "Review each month",
            "preventive_none_because": "No other system has such documents.", "fixed_in_version": "3.2.1"}  # fmt: skip
    answer = login(client, cast.engineer).post(f"{here}/correct", data=CORRECTION | more)
    assert answer.status_code == 303, answer.text
    db.session.expire_all()
    assert db.session.get(Record, record.id).state == "verifying"


def test_a_stranger_finds_nothing(client, login, assigned):
    escalation, _cast = assigned
    login(client, make_person("engineer"))
    assert client.get(f"/escalations/{escalation.id}").status_code == 404
    assert client.post(f"/escalations/{escalation.id}/acknowledge", data=TAKE).status_code == 404


@pytest.fixture
def link(app, assigned, clock):
    escalation, cast = assigned
    address = links.path(escalation, at=clock.now(), person=cast.engineer)
    db.session.commit()
    return address, escalation


def test_looking_at_a_letters_link_changes_nothing(client, link):
    address, escalation = link
    for _ in range(3):
        assert client.get(address).status_code == 200
        assert client.head(address).status_code == 200
    assert again(escalation).state == "sent"


def test_it_is_taken_from_the_letter_without_a_sign_in(client, link):
    address, escalation = link
    assert client.post(f"{address}/acknowledge", data=TAKE).status_code == 303
    assert again(escalation).state == "acknowledged"
    assert client.post(f"{address}/correct", data=CORRECTION).status_code == 303
    assert again(escalation).record.state == "verifying"


def test_an_expired_or_unknown_link_is_gone(client, link, clock):
    address, _escalation = link
    assert client.get("/e/nothing-like-it").status_code == 410
    clock.advance(days=15)
    assert client.get(address).status_code == 410


def test_a_link_opens_nothing_else(client, link):
    address, escalation = link
    client.get(address)
    assert client.get(f"/escalations/{escalation.id}").status_code == 303
    assert client.get(f"/records/{escalation.record.number}").status_code == 303


def test_evidence_with_personal_data_asks_for_a_sign_in(client, link):
    address, escalation = link
    escalation.record.primary_issue.personal_data = True
    db.session.commit()
    page = client.get(address).text
    assert escalation.record.primary_issue.description not in page
    assert "/login?next=" in page


def test_it_is_handed_to_the_deputy_from_the_letter(client, link):
    address, escalation = link
    deputy = make_person("engineer")
    escalation.to_person.deputy_id = deputy.id
    db.session.commit()
    assert client.post(f"{address}/deputy").status_code == 200
    assert again(escalation).to_person_id == deputy.id


def test_a_question_is_passed_on_to_the_reporter_once(client, login, assigned):
    escalation, cast = assigned
    login(client, cast.engineer).post(
        f"/escalations/{escalation.id}/question", data={"body": "Which branch?"}
    )
    page = login(client, cast.supervisor).get(f"/escalations/{escalation.id}").text
    start = page.index(f"/escalations/{escalation.id}/pass-on/")
    address = page[start : page.index('"', start)]
    assert client.post(address).status_code == 303
    issue = again(escalation).record.primary_issue
    assert issue.state == "escalated"
    assert "Which branch?" in login(client, cast.reporter).get(f"/issues/{issue.number}").text
    assert login(client, cast.supervisor).post(address).status_code == 409


def test_an_outside_contact_has_a_page_too(client, app, clock):
    cast = make_cast()
    record, _ = make_record(cast, state="opened")
    actions.escalate(
        record, to=actions.Target(name="Vendor", email="help@vendor.test"), due_at=clock.now().replace(day=27),
        by=actor_of(cast.supervisor), at=clock.now(),
    )  # fmt: skip
    address = links.path(queries.open_escalation(record), at=clock.now())
    db.session.commit()
    assert client.post(f"{address}/acknowledge", data=TAKE).status_code == 303
    db.session.expire_all()
    assert db.session.get(Record, record.id).state == "analysing"


def test_the_engineer_sees_the_pictures_of_the_report_but_a_letters_link_does_not(client, login, assigned):
    escalation, cast = assigned
    issue = escalation.record.primary_issue
    attachments.store(
        [FileStorage(BytesIO(b"what it said"), filename="said.txt")],
        subject=(issue.kind_name, issue.id), by=actor_of(cast.supervisor), at=MONDAY,
    )  # fmt: skip
    letter = links.path(escalation, at=MONDAY, person=cast.engineer)
    db.session.commit()
    assert "said.txt" not in client.get(letter).text
    page = login(client, cast.engineer).get(f"/escalations/{escalation.id}").text
    [address] = re.findall(r'href="(/issues/[^"]+/files/\d+)"', page)
    assert client.get(address, buffered=True).data == b"what it said"


def test_desk_and_page_show_first_what_falls_due_first(client, login, clock, app):
    client.set_cookie("locale", "en")
    cast = make_cast()
    late, _cast = make_record(cast, state="opened")
    do(late, "assign", cast, due_at=MONDAY + timedelta(days=6))
    near, _cast = make_record(cast, state="analysing")
    tick(MONDAY)
    sent, taken = (queries.open_escalation(one) for one in (late, near))
    # To be taken within the day, long before it is to be corrected and before the other one falls due.
    taking = clock_of("escalation", sent.id, "acknowledge").due_at
    assert taking < min(taken.due_at, sent.due_at)
    login(client, cast.engineer)
    desk = client.get("/escalations").text
    assert desk.index(f"/escalations/{sent.id}") < desk.index(f"/escalations/{taken.id}")
    for page in (desk, client.get(f"/escalations/{sent.id}").text):
        first = re.search(
            r'Acknowledgement <time class="tag due [a-z]+" datetime="([^"]+)"', page.replace("\n", "")
        )
        assert first is not None and datetime.fromisoformat(first.group(1)) == taking


def test_on_hold_nothing_is_asked_and_nothing_is_late(client, login, app, clock):
    client.set_cookie("locale", "en")
    record, cast = make_record(state="analysing")
    do(record, "hold", cast)
    tick(MONDAY)
    clock.advance(days=9)
    page = login(client, cast.engineer).get(f"/escalations/{queries.last_escalation(record).id}").text
    assert "nothing is asked of you until then" in page and "overdue" not in page

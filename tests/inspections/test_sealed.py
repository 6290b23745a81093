"""A finding whose case was sealed: what was seen leaves round and table, and a restricted case its number too."""

import io

import pytest

from tests.api.caller import Caller
from tests.factories.inspections import inspected
from tests.factories.people import actor_of, make_person, make_system
from tracker.attachments.models import Attachment
from tracker.db import db
from tracker.inspections import actions
from tracker.inspections.models import InspectionResult, InspectionRound

SEEN = "zebrafinch"


@pytest.fixture
def finding(app, client, login, clock):
    """A finding with a file, and the case that its inspector made of it."""
    boss, owner = make_person("supervisor"), make_person("engineer")
    made = inspected(boss, owner, make_system().id, clock.now())
    here, one = f"/inspections/rounds/{made['round_id']}", made["result_id"]
    typed = {f"outcome-{one}": "finding", f"note-{one}": SEEN, "finish": "1"}
    typed[f"files-{one}"] = (io.BytesIO(b"plain words"), f"{SEEN}.txt")
    assert login(client, owner).post(here, data=typed).status_code == 303
    result = db.session.get_one(InspectionResult, one)
    round_ = db.session.get_one(InspectionRound, result.round_id)
    issue = actions.to_issue(round_, result, by=actor_of(owner), at=clock.now())
    db.session.commit()
    return here, result, issue, make_person("supervisor")


def told(browser, here):
    return browser.get(here).text + browser.get("/inspections.csv").text


def file_of(result):
    return db.session.query(Attachment.id).filter_by(message_id=result.id).scalar()


def test_what_was_seen_is_shown_while_nothing_is_sealed(client, login, finding):
    here, result, issue, other = finding
    browser = login(client, other)
    assert {SEEN in told(browser, here), issue.number in told(browser, here)} == {True}
    with browser.get(f"{here}/files/{file_of(result)}") as file:
        assert file.status_code == 200


@pytest.mark.parametrize("seal", ["personal_data", "restricted"])
def test_what_was_seen_of_a_sealed_case_stands_in_the_case_alone(client, login, finding, seal):
    here, result, issue, other = finding
    setattr(issue, seal, True)
    db.session.commit()
    browser = login(client, other)
    assert SEEN not in told(browser, here)
    assert browser.get(f"{here}/files/{file_of(result)}").status_code == 404
    assert (issue.number in told(browser, here)) == (seal == "personal_data")
    again = browser.post(f"{here}/results/{result.id}/issue")
    assert again.status_code == (404 if seal == "restricted" else 303)


@pytest.mark.parametrize("seal", ["personal_data", "restricted"])
def test_programs_read_and_change_no_more_of_it(client, finding, seal):
    here, result, issue, other = finding
    call, path = Caller(client, other), here
    assert (SEEN in call.get(path).text, call.get(path).json["results"][0]["issue"]) == (True, issue.number)
    setattr(issue, seal, True)
    db.session.commit()
    shown = call.get(path)
    assert SEEN not in shown.text
    assert (issue.number in shown.text) == (seal == "personal_data")
    again = call.post(f"{path}/results/{result.id}/issue")
    assert again.status_code == (404 if seal == "restricted" else 200)

"""Tickets in other tools: kept by those who work on the case; a new status is progress and counts as an update."""

from datetime import timedelta

import pytest

from tests.api.caller import Caller
from tests.factories.people import make_person
from tests.factories.records import make_record
from tracker.db import db
from tracker.errors import DomainError, NotAllowed
from tracker.escalations import queries
from tracker.records import actions as records_actions
from tracker.records import links, tickets
from tracker.records import queries as records
from tracker.records.escalating import Target
from tracker.records.parts import Reference


@pytest.fixture
def working(app):
    record, cast = make_record(state="analysing")
    return record, cast, records.open_escalation(record)


def noted(record, by, at, **more):
    given = {"name": "GitHub", "number": "#42", "url": "https://git.example/42", "status": "open", **more}
    row = tickets.add(record, **given, by=by, at=at)
    db.session.commit()
    return row


def test_a_new_status_is_a_progress_entry_and_an_update(working, clock):
    record, cast, escalation = working
    row = noted(record, cast.as_engineer, clock.now())
    clock.advance(hours=5)
    tickets.update(row, status="merged", by=cast.as_engineer, at=clock.now())
    assert [(one.kind, one.body) for one in queries.notes(escalation)] == [
        ("update", "GitHub #42: open → merged")
    ]
    assert escalation.last_update_at == row.checked_at == clock.now()


def test_the_same_status_was_only_looked_at(working, clock):
    record, cast, escalation = working
    row = noted(record, cast.as_engineer, clock.now())
    before = escalation.last_update_at
    clock.advance(hours=5)
    tickets.update(row, status="open", by=cast.as_supervisor, at=clock.now())
    assert (row.checked_at, escalation.last_update_at) == (clock.now(), before)
    assert not queries.notes(escalation)


@pytest.mark.parametrize(
    ("given", "wrong"),
    [({"name": " "}, "name"), ({"number": "", "url": ""}, "number"), ({"url": "javascript:alert(1)"}, "url"),
     ({"url": "https://[x"}, "url"), ({"status": "x" * 200}, "status")],
)  # fmt: skip
def test_a_ticket_that_cannot_be_right_is_refused_by_field(working, clock, given, wrong):
    record, cast, _escalation = working
    with pytest.raises(DomainError) as refused:
        noted(record, cast.as_engineer, clock.now(), **given)
    assert wrong in refused.value.fields


def test_only_who_works_on_it_keeps_tickets(working, clock):
    record, cast, _escalation = working
    with pytest.raises(NotAllowed):
        noted(record, cast.as_reporter, clock.now())


def test_on_the_page_it_is_noted_kept_up_removed_and_put_back(client, login, working):
    _record, cast, escalation = working
    address, browser = f"/escalations/{escalation.id}", login(client, cast.engineer)
    assert (
        browser.post(
            f"{address}/references", data={"name": "Jira", "number": "AB-7", "status": "new"}
        ).status_code
        == 303
    )
    row = db.session.query(Reference).one()
    assert "AB-7" in browser.get(address).text
    browser.post(f"{address}/references/{row.id}/status", data={"status": "done"})
    assert "Jira AB-7: new → done" in browser.get(address).text
    removed = browser.post(f"{address}/references/{row.id}/remove")
    assert f"references/{row.id}/restore" in browser.get(removed.location).text
    browser.post(f"{address}/references/{row.id}/restore")
    assert "AB-7" in browser.get(address).text
    browser.post(f"{address}/references", data={"name": "x", "url": "ftp://x"})
    assert "https://" in browser.get(address).text
    assert (
        login(client, make_person("engineer")).post(f"{address}/references", data={"name": "x"}).status_code
        == 404
    )


def test_the_reporter_never_sees_it(client, login, working, clock):
    record, cast, _escalation = working
    row = noted(record, cast.as_engineer, clock.now(), name="Zebrafinch")
    tickets.update(row, status="merged", by=cast.as_engineer, at=clock.now())
    assert "Zebrafinch" not in login(client, cast.reporter).get(f"/issues/{record.primary_issue.number}").text


def test_another_tool_writes_the_status_over_the_api(client, working, clock):
    record, cast, escalation = working
    theirs = Caller(client, cast.supervisor)
    made = theirs.post(f"/records/{record.number}/references", {"name": "GitLab", "number": "!9"})
    assert made.status_code == 201
    path = f"/references/{made.json['id']}"
    assert theirs.post(path, {"status": "closed"}).json["status"] == "closed"
    assert theirs.get(f"/records/{record.number}/references").json["items"][0]["number"] == "!9"
    assert Caller(client, cast.supervisor, "read").post(path, {"status": "open"}).status_code == 403
    assert Caller(client, make_person("engineer")).post(path, {"status": "open"}).status_code == 404
    assert queries.notes(escalation)[0].body == "GitLab !9: – → closed"


@pytest.fixture
def vendor(app, clock):
    """A record reported to an outside contact, the path of their letter, and a ticket that staff noted."""
    record, cast = make_record(state="opened")
    to = Target(name="Vendor", email="vendor@example.test")
    made = records_actions.escalate(
        record,
        to=to,
        due_at=clock.now() + timedelta(days=2),
        summary="x",
        by=cast.as_supervisor,
        at=clock.now(),
    )
    noted(record, cast.as_supervisor, clock.now(), name="Internal", number="IN-1", url="")
    return record, cast, made, links.path(made, at=clock.now())


def test_an_outside_contact_notes_and_keeps_the_ticket_they_work_in(client, login, vendor):
    _record, cast, escalation, here = vendor
    page = client.get(here).text
    assert "IN-1" not in page
    assert f'action="{here}/references"' in page
    assert (
        client.post(f"{here}/references", data={"name": "Desk", "number": "V-9", "status": "new"}).status_code
        == 303
    )
    row = db.session.query(Reference).filter_by(number="V-9").one()
    assert (row.outside, row.by_name) == (True, "Vendor")
    assert "V-9" in client.get(here).text
    client.post(f"{here}/references/{row.id}/status", data={"status": "shipped"})
    assert queries.notes(escalation)[0].body == "Desk V-9: new → shipped"
    assert client.post(f"{here}/references/{row.id}/remove").location == f"{here}?removed={row.id}"
    client.post(f"{here}/references/{row.id}/restore")
    assert "V-9" in login(client, cast.supervisor).get(f"/escalations/{escalation.id}").text


def test_an_outside_contact_touches_no_ticket_of_ours(client, vendor):
    _record, _cast, _escalation, here = vendor
    ours = db.session.query(Reference).filter_by(number="IN-1").one()
    answers = {
        act: client.post(f"{here}/references/{ours.id}/{act}").status_code
        for act in ("status", "remove", "restore", "look")
    }
    assert set(answers.values()) == {404}

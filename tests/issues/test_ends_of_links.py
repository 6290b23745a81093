"""What ends the link in a letter to a reporter who has an account, and what else somebody may try who has it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.clock import MONDAY, Clock
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person, organisation
from tests.factories.reporter_links import Case, asked, keep_file, letters_to
from tracker.accounts import actions as people
from tracker.accounts.models import CaseLink, Person
from tracker.accounts.rules import SYSTEM, Actor, Link
from tracker.db import db
from tracker.issues import actions, links, parties, queries
from tracker.issues.models import Message
from tracker.outbox.models import Letter
from tracker.web import link_actor, meanwhile

Login = Callable[[FlaskClient, Person], FlaskClient]


ENDS: dict[str, tuple[Callable[[Case, Clock], Any], Callable[[Case], Any] | None]] = {
    "expired": (lambda case, clock: clock.advance(days=31), None),
    "ended": (lambda case, _: actions.end_links(case.issue, by=actor_of(case.boss), at=MONDAY, reason="Lost."), None),
    "restricted": (
        lambda case, _: parties.restrict(case.issue, by=actor_of(case.boss), at=MONDAY, reason="Personal."),
        lambda case: parties.unrestrict(case.issue, by=actor_of(case.boss), at=MONDAY, reason="Not so."),
    ),
    "sealed": (lambda case, _: parties.seal(case.issue, at=MONDAY), None),
    "closed": (
        lambda case, _: people.deactivate(case.reporter, by=SYSTEM, at=MONDAY),
        lambda case: people.reactivate(case.reporter, by=SYSTEM, at=MONDAY),
    ),
    "moved": (
        lambda case, _: people.save_person(case.reporter, {"email": "new@example.test"}, by=SYSTEM, at=MONDAY), None,
    ),
    "another": (lambda case, _: setattr(case.issue, "reporter_id", make_person("reporter").id), None),
    # What no verb wrote down counts too: each request asks the rows as they stand.
    "restricted by hand": (lambda case, _: setattr(case.issue, "restricted", True), None),
    "closed by hand": (lambda case, _: setattr(case.reporter, "active", False), None),
}  # fmt: skip


@pytest.mark.parametrize("end", ENDS)
def test_the_link_ends_for_good_and_what_was_typed_is_shown(
    client: FlaskClient, case: Case, clock: Clock, end: str
) -> None:
    kept, (act, taken_back) = keep_file(case, b"log", "log.txt"), ENDS[end]
    assert client.get(case.link).status_code == 200
    link, open_account = case.link, not end.startswith("closed")
    act(case, clock)
    db.session.commit()
    for _ in range(2):
        for path in ("", "/note", "/reply", "/calendar.ics", f"/files/{kept.id}"):
            page = client.get(link + path)
            assert page.status_code == 410 and "It says 30 days" not in page.text
            assert (f"/login?next=%2Fissues%2F{case.issue.number}" in page.text) is open_account
        for verb in ("note", "reply", "withdraw"):
            page = client.post(f"{link}/{verb}", data={"body": "It was Tuesday.", "note": "Never mind."})
            assert page.status_code == 410 and "It was Tuesday." in page.text
        db.session.expire_all()
        assert case.issue.state == "waiting_user" and db.session.query(Message).count() == 1
        if taken_back is None:
            break
        taken_back(case)
        db.session.commit()
        open_account = True


def test_a_letter_that_still_waits_leads_to_the_sign_in_once_the_report_is_shut(case: Case) -> None:
    secret = case.link
    parties.restrict(case.issue, by=actor_of(case.boss), at=MONDAY, reason="Personal.")
    db.session.commit()
    db.session.expire_all()
    assert {one.link for one in letters_to(case.reporter)} == {f"/issues/{case.issue.number}"}
    assert db.session.query(Letter).filter_by(link=secret).count() == 0


def test_it_opens_no_other_door(client: FlaskClient, login: Login, case: Case) -> None:
    other = make_issue(reporter=case.reporter, description="My other report.")
    actions.say(case.issue, "Between us.", visibility="internal", by=actor_of(case.boss), at=MONDAY)
    note = db.session.query(Message).filter_by(visibility="internal").one()
    hidden = keep_file(case, b"secret", "note.txt", message_id=note.id)
    elsewhere = keep_file(case, b"other", "other.txt", issue=other)
    page = client.get(case.link)
    assert "Between us." not in page.text and "note.txt" not in page.text
    number, mine = case.issue.number, case.link
    signs_in = [
        f"/issues/{number}", f"/issues/{other.number}", f"/issues/{number}/edit", f"/issues/{number}/files/{hidden.id}",
        "/my", "/me", "/me/security", "/inbox", "/search?q=30", "/notifications", "/admin/letters", "/audit",
    ]  # fmt: skip
    for path in signs_in:
        answer = client.get(path)
        assert answer.status_code == 303 and answer.location.startswith("/login"), path
    for path in ("/api/v1/issues", f"/api/v1/issues/{number}", "/api/v1/me"):
        assert client.get(path, headers={"Authorization": f"Bearer {mine[3:]}"}).status_code in (401, 404), (
            path
        )
        assert client.get(path).status_code in (401, 404), path
    nothing = [
        f"/files/{hidden.id}", f"/files/{elsewhere.id}", "/files/999999", "/reminders", "/accept", "/edit", "/close",
        "/merge", "/escalate", "/restrict", "/links", "/assign", "/follow",
    ]  # fmt: skip
    for path in nothing:
        assert client.get(mine + path).status_code == 404, path
    for path in (
        "/contact", "/reminders", "/accept", "/edit", "/close", "/merge", "/escalate", "/follow", "/me-too",
    ):  # fmt: skip
        assert (
            client.post(mine + path, data={"email": "thief@example.test", "note": "x"}).status_code == 404
        ), path
    assert client.get("/e/" + mine[3:]).status_code == client.get("/o/" + mine[3:]).status_code == 410
    assert client.get("/login/link/" + mine[3:]).status_code == 410
    db.session.expire_all()
    assert case.issue.reporter_email == "" and case.issue.reminders_ended_at is None


def test_whatever_else_the_reporter_is_the_link_makes_them_no_more_than_that(mailing: None) -> None:
    everything = make_person(roles=("reporter", "supervisor", "engineer", "manager", "admin"))
    organisation(privacy_contact_id=everything.id, security_contact_id=everything.id)
    case, other = asked(reporter=everything), make_issue()
    parties.join(case.issue, "privacy", at=MONDAY, person_id=everything.id)
    by_link = Actor(name="x", link=links.opened(links.find(case.link[3:])))
    assert [one.id for one in db.session.scalars(queries.visible(by_link))] == [case.issue.id]
    assert not queries.may_view(by_link, other) and not queries.is_contact(by_link)
    assert queries.relations(by_link, case.issue) == {"reporter"}
    assert queries.worked_on(by_link, [case.issue, other]) == frozenset()


def test_nobody_is_sent_a_guest_s_link_by_way_of_it(client: FlaskClient, case: Case, clock: Clock) -> None:
    case.issue.reporter_email = "shared@example.test"
    db.session.commit()
    for _ in range(2):
        client.post(f"{case.link}/resend")
        clock.advance(days=31)
    actions.end_links(case.issue, by=actor_of(case.boss), at=MONDAY, reason="Lost.")
    assert db.session.query(Letter).filter_by(address="shared@example.test").count() == 0
    assert db.session.query(CaseLink).filter_by(person_id=None).count() == 0


def test_no_page_shows_the_secret_to_those_who_run_the_house(
    client: FlaskClient, login: Login, case: Case, app: Flask
) -> None:
    secret, admin = case.link[3:], make_person(roles=("admin", "supervisor", "auditor"), until=None)
    db.session.query(Letter).update({"state": "dead", "last_error": "550 no such box"})
    db.session.commit()
    login(client, admin)
    for path in (
        "/admin/letters", f"/issues/{case.issue.number}", "/audit", "/notifications",
        f"/admin/users/{case.reporter.id}",
    ):  # fmt: skip
        page = client.get(path)
        assert page.status_code == 200 and secret not in page.text, path
    assert secret not in {link.sha256 for link in db.session.query(CaseLink)}


def test_what_became_of_a_case_is_told_to_no_link_of_something_else(app: Flask, case: Case) -> None:
    for purpose, kind in (("opinion", "opinion"), ("widget", "ai_system"), ("guest", "record")):
        with app.test_request_context("/o/secret"):
            link_actor(Link(1, purpose, kind, case.issue.id), "x")
            assert meanwhile.of_request() is None

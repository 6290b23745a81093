"""A guest ends the reminders of their one report: from the mail program, from the letter, from their page."""

import pytest
from sqlalchemy import select

from tests.clock import MONDAY
from tests.factories.chases import letters, local, tick
from tests.factories.issues import bring_to, make_guest_issue
from tests.factories.people import make_person
from tracker.accounts import queries as people
from tracker.audit.models import Entry
from tracker.db import db
from tracker.followups import letters as chase_letters
from tracker.issues import letters as news
from tracker.issues import links
from tracker.outbox import mails


@pytest.fixture
def asked(app, clock):
    """A guest's report whose question has waited until the first reminder, and the secret of its page."""
    make_person("supervisor")
    issue = bring_to(make_guest_issue(reporter_email="guest@example.test"), "waiting_user")
    secret = links.make(issue, at=MONDAY)
    db.session.commit()
    tick(MONDAY)
    tick(local("2026-11-27 17:00"))
    return issue, secret


def reminders():
    return [one for one in letters("mail") if one.address == "guest@example.test"]


def test_a_reminder_carries_the_way_to_end_them(asked):
    issue, _secret = asked
    (letter,) = reminders()[:1]
    people.organisation().address = "https://x.test"
    envelope = mails.envelope(letter)
    assert envelope.unsubscribe == f"https://x.test{letter.link}/reminders"
    assert envelope.unsubscribe in envelope.text
    news.to_guest(issue, "message", cause="test", at=MONDAY)
    other = next(one for one in letters("mail", "issue.message"))
    assert mails.envelope(other).unsubscribe == ""


def test_one_click_ends_them_and_what_waits_is_not_sent(asked, client):
    issue, _secret = asked
    waiting = reminders()
    assert waiting
    assert all(chase_letters.still_needed(one) for one in waiting)
    answer = client.post(f"{waiting[0].link}/reminders", data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    db.session.expire_all()
    assert issue.reminders_ended_at is not None
    assert not any(chase_letters.still_needed(one) for one in waiting)
    tick(local("2026-12-09 17:00"))
    assert reminders() == waiting
    acts = list(db.session.scalars(select(Entry.action).where(Entry.subject_kind == "issue")))
    assert acts.count("issue.reminders_end") == 1


def test_the_page_asks_first_changes_nothing_by_looking_and_can_be_undone(asked, client):
    issue, secret = asked
    assert f"/i/{secret}/reminders" in client.get(f"/i/{secret}").text
    page = client.get(f"/i/{secret}/reminders").text
    assert "不要再寄提醒" in page
    assert issue.reminders_ended_at is None
    assert "恢復寄提醒" in client.post(f"/i/{secret}/reminders").text
    client.post(f"/i/{secret}/reminders", data={"again": "1"})
    db.session.expire_all()
    assert issue.reminders_ended_at is None


def test_an_address_that_opens_nothing_ends_nothing(client, app):
    assert client.post("/i/nonsense/reminders").status_code == 410

"""The storm breaker: ten times the usual mail is held until an administrator says it may go; nothing is lost."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.clock import MONDAY
from tests.factories.outbox import letters, make_letter
from tests.factories.people import make_person
from tests.outbox.test_deliver import Postbox
from tracker.audit.models import Entry
from tracker.db import db
from tracker.followups import storm
from tracker.outbox import breaker, jobs, rules
from tracker.outbox.models import Hour, Letter


def left(mails, hours_ago):
    breaker.count(mails, MONDAY - timedelta(hours=hours_ago))
    db.session.commit()


@pytest.mark.parametrize(
    ("before", "lately", "room"),
    [
        ({}, 0, 500),
        ({}, 499, 1),
        ({}, 500, 0),
        ({24: 100, 48: 300}, 1999, 1),
        ({24: 100, 48: 300}, 2000, 0),
        ({24 * 29: 9000}, 500, 0),
    ],
)
def test_ten_times_the_mean_of_the_hours_with_mail_is_a_storm(app, before, lately, room):
    for hours_ago, mails in before.items():
        left(mails, hours_ago)
    left(lately, 0)
    assert breaker.room(MONDAY) == room
    assert (breaker.tripped_at() is not None) == (room == 0)


def test_hours_long_past_are_forgotten(app):
    left(5, 24 * 40)
    left(5, 0)
    assert db.session.query(Hour).count() == 1


@pytest.fixture
def stormy(app, clock):
    """A storm: as many mails left as trip the breaker, and three more wait; one urgent, one that opens a door."""
    breaker.count(rules.STORM * rules.USUAL_LEAST, clock.now())
    make_letter(address="a@example.test")
    make_letter(address="b@example.test", urgent=True)
    make_letter(address="c@example.test", kind="security.sign_in_link")


def test_only_what_is_urgent_or_opens_a_door_goes_in_a_storm(stormy, clock):
    box = Postbox()
    assert jobs.deliver(clock.now(), send=box) == {"sent": 2}
    assert {one.address for one in box} == {"b@example.test", "c@example.test"}
    assert jobs.deliver(clock.advance(days=5), send=box) == {}
    assert [one.state for one in letters()] == ["pending", "sent", "sent"]


def test_one_recipient_of_both_sorts_gets_only_the_urgent_one(stormy, clock):
    db.session.execute(update(Letter).values(recipient="same", address="same@example.test"))
    db.session.commit()
    assert jobs.deliver(clock.now(), send=Postbox()) == {"sent": 2}
    assert letters()[0].state == "pending"


def test_what_an_administrator_releases_goes_and_may_be_held_again(stormy, client, login, clock):
    admin, box = make_person("admin"), Postbox()
    jobs.deliver(clock.now(), send=box)
    for _ in range(2):
        assert storm.tell(clock.now())
    db.session.commit()
    (bell,) = [one for one in letters() if one.kind == "engine.storm"]
    assert (bell.person_id, bell.link) == (admin.id, storm.PAGE)
    browser = login(client, admin)
    assert "信件遠多於平常" in browser.get("/admin/scheduler").text
    assert browser.post("/admin/scheduler/release").status_code == 303
    assert "再次暫停寄送" in browser.get("/admin/scheduler").text
    assert browser.post("/admin/scheduler/hold").status_code == 303
    assert jobs.deliver(clock.now(), send=box) == {}
    browser.post("/admin/scheduler/release")
    assert jobs.deliver(clock.now(), send=box) == {"sent": 1}
    trail = db.session.query(Entry).filter_by(subject_kind="instance").order_by(Entry.id)
    actions = [one.action for one in trail]
    assert actions == ["letters.release", "letters.hold", "letters.release"]


def test_a_release_holds_for_a_day(stormy, clock):
    assert breaker.room(clock.now()) == 0
    breaker.release(clock.now())
    breaker.count(9000, clock.advance(hours=23))
    assert breaker.room(clock.now()) > 0
    breaker.count(90_000, clock.advance(hours=2))
    assert breaker.room(clock.now()) == 0


def test_a_round_stops_soon_after_the_storm_began(app, clock):
    breaker.count(rules.STORM * rules.USUAL_LEAST - 10, clock.now())
    for number in range(40):
        make_letter(address=f"p{number}@example.test")
    box = Postbox()
    for _ in range(5):
        jobs.deliver(clock.now(), send=box)
    assert 10 <= len(box) <= 12
    assert breaker.tripped_at() is not None


def test_a_digest_that_no_server_takes_any_more_is_read_line_by_line(app, clock):
    """Turning mail off while a digest waits must not leave its lines behind."""
    for _ in range(5):
        make_letter()
    busy = Postbox(*[rules.Outcome(rules.DEFERRED, "451 later")] * 9)
    jobs.deliver(clock.now(), send=busy)
    assert [one.kind for one in letters()].count(rules.DIGEST) == 1
    jobs.deliver(clock.advance(hours=1))
    assert {one.state for one in letters()} == {"kept"}

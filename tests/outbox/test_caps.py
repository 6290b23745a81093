"""No storm: two mails a quarter of an hour, six an hour, four of them immediate; the surplus stands in digests."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import text

from tests.clock import MONDAY
from tests.factories.outbox import letter, letters, make_letter, make_reader
from tests.outbox.test_deliver import Postbox
from tracker import outbox
from tracker.db import db
from tracker.outbox import delivery, jobs, rules
from tracker.outbox.rules import DEAD, DEFERRED, Outcome, Plan


def minutes(*ago):
    return [MONDAY - timedelta(minutes=one) for one in ago]


@pytest.mark.parametrize(
    ("due", "immediate", "digests", "wanted"),
    [
        (1, [], [], Plan(single=1)),
        (2, [], [], Plan(single=2)),
        (3, [], [], Plan(digest=True)),
        (1, [5], [], Plan(single=1)),
        (2, [5], [], Plan(digest=True)),
        (1, [5, 10], [], Plan(wait_until=MONDAY + timedelta(minutes=5))),
        (1, [16, 20, 30, 40], [], Plan(digest=True)),
        (1, [16, 20, 30, 40], [25], Plan(wait_until=MONDAY + timedelta(minutes=5))),
        (1, [16, 20, 30, 40], [17, 50], Plan(wait_until=MONDAY + timedelta(minutes=10))),
        (1, [61, 62, 63, 64, 65], [70], Plan(single=1)),
    ],
)
def test_the_plan_for_one_recipient(due, immediate, digests, wanted):
    assert rules.plan(MONDAY, due, minutes(*immediate), minutes(*digests)) == wanted


def test_three_letters_at_once_become_one_that_lists_each(app, clock):
    made = [make_letter(subject_line=f"[AR-{n}] 逾期", locale="zh_Hant_TW") for n in range(3)]
    box = Postbox()
    assert jobs.deliver(clock.now(), send=box) == {"sent": 1}
    assert [one.subject for one in box] == ["有 3 則訊息等您看"]
    assert all(f"[AR-{n}] 逾期" in box[0].text and f"[AR-{n}] 逾期" in box[0].html for n in range(3))
    digest = letters()[-1]
    assert digest.kind == "digest"
    assert [(letter(one.id).state, letter(one.id).digest_id) for one in made] == [("sent", digest.id)] * 3


def test_the_digest_leaves_out_what_is_no_longer_needed_and_is_dropped_when_nothing_is(app, clock):
    made = [make_letter(subject_line=f"[AR-{n}]", key=("record", n)) for n in range(3)]
    box = Postbox()
    jobs.deliver(clock.now(), send=box, needed=lambda one: one.cause == "record:1")
    assert "[AR-1]" in box[0].text
    assert "[AR-0]" not in box[0].text
    assert [letter(one.id).state for one in made] == ["cancelled", "sent", "cancelled"]
    again = [make_letter() for _ in range(3)]
    assert jobs.deliver(clock.advance(hours=2), send=box, needed=lambda one: False) == {"cancelled": 1}
    assert {letter(one.id).state for one in again} == {"cancelled"}


def test_a_digest_that_must_wait_is_written_anew_when_it_goes(app, clock):
    made = [make_letter(subject_line=f"[AR-{n}]") for n in range(3)]
    box = Postbox(Outcome(DEFERRED, "451"))
    jobs.deliver(clock.now(), send=box)
    assert {letter(one.id).state for one in made} == {"pending"}
    outbox.cancel(at=clock.now(), ids=[made[0].id])
    db.session.commit()
    jobs.deliver(clock.advance(hours=1), send=box)
    assert "[AR-0]" not in box[1].text
    assert [letter(one.id).state for one in made] == ["cancelled", "sent", "sent"]
    assert box[0].message_id == box[1].message_id


def test_a_refused_digest_takes_its_lines_with_it(app, clock):
    made = [make_letter() for _ in range(3)]
    jobs.deliver(clock.now(), send=Postbox(Outcome(DEAD, "550")))
    assert {letter(one.id).state for one in made} == {"dead"}


def test_safety_goes_out_at_once_whatever_else_went(app, clock):
    for _ in range(5):
        make_letter()
    box = Postbox()
    jobs.deliver(clock.now(), send=box)
    urgent = [make_letter(urgent=True, subject_line=f"S1 {n}") for n in range(7)]
    jobs.deliver(clock.advance(seconds=5), send=box)
    assert [one.subject for one in box[1:]] == [f"S1 {n}" for n in range(7)]
    assert {letter(one.id).state for one in urgent} == {"sent"}


def test_the_caps_of_one_person_are_not_those_of_another(app, clock):
    people = [make_reader(f"P{n}") for n in range(4)]
    for person in people:
        for _ in range(2):
            make_letter(person_id=person.id, address="office@example.test")
    box = Postbox()
    assert jobs.deliver(clock.now(), send=box) == {"sent": 8}


def test_the_caps_hold_in_every_window_and_every_letter_is_reached(app, clock):
    chance, sent, box = random.Random(7), [], Postbox()
    start = clock.now()
    for _ in range(80):
        for _ in range(chance.choice([0, 0, 0, 1, 1, 5])):
            make_letter(at=clock.now())
        before = len(box)
        jobs.deliver(clock.now(), send=box)
        sent += [(clock.now(), one) for one in box[before:]]
        clock.advance(minutes=2)
    for instant, _ in sent:
        quarter = [at for at, _ in sent if instant <= at < instant + timedelta(minutes=15)]
        hour = [one for at, one in sent if instant <= at < instant + timedelta(hours=1)]
        assert len(quarter) <= 2
        assert len(hour) <= 6
        assert sum(one.unsubscribe == "" and "則訊息" not in one.subject for one in hour) <= 4
    jobs.deliver(clock.advance(hours=2), send=box)
    assert {one.state for one in letters()} == {"sent"}
    assert clock.now() - start > timedelta(hours=4)


def test_a_monday_after_a_long_outage_brings_each_person_one_letter_that_lists_all(app, clock):
    for person in range(5):
        for case in range(40):
            make_letter(address=f"p{person}@example.test", subject_line=f"[AR-{case}]")
    box = Postbox()
    for _ in range(15):
        jobs.deliver(clock.now(), send=box)
        clock.advance(minutes=1)
    assert len(box) == 5
    assert all(f"[AR-{case}]" in one.text for one in box for case in range(40))
    assert all(one.digest_id for one in letters() if one.kind != "digest")


@pytest.mark.postgresql_only
def test_while_another_node_looks_at_the_caps_of_one_person_this_one_takes_nothing_for_them(app, clock):
    """Else both would find room for the last letter of the hour."""
    make_letter()
    db.session.commit()
    keys = {"lock": delivery._LOCK, "recipient": delivery.lock_number("wang@example.test")}
    with db.engine.begin() as other:
        other.execute(text("SELECT pg_advisory_xact_lock(:lock, :recipient)"), keys)
        assert delivery.take("wang@example.test", clock.now()) == []
        db.session.rollback()
    assert len(delivery.take("wang@example.test", clock.now())) == 1

"""Each guard of a WHERE or of a judgement, alone: what would happen without it does not."""

import pytest
from sqlalchemy import select, update

from tests.clock import MONDAY
from tests.factories.chases import chases, clock_of, local, obligations, tick
from tests.factories.issues import make_issue
from tests.factories.outbox import letter, letters, make_letter
from tests.factories.people import make_person
from tests.outbox.test_deliver import Postbox
from tracker import outbox
from tracker.db import db
from tracker.followups.models import Clock, Obligation, Tick
from tracker.outbox import delivery, jobs, settling
from tracker.outbox.models import Letter
from tracker.outbox.rules import SENT, UNKNOWN, Outcome

DUE = local("2026-11-23 17:00")


@pytest.fixture
def armed(app):
    """A case whose first response is armed."""
    make_person("supervisor")
    issue = make_issue()
    tick(MONDAY)
    return issue


def change(model, **values):
    db.session.execute(update(model).values(**values))
    db.session.commit()


def test_a_step_that_nobody_may_hear_of_is_passed_by_and_the_next_one_armed(app):
    """Else the clock would fall silent for ever, though somebody may come tomorrow."""
    make_issue()
    tick(MONDAY)
    tick(DUE)
    assert chases() == []
    assert [one.reason for one in obligations("first_response", "superseded")] == ["nobody entitled"]
    supervisor = make_person("supervisor")
    tick(local("2026-11-24 17:00"))
    assert [(one.step, [to["person"] for to in one.to]) for one in chases()] == [
        ("to_supervisor", [supervisor.id])
    ]


def test_a_step_that_falls_due_later_by_the_calendar_of_today_waits_for_its_day(armed):
    """A day off that was announced after the step was armed must not silence the clock."""
    change(Obligation, due_at=local("2026-11-23 10:00"))
    tick(local("2026-11-23 10:01"))
    assert [(one.step, one.state, one.due_at) for one in obligations("first_response")] == [
        ("due_soon", "scheduled", local("2026-11-23 15:00"))
    ]
    tick(DUE)
    assert [one.step for one in chases()] == ["overdue"]


def test_a_step_that_the_plan_has_lost_makes_room_for_the_next(armed):
    change(Obligation, step="still_overdue")
    tick(local("2026-11-23 15:30"))
    states = {one.step: one.state for one in obligations("first_response")}
    assert states == {"still_overdue": "superseded", "overdue": "scheduled"}


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"epoch": 7}, "other epoch"),
        ({"ended_at": MONDAY}, "other epoch"),
        ({"paused_since": MONDAY}, "paused"),
    ],
)
def test_a_step_left_armed_by_mistake_is_judged_by_its_clock(armed, values, why):
    change(Clock, **values)
    tick(DUE)
    assert chases() == []
    assert [one.reason for one in obligations("first_response", "superseded")] == [why]


def test_what_is_due_does_not_fire_by_a_clock_that_stands_behind_another_nodes(armed):
    change(Tick, last_at=local("2026-11-23 18:00"))
    tick(DUE)
    assert chases() == []
    tick(local("2026-11-23 18:00"))
    assert [one.step for one in chases()] == ["overdue"]


def test_a_step_is_not_taken_before_it_is_due(armed):
    assert tick(local("2026-11-23 14:59")) == 0
    assert [one.state for one in obligations("first_response")] == ["scheduled"]


def test_a_step_that_waits_after_a_failure_waits(armed):
    change(Obligation, wait_until=local("2026-11-23 17:30"))
    tick(DUE)
    assert chases() == []


def test_what_fired_stays_so_when_its_clock_ends(armed):
    tick(DUE)
    armed.assignee_id = None
    before = {one.id: one.state for one in obligations() if one.state != "scheduled"}
    from tracker.followups import clocks

    clocks.drop(("issue", armed.id), "first_response", "ended", DUE)
    db.session.expire_all()
    assert {one.id: one.state for one in obligations() if one.id in before} == before
    assert clock_of("issue", armed.id, "first_response").ended_at is None


def test_a_letter_is_claimed_once(app, clock):
    make_letter()
    (claim,) = delivery.take("wang@example.test", clock.now())
    assert delivery._claim([claim.letter_id], clock.now()) == []
    assert letters()[0].fence == 1


def test_each_claim_has_a_fence_of_its_own(app, clock):
    made = make_letter()
    for fence in (1, 2):
        (claim,) = delivery.take("wang@example.test", clock.now())
        assert claim.fence == fence
        assert settling.settle(claim, Outcome("pending"), clock.now())
    assert letter(made.id).fence == 2


def test_the_word_of_a_sender_is_refused_while_another_has_the_letter(app, clock):
    make_letter()
    (old,) = delivery.take("wang@example.test", clock.now())
    assert settling.lapse(clock.advance(seconds=91)) == 1
    (new,) = delivery.take("wang@example.test", clock.advance(seconds=61))
    assert not settling.settle(old, Outcome(SENT), clock.now())
    assert settling.settle(new, Outcome(SENT), clock.now())


def test_the_word_of_a_sender_is_refused_after_its_lease_though_nobody_took_the_letter_yet(app, clock):
    made = make_letter()
    (old,) = delivery.take("wang@example.test", clock.now())
    settling.lapse(clock.advance(seconds=91))
    assert not settling.settle(old, Outcome(SENT), clock.now())
    assert letter(made.id).state == UNKNOWN


def test_a_letter_is_not_laid_out_for_who_has_lost_it(app, clock):
    make_letter()
    (old,) = delivery.take("wang@example.test", clock.now())
    settling.lapse(clock.advance(seconds=91))
    assert delivery.prepare(old, clock.now(), jobs.always) is None


def test_a_lease_that_runs_is_left_alone(app, clock):
    make_letter()
    delivery.take("wang@example.test", clock.now())
    assert settling.lapse(clock.advance(seconds=89)) == 0


def test_a_letter_is_not_taken_before_its_next_try(app, clock):
    make_letter(undoable=True)
    assert delivery.take("wang@example.test", clock.now()) == []


def test_a_sent_letter_is_not_called_back_and_only_a_dead_one_is_tried_again(app, clock):
    made = make_letter()
    jobs.deliver(clock.now(), send=Postbox())
    assert outbox.cancel(at=clock.now(), ids=[made.id]) == 0
    assert outbox.retry(made.id, at=clock.now()) == 0
    assert letter(made.id).state == SENT


def test_a_line_of_a_digest_that_was_called_back_is_not_marked_as_sent(app, clock):
    for _ in range(5):
        make_letter()
    (digest,) = delivery.take("wang@example.test", clock.now())
    line = db.session.scalars(select(Letter).where(Letter.digest_id == digest.letter_id).limit(1)).one()
    outbox.cancel(at=clock.now(), ids=[line.id])
    settling.settle(digest, Outcome(SENT), clock.now())
    assert letter(line.id).state == "cancelled"

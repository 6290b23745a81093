"""The postman's round: at most twice, never silently not at all, and never a stranger's word on a letter."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories.outbox import letter, letters, make_letter
from tests.factories.people import organisation
from tracker import outbox
from tracker.audit.models import Entry
from tracker.db import db
from tracker.outbox import delivery, jobs, rules, settling
from tracker.outbox.rules import DEAD, DEFERRED, SENT, UNKNOWN, Outcome


class Postbox(list):
    """A fake mail server: keeps what it gets; `answers` are given one after the other before it accepts."""

    def __init__(self, *answers):
        super().__init__()
        self.answers = list(answers)

    def __call__(self, envelope):
        self.append(envelope)
        answer = self.answers.pop(0) if self.answers else Outcome(SENT)
        if isinstance(answer, BaseException):
            raise answer
        return answer


def killed_while_sending(clock):
    """The process dies with the letter half out of the door."""
    with pytest.raises(KeyboardInterrupt):
        jobs.deliver(clock.now(), send=Postbox(KeyboardInterrupt()))
    db.session.rollback()


def test_a_due_letter_is_sent_once_and_marked(app, clock):
    made, box = make_letter(), Postbox()
    assert jobs.deliver(clock.now(), send=box) == {"sent": 1}
    assert jobs.deliver(clock.now(), send=box) == {}
    assert [one.subject for one in box] == ["[Q-202611-0001] 已收到"]
    after = letter(made.id)
    assert (after.state, after.attempts, after.fence) == ("sent", 1, 1)
    assert after.sent_at - clock.now() < timedelta(seconds=5)


def test_a_resting_letter_waits_and_a_cancelled_one_never_goes(app, clock):
    made, box = make_letter(undoable=True), Postbox()
    assert jobs.deliver(clock.advance(seconds=29), send=box) == {}
    outbox.cancel(at=clock.now(), ids=[made.id])
    db.session.commit()
    assert jobs.deliver(clock.advance(seconds=5), send=box) == {}
    assert box == []


def test_a_letter_that_is_no_longer_needed_is_cancelled_before_the_wire(app, clock):
    made, box = make_letter(), Postbox()
    assert jobs.deliver(clock.now(), send=box, needed=lambda one: False) == {"cancelled": 1}
    assert (letter(made.id).state, letter(made.id).last_error, box) == ("cancelled", "no longer needed", [])


def test_a_letter_whose_sender_died_goes_out_once_more_under_the_same_name_and_flagged(app, clock):
    made, box = make_letter(), Postbox()
    killed_while_sending(clock)
    assert letter(made.id).state == "claimed"
    assert jobs.deliver(clock.advance(seconds=80), send=box) == {}
    jobs.deliver(clock.advance(seconds=20), send=box)
    assert jobs.deliver(clock.advance(seconds=61), send=box) == {"sent": 1}
    assert [(one.message_id, one.attempt, one.doubtful) for one in box] == [(made.message_id, 2, True)]
    entry = db.session.scalars(select(Entry).where(Entry.action == "letter.resend")).one()
    assert entry.after == {"possible_duplicate": True, "attempt": 2, "message_id": made.message_id}


def test_a_letter_whose_fate_is_unknown_twice_is_given_up(app, clock):
    made = make_letter()
    killed_while_sending(clock)
    jobs.deliver(clock.advance(seconds=91), send=Postbox())
    clock.advance(seconds=61)
    killed_while_sending(clock)
    jobs.deliver(clock.advance(seconds=91), send=Postbox())
    assert letter(made.id).state == "dead"


def test_a_letter_that_opens_a_door_is_never_sent_twice(app, clock):
    made = make_letter(kind="security.sign_in_link", link="/login/link/secret")
    killed_while_sending(clock)
    jobs.deliver(clock.advance(seconds=91), send=Postbox())
    after = letter(made.id)
    assert (after.state, after.body_text, after.link) == ("dead", "", "")


def test_a_sent_sign_in_link_is_kept_nowhere(app, clock):
    made, box = make_letter(kind="security.sign_in_link", body_text="secret"), Postbox()
    jobs.deliver(clock.now(), send=box)
    assert "secret" in box[0].text
    assert (letter(made.id).state, letter(made.id).body_text) == ("sent", "")


@pytest.mark.parametrize(
    ("link", "after"),
    [("/i/secret", ""), ("/e/secret", ""), ("/o/secret", ""), ("/issues/Q-1", "/issues/Q-1")],
)
def test_the_secret_that_opens_a_case_is_kept_until_its_letter_has_gone(app, clock, link, after):
    organisation(address="https://t.example.test")
    made, box = make_letter(link=link), Postbox(Outcome(DEFERRED, "451 later"))
    jobs.deliver(clock.now(), send=box)
    assert letter(made.id).link == link
    jobs.deliver(clock.advance(minutes=5), send=box)
    assert (letter(made.id).state, letter(made.id).link) == ("sent", after) and link in box[-1].text


def test_so_are_those_that_went_in_one_letter_together(app, clock):
    organisation(address="https://t.example.test")
    made, box = [make_letter(link=f"/i/secret{n}") for n in range(3)], Postbox()
    jobs.deliver(clock.now(), send=box)
    assert all(f"/i/secret{n}" in box[0].text for n in range(3))
    assert {(letter(one.id).state, letter(one.id).link) for one in made} == {("sent", "")}


def test_the_word_of_a_sender_that_slept_through_its_lease_is_not_written(app, clock):
    made = make_letter()
    (claim,) = delivery.take("wang@example.test", clock.now())
    db.session.commit()
    jobs.deliver(clock.advance(seconds=91), send=Postbox())
    jobs.deliver(clock.advance(seconds=61), send=Postbox())
    assert letter(made.id).state == "sent"
    assert settling.settle(claim, Outcome(DEAD, "stale"), clock.now()) is False
    assert (letter(made.id).state, letter(made.id).fence) == ("sent", 2)


def test_a_claim_that_was_not_begun_is_given_back_as_if_never_taken(app, clock):
    made = make_letter()
    (claim,) = delivery.take("wang@example.test", clock.now())
    assert settling.settle(claim, Outcome(rules.PENDING), clock.now())
    assert (letter(made.id).state, letter(made.id).attempts) == ("pending", 0)


def test_a_busy_server_is_tried_again_later_and_later(app, clock):
    made = make_letter()
    waits = []
    for _ in range(6):
        before = clock.now()
        assert jobs.deliver(before, send=Postbox(Outcome(DEFERRED, "451 later"))) == {"deferred": 1}
        clock.instant = letter(made.id).next_try
        waits.append((clock.now() - before).total_seconds())
    assert 59 < waits[0] < 100
    assert waits[-1] > waits[0]
    assert letter(made.id).last_error == "451 later"
    assert jobs.deliver(clock.now(), send=Postbox()) == {"sent": 1}


def test_after_three_days_of_trying_a_letter_is_dead(app, clock):
    made = make_letter()
    jobs.deliver(clock.advance(days=2, hours=23), send=Postbox(Outcome(DEFERRED, "451 later")))
    assert letter(made.id).state == "deferred"
    jobs.deliver(clock.advance(hours=5), send=Postbox(Outcome(DEFERRED, "451 later")))
    assert letter(made.id).state == "dead"


def test_a_refused_letter_is_dead_at_once(app, clock):
    made = make_letter()
    assert jobs.deliver(clock.now(), send=Postbox(Outcome(DEAD, "550 no such user"))) == {"dead": 1}
    assert (letter(made.id).state, letter(made.id).last_error) == ("dead", "550 no such user")


def test_a_line_that_broke_after_the_last_dot_leaves_the_letter_unknown(app, clock):
    made, box = make_letter(), Postbox(Outcome(UNKNOWN, "closed"))
    jobs.deliver(clock.now(), send=box)
    assert letter(made.id).state == "unknown"
    jobs.deliver(clock.advance(seconds=61), send=box)
    assert letter(made.id).state == "sent"
    assert box[0].message_id == box[1].message_id
    assert [one.doubtful for one in box] == [False, True]


def test_one_broken_letter_delays_no_other(app, clock, caplog):
    bad, good = make_letter(locale="no such language!"), make_letter(address="chen@example.test")
    box = Postbox()
    jobs.deliver(clock.now(), send=box)
    assert [letter(one.id).state for one in (bad, good)] == ["deferred", "sent"]
    assert "letter" in caplog.text


def test_without_a_mail_server_letters_end_as_kept_and_are_never_sent_later(app, clock):
    made, resting = make_letter(), make_letter(undoable=True)
    secret = make_letter(kind="security.sign_in_link")
    assert jobs.deliver(clock.now()) == {"kept": 2}
    assert jobs.deliver(clock.advance(minutes=1)) == {"kept": 1}
    assert jobs.deliver(clock.advance(minutes=1), send=Postbox()) == {}
    assert [letter(one.id).state for one in (made, resting, secret)] == ["kept"] * 3
    assert (letter(made.id).body_text, letter(secret.id).body_text) == ("您好。\n\n已收到您的回報。", "")


def test_bells_count_as_sent_when_their_rest_is_over(app, clock):
    made = make_letter(channel="bell", undoable=True)
    assert jobs.deliver(clock.advance(seconds=31), send=Postbox()) == {"rung": 1}
    assert letter(made.id).state == "sent"


@pytest.mark.postgresql_only
def test_a_recipient_who_is_being_served_elsewhere_is_left_alone(app, clock):
    make_letter()
    with db.engine.connect() as other:
        other.execute(
            db.text("SELECT pg_advisory_xact_lock(7232012, :n)"),
            {"n": delivery.lock_number("wang@example.test")},
        )
        assert delivery.take("wang@example.test", clock.now()) == []
    assert len(delivery.take("wang@example.test", clock.now())) == 1
    db.session.rollback()


def test_letters_are_laid_out_in_their_readers_language_with_a_link(make_app, clock):
    app = make_app(base_url="https://tracker.example.test")
    with app.app_context():
        make_letter()
        make_letter(
            address="chen@example.test",
            locale="en",
            subject_line="Received",
            body_text="Dear <b>you</b>\nbye",
        )
        box = Postbox()
        jobs.deliver(clock.now(), send=box)
        by = {one.address: one for one in box}
        assert "https://tracker.example.test/issues/Q-202611-0001" in by["wang@example.test"].text
        assert "打開頁面" in by["wang@example.test"].text
        assert "Open the page" in by["chen@example.test"].text
        assert "<p>Dear &lt;b&gt;you&lt;/b&gt;<br>\nbye</p>" in by["chen@example.test"].html
        assert 'lang="zh-Hant-TW"' in by["wang@example.test"].html
        db.session.remove()


def test_a_masked_letter_that_still_waits_says_only_that_it_was_masked(app, clock):
    make_letter(subject_line="秘密", body_text="A123456789", locale="en")
    outbox.withhold(subject=("issue", 1), subject_lines=True)
    box = Postbox()
    jobs.deliver(clock.now(), send=box)
    assert box[0].subject == "News about a case of yours"
    assert "masked" in box[0].text
    assert all(word not in box[0].text + box[0].html for word in ("秘密", "A123456789"))


def test_letters_are_counted_by_their_end(app, clock):
    for number in range(3):
        make_letter(address=f"p{number}@example.test")
    assert jobs.deliver(clock.now(), send=Postbox(Outcome(DEAD, "550"))) == {"sent": 2, "dead": 1}
    assert sorted(one.state for one in letters()) == ["dead", "sent", "sent"]

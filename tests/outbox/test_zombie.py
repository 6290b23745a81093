"""A sender that sleeps through its lease in mid-send: what it says later is not written, and nothing is lost."""

import threading
from contextvars import Context

from sqlalchemy import select

from tests.factories.outbox import letter, make_letter
from tests.outbox.test_deliver import Postbox
from tracker.audit.models import Entry
from tracker.db import db
from tracker.followups import jobs as engine
from tracker.followups import status
from tracker.outbox import jobs
from tracker.outbox.rules import DEAD, SENT, Outcome


def test_the_word_of_a_sender_that_was_stopped_in_mid_send_is_refused_and_counted(app, clock):
    made, other = make_letter(), Postbox()
    engine.beat(clock.now(), 0)

    def beside() -> None:
        with app.app_context():
            for seconds in (91, 61):
                jobs.deliver(clock.advance(seconds=seconds), send=other)
            db.session.remove()

    def stopped(envelope):
        thread = threading.Thread(target=lambda: Context().run(beside))
        thread.start()
        thread.join(30)
        return Outcome(DEAD, "550 what the sleeper believes")

    before = clock.now()
    assert jobs.deliver(before, send=stopped) == {"stale": 1}
    after = letter(made.id)
    assert (after.state, after.fence, after.attempts, after.doubts) == (SENT, 2, 2, 1)
    assert [(one.message_id, one.doubtful) for one in other] == [(made.message_id, True)]
    entry = db.session.scalars(select(Entry).where(Entry.action == "letter.resend")).one()
    assert entry.after["message_id"] == made.message_id
    engine.count_stale(1)
    assert status.engine_status(clock.now())["outbox"]["stale"] == 1

"""A round costs by what is due, not by the letters of all years: each question is answered by its own small index."""

from contextlib import contextmanager

import pytest
from sqlalchemy import event, text

from tests.factories.outbox import make_letter, make_reader
from tests.outbox.test_deliver import Postbox
from tracker import outbox
from tracker.db import db
from tracker.outbox import jobs, queries


@contextmanager
def questions():
    """What the database is asked meanwhile, as (statement, values)."""
    asked = []

    def note(_connection, _cursor, statement, values, _context, _many):
        asked.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    yield asked
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.sqlite_only
def test_no_question_reads_all_letters(app, clock):
    wang = make_reader()
    make_letter(person_id=wang.id)
    make_letter(channel="bell", person_id=wang.id)
    with questions() as asked:
        jobs.deliver(clock.now(), send=Postbox())
        jobs.deliver(clock.now())
        queries.unseen(wang.id, clock.now())
        queries.waiting(clock.now())
        list(db.session.scalars(queries.dead()))
        list(db.session.scalars(queries.bells(wang.id, clock.now()).limit(50)))
        outbox.mark_all_seen(person_id=wang.id, up_to=9, at=clock.now())
    assert len(asked) > 12
    for statement, values in asked:
        if "letter" in statement and not statement.startswith("INSERT"):
            plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
            scans = [step for *_, step in plan if step.startswith("SCAN letter") and "INDEX" not in step]
            assert scans == [], statement


def test_an_idle_round_asks_little(app, clock):
    db.session.execute(text("SELECT 1"))
    with questions() as asked:
        jobs.deliver(clock.now(), send=Postbox())
    assert len(asked) <= 3

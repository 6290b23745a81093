"""What must always hold, and that a breach of it is seen."""

from datetime import timedelta

from sqlalchemy import delete, update

from tests.clock import MONDAY
from tests.factories.chases import local, tick
from tests.factories.issues import make_issue
from tests.factories.people import make_person
from tests.factories.records import make_record
from tracker import scheduler
from tracker.db import db
from tracker.followups import invariants, jobs
from tracker.followups.models import Chase, Clock, Obligation
from tracker.outbox.models import Letter

DUE = local("2026-11-23 17:00")


def test_all_holds_after_an_ordinary_week(app):
    make_record(state="assigned")
    make_issue()
    for day in range(23, 28):
        for hour in (9, 13, 17):
            tick(local(f"2026-11-{day} {hour:02}:00"))
            scheduler.run_once(app, "letters", local(f"2026-11-{day} {hour:02}:00"))
    assert list(invariants.broken(local("2026-11-27 17:01"))) == []


def chased() -> None:
    make_person("supervisor")
    make_issue()
    tick(DUE)


def test_a_step_that_nobody_takes_is_seen(app):
    make_person("supervisor")
    make_issue()
    tick(MONDAY)
    assert list(invariants.broken(DUE + timedelta(hours=1))) == []
    jobs.beat(DUE + timedelta(hours=1), 0)
    assert list(invariants.broken(DUE + timedelta(hours=1))) == ["1 steps are due and were not taken"]


def test_an_open_issue_without_a_clock_is_seen(app):
    chased()
    db.session.execute(delete(Clock))
    assert "1 open issues have no deadline" in list(invariants.broken(DUE))


def test_a_firing_without_a_line_in_the_ledger_is_seen(app):
    chased()
    db.session.execute(delete(Chase))
    assert list(invariants.broken(DUE)) == ["1 steps fired and left no line in the ledger"]


def test_a_bell_that_did_not_ring_is_seen(app):
    chased()
    db.session.execute(delete(Letter).where(Letter.kind.startswith("chase.")))
    assert list(invariants.broken(DUE)) == ["1 chases did not ring every bell they name"]


def test_a_letter_that_never_ended_is_seen(app):
    chased()
    db.session.execute(update(Letter).where(Letter.channel == "mail").values(state="pending"))
    late = DUE + timedelta(days=4)
    db.session.execute(update(Obligation).values(due_at=late))
    assert [line for line in invariants.broken(late) if "letters" in line] != []

"""What must always hold, and that a breach of each promise is seen by its name."""

from datetime import timedelta

import pytest
from flask_babel import force_locale
from sqlalchemy import delete, update

from tests.clock import MONDAY
from tests.factories.chases import local, tick
from tests.factories.inspections import inspected
from tests.factories.issues import make_issue
from tests.factories.outbox import make_letter
from tests.factories.people import make_person, make_system
from tests.factories.records import make_record
from tests.worlds import kept
from tracker import scheduler
from tracker.audit.models import Entry
from tracker.db import db
from tracker.followups import invariants, jobs
from tracker.followups.models import Chase, Clock, Obligation, Tick
from tracker.issues.models import Issue
from tracker.outbox.models import Letter

DUE = local("2026-11-23 17:00")
NEXT = local("2026-11-24 17:00")
WEEK = local("2026-12-01 09:00")


def names(now=NEXT):
    db.session.flush()
    return [breach.name for breach in invariants.broken(now)]


def test_all_holds_after_an_ordinary_week(app):
    make_record(state="assigned")
    make_issue()
    for day in range(23, 28):
        for hour in (9, 13, 17):
            tick(local(f"2026-11-{day} {hour:02}:00"))
            scheduler.run_once(app, "letters", local(f"2026-11-{day} {hour:02}:00"))
    assert names(local("2026-11-27 17:01")) == []


@kept()
def chased_twice():
    """A case chased at its due time, then the next day."""
    make_person("supervisor")
    issue = make_issue()
    tick(DUE)
    tick(local("2026-11-24 17:00"))
    assert names() == []
    return issue


@pytest.fixture
def chased(app):
    return chased_twice()


def change(model, *which, **values):
    db.session.execute(update(model).where(*which).values(**values))


def test_a_step_that_nobody_takes_is_seen_once_the_scheduler_had_time_to_catch_up(app):
    make_person("supervisor")
    make_issue()
    tick(MONDAY)
    assert names(DUE + timedelta(hours=1)) == []
    jobs.beat(DUE + timedelta(hours=1), 0)
    assert names(DUE + timedelta(hours=1)) == []
    later = DUE + timedelta(hours=1, minutes=16)
    change(Tick, last_at=later)
    assert names(later) == ["late"]


def test_an_open_issue_without_a_clock_is_seen(chased):
    db.session.execute(delete(Clock))
    assert "unclocked" in names()


def test_a_firing_without_a_line_in_the_ledger_is_seen(chased):
    db.session.execute(delete(Chase).where(Chase.id == 1))
    assert "unwritten" in names()


def test_a_line_in_the_ledger_that_did_not_fire_is_seen(chased):
    change(Obligation, Obligation.state == "fired", state="superseded")
    assert "unwritten" in names()


def test_chases_out_of_their_order_are_seen(chased):
    change(Obligation, Obligation.step == "to_supervisor", due_at=MONDAY)
    assert names() == ["disordered"]


def test_a_chase_about_a_case_that_had_ended_is_seen(chased):
    change(Issue, state="withdrawn", state_since=MONDAY)
    assert "misplaced" in names()


def test_a_chase_of_a_paused_clock_is_seen(chased):
    change(Clock, paused_since=MONDAY)
    assert names() == ["misplaced"]


def test_a_page_whose_clock_is_a_little_behind_is_no_breach(chased):
    at = local("2026-11-24 17:00") - timedelta(seconds=30)
    change(Clock, paused_since=at)
    assert names() == []


def test_a_bell_that_did_not_ring_is_seen(chased):
    db.session.execute(delete(Letter).where(Letter.kind.startswith("chase."), Letter.channel == "bell"))
    assert names() == ["untold"]


def test_a_letter_to_somebody_whom_the_chase_does_not_name_is_seen(chased):
    other = make_person("supervisor")
    change(Letter, Letter.kind == "chase.to_supervisor", person_id=other.id)
    assert names() == ["untold"]


def test_a_letter_that_never_ended_is_seen(chased):
    late = DUE + timedelta(days=4)
    change(Letter, Letter.channel == "mail", state="pending")
    change(Obligation, due_at=late)
    assert "lost" in names(late)


def test_a_claim_that_outlived_its_lease_is_seen(app):
    make_letter()
    change(Letter, state="claimed", fence=1, attempts=1, lease_until=MONDAY)
    assert names(MONDAY + timedelta(seconds=59)) == []
    assert names(MONDAY + timedelta(seconds=61)) == ["lost"]


@pytest.mark.parametrize(
    "values",
    [
        {"state": "sent", "attempts": 2, "fence": 1},
        {"state": "claimed", "fence": 0, "lease_until": WEEK},
        {"state": "sent", "fence": 1, "lease_until": WEEK},
    ],
)
def test_what_only_a_stale_sender_can_have_written_is_seen(app, values):
    make_letter()
    change(Letter, **values)
    assert names() == ["overwritten"]


def test_more_mails_than_agreed_are_seen(app):
    for minutes in (0, 7, 14):
        made = make_letter()
        change(Letter, Letter.id == made.id, state="sent", sent_at=MONDAY + timedelta(minutes=minutes))
    assert names(MONDAY + timedelta(hours=1)) == ["crowded"]
    change(Letter, Letter.id == made.id, sent_at=MONDAY + timedelta(minutes=15))
    assert names(MONDAY + timedelta(hours=1)) == []


def test_a_letter_that_its_digest_left_behind_is_seen(app):
    digest, line = make_letter(), make_letter()
    change(Letter, Letter.id == digest.id, state="sent", sent_at=MONDAY)
    change(Letter, Letter.id == line.id, digest_id=digest.id)
    assert names() == ["unbundled"]


def test_a_step_passed_over_for_none_is_seen(app):
    make_person("supervisor")
    make_issue()
    tick(MONDAY)
    tick(WEEK)
    scheduler.run_once(app, "letters", WEEK)
    assert names(WEEK) == []
    change(Obligation, Obligation.step == "due_soon", reason="weekly#9")
    assert names(WEEK) == ["passed_over"]


def test_a_chase_and_a_move_without_their_line_in_the_trail_are_seen(chased):
    db.session.execute(delete(Entry).where(Entry.action == "issue.chase"))
    assert names() == ["unaudited"]


def test_a_chased_round_has_its_line_in_the_trail(app):
    supervisor, system = make_person("supervisor"), make_system()
    inspected(supervisor, make_person("supervisor"), system.id, MONDAY)
    for day in (23, 27, 30):
        tick(local(f"2026-11-{day} 17:00"))
        scheduler.run_once(app, "letters", local(f"2026-11-{day} 17:00"))
    assert db.session.query(Chase).filter_by(subject_kind="inspection_round").count() == 1
    assert names(WEEK) == []
    db.session.execute(delete(Entry).where(Entry.action == "inspection_round.chase"))
    assert names(WEEK) == ["unaudited"]


def test_a_state_that_the_trail_does_not_know_is_seen(chased):
    change(Issue, state="confirming")
    assert names() == ["unaudited"]


def test_a_node_that_stopped_while_others_went_on_is_seen_unless_it_said_so(app):
    for name, last in (("a:1", 0), ("b:1", 600)):
        began, last_at = MONDAY - timedelta(hours=1), MONDAY + timedelta(seconds=last)
        db.session.add(Tick(node=name, started_at=began, last_at=last_at))
    assert names(MONDAY + timedelta(seconds=610)) == ["silent"]
    change(Tick, Tick.node == "a:1", left_at=MONDAY)
    assert names(MONDAY + timedelta(seconds=610)) == []


def test_an_office_computer_that_was_off_at_night_is_no_breach(app):
    for name, began in (("a:1", MONDAY), ("a:2", MONDAY + timedelta(days=1))):
        db.session.add(Tick(node=name, started_at=began, last_at=began + timedelta(hours=8)))
    assert names(MONDAY + timedelta(days=1, hours=8)) == []


def test_a_step_that_fails_again_and_again_is_seen(chased):
    change(Obligation, Obligation.state == "scheduled", stuck=3, wait_until=WEEK)
    assert names() == ["stuck"]


def test_every_breach_has_words_in_both_languages(app):
    for promise in invariants.PROMISES:
        with force_locale("en"):
            english = str(invariants.Breach(promise.name, 2))
        with force_locale("zh_Hant_TW"):
            chinese = str(invariants.Breach(promise.name, 2))
        assert "2 " in english and english.isascii()
        assert "2 " in chinese and not chinese.isascii()


def test_a_clock_that_fell_silent_is_seen(chased):
    change(Obligation, Obligation.state == "scheduled", state="superseded")
    assert names() == ["unarmed"]


def test_a_heartbeat_from_the_future_is_seen(chased):
    change(Tick, last_at=WEEK)
    assert "ahead" in names(DUE)

"""The tick: what is due is chased exactly once, by the plan, and written down."""

from sqlalchemy import func, select

from tests.clock import MONDAY, Clock
from tests.factories.chases import chases, clock_of, fired, letters, local, obligations, tick, told
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person, make_unit
from tracker.audit.models import Entry
from tracker.db import db
from tracker.followups import jobs
from tracker.issues import actions as issues
from tracker.rearm import CLOCKS, Rearm


def test_a_report_without_an_answer_climbs_the_ladder(app):
    unit = make_unit()
    supervisor, manager = make_person("supervisor"), make_person("manager")
    make_issue(unit_id=unit.id)
    for day in range(23, 29):
        for hour in range(9, 19):
            tick(local(f"2026-11-{day} {hour:02}:00"))
    assert fired("first_response") == [
        ("due_soon", 1, "11-23 15:00"),
        ("overdue", 1, "11-23 17:00"),
        ("to_supervisor", 1, "11-24 17:00"),
        ("to_manager", 1, "11-25 17:00"),
    ]
    assert [told(one) for one in chases()] == [{supervisor.id}] * 3 + [{supervisor.id, manager.id}]


def test_a_tick_repeated_chases_nobody_twice(app):
    make_person("supervisor")
    make_issue()
    for _ in range(3):
        tick(local("2026-11-23 17:00"))
    assert len(chases()) == 1
    assert len(letters("mail")) == 1
    assert len(letters("bell")) == 1


def test_after_downtime_only_the_last_step_fires_and_the_missed_ones_are_on_record(app):
    make_person("supervisor")
    make_issue()
    tick(MONDAY)
    tick(local("2026-12-04 09:00"))
    assert [step for step, _n, _at in fired("first_response")] == ["weekly"]
    missed = obligations("first_response", "coalesced")
    assert [one.step for one in missed] == ["due_soon", "overdue", "to_supervisor", "to_manager"]
    assert {one.reason for one in missed} == {"weekly#1"}
    assert chases()[0].reason["coalesced"] == ["due_soon#1", "overdue#1", "to_supervisor#1", "to_manager#1"]


def test_downtime_does_not_shift_the_plan(app):
    make_person("supervisor")
    make_issue()
    tick(MONDAY)
    tick(local("2026-11-24 16:59"))
    assert [one.due_at for one in obligations("first_response", "scheduled")] == [local("2026-11-24 17:00")]


def test_a_machine_that_is_off_at_night_catches_up_in_the_morning(app):
    make_person("supervisor")
    make_issue(at=local("2026-11-23 17:30"))
    tick(local("2026-11-23 17:59"))
    tick(local("2026-11-24 14:31"))
    tick(local("2026-11-25 08:30"))
    assert [step for step, _n, _at in fired("first_response")] == ["due_soon", "overdue"]


def test_a_reply_ends_the_clock_and_starts_the_next(app):
    supervisor = make_person("supervisor")
    issue = make_issue()
    tick(local("2026-11-23 17:00"))
    by = actor_of(supervisor)
    issues.say(issue, "We look into it.", visibility="public", by=by, at=local("2026-11-23 17:10"))
    tick(local("2026-11-23 17:11"))
    assert clock_of("issue", issue.id, "first_response").met is False
    assert clock_of("issue", issue.id, "next_update").due_at == local("2026-11-26 17:10")
    assert chases()[0].outcome == "ended"
    assert [one.reason for one in obligations("first_response", "superseded")] == ["ended"]


def test_a_step_due_while_the_case_was_answered_meanwhile_is_not_fired(app):
    """The change waits to be looked at when its step is picked: the case is looked at again first."""
    supervisor = make_person("supervisor")
    issue = make_issue()
    tick(MONDAY)
    issues.say(issue, "Now.", visibility="public", by=actor_of(supervisor), at=local("2026-11-23 17:00"))
    db.session.execute(Rearm.__table__.update().values(at=local("2027-01-01 09:00")))
    tick(local("2026-11-23 17:01"))
    assert chases() == []


def test_each_chase_has_its_line_in_the_audit_trail(app):
    make_person("supervisor")
    issue = make_issue()
    tick(local("2026-11-23 17:00"))
    entry = db.session.scalars(select(Entry).where(Entry.action == "issue.chase")).one()
    assert (entry.subject_id, entry.by_name, entry.after["chase"]) == (issue.id, "system", chases()[0].id)


def test_an_unchanged_case_writes_nothing(app):
    supervisor = make_person("supervisor")
    issue = make_issue()
    tick(MONDAY)
    issues.say(issue, "Note.", visibility="internal", by=actor_of(supervisor), at=MONDAY)
    tick(MONDAY)
    assert clock_of("issue", issue.id, "first_response").epoch == 1
    assert len(obligations()) == 1


def test_a_graver_case_is_reckoned_anew_and_loses_no_time(app):
    make_person("supervisor")
    issue = make_issue(severity="S3")
    tick(MONDAY)
    issue.severity = "S2"
    db.session.add(Rearm(reader=CLOCKS, subject_kind="issue", subject_id=issue.id, at=MONDAY))
    tick(MONDAY)
    clock = clock_of("issue", issue.id, "first_response")
    assert (clock.epoch, clock.due_at) == (2, local("2026-11-23 13:00"))
    assert [one.reason for one in obligations(state="superseded")] == ["restarted"]


def test_an_error_in_one_case_delays_only_that_case(app):
    make_person("supervisor")
    broken, sound = make_issue(), make_issue()
    tick(MONDAY)
    clock_of("issue", broken.id, "first_response").workings = {"severity": "S3"}
    tick(local("2026-11-23 15:00"))
    assert [one.subject_id for one in chases()] == [sound.id]
    (stuck,) = [one for one in obligations(state="scheduled") if one.subject_id == broken.id]
    assert (stuck.stuck, stuck.wait_until) == (1, local("2026-11-23 15:01"))
    tick(local("2026-11-23 15:02"))
    db.session.refresh(stuck)
    assert (stuck.stuck, stuck.wait_until) == (2, local("2026-11-23 15:07"))


def test_two_nodes_that_tick_at_once_chase_once(app, clock: Clock):
    make_person("supervisor")
    for _ in range(5):
        make_issue()
    tick(MONDAY)
    at = local("2026-11-23 17:00")
    run_beside(app, at)
    tick(at)
    assert len(chases()) == 5
    assert (
        db.session.scalar(select(func.count(func.distinct(Entry.id))).where(Entry.action == "issue.chase"))
        == 5
    )


def run_beside(app, at):
    """A tick of another node, in another thread, at the same time."""
    import threading

    def other():
        with app.app_context():
            jobs.tick(at)
            db.session.remove()

    threads = [threading.Thread(target=other) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_nothing_fires_while_the_clock_stands_behind_the_last_tick(app):
    make_person("supervisor")
    make_issue()
    tick(local("2026-11-24 09:00"))
    count = len(chases())
    tick(local("2026-11-23 17:00"))
    assert len(chases()) == count


def test_imported_history_arms_nothing(app):
    make_person("supervisor")
    make_issue(imported=True)
    tick(local("2026-12-14 09:00"))
    assert obligations() == []


def test_imported_history_is_clocked_once_somebody_touches_it(app):
    supervisor = make_person("supervisor")
    issue = make_issue(imported=True)
    issues.carry_out(issue, "accept", by=actor_of(supervisor), at=MONDAY)
    tick(MONDAY)
    assert [one.clock for one in obligations()] == ["first_response"]


def test_a_demo_case_rings_the_bell_and_writes_no_mail(app):
    make_person("supervisor")
    make_issue(is_demo=True)
    tick(local("2026-11-23 17:00"))
    assert letters("mail") == []
    assert len(letters("bell")) == 1


def test_the_inbox_sorts_by_what_the_clocks_say(app):
    make_person("supervisor")
    issue = make_issue()
    tick(MONDAY)
    db.session.refresh(issue)
    assert (issue.next_due_at, issue.next_due_clock) == (local("2026-11-23 17:00"), "first_response")

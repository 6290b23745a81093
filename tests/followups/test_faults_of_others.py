"""What other help desks got wrong, each as a test of ours (engine.md §3)."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from tests.clock import MONDAY, TAIPEI
from tests.factories.chases import chases, clock_of, fired, letters, local, obligations, tick
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person, organisation
from tests.factories.records import make_record
from tracker import rearm
from tracker.accounts.rules import SYSTEM
from tracker.db import db
from tracker.followups import actions, firing, invariants, queries
from tracker.issues import actions as issues
from tracker.policies import actions as policies
from tracker.records.parts import Escalation

DRILLS = Path(__file__).resolve().parent.parent.parent / "docs" / "developers" / "drills.md"


def test_a_nag_is_never_given_once_only(app):
    """Zammad stops after some mails, osTicket alerts once: ours goes on, week after week."""
    make_person("supervisor")
    make_issue()
    for week in range(8):
        tick(MONDAY + timedelta(days=7 * week, hours=8))
    assert [step for step, _n, _at in fired("first_response")].count("weekly") >= 5


def test_two_nags_of_one_day_are_both_given(app):
    """Zammad drops what it has sent that day already."""
    make_person("supervisor")
    make_issue(severity="S2")
    tick(MONDAY)
    for hour in range(10, 19):
        tick(local(f"2026-11-23 {hour}:00"))
    given = [(step, at[:5]) for step, _n, at in fired("first_response")]
    assert given == [("due_soon", "11-23"), ("overdue", "11-23")]


def test_nobody_is_mailed_at_midnight(app):
    """Zammad's day bucket resets at 00:00."""
    make_person("supervisor")
    make_issue(at=local("2026-11-27 17:50"))
    at = local("2026-11-27 17:50")
    while at < local("2026-12-02 00:00"):
        tick(at)
        at += timedelta(hours=3)
    assert chases() != []
    for one in chases():
        assert 9 <= one.due_at.astimezone(TAIPEI).hour <= 18
        assert one.due_at.astimezone(TAIPEI).weekday() < 5


def test_a_case_has_several_clocks_at_once(app):
    """Zammad and Frappe keep one."""
    record, _cast = make_record(state="assigned")
    tick(MONDAY)
    running = {one.clock.name for one in queries.next_steps(record.primary_issue)}
    assert {"acknowledge", "correct", "next_update"} <= running


def test_a_tick_with_nothing_due_reads_no_case(app):
    """Frappe loads every open ticket each hour."""
    make_person("supervisor")
    for _ in range(5):
        make_issue()
    tick(MONDAY)
    statements: list[str] = []
    listen = (db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    event.listen(*listen)
    tick(MONDAY + timedelta(seconds=5))
    event.remove(*listen)
    assert len(statements) <= 10
    assert not any("FROM issue" in one or "FROM clock" in one for one in statements)


def test_pauses_survive_a_change_of_the_policy(app):
    """GLPI loses the time that a case waited when its agreement changes."""
    supervisor = make_person("supervisor")
    issue = make_issue(state="waiting_user", supervisor=supervisor)
    tick(MONDAY)
    late = local("2026-11-30 09:00")
    issues.carry_out(issue, "reply", by=actor_of(issue.reporter), at=late, fields={"body": "On Friday."})
    tick(late)
    policies.activate("slow", by=SYSTEM, at=late, open_cases=True)
    tick(late)
    assert clock_of("issue", issue.id, "next_update").due_at == local("2026-12-07 18:00")


def test_a_paused_case_is_never_overdue(app):
    """GLPI breaches while pending."""
    supervisor = make_person("supervisor")
    issue = make_issue(state="waiting_user", supervisor=supervisor)
    tick(MONDAY)
    tick(local("2026-11-25 18:00"))
    assert chases("next_update") == []
    assert obligations("next_update", "scheduled") == []
    assert issue.state == "waiting_user"


def test_a_crash_between_the_chase_and_its_commit_leaves_nothing_half_done(app):
    """GLPI loses a level's action when the process dies between two statements."""
    make_person("supervisor")
    make_issue()
    tick(MONDAY)
    at = local("2026-11-23 17:00")
    firing.fire_due(at)
    db.session.rollback()
    assert chases() == []
    assert [one.state for one in obligations()] == ["scheduled"]
    tick(at)
    assert len(chases()) == 1


def test_more_than_one_batch_is_fired_in_one_tick_the_grave_first(app):
    """osTicket takes a hundred a run, without order."""
    make_person("supervisor")
    made = [make_issue(severity=f"S{1 + n % 4}") for n in range(4)]
    tick(MONDAY)
    late = local("2026-12-01 09:00")
    first = firing.fire_due(late, 2)
    db.session.commit()
    ranks = {issue.id: issue.severity for issue in made}
    assert first == 2
    assert {ranks[one.subject_id] for one in chases()} <= {"S1", "S2"}
    tick(late)
    assert {one.subject_id for one in chases()} == set(ranks)


def test_a_dry_run_changes_nothing(app):
    """django-helpdesk's still lowers priorities."""
    make_person("supervisor")
    make_issue()
    tick(MONDAY)
    at = local("2026-11-23 17:00")
    (planned,) = queries.would_send(at)
    assert planned.decision.turn.fires.step.name == "overdue"
    db.session.commit()
    assert chases() == []
    assert [(one.state, one.stuck) for one in obligations()] == [("scheduled", 0)]
    tick(at)
    assert [one.step for one in chases()] == ["overdue"]
    assert [one.name for one in planned.decision.to] == [one["name"] for one in chases()[0].to]


def test_a_missed_run_is_made_up_for(app):
    """RT's cron matches the exact minute: a run that is missed is lost."""
    make_person("supervisor")
    make_issue()
    tick(MONDAY)
    tick(local("2026-11-23 17:00") + timedelta(minutes=7, seconds=13))
    assert [step for step, _n, _at in fired("first_response")] == ["overdue"]


def test_a_failure_does_not_count_as_a_nag(app):
    """RT's counter advances when the run fails."""
    make_person("supervisor")
    issue = make_issue()
    tick(MONDAY)
    clock = clock_of("issue", issue.id, "first_response")
    whole, clock.workings = clock.workings, {"severity": "S3"}
    tick(local("2026-11-23 17:00"))
    assert chases() == []
    clock_of("issue", issue.id, "first_response").workings = whole
    tick(local("2026-11-23 17:02"))
    assert [(one.step, one.occurrence) for one in chases()] == [("overdue", 1)]


def test_a_silent_night_uses_up_no_nag(app):
    """monzo's silent hours still count."""
    make_person("supervisor")
    make_issue()
    tick(MONDAY)
    for hour in range(19, 24):
        tick(local(f"2026-11-23 {hour}:00"))
    night = len(chases())
    for hour in range(9, 18):
        tick(local(f"2026-11-24 {hour:02}:00"))
    assert [one.step for one in chases()][night:] == ["to_supervisor"]


def test_taken_work_is_asked_about_again(app):
    """Most desks fall silent once somebody has acknowledged."""
    record, _cast = make_record(state="analysing")
    tick(MONDAY)
    tick(local("2026-12-14 09:00"))
    escalation = db.session.query(Escalation).filter_by(record_id=record.id).one()
    assert {one.subject_id for one in chases() if one.subject_kind == "escalation"} == {escalation.id}
    assert len({one.clock for one in chases() if one.subject_kind == "escalation"}) >= 2


@pytest.mark.parametrize("preset", ["slow", "normal", "tight"])
def test_excluded_days_never_shorten_the_wait(app, preset):
    """django-helpdesk waits one day instead of three over a weekend."""
    organisation(chase_preset=preset)
    make_person("supervisor")
    issue = make_issue(at=local("2026-11-27 17:00"))
    tick(local("2026-11-27 17:00"))
    due = clock_of("issue", issue.id, "first_response").due_at
    assert due > local("2026-11-30 09:00")


def test_an_error_while_computing_one_case_holds_up_no_other(app):
    supervisor = make_person("supervisor")
    broken, sound = make_issue(), make_issue()
    tick(MONDAY)
    clock_of("issue", broken.id, "first_response").digest = ""
    clock_of("issue", broken.id, "first_response").workings = {}
    broken.reported_at = broken.aware_at
    broken.severity = "S?"
    rearm.mark("issue", broken.id, at=MONDAY)
    issues.say(sound, "Soon.", visibility="public", by=actor_of(supervisor), at=MONDAY)
    tick(MONDAY)
    assert clock_of("issue", sound.id, "first_response").met is True


def test_marks_of_a_case_that_is_gone_are_forgotten(app):
    rearm.mark("issue", 999_999, at=MONDAY)
    db.session.commit()
    assert actions.take(MONDAY) == 1
    db.session.commit()
    assert actions.take(MONDAY) == 0


def test_ticks_at_odd_instants_neither_skip_nor_double_a_nag(app):
    """Dispatch's nag is due when whole hours are a multiple: a late tick skips it, two in an hour double it."""
    make_person("supervisor")
    make_issue()
    at = MONDAY
    for step in range(150):
        at += timedelta(minutes=22, seconds=step % 7 * 13)
        tick(at)
        tick(at + timedelta(seconds=3))
    steps = [(name, n) for name, n, _at in fired("first_response")]
    assert steps == [("due_soon", 1), ("overdue", 1), ("to_supervisor", 1), ("to_manager", 1)]
    assert {f"{one.due_at:%M:%S}" for one in chases()} == {"00:00"}


def test_whoever_was_chased_hears_that_it_has_ended(app):
    """OnCall's users asked for it for years."""
    owner, other = make_person("supervisor"), make_person("supervisor")
    issue = make_issue()
    tick(local("2026-11-24 17:00"))
    issues.carry_out(
        issue, "withdraw", by=actor_of(issue.reporter), at=local("2026-11-24 17:10"), note="A mistake."
    )
    tick(local("2026-11-24 17:11"))
    told = letters("bell", "chase.ended")
    assert {one.person_id for one in told} == {owner.id, other.id}
    tick(local("2026-11-25 09:00"))
    assert len(letters("bell", "chase.ended")) == 2


def test_no_clock_that_runs_is_ever_without_a_next_step(app):
    """Zammad falls silent after some mails, without a word to anybody."""
    make_record(state="analysing")
    make_issue()
    for week in range(6):
        tick(MONDAY + timedelta(days=7 * week, hours=8))
        assert "unarmed" not in [one.name for one in invariants.broken(MONDAY)]


def test_each_fault_of_the_table_has_its_test():
    """docs/developers/drills.md names them; a name there without a test is an error."""
    table = DRILLS.read_text("utf-8").partition("## What others got wrong")[2].partition("\n## ")[0]
    named = re.findall(r"^\| [^`]+ \| `(test_\w+)` \|$", table, re.MULTILINE)
    mine = {name for name in globals() if name.startswith("test_")} - {
        "test_each_fault_of_the_table_has_its_test"
    }
    assert len(named) == len(set(named)) >= 19
    assert set(named) <= mine

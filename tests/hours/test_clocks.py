"""Deadlines count the hours of whoever owes the work, and move when these change; nobody is chased twice for it."""

from datetime import date, timedelta

from sqlalchemy import select

from tests.clock import MONDAY, TAIPEI
from tests.factories.chases import chases, clock_of, fired, local, obligations, tick
from tests.factories.issues import make_issue
from tests.factories.people import make_person, make_unit
from tests.followups import hours
from tests.hours.test_book import make_calendar
from tracker.accounts.rules import SYSTEM
from tracker.db import db
from tracker.followups import actions as followups
from tracker.followups import invariants
from tracker.followups.models import Instance
from tracker.hours import actions, rules
from tracker.hours.models import NamedCalendar
from tracker.rearm import Rearm

TUESDAY = date(2026, 11, 24)
ALL_DAY = (((0, 1440),),) * 7


def due(issue, name="first_response"):
    return f"{clock_of('issue', issue.id, name).due_at.astimezone(TAIPEI):%m-%d %H:%M}"


def close(day, **given):
    row = actions.set_day(day, rules.CLOSED, name="颱風", by=SYSTEM, at=MONDAY, **given)
    db.session.commit()
    return row


def test_a_case_counts_the_hours_of_the_unit_of_its_handler(app):
    unit = make_unit()
    make_calendar(week=ALL_DAY, units=(unit.id,))
    mine = make_issue(severity="S4", assignee=make_person("supervisor", unit_id=unit.id))
    other = make_issue(severity="S4", assignee=make_person("supervisor"))
    tick(MONDAY)
    # Sixteen hours: round the clock until the next night, in the office until the end of tomorrow.
    assert due(mine) == "11-24 01:00"
    assert due(other) == "11-24 16:00"


def test_a_typhoon_day_moves_the_deadline_and_undoing_it_moves_it_back(app):
    make_person("supervisor")
    issue = make_issue(severity="S4")
    tick(MONDAY)
    first = clock_of("issue", issue.id, "first_response")
    assert due(issue) == "11-24 16:00"
    row = close(TUESDAY)
    tick(MONDAY + timedelta(minutes=1))
    assert due(issue) == "11-25 16:00"
    assert clock_of("issue", issue.id, "first_response").epoch == first.epoch
    actions.drop_day(row, by=SYSTEM, at=MONDAY)
    db.session.commit()
    tick(MONDAY + timedelta(minutes=2))
    assert due(issue) == "11-24 16:00"
    armed = obligations("first_response", "scheduled")
    assert len(armed) == 1
    assert armed[0].due_at < local("2026-11-24 16:00")


def test_nobody_is_chased_again_because_a_day_off_was_added(app):
    make_person("supervisor")
    make_issue(severity="S4")
    tick(MONDAY)
    tick(local("2026-11-25 10:00"))
    before = [(one.clock, one.step, one.occurrence) for one in chases()]
    assert before
    close(date(2026, 12, 24))
    tick(local("2026-11-25 10:05"))
    assert [(one.clock, one.step, one.occurrence) for one in chases()] == before


def test_nobody_is_chased_again_because_days_became_shorter(app):
    """Three working days are fewer hours now; the clock is overdue by both, and goes on where it stood."""
    make_person("supervisor")
    issue = make_issue()
    issue.first_response_at = issue.last_update_at = MONDAY
    tick(MONDAY)
    tick(local("2026-11-27 10:00"))
    before = fired("next_update")
    assert [step for step, _n, _at in before] == ["to_supervisor"]
    hours.keep(10, 17)
    tick(local("2026-11-27 10:05"))
    assert fired("next_update") == before
    clock = clock_of("issue", issue.id, "next_update")
    assert (clock.epoch, clock.workings["want"]["allowance"]) == (1, 3 * 7 * 3600)
    tick(local("2026-11-30 18:00"))
    assert [step for step, _n, _at in fired("next_update")] == ["to_supervisor", "to_manager"]


def test_a_step_that_longer_hours_put_before_one_that_has_fired_falls_due_at_once(app):
    make_person("supervisor")
    issue = make_issue(severity="S4")
    issue.reported_at = local("2026-11-27 17:00")
    tick(local("2026-11-27 17:00"))
    tick(local("2026-12-01 15:00"))
    assert fired("first_response") == [("overdue", 1, "12-01 15:00")]
    hours.keep(0, 24)
    tick(local("2026-12-01 15:05"))
    assert fired("first_response")[1:] == [("to_supervisor", 1, "12-01 09:00")]
    (second,) = [one for one in obligations("first_response", "fired") if one.step == "to_supervisor"]
    assert second.due_at == local("2026-12-01 15:05")
    assert "disordered" not in {one.name for one in invariants.broken(local("2026-12-01 15:06"))}


def test_a_case_that_is_no_longer_overdue_starts_over(app):
    make_person("supervisor")
    issue = make_issue(severity="S4")
    tick(MONDAY)
    tick(local("2026-11-24 16:01"))
    epoch = clock_of("issue", issue.id, "first_response").epoch
    close(TUESDAY)
    tick(local("2026-11-24 16:02"))
    assert due(issue) == "11-25 16:00"
    assert clock_of("issue", issue.id, "first_response").epoch == epoch + 1


def test_only_the_cases_of_the_changed_calendar_are_looked_at_again(app):
    unit = make_unit()
    night = make_calendar(week=ALL_DAY, units=(unit.id,))
    mine = make_issue(assignee=make_person("supervisor", unit_id=unit.id))
    other = make_issue(assignee=make_person("supervisor"))
    tick(MONDAY)
    tick(MONDAY + timedelta(seconds=5))
    close(TUESDAY, calendar_id=night.id)
    instance = db.session.scalars(select(Instance)).one()
    followups.watch_policy(instance, MONDAY + timedelta(seconds=10))
    marked = {
        (one.subject_kind, one.subject_id) for one in db.session.query(Rearm).filter_by(reader="clocks")
    }
    assert ("issue", mine.id) in marked
    assert ("issue", other.id) not in marked


def test_somebody_who_moves_to_another_unit_takes_on_its_hours(app):
    unit = make_unit()
    make_calendar(week=ALL_DAY, units=(unit.id,))
    person = make_person("supervisor")
    issue = make_issue(severity="S4", assignee=person)
    tick(MONDAY)
    assert due(issue) == "11-24 16:00"
    person.unit_id = unit.id
    db.session.commit()
    tick(MONDAY + timedelta(minutes=1))
    assert due(issue) == "11-24 01:00"


def test_new_hours_from_a_date_leave_what_is_due_before_it(app):
    make_person("supervisor")
    issue = make_issue(severity="S4")
    tick(MONDAY)
    row = db.session.get(NamedCalendar, clock_of("issue", issue.id, "first_response").calendar_id)
    shorter = (((540, 1020),),) * 5 + ((), ())
    actions.save_week(row, shorter, start=date(2026, 12, 1), end=None, by=SYSTEM, at=MONDAY)
    db.session.commit()
    tick(MONDAY + timedelta(minutes=1))
    assert due(issue) == "11-24 16:00"

"""Deadlines count the hours of whoever owes the work, and move when these change; nobody is chased twice for it."""

from datetime import date, timedelta

from tests.clock import MONDAY, TAIPEI
from tests.factories.chases import chases, clock_of, local, obligations, tick
from tests.factories.issues import make_issue
from tests.factories.people import make_person, make_unit
from tests.hours.test_book import make_calendar
from tracker.accounts.rules import SYSTEM
from tracker.db import db
from tracker.followups import actions as followups
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
    followups.watch_policy(MONDAY + timedelta(seconds=10))
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

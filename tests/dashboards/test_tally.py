"""The tallies: exactly what the lists behind them hold, however often and in whatever order they are counted."""

from collections import Counter

import pytest
from sqlalchemy import delete, func, select

from tests.factories.chases import local, tick
from tests.factories.issues import bring_to, make_issue
from tests.factories.people import actor_of, make_person, make_system, make_unit
from tracker import schema
from tracker.dashboards import actions, queries
from tracker.dashboards.models import Tally, TallyShare
from tracker.dashboards.queries import Asked
from tracker.db import db
from tracker.rearm import TALLY, Rearm

ALL = Asked(today=None, weeks=4)  # type: ignore[arg-type]


@pytest.fixture
def count(app, clock):
    def count_all():
        while actions.take(clock.now(), app.config["TRACKER"].zone, limit=3):
            db.session.commit()

    return count_all


def sums():
    rows = select(Tally.measure, func.sum(Tally.n)).group_by(Tally.measure).having(func.sum(Tally.n) != 0)
    return dict(db.session.execute(rows).all())


def test_each_sum_is_the_number_of_its_shares(app, count):
    for state in ("new", "confirming", "waiting_user", "answered", "closed", "withdrawn"):
        make_issue(state=state)
    count()
    shares = Counter(db.session.scalars(select(TallyShare.measure)))
    assert shares
    assert sums() == shares


def test_a_case_counts_where_it_stands_now(app, count):
    issue = make_issue()
    count()
    assert sums()["waiting:supervisor"] == 1
    bring_to(issue, "waiting_user")
    count()
    assert sums()["waiting:reporter"] == 1
    assert "waiting:supervisor" not in sums()


def test_what_has_climbed_counts_from_its_deadline_not_from_when_the_managers_were_told(app, count, clock):
    make_person("manager")
    make_issue(supervisor=make_person("supervisor"))
    for day in ("23", "24", "25"):
        tick(local(f"2026-11-{day} 18:00"))
    clock.advance(days=3)
    count()
    day = db.session.scalars(select(TallyShare.day).where(TallyShare.measure == "ladder:3")).one()
    assert day == local("2026-11-23 17:00").date()


def test_an_upgrade_has_what_is_open_counted_anew_and_nothing_else(app, count):
    still_open = [make_issue().id, make_issue(state="answered").id]
    make_issue(state="closed")
    make_issue().imported = True
    count()
    db.session.commit()
    for way, to in ((schema.downgrade, "0044"), (schema.upgrade, "0045")):
        way(to)
        marks = select(Rearm.subject_kind, Rearm.subject_id).where(Rearm.reader == TALLY).order_by(Rearm.id)
        assert db.session.execute(marks).all() == [("issue", one) for one in still_open]
        db.session.execute(delete(Rearm))
        db.session.commit()
    schema.upgrade()


def test_counting_twice_changes_nothing(app, count, clock):
    make_issue(state="answered")
    count()
    before = sums()
    actions.rebuild(clock.now(), app.config["TRACKER"].zone)
    assert sums() == before


def test_imported_history_and_restricted_cases_count_for_nothing(app, count):
    make_issue(imported=True)
    make_issue(restricted=True)
    count()
    assert sums() == {}


@pytest.mark.parametrize("role", ["manager", "supervisor"])
def test_a_number_is_as_long_as_its_list(app, count, role):
    unit, system = make_unit(), make_system()
    inside = make_person(role, unit_limit=unit)
    for _ in range(2):
        make_issue(system=system, unit_id=unit.id)
    make_issue(system=system)
    count()
    actor = actor_of(inside)
    wanted = queries.cases(actor, "open", since=None, until=None, system_id=None)
    found = queries.sums(actor, Asked(make_issue().reported_at.date()), make_issue().reported_at.date())
    assert len(db.session.scalars(wanted).all()) == found.of("open") == 2


def test_nobody_without_an_overseeing_role_gets_numbers(app, count, clock):
    make_issue()
    count()
    reporter = actor_of(make_person("reporter"))
    assert queries.sums(reporter, Asked(clock.now().date()), clock.now().date()).by_day == {}

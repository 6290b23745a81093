"""A door and a tick at the same time: whoever has the case first, the other sees it as it then stands."""

import contextvars
import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, text

from tests.clock import MONDAY
from tests.factories.chases import chases, letters, local, obligations, tick
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person
from tracker import rearm
from tracker.dashboards.jobs import tally
from tracker.dashboards.models import TallyShare
from tracker.db import db, locked
from tracker.followups import jobs
from tracker.followups.models import Clock
from tracker.issues import actions as issues
from tracker.issues.models import Issue
from tracker.rearm import Rearm

DUE = local("2026-11-23 17:00")


def beside(app: Flask, work: Callable[[], object]) -> threading.Thread:
    """Run `work` in a thread of its own, with an app context and a session of its own."""

    def run() -> None:
        with app.app_context():
            work()
            db.session.remove()

    thread = threading.Thread(target=lambda: contextvars.Context().run(run))
    thread.start()
    return thread


@pytest.mark.postgresql_only
def test_a_case_that_is_being_answered_is_left_alone_and_looked_at_again(app):
    supervisor = make_person("supervisor")
    issue = make_issue()
    tick(MONDAY)
    by, issue_id = actor_of(supervisor), issue.id
    db.session.commit()
    held = db.session.scalars(locked(select(Issue).where(Issue.id == issue_id))).one()
    issues.say(held, "We look into it.", visibility="public", by=by, at=DUE)
    beside(app, lambda: jobs.tick(DUE)).join()
    db.session.commit()
    assert chases() == []
    assert [one.wait_until is not None for one in obligations(state="scheduled")] == [True]
    tick(local("2026-11-23 17:01"))
    assert chases() == []
    assert [one.reason for one in obligations("first_response", "superseded")] == ["ended"]


def test_many_nodes_in_many_ticks_chase_each_step_once(app):
    make_person("supervisor")
    for _ in range(6):
        make_issue()
    tick(MONDAY)
    db.session.remove()
    for hour in (15, 17):
        at = local(f"2026-11-23 {hour}:00")
        threads = [beside(app, lambda at=at: jobs.tick(at)) for _ in range(4)]
        for thread in threads:
            thread.join()
    assert len(chases()) == 12
    assert len({one.obligation_id for one in chases()}) == 12
    assert len({one.idem_key for one in letters()}) == len(letters()) == 24


def test_a_report_made_during_a_tick_is_armed_by_the_next(app):
    make_person("supervisor")
    make_issue()
    tick(MONDAY)
    make_issue(at=MONDAY)
    tick(MONDAY)
    assert len(obligations("first_response", "scheduled")) == 2


@pytest.mark.postgresql_only
def test_no_job_waits_for_a_case_that_somebody_holds(app):
    """Who waits while it holds others' rows may wait in a circle, of which PostgreSQL would end one."""
    held, free = make_issue().id, make_issue().id
    rearm.mark("issue", held, at=MONDAY)
    db.session.commit()
    with db.engine.connect() as other:
        other.execute(select(Issue.id).where(Issue.id == held).with_for_update())
        for job in (jobs.tick, tally):
            db.session.execute(text("SET LOCAL lock_timeout = '500ms'"))
            job(MONDAY)
        assert set(db.session.scalars(select(Clock.subject_id))) == {free}
        assert set(db.session.scalars(select(TallyShare.issue_id))) == {free}
        waiting = select(Rearm.reader, Rearm.subject_id, Rearm.at).distinct()
        assert set(db.session.execute(waiting)) == {(one, held, MONDAY) for one in rearm.READERS}
    jobs.tick(MONDAY)
    tally(MONDAY)
    assert db.session.scalars(select(Rearm)).first() is None

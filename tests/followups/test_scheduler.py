"""The scheduler: one table of jobs, each run alone, none able to take it down."""

import pytest
from flask import Flask

from tests.clock import MONDAY
from tests.factories.chases import local
from tests.factories.issues import make_issue
from tests.factories.people import make_person
from tracker import scheduler
from tracker.db import db
from tracker.errors import DomainError
from tracker.followups import status
from tracker.followups.models import Chase, Tick


def test_each_job_runs_once_by_name(app: Flask, caplog: pytest.LogCaptureFixture):
    for one in scheduler.JOBS:
        if one.name != "backup":
            scheduler.run_once(app, one.name, MONDAY)
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


def test_a_job_that_is_not_there_is_refused_with_those_that_are(app: Flask):
    with pytest.raises(DomainError, match="chase"):
        scheduler.run_once(app, "nonsense")


def test_a_tick_at_a_named_instant_leaves_no_heartbeat_behind(app: Flask):
    make_person("supervisor")
    make_issue()
    scheduler.run_once(app, "chase", local("2027-11-23 17:00"))
    assert db.session.query(Chase).count() == 1
    assert db.session.query(Tick).count() == 0


def test_the_heart_of_a_node_is_seen_beating(app: Flask):
    scheduler.run_once(app, "chase")
    db.session.rollback()
    now = scheduler.present()
    found = status.engine_status(now)
    assert found["scheduler"]["nodes"] == 1
    assert found["scheduler"]["last_tick_age_s"] <= 5
    assert found["outbox"] == {"waiting": 0, "oldest_age_s": 0, "dead": 0, "storm": False, "stale": 0}


def test_a_job_that_fails_is_logged_and_runs_again(app: Flask, caplog: pytest.LogCaptureFixture):
    def broken(_now: object) -> None:
        raise RuntimeError("no luck today")

    scheduler._safely(app, scheduler.Job("broken", broken, seconds=5))
    assert "job broken failed" in caplog.text


def test_the_scheduler_starts_ticks_and_stops(app: Flask):
    running = scheduler.start(app)
    assert {one.id for one in running.get_jobs()} == {one.name for one in scheduler.JOBS}
    assert all(one.coalesce and one.max_instances == 1 for one in running.get_jobs())
    scheduler.stop(running)
    assert not running.running

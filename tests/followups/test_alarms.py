"""The hourly look: administrators hear of each breach once, the outside hears that all is well, healing is quiet."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from sqlalchemy import update

from tests.clock import MONDAY
from tests.factories.chases import letters, local, tick
from tests.factories.issues import make_issue
from tests.factories.people import make_person
from tests.worlds import kept
from tracker import scheduler
from tracker.accounts.models import Person
from tracker.config import BadSetting, from_environment
from tracker.db import db
from tracker.followups import alarms, jobs, status
from tracker.followups.models import Obligation, Tick

DUE = local("2026-11-23 17:00")
HOUR = timedelta(hours=1)


@kept()
def ticked() -> Person:
    """An administrator of an engine that has ticked."""
    admin = make_person("admin")
    make_person("supervisor")
    make_issue()
    tick(DUE)
    return admin


@pytest.fixture
def admin(app):
    return ticked()


def broken(failures=3):
    db.session.execute(update(Obligation).where(Obligation.state == "scheduled").values(stuck=failures))
    db.session.commit()


def bells():
    return letters("bell", "engine.breach")


def test_an_administrator_hears_of_a_breach_once(admin):
    broken()
    for hours in (0, 1, 2):
        assert [one.name for one in jobs.audit(DUE + hours * HOUR)] == ["stuck"]
    (bell,) = bells()
    assert (bell.person_id, bell.seen_at) == (admin.id, None)
    assert "一再失敗" in bell.subject_line
    assert status.engine_status(DUE + 2 * HOUR)["audit"]["findings"] == {"stuck": 1}


def test_what_has_healed_is_taken_back_and_told_anew_when_it_breaks_again(admin):
    broken()
    jobs.audit(DUE)
    broken(failures=0)
    assert jobs.audit(DUE + HOUR) == []
    assert [bell.seen_at is not None for bell in bells()] == [True]
    assert status.findings() == []
    broken()
    jobs.audit(DUE + 2 * HOUR)
    assert len(bells()) == 2


def test_nodes_take_turns_once_an_hour(admin):
    assert alarms.is_time(DUE)
    db.session.commit()
    assert not alarms.is_time(DUE + timedelta(minutes=59))
    assert alarms.is_time(DUE + HOUR)
    db.session.commit()
    # A clock that had run ahead does not put the look off for years.
    assert alarms.is_time(DUE)


@contextmanager
def listener(status: int = 200, location: str = "") -> Iterator[tuple[str, list[str]]]:
    """An outside machine that waits for a sign of life; yields its address and the paths asked for."""
    asked: list[str] = []

    class Waiting(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(status)
            self.send_header("Location", location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Waiting)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def looked_by(app, url):
    app.config["TRACKER"] = replace(app.config["TRACKER"], heartbeat_url=url)
    jobs.audit(DUE)


def test_the_outside_hears_of_a_clean_look(app, admin):
    with listener() as (url, asked):
        looked_by(app, f"{url}/ping/abc")
    assert asked == ["/ping/abc"]


def test_the_outside_hears_nothing_while_a_promise_is_broken(app, admin):
    broken()
    with listener() as (url, asked):
        looked_by(app, url)
    assert asked == []


@pytest.mark.parametrize("answer", [500, 404, 302])
def test_a_listener_that_says_no_is_logged_and_followed_nowhere(app, admin, caplog, answer):
    with listener() as (elsewhere, strayed), listener(answer, elsewhere) as (url, asked):
        looked_by(app, url)
    assert (len(asked), strayed) == (1, [])
    assert "the heartbeat was not told" in caplog.text


def test_a_listener_that_is_away_is_logged(app, admin, caplog):
    looked_by(app, "http://127.0.0.1:9/")
    assert "the heartbeat was not told" in caplog.text


def test_without_an_address_nothing_is_called_and_a_wrong_one_is_refused():
    assert from_environment({}, dotenv=None).heartbeat_url == ""
    with pytest.raises(BadSetting, match="TRACKER_HEARTBEAT_URL"):
        from_environment({"TRACKER_HEARTBEAT_URL": "file:///etc/passwd"}, dotenv=None)


def test_a_scheduler_that_ends_by_itself_says_so(app):
    scheduler.run_once(app, "chase")
    running = scheduler.start(app)
    scheduler.stop(running)
    (node,) = db.session.query(Tick).all()
    assert node.left_at is not None
    db.session.rollback()
    scheduler.run_once(app, "chase")
    db.session.refresh(node)
    assert node.left_at is None


def test_a_node_that_slept_through_leases_is_counted(app):
    jobs.beat(MONDAY, 0)
    jobs.count_stale(2)
    assert status.engine_status(MONDAY)["outbox"]["stale"] == 2


def test_the_page_names_what_is_broken(client, login, admin, clock):
    broken()
    clock.at("2026-11-23 17:00")
    browser = login(client, admin)
    assert "尚未檢查" in browser.get("/admin/scheduler").text
    jobs.audit(DUE)
    assert "一再失敗" in browser.get("/admin/scheduler").text

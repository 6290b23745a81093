"""A restored copy holds everything back until somebody says from when it goes on."""

import pytest

from tests.clock import MONDAY
from tests.factories.chases import chases, letters, local, obligations, tick
from tests.factories.issues import make_issue
from tests.factories.people import make_person
from tracker import scheduler
from tracker.db import db
from tracker.followups import restoring

LATE = local("2026-11-24 17:30")


@pytest.fixture
def restored(app):
    """A case that was chased by the old installation up to Tuesday noon; then its Monday copy came back."""
    make_person("supervisor")
    make_issue()
    tick(MONDAY)
    restoring.hold(MONDAY)
    db.session.commit()


def test_nothing_is_chased_or_sent_while_it_is_held(app, restored):
    tick(LATE)
    scheduler.run_once(app, "letters", LATE)
    assert chases() == []
    assert {one.state for one in letters("mail")} <= {"pending"}


def test_what_the_old_installation_sent_is_not_sent_again(app, restored):
    restoring.resume(local("2026-11-24 12:00"), LATE)
    db.session.commit()
    tick(LATE)
    assert [one.step for one in chases()] == ["to_supervisor"]
    assert {one.reason for one in obligations(state="coalesced")} == {"restored"}


def test_a_copy_put_over_another_directory_is_noticed_by_itself(app, restored):
    restoring.resume(MONDAY, MONDAY)
    db.session.commit()
    folder = app.config["TRACKER"].data_dir
    (folder / restoring.FILE).write_text("another", "ascii")
    tick(LATE)
    assert restoring.is_held()
    assert chases() == []


def test_the_page_lets_it_go_on(client, login, restored):
    browser = login(client, make_person("admin"))
    assert "這是還原的備份" in browser.get("/admin/scheduler").text
    assert browser.post("/admin/scheduler/resume").status_code == 303
    assert not restoring.is_held()

"""Trying a draft out: on what is open today and on the weeks that were; nothing is sent, nothing stays."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.clock import MONDAY
from tests.factories.chases import chases, letters, local, tick
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person
from tests.factories.records import make_record
from tests.followups.test_ladder import OFFICE
from tests.posting import send
from tracker.accounts.rules import SYSTEM
from tracker.audit.models import Entry
from tracker.db import db
from tracker.followups import rehearsing, replaying
from tracker.followups.models import Chase, Clock, Obligation
from tracker.followups.replaying import Episode
from tracker.followups.rules import Yardstick
from tracker.issues import actions as issues
from tracker.issues.models import Issue
from tracker.outbox.models import Letter
from tracker.policies import actions
from tracker.policies.models import PolicyActivation, PolicyTrial
from tracker.policies.presets import PRESETS
from tracker.rearm import Rearm
from tracker.records.models import Record
from tracker.records.parts import Escalation

TIGHT, NORMAL = PRESETS["tight"], PRESETS["normal"]


@pytest.fixture
def admin(client, login):
    return login(client, make_person("admin", name="Admin", locale="en"))


def everything() -> dict[str, list[str]]:
    """All rows that a trial could have touched."""
    db.session.commit()
    tables = (Clock, Obligation, Chase, Letter, Issue, Record, Escalation, Entry, Rearm, PolicyActivation)
    return {
        one.__tablename__: sorted(map(repr, db.session.execute(select(*one.__table__.columns)).all()))
        for one in tables
    }


def go_on(admin, answer) -> str:
    """The page of a trial when it has come to its end; each piece by the button, as without script."""
    path = answer.location
    for _ in range(50):
        page = admin.get(path).text
        if "Go on" not in page:
            return page
        send(admin, path)
    raise AssertionError("the trial never ends")


def test_the_dry_run_says_what_the_engine_then_does(app, clock):
    supervisor, manager = make_person("supervisor"), make_person("manager")
    _record, cast = make_record(state="assigned")
    for hours in (0, 2, 5):
        make_issue(at=MONDAY + timedelta(hours=hours))
    at = local("2026-11-23 14:30")
    tick(at)
    before = everything()
    ids = rehearsing.open_ids()
    found = rehearsing.count({}, ids, TIGHT, at)
    assert everything() == before
    said = sorted((one["number"], one["clock"], one["step"], sorted(one["to"])) for one in found["lines"])
    assert len(said) >= 3
    known = {one.id for one in chases()}
    actions.activate("tight", by=SYSTEM, at=at, open_cases=True)
    tick(at)
    numbers = dict(db.session.execute(select(Chase.id, Chase.issue_id)).all())
    fresh = [one for one in chases() if one.id not in known]
    did = sorted(
        (number_of(numbers[one.id]), one.clock, one.step, sorted(to["name"] for to in one.to))
        for one in fresh
    )
    assert did == said
    assert sum(new for new, _old in found["people"].values()) == sum(len(one[3]) for one in did)
    assert {supervisor.name, cast.engineer.name} & set(found["people"])
    assert manager.name not in found["people"]


def number_of(issue_id: int) -> str:
    return db.session.get_one(Issue, issue_id).number


def test_the_page_of_today_is_reckoned_piece_by_piece(admin):
    make_person("supervisor", name="林志偉")
    for _ in range(25):
        make_issue(at=MONDAY - timedelta(days=7))
    tick(MONDAY - timedelta(days=6))
    send(admin, "/admin/chase/draft", {"from": "tight"})
    before = everything()
    answer = send(admin, "/admin/chase/draft/try/today")
    assert "20 of 25 cases" in admin.get(answer.location).text
    page = go_on(admin, answer)
    assert everything() == before
    assert "25 of 25 cases" in page
    assert "25 reminders at once" in page
    assert "林志偉" in page


def test_a_trial_of_nothing_says_so(admin):
    send(admin, "/admin/chase/draft")
    assert "Nobody would hear anything at once." in go_on(admin, send(admin, "/admin/chase/draft/try/today"))
    page = go_on(admin, send(admin, "/admin/chase/draft/try/past", {"weeks": 4, "most": 10}))
    assert "Nothing happened in these weeks." in page


@pytest.mark.parametrize(
    "wrong", [{"weeks": 0, "most": 9}, {"weeks": 4, "most": 9999}, {"weeks": "x", "most": ""}]
)
def test_a_simulation_of_absurd_size_is_refused(admin, wrong):
    send(admin, "/admin/chase/draft")
    assert send(admin, "/admin/chase/draft/try/past", wrong).status_code == 422
    assert db.session.query(PolicyTrial).count() == 0


def test_without_a_draft_there_is_nothing_to_try(admin):
    assert send(admin, "/admin/chase/draft/try/today").status_code == 404
    assert admin.get("/admin/chase/trials/9").status_code == 404


def test_the_simulation_compares_both_policies(admin, clock):
    supervisor = make_person("supervisor", name="林志偉")
    answered, silent = make_issue(), make_issue()
    issues.say(
        answered, "Soon.", visibility="public", by=actor_of(supervisor), at=MONDAY + timedelta(hours=6)
    )
    db.session.commit()
    make_record(state="closed")
    clock.advance(days=4)
    send(admin, "/admin/chase/draft", {"from": "tight"})
    before = everything()
    page = go_on(admin, send(admin, "/admin/chase/draft/try/past", {"weeks": 1, "most": 100}))
    assert everything() == before
    assert letters() == []
    found = db.session.query(PolicyTrial).one().found
    new_met, new_all, old_met, old_all = found["clocks"]["first_response"]
    assert new_all == old_all >= 2
    # Six hours are in time for eight and not for four; the silent one never is.
    assert old_met == new_met + 1
    assert found["people"]["林志偉"][0] > found["people"]["林志偉"][1] > 0
    assert "a week" in page
    assert silent.number


def replayed(policy, **facts):
    episode = Episode("first_response", "S3", MONDAY, **facts)
    return replaying.replay(episode, Yardstick(policy), OFFICE, MONDAY, MONDAY + timedelta(days=30))


def test_an_episode_is_replayed_until_it_ended():
    ended = MONDAY + timedelta(hours=8)
    came = replayed(NORMAL, ended=ended)
    assert [rung.step.name for rung in came.rungs] == ["due_soon"]
    assert came.met is True
    came = replayed(TIGHT, ended=ended)
    assert [rung.step.name for rung in came.rungs] == ["due_soon", "overdue"]
    assert came.met is False


def test_what_still_runs_is_judged_only_once_it_is_late():
    came = replayed(NORMAL)
    assert came.met is False
    assert [rung.step.name for rung in came.rungs][:4] == [
        "due_soon",
        "overdue",
        "to_supervisor",
        "to_manager",
    ]
    young = replaying.replay(
        Episode("first_response", "S3", MONDAY), Yardstick(NORMAL), OFFICE, MONDAY, MONDAY
    )
    assert (young.met, list(young.rungs)) == (None, [])


def test_the_time_with_the_user_does_not_count():
    pause = (MONDAY + timedelta(hours=1), MONDAY + timedelta(days=3))
    came = replayed(NORMAL, ended=MONDAY + timedelta(days=3, hours=6), pauses=(pause,))
    assert came.met is True

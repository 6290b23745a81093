"""Trying a draft out: on what is open today and on the weeks that were; nothing is sent, nothing stays."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.clock import MONDAY
from tests.factories.chases import chases, letters, local, tick
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person
from tests.factories.records import bring_to, make_record
from tests.followups.test_ladder import OFFICE
from tests.posting import send
from tracker.accounts.rules import SYSTEM
from tracker.audit.models import Entry
from tracker.db import db
from tracker.decisions import actions as decisions
from tracker.decisions.actions import Case, Given
from tracker.decisions.models import AgreedDate
from tracker.followups import episodes, rehearsing, replaying
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
from tracker.records import actions as records
from tracker.records.models import Record
from tracker.records.parts import EffectCheck, Escalation

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


def test_a_reminder_within_a_silence_is_heard_once_when_it_is_over():
    """While a risk was accepted nobody was reminded; the deadline itself did not move."""
    loud = [rung.at for rung in replayed(NORMAL).rungs][:3]
    over = loud[2] + timedelta(minutes=1)
    came = replayed(NORMAL, silent=((MONDAY, over),))
    assert [(rung.step.name, rung.at) for rung in came.rungs][:1] == [("to_supervisor", over)]
    assert came.met is False
    never = replayed(NORMAL, silent=((MONDAY, None),))
    assert list(never.rungs) == []


def test_another_date_decides_from_when_it_was_agreed_on():
    agreed, new = MONDAY + timedelta(hours=4), MONDAY + timedelta(days=4)
    date = AgreedDate(part_kind="issue", part_id=1, clock="first_response", due_at=new, at=agreed)
    whole = Episode("first_response", "S3", MONDAY, ended=MONDAY + timedelta(days=3))
    before, after = episodes.dated(whole, [date])
    assert (before.ended, before.judged, after.until, after.since) == (agreed, False, new, agreed)
    assert replaying.replay(after, Yardstick(NORMAL), OFFICE, MONDAY, MONDAY + timedelta(days=9)).met is True
    assert list(episodes.dated(replace(whole, ended=MONDAY + timedelta(hours=1)), [date])) == [
        replace(whole, ended=MONDAY + timedelta(hours=1))
    ]


def test_holds_promises_and_the_closing_are_replayed(app, clock):
    record, cast = make_record(state="analysing")
    at, until = MONDAY + timedelta(hours=3), MONDAY + timedelta(days=1)
    fields = {"waiting_for": "The vendor", "until": until, "liaison": cast.supervisor.id, "promise": "Soon"}
    records.move_record(record, "hold", by=cast.as_supervisor, at=at, fields=fields)
    records.move_record(record, "resume", by=cast.as_supervisor, at=until + timedelta(hours=2))
    bring_to(record, "watching", cast, at=MONDAY + timedelta(days=3))
    check = db.session.query(EffectCheck).one()
    looked, closed = MONDAY + timedelta(days=18), MONDAY + timedelta(days=20)
    records.record_check(check, "Nothing.", by=cast.as_supervisor, at=looked)
    records.move_record(record, "close", by=cast.as_supervisor, at=closed)
    db.session.commit()
    found = {}
    for _subject, episode in episodes.of_issue(record.primary_issue):
        found.setdefault(episode.clock, []).append(episode)
    (hold,) = found["hold"]
    assert (hold.start, hold.ended, hold.until) == (at, until + timedelta(hours=2), until)
    assert found["expected"][0].until == MONDAY + timedelta(days=1)
    assert found["expected"][0].pauses == ((at, until + timedelta(hours=2)),)
    (closing,) = found["close"]
    assert (closing.start, closing.ended) == (looked, closed)
    assert {"assign", "acknowledge", "correct", "verify", "confirm", "signoff", "effect_check"} <= set(found)
    tight, normal = (
        episodes.count({}, [record.primary_issue_id], (one, NORMAL), 8, record.closed_at)
        for one in (TIGHT, NORMAL)
    )
    assert all(four[1] == four[3] for name, four in normal["clocks"].items()), normal["clocks"]
    assert set(tight["clocks"]) == set(normal["clocks"]) == set(found)


def test_an_accepted_risk_is_a_silence_for_the_clocks_it_stilled(app):
    supervisor, manager = make_person("supervisor"), make_person("manager")
    issue = make_issue(state="confirming", supervisor=supervisor)
    given = Given("Old system.", until=MONDAY + timedelta(days=5))
    decisions.answer(Case(issue), "accept_risk", given, by=actor_of(manager), at=MONDAY + timedelta(hours=1))
    db.session.commit()
    stilled = {one.clock: one.silent for _subject, one in episodes.of_issue(issue)}
    assert stilled["first_response"] == ((MONDAY + timedelta(hours=1), None),)

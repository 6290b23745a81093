"""稍後: out of the views until its time, back at once when anybody acts, and the clocks never mind."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient

from tests.clock import MONDAY, Clock
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person
from tests.issues.test_undo import last_seq
from tracker.accounts.models import Person
from tracker.db import db
from tracker.errors import DomainError, NotAllowed
from tracker.followups import actions as followups
from tracker.issues import actions, counting, jobs, snoozing, when
from tracker.issues.models import Issue
from tracker.outbox.models import Letter
from tracker.triage.models import Batch
from tracker.unchanged import last_change

pytestmark = pytest.mark.usefixtures("app")
Login = Callable[[FlaskClient, Person], FlaskClient]
TAIPEI = ZoneInfo("Asia/Taipei")
TOMORROW = MONDAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("now", "due", "wanted"),
    [
        ("2026-11-23 09:00", None, {"hour": "23 10:00", "afternoon": "23 14:00", "morning": "24 09:00",
                                    "monday": "30 09:00"}),
        ("2026-11-23 13:00", None, {"hour": "23 14:00", "morning": "24 09:00", "monday": "30 09:00"}),
        ("2026-11-29 18:00", None, {"hour": "29 19:00", "morning": "30 09:00", "monday": "30 09:00"}),
        ("2026-11-23 15:00", "2026-11-26 12:00", {"hour": "23 16:00", "morning": "24 09:00",
                                                  "before_due": "25 12:00", "monday": "30 09:00"}),
        ("2026-11-23 15:00", "2026-11-24 12:00", {"hour": "23 16:00", "morning": "24 09:00", "monday": "30 09:00"}),
    ],
)  # fmt: skip
def test_the_times_offered(now: str, due: str | None, wanted: dict[str, str]) -> None:
    def at(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=TAIPEI)

    offered = snoozing.choices(at(now), TAIPEI, at(due) if due else None)
    assert {name: f"{until.astimezone(TAIPEI):%d %H:%M}" for name, until in offered.items()} == wanted
    assert list(offered.values()) == sorted(offered.values())


def test_each_way_to_write_a_date_that_a_form_names_is_read_as_one_day_to_come() -> None:
    assert {when.parse(one) for one in when.example().values()} == {when.parse("2026-11-30")}


def views_of(boss: Person) -> dict[str, int]:
    return {
        name: count
        for name, count in counting.counts(actor_of(boss), MONDAY, last=last_change()).items()
        if count
    }


def put_off(boss: Person, **more: object) -> Issue:
    issue = make_issue(**more)
    actions.snooze(issue, TOMORROW, by=actor_of(boss), at=MONDAY)
    db.session.commit()
    return issue


def test_it_is_out_of_sight_and_comes_back_with_a_bell(clock: Clock) -> None:
    boss = make_person("supervisor")
    issue = put_off(boss)
    assert views_of(boss) == {"snoozed": 1, "all": 1}
    assert jobs.wake_snoozed(clock.now()) == 0
    assert jobs.wake_snoozed(TOMORROW) == 1 and jobs.wake_snoozed(TOMORROW) == 0
    assert db.session.get_one(Issue, issue.id).snoozed_until is None
    assert db.session.query(Letter).filter_by(kind="issue.woke", person_id=boss.id).count() == 1
    assert views_of(boss)["triage"] == 1


def test_the_reporter_s_word_brings_it_back() -> None:
    boss = make_person("supervisor")
    issue = put_off(boss)
    assert issue.reporter is not None
    actions.say(issue, "Any news?", visibility="public", by=actor_of(issue.reporter), at=MONDAY)
    assert issue.snoozed_until is None
    issue = put_off(boss, state="waiting_user")
    assert issue.reporter is not None
    actions.carry_out(issue, "reply", by=actor_of(issue.reporter), at=MONDAY, fields={"body": "Monday."})
    assert issue.snoozed_until is None


def test_the_clocks_do_not_mind() -> None:
    boss, issue = make_person("supervisor"), make_issue()
    followups.rearm_now("issue", issue.id, MONDAY)
    due = issue.next_due_at
    actions.snooze(issue, MONDAY + timedelta(days=9), by=actor_of(boss), at=MONDAY)
    followups.rearm_now("issue", issue.id, MONDAY)
    assert issue.next_due_at == due


def test_putting_off_is_undone_and_a_move_from_later_is_undone_to_later() -> None:
    boss = make_person("supervisor")
    issue = put_off(boss)
    actions.undo(issue, last_seq(issue), by=actor_of(boss), at=MONDAY)
    assert issue.snoozed_until is None
    actions.snooze(issue, TOMORROW, by=actor_of(boss), at=MONDAY)
    actions.carry_out(issue, "accept", by=actor_of(boss), at=MONDAY)
    assert issue.snoozed_until is None
    actions.undo(issue, last_seq(issue), by=actor_of(boss), at=MONDAY)
    assert (issue.state, issue.snoozed_until) == ("new", TOMORROW)


@pytest.mark.parametrize("until", [None, MONDAY, MONDAY + timedelta(days=91)])
def test_only_a_time_to_come_within_three_months(until: datetime | None) -> None:
    with pytest.raises(DomainError):
        actions.snooze(make_issue(), until, by=actor_of(make_person("supervisor")), at=MONDAY)


def test_what_alarms_stays_in_sight_and_only_a_supervisor_puts_off() -> None:
    with pytest.raises(DomainError):
        put_off(make_person("supervisor"), impact="harm")
    issue = make_issue()
    assert issue.reporter is not None
    with pytest.raises(NotAllowed):
        actions.snooze(issue, TOMORROW, by=actor_of(issue.reporter), at=MONDAY)


def test_the_page_takes_an_offered_time_or_one_s_own_and_comes_back(
    client: FlaskClient, login: Login
) -> None:
    issue, mine = make_issue(), login(client, make_person("supervisor"))
    path = f"/issues/{issue.number}/snooze"
    assert "2026-11-23T14:00" in mine.get(path).text or "06:00" in mine.get(path).text
    wrong = mine.post(path, data={"custom": "sometime"})
    assert wrong.status_code == 422 and "sometime" in wrong.text
    answer = mine.post(path, data={"custom": "11/25", "back": "/inbox/triage"})
    assert answer.location == "/inbox/triage"
    until = db.session.get_one(Issue, issue.id).snoozed_until
    assert until is not None and f"{until.astimezone(TAIPEI):%m-%d %H:%M}" == "11-25 09:00"
    assert (
        issue.number in mine.get("/inbox/snoozed").text and issue.number not in mine.get("/inbox/triage").text
    )
    mine.post(f"/issues/{issue.number}/wake")
    assert db.session.get_one(Issue, issue.id).snoozed_until is None


def test_several_are_put_off_and_brought_back_at_once(client: FlaskClient, login: Login) -> None:
    issues, mine = [make_issue() for _ in range(2)], login(client, make_person("supervisor"))
    given = {"number": [one.number for one in issues], "ready": "1", "until": TOMORROW.isoformat()}
    assert mine.post("/inbox/bulk/snooze", data={"number": given["number"]}).status_code == 200
    assert mine.post("/inbox/bulk/snooze", data=given).status_code == 303
    assert {db.session.get_one(Issue, one.id).snoozed_until for one in issues} == {TOMORROW}
    mine.post(f"/inbox/bulk/{db.session.query(Batch).one().id}/undo")
    assert {db.session.get_one(Issue, one.id).snoozed_until for one in issues} == {None}

"""Acts on several issues: each by itself, all undone at once, many of them by the scheduler."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.clock import MONDAY, Clock
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person, make_system
from tracker.accounts.models import Person
from tracker.accounts.rules import SYSTEM
from tracker.db import db
from tracker.issues import actions
from tracker.issues.models import Issue
from tracker.outbox.models import Letter
from tracker.records import actions as records
from tracker.triage import batches, jobs, rules
from tracker.triage.models import Batch

Login = Callable[[FlaskClient, Person], FlaskClient]
FIELDS: dict[str, dict[str, Any]] = {
    "answer": {"issue_kind": "how_to", "proposed_solution": "See page 3."},
    "close": {"note": "Asked by mistake."},
}
START = {"close": "answered"}


def states(issues: list[Issue]) -> list[str | None]:
    db.session.expire_all()
    return [db.session.get_one(Issue, issue.id).state for issue in issues]


def send(client: FlaskClient, act: str, issues: list[Issue], **given: Any) -> Any:
    return client.post(
        f"/inbox/bulk/{act}", data={"number": [one.number for one in issues], "ready": "1", **given}
    )


@pytest.mark.parametrize(
    ("act", "ends"),
    [("accept", "confirming"), ("take", "new"), ("assign", "new"), ("merge", "merged"), ("answer", "answered"),
     ("close", "closed")],
)  # fmt: skip
def test_each_act_is_done_with_all_and_undone_with_all(
    client: FlaskClient, login: Login, act: str, ends: str
) -> None:
    boss, system, start = make_person("supervisor"), make_system(), START.get(act, "new")
    issues = [make_issue(state=start, system=system) for _ in range(3)]
    mine, given = login(client, boss), dict(FIELDS.get(act, {}))
    given |= {"into": make_issue().number} if act == "merge" else {}
    given |= {"to": str(make_person("supervisor").id)} if act == "assign" else {}
    before = [one.assignee_id for one in issues]
    answer = send(mine, act, issues, **given, back="/inbox/all?severity=S3")
    assert (answer.status_code, answer.location) == (303, "/inbox/all?severity=S3")
    assert states(issues) == [ends] * 3
    batch = db.session.query(Batch).one()
    assert f"/inbox/bulk/{batch.id}/undo" in mine.get("/inbox/all").text
    assert mine.post(f"/inbox/bulk/{batch.id}/undo").status_code == 303
    assert states(issues) == [start] * 3 and [one.assignee_id for one in issues] == before


@pytest.mark.parametrize(
    ("act", "given"),
    [("assign", {"to": "abc"}), ("assign", {"to": "999999"}), ("assign", {"to": "9" * 30}),
     ("snooze", {"until": "nonsense"}), ("snooze", {"until": "9999-12-31T23:59:59+00:00"})],
)  # fmt: skip
def test_what_no_list_offers_is_refused_for_each(
    client: FlaskClient, login: Login, act: str, given: dict[str, str]
) -> None:
    issues = [make_issue() for _ in range(2)]
    answer = send(login(client, make_person("supervisor")), act, issues, **given)
    batch = db.session.query(Batch).one()
    assert (answer.status_code, answer.location) == (303, f"/inbox/bulk/{batch.id}")
    assert [number for number, _why in batch.refused] == [one.number for one in issues] and not batch.entries


@pytest.mark.parametrize(
    ("act", "given", "wrong"),
    [("answer", {"issue_kind": "how_to"}, "proposed_solution"), ("close", {}, "note"), ("assign", {"to": ""}, "to"),
     ("merge", {"into": "Q-000000-0000"}, "into")],
)  # fmt: skip
def test_what_an_act_needs_is_asked_once_for_all(
    client: FlaskClient, login: Login, act: str, given: dict[str, str], wrong: str
) -> None:
    issues = [make_issue() for _ in range(2)]
    mine = login(client, make_person("supervisor"))
    page = mine.post(f"/inbox/bulk/{act}", data={"number": [one.number for one in issues]})
    assert page.status_code == 200 and all(one.number in page.text for one in issues)
    page = send(mine, act, issues, **given)
    assert page.status_code == 422 and f'id="{wrong}-error"' in page.text
    assert states(issues) == ["new", "new"] and db.session.query(Batch).count() == 0


def test_one_that_cannot_be_done_holds_up_no_other(client: FlaskClient, login: Login) -> None:
    boss = make_person("supervisor")
    issues = [make_issue(), make_issue(state="answered"), make_issue()]
    answer = send(login(client, boss), "accept", issues)
    batch = db.session.query(Batch).one()
    assert answer.location == f"/inbox/bulk/{batch.id}"
    assert states(issues) == ["confirming", "answered", "confirming"]
    assert [number for number, _why in batch.refused] == [issues[1].number]
    assert issues[1].number in client.get(answer.location).text


def test_undoing_leaves_alone_what_somebody_has_built_on(client: FlaskClient, login: Login) -> None:
    boss = make_person("supervisor")
    issues = [make_issue() for _ in range(3)]
    send(login(client, boss), "accept", issues)
    records.move_issue(issues[1], "ask", by=actor_of(boss), at=MONDAY, fields={"body": "Which day?"})
    db.session.commit()
    client.post(f"/inbox/bulk/{db.session.query(Batch).one().id}/undo")
    assert states(issues) == ["new", "waiting_user", "new"]
    undo = db.session.query(Batch).filter_by(act="undo").one()
    assert [number for number, _why in undo.refused] == [issues[1].number]


def test_many_become_a_job_at_once(client: FlaskClient, login: Login) -> None:
    numbers = [f"Q-202611-{n:04}" for n in range(rules.AT_ONCE + 1)]
    answer = login(client, make_person("supervisor")).post("/inbox/bulk/accept", data={"number": numbers})
    batch = db.session.query(Batch).one()
    assert answer.location == f"/inbox/bulk/{batch.id}" and batch.stage == rules.WAITING


def test_a_job_shows_how_far_it_is_and_can_be_stopped_and_undone(
    client: FlaskClient, login: Login, clock: Clock
) -> None:
    boss, issues = make_person("supervisor"), [make_issue() for _ in range(3)]
    numbers = [one.number for one in issues]
    made = batches.ask("accept", numbers, {}, by=actor_of(boss), at=clock.now(), locale="en")
    path, mine = f"/inbox/bulk/{made.id}", login(client, boss)
    page = mine.get(path)
    assert page.headers["Refresh"] == "2" and 'max="3" value="0"' in page.text
    assert jobs.work_off(clock.now()) == 3 and jobs.work_off(clock.now()) == 0
    assert states(issues) == ["confirming"] * 3
    assert db.session.query(Letter).filter_by(kind="batch.done").count() == 1
    assert "Refresh" not in mine.get(path).headers
    undo = batches.ask_undo(
        db.session.get_one(Batch, made.id), by=actor_of(boss), at=clock.now(), locale="en"
    )
    mine.post(f"/inbox/bulk/{undo.id}/stop")
    assert jobs.work_off(clock.now()) == 0 and states(issues) == ["confirming"] * 3


def test_a_node_that_died_half_way_is_taken_over_where_it_was(
    client: FlaskClient, login: Login, clock: Clock
) -> None:
    issues = [make_issue() for _ in range(3)]
    send(login(client, make_person("supervisor")), "take", issues[:1])
    batch = db.session.query(Batch).one()
    batch.numbers = [one.number for one in issues]
    batch.act, batch.stage, batch.lease_until = "accept", rules.WORKING, clock.now() - rules.LEASE
    db.session.commit()
    assert jobs.work_off(clock.now()) == 2
    assert states(issues) == ["new", "confirming", "confirming"]


def test_all_that_a_view_holds_is_taken_beyond_the_page(client: FlaskClient, login: Login) -> None:
    system, other = make_system(), make_system()
    issues = [make_issue(system=system) for _ in range(3)]
    left = make_issue(system=other)
    mine = login(client, make_person("supervisor"))
    answer = mine.post("/inbox/bulk/accept", data={"all": "1", "view": "triage", "system": str(system.id)})
    assert answer.status_code == 303
    assert states([*issues, left]) == ["confirming"] * 3 + ["new"]


def test_a_batch_is_its_owner_s_alone(client: FlaskClient, login: Login) -> None:
    send(login(client, make_person("supervisor")), "accept", [make_issue()])
    batch = db.session.query(Batch).one()
    other = login(client, make_person("supervisor"))
    assert other.get(f"/inbox/bulk/{batch.id}").status_code == 404
    assert other.post(f"/inbox/bulk/{batch.id}/undo").status_code == 404


def test_nothing_selected_says_so(client: FlaskClient, login: Login) -> None:
    mine = login(client, make_person("supervisor"))
    assert send(mine, "accept", []).location == "/inbox" and "請先選" in mine.get("/inbox/all").text


def test_the_words_of_an_answer_that_was_undone_come_back(client: FlaskClient, login: Login) -> None:
    mine, issues = login(client, make_person("supervisor")), [make_issue() for _ in range(2)]
    send(mine, "answer", issues, **FIELDS["answer"])
    one = db.session.query(Batch).one()
    here = f"/inbox/bulk/{one.id}"
    assert mine.post(f"{here}/undo").status_code == 303
    undone = mine.get("/inbox").text
    assert "已復原 2 件。都沒有寄出。" in undone and f'action="{here}/again"' in undone
    again = mine.post(f"{here}/again").text
    assert "See page 3.</textarea>" in again and all(f'value="{issue.number}"' in again for issue in issues)
    assert send(mine, "answer", issues, **FIELDS["answer"]).status_code == 303
    assert states(issues) == ["answered", "answered"]


def test_several_go_on_with_one_of_them(client: FlaskClient, login: Login) -> None:
    mine, issues = login(client, make_person("supervisor")), [make_issue() for _ in range(3)]
    asked = mine.post("/inbox/bulk/merge", data={"number": [one.number for one in issues]}).text
    assert all(f'name="into" value="{one.number}"' in asked for one in issues)
    assert send(mine, "merge", issues, into=[issues[0].number, ""]).status_code == 303
    assert states(issues) == ["new", "merged", "merged"]


def test_what_one_only_follows_is_offered_by_no_title(client: FlaskClient, login: Login) -> None:
    boss = make_person("supervisor", system_limit=make_system())
    issue = make_issue(description="Not for their eyes.")
    actions.follow(issue, boss.id, by=SYSTEM, at=MONDAY)
    db.session.commit()
    asked = login(client, boss).post("/inbox/bulk/merge", data={"number": [issue.number]})
    assert asked.status_code == 200
    assert issue.title not in asked.text and issue.reporter.name not in asked.text

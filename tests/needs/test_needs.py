"""Needs that are no anomalies: decided with a reason, answered, handed on, listed by theme, taken back whole."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.clock import MONDAY
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person, make_system
from tests.issues.test_cost import MOST, counted
from tests.posting import send
from tracker.accounts.models import Person
from tracker.db import db
from tracker.errors import DomainError, NotAllowed, WrongState
from tracker.issues import queries as issues
from tracker.issues.models import Issue, Message
from tracker.needs import actions, jobs, queries
from tracker.outbox.models import Letter
from tracker.records import actions as records

pytestmark = pytest.mark.usefixtures("app")
Login = Callable[[FlaskClient, Person], FlaskClient]
SOON, NEXT_WEEK = MONDAY + timedelta(seconds=10), MONDAY + timedelta(days=7)
WISH = {
    "issue_kind": "feature_request",
    "decision": "accepted",
    "theme": "system",
    "reason": "下一版會加上匯出。",
}


def decided(issue: Issue, by: Person, *, at: Any = MONDAY, **changes: Any) -> Any:
    made = actions.decide(issue, {**WISH, **changes}, by=actor_of(by), at=at)
    db.session.commit()
    return made


def numbers(actor: Any, **wanted: str) -> list[str]:
    return [issue.number for issue, _need in queries.shown(queries.filtered(actor, wanted, MONDAY), 100)]


def test_the_reason_is_the_answer_and_begins_with_the_decision() -> None:
    supervisor, issue = make_person("supervisor"), make_issue(impact="question")
    decided(issue, supervisor)
    assert (issue.state, issue.kind) == ("answered", "feature_request")
    assert issue.proposed_solution == "我們會依您的需求處理。\n\n下一版會加上匯出。"
    assert {
        one.kind for one in db.session.scalars(select(Letter).where(Letter.person_id == issue.reporter_id))
    } >= {"issue.answer"}


@pytest.mark.parametrize("state", ["answered", "escalated", "closed"])
def test_once_answered_a_new_decision_is_a_message_and_moves_nothing(state: str) -> None:
    supervisor, issue = make_person("supervisor"), make_issue(state=state)
    decided(issue, supervisor, decision="done", reason="已上線。")
    said = db.session.scalars(
        select(Message).where(Message.issue_id == issue.id).order_by(Message.id.desc())
    ).first()
    assert issue.state == state and said is not None and said.body == "您提出的需求已經完成。\n\n已上線。"
    assert said.visibility == "public" and not said.from_reporter


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"decision": "later"}, "again_at"),
        ({"decision": "later", "again_at": "2026-11-01"}, "again_at"),
        ({"decision": "maybe"}, "decision"),
        ({"issue_kind": "anomaly"}, "issue_kind"),
        ({"theme": ""}, "theme"),
        ({"owner": "999"}, "owner"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_said(changes: dict[str, str], field: str) -> None:
    issue = make_issue()
    with pytest.raises(DomainError) as error:
        actions.decide(issue, {**WISH, **changes}, by=actor_of(make_person("supervisor")), at=MONDAY)
    assert field in error.value.fields and issue.state == "new" and queries.current(issue) is None


def test_only_a_supervisor_decides_and_not_on_what_was_merged_or_withdrawn() -> None:
    for role in ("manager", "engineer", "reporter"):
        with pytest.raises(NotAllowed):
            actions.decide(make_issue(), WISH, by=actor_of(make_person(role)), at=MONDAY)
    with pytest.raises(WrongState):
        actions.decide(make_issue(state="withdrawn"), WISH, by=actor_of(make_person("supervisor")), at=MONDAY)


def test_who_sees_to_it_is_told_and_sees_the_case_until_somebody_else_does() -> None:
    supervisor, issue = make_person("supervisor"), make_issue()
    first, second = make_person("engineer"), make_person("engineer")
    assert not issues.may_view(actor_of(first), issue)
    decided(issue, supervisor, owner=str(first.id))
    assert issues.may_view(actor_of(first), issue) and issues.works_on(actor_of(first), issue)
    assert numbers(actor_of(first), mine="1") == [issue.number]
    told = select(Letter).where(Letter.kind == "issue.need_owner")
    assert {one.person_id for one in db.session.scalars(told)} == {first.id}
    decided(issue, supervisor, at=SOON, owner=str(second.id))
    assert not issues.may_view(actor_of(first), issue) and issues.may_view(actor_of(second), issue)


def test_a_sealed_case_is_handed_only_to_those_who_see_it_anyhow() -> None:
    issue, engineer = make_issue(impact="personal_data"), make_person("engineer")
    with pytest.raises(DomainError):
        decided(issue, make_person("supervisor"), owner=str(engineer.id))
    assert not issues.may_view(actor_of(engineer), issue)


def test_undoing_the_answer_takes_the_decision_back_and_the_one_before_holds_again() -> None:
    supervisor, issue, engineer = make_person("supervisor"), make_issue(), make_person("engineer")
    first = decided(issue, supervisor, owner=str(engineer.id))
    second = decided(issue, supervisor, at=SOON, decision="declined", reason="費用太高。")
    records.undo_issue(issue, second.told_seq, by=actor_of(supervisor), at=SOON)
    db.session.commit()
    assert queries.current(issue) == first and issues.may_view(actor_of(engineer), issue)
    records.undo_issue(issue, first.told_seq, by=actor_of(supervisor), at=SOON)
    db.session.commit()
    assert queries.current(issue) is None and issue.state == "new" and issue.kind is None
    assert not issues.may_view(actor_of(engineer), issue) and queries.history(issue) == []
    letters = db.session.scalars(
        select(Letter).where(Letter.kind.in_(("issue.need_owner", "issue.answer")))
    ).all()
    assert letters and {one.state for one in letters} == {"cancelled"}


def test_the_list_by_theme_decision_kind_and_system() -> None:
    supervisor, system = make_person("supervisor"), make_system()
    open_, wish, later = make_issue(kind="complaint"), make_issue(system=system), make_issue()
    make_issue(kind="anomaly")
    decided(wish, supervisor)
    decided(
        later, supervisor, issue_kind="data_correction", decision="later", theme="data", again_at=NEXT_WEEK
    )
    by = actor_of(supervisor)
    assert numbers(by) == [later.number, wish.number, open_.number]
    assert numbers(by, theme="data") == numbers(by, kind="data_correction") == [later.number]
    assert numbers(by, decision="undecided") == [open_.number]
    assert numbers(by, system=str(system.id), decision="accepted") == [wish.number]
    assert numbers(by, again="1") == [] and numbers(by, theme="nonsense") == numbers(by)
    counts = queries.counts(by, NEXT_WEEK + timedelta(days=1))
    wanted = {"undecided": 1, "accepted": 1, "later": 1, "declined": 0, "data": 1, "system": 1, "again": 1}
    assert {name: counts[name] for name in wanted} == wanted
    assert numbers(actor_of(make_person("engineer"))) == []


def test_when_the_day_comes_who_sees_to_it_is_told_once() -> None:
    supervisor, engineer = make_person("supervisor"), make_person("engineer")
    theirs, own, past = make_issue(), make_issue(), make_issue()
    later = {"decision": "later", "again_at": NEXT_WEEK}
    decided(theirs, supervisor, owner=str(engineer.id), **later)
    decided(own, supervisor, **later)
    decided(past, supervisor, **later)
    decided(past, supervisor, at=SOON, decision="declined")
    assert jobs.remind(MONDAY) == 0
    for _ in range(2):
        assert jobs.remind(NEXT_WEEK + timedelta(minutes=1)) == 2
    told = db.session.scalars(
        select(Letter).where(Letter.kind == "issue.need_again", Letter.channel == "bell")
    )
    assert sorted(one.person_id or 0 for one in told) == sorted([engineer.id, supervisor.id])


def test_the_pages_the_table_and_the_way_back(client: FlaskClient, login: Login) -> None:
    supervisor = make_person("supervisor")
    issue = make_issue(impact="question", kind="feature_request", description="希望能匯出成表格")
    mine = login(client, supervisor)
    assert "還沒有決定如何處理" in mine.get(f"/issues/{issue.number}").text
    wrong = send(mine, f"/issues/{issue.number}/need", {**WISH, "reason": ""})
    assert wrong.status_code == 422 and "請寫下理由" in wrong.text
    blank = send(mine, f"/issues/{issue.number}/need", {})
    assert blank.status_code == 422 and "declined" not in blank.text.partition("<form")[0]
    assert 'id="decision-error"' in blank.text and 'id="reason-error"' in blank.text
    sent = send(mine, f"/issues/{issue.number}/need", WISH)
    assert sent.status_code == 303
    page = mine.get(sent.location).text
    assert "已決定，半分鐘後通知回報者" in page and "/undo/" in page and "下一版會加上匯出" in page
    assert "希望能匯出成表格" in mine.get("/needs?theme=system").text
    table = mine.get("/needs.csv?decision=accepted").text.splitlines()
    assert len(table) == 2 and "T1.1" in table[1] and table[1].startswith(issue.number)
    # Taken back, it leads where it was decided, not to the form of an ordinary answer.
    path = page.partition(f'action="/issues/{issue.number}/undo/')[2].partition('"')[0]
    undone = mine.post(f"/issues/{issue.number}/undo/{path}")
    assert undone.status_code == 303 and undone.location == f"/issues/{issue.number}"
    assert "已復原" in mine.get(undone.location).text


def test_a_list_of_any_length_costs_the_same(client: FlaskClient, login: Login) -> None:
    supervisor = make_person("supervisor")
    for _ in range(6):
        decided(make_issue(system=make_system()), supervisor, owner=str(make_person("engineer").id))
    mine = login(client, supervisor)
    with counted() as statements:
        assert mine.get("/needs").status_code == 200
    assert len(statements) <= MOST, "\n\n".join(statements)

"""Undo: what the pages say is as before, letters that rest are not sent, and nothing is torn from under later work."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy import func, select, update

from tests.clock import MONDAY
from tests.factories.issues import make_guest_issue, make_issue
from tests.factories.people import actor_of, make_person
from tests.factories.records import make_record
from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.audit.models import Entry
from tracker.db import db
from tracker.errors import NotAllowed, WrongState
from tracker.issues import actions, queries, undoing
from tracker.issues.models import Issue, Message
from tracker.outbox.models import Letter
from tracker.records import actions as records

pytestmark = pytest.mark.usefixtures("app")
Login = Callable[[FlaskClient, Person], FlaskClient]
LATER, MUCH_LATER = MONDAY + timedelta(seconds=20), MONDAY + timedelta(hours=2)
ANSWER = {"proposed_solution": "Seven days.", "issue_kind": "how_to"}

# The act, the state it starts from, and what it brings.
ACTS: list[tuple[str, str, dict[str, Any]]] = [
    ("accept", "new", {}),
    ("ask", "new", {"body": "Which day?"}),
    ("ask", "confirmed", {"body": "Which day?"}),
    ("answer", "new", ANSWER),
    ("answer", "waiting_user", ANSWER),
    ("answer", "confirmed", {"proposed_solution": "Seven.", "escalation_reason": "One case only."}),
    ("close", "answered", {"note": "They moved away."}),
    ("merge", "new", {}),
    ("merge", "escalated", {}),
]


def act(issue: Issue, verb: str, given: dict[str, Any], by: Actor, at: Any = MONDAY) -> int:
    fields = {"into": make_issue().number} if verb == "merge" else given
    records.move_issue(issue, verb, by=by, at=at, fields=fields)
    db.session.commit()
    return last_seq(issue)


def last_seq(issue: Issue) -> int:
    mine = (Entry.subject_kind == "issue", Entry.subject_id == issue.id)
    return db.session.scalar(select(func.max(Entry.seq)).where(*mine)) or 0


def standing(issue: Issue) -> dict[str, Any]:
    """All that pages and guards read of an issue; when it was last touched is no part of it."""
    found = {
        c.key: getattr(issue, c.key)
        for c in Issue.__table__.columns
        if c.key not in ("updated_at", "next_due_at")
    }
    found["talk"] = [(one.id, one.body) for one in queries.messages(issue, internal=True)]
    found["facts"] = queries.facts(issue, MONDAY)
    found["parts"] = [(one.person_id, one.role) for one in queries.participants(issue)]
    return found


@pytest.mark.parametrize(("verb", "state", "given"), ACTS)
def test_each_act_and_its_undo_leave_the_issue_as_it_was(
    verb: str, state: str, given: dict[str, Any]
) -> None:
    by, issue = actor_of(make_person("supervisor")), make_issue(state=state, at=MONDAY - timedelta(days=1))
    before = standing(issue)
    seq = act(issue, verb, given, by)
    assert standing(issue) != before
    actions.undo(issue, seq, by=by, at=LATER)
    db.session.commit()
    assert standing(issue) == before
    assert db.session.scalars(select(Letter).where(Letter.created_at >= MONDAY, Letter.state == "pending",
                                                   Letter.kind != "issue.received")).all() == []  # fmt: skip


def test_handing_over_is_taken_back_and_the_letter_was_never_sent() -> None:
    boss, other = make_person("supervisor"), make_person("supervisor")
    issue = make_issue()
    actions.assign(issue, other, by=actor_of(boss), at=MONDAY)
    actions.undo(issue, last_seq(issue), by=actor_of(boss), at=LATER)
    assert issue.assignee_id is None
    states = db.session.scalars(select(Letter.state).where(Letter.kind == "issue.handed_over")).all()
    assert states and set(states) == {"cancelled"}


def test_who_was_told_already_is_told_of_the_undo_too() -> None:
    by, issue = actor_of(make_person("supervisor")), make_issue(state="answered")
    seq = act(issue, "close", {"note": "They moved away."}, by)
    db.session.execute(update(Letter).values(state="sent"))
    actions.undo(issue, seq, by=by, at=MUCH_LATER)
    news = select(Letter.kind).where(Letter.person_id == issue.reporter_id, Letter.created_at == MUCH_LATER)
    assert set(db.session.scalars(news)) == {"issue.progress"} and issue.state == "answered"


def test_followers_whom_a_merge_brought_go_and_those_who_were_there_stay() -> None:
    by, target, here = actor_of(make_person("supervisor")), make_issue(), make_person("reporter")
    first, second = make_issue(), make_issue(reporter=here)
    actions.follow(target, here.id, by=by, at=MONDAY)
    for issue in (first, second):
        records.move_issue(issue, "merge", by=by, at=MONDAY, fields={"into": target.number})
        actions.undo(issue, last_seq(issue), by=by, at=LATER)
    assert [one.person_id for one in queries.participants(target)] == [here.id]


@pytest.mark.parametrize("then", ["ask", "assign"])
def test_nothing_is_undone_that_somebody_has_built_on(then: str) -> None:
    by, issue = actor_of(make_person("supervisor")), make_issue()
    seq = act(issue, "accept", {}, by)
    if then == "ask":
        act(issue, "ask", {"body": "Which day?"}, by, LATER)
    else:
        actions.assign(issue, make_person("supervisor"), by=by, at=LATER)
    with pytest.raises(WrongState) as refused:
        actions.undo(issue, seq, by=by, at=LATER)
    assert refused.value.text


def test_undoing_twice_or_out_of_order_is_refused_and_last_first_works() -> None:
    by, issue = actor_of(make_person("supervisor")), make_issue()
    accepted = act(issue, "accept", {}, by)
    actions.assign(issue, make_person("supervisor"), by=by, at=LATER)
    assigned = last_seq(issue)
    for seq in (assigned, accepted):
        actions.undo(issue, seq, by=by, at=LATER)
        with pytest.raises(WrongState):
            actions.undo(issue, seq, by=by, at=LATER)
    assert (issue.state, issue.assignee_id) == ("new", None)


@pytest.mark.parametrize("verb", ["ask", "answer"])
def test_what_the_reporter_was_told_cannot_be_untold(verb: str) -> None:
    by, issue = actor_of(make_person("supervisor")), make_guest_issue()
    seq = act(issue, verb, {"body": "Which day?"} if verb == "ask" else ANSWER, by)
    with pytest.raises(WrongState):
        actions.undo(issue, seq, by=by, at=MUCH_LATER)
    assert db.session.query(Message).filter_by(issue_id=issue.id).count() == 1


def test_only_a_supervisor_undoes() -> None:
    by, issue = actor_of(make_person("supervisor")), make_issue()
    seq = act(issue, "accept", {}, by)
    assert issue.reporter is not None
    with pytest.raises(NotAllowed):
        actions.undo(issue, seq, by=actor_of(issue.reporter), at=LATER)


def test_a_close_after_which_the_record_went_on_stays() -> None:
    record, cast = make_record(state="user_confirm")
    issue = db.session.get_one(Issue, record.primary_issue_id)
    by = actor_of(cast.supervisor)
    records.move_issue(issue, "close", by=by, at=MONDAY, fields={"note": "They moved away."})
    with pytest.raises(WrongState):
        records.undo_issue(issue, last_seq(issue), by=by, at=LATER)


def test_the_page_offers_what_can_be_undone_and_the_reporter_s_progress_forgets_it(
    client: FlaskClient, login: Login
) -> None:
    issue, supervisor = make_issue(), make_person("supervisor")
    seq = act(issue, "accept", {}, actor_of(supervisor))
    path = f"/issues/{issue.number}/undo/{seq}"
    mine = login(client, supervisor)
    assert path in mine.get(f"/issues/{issue.number}").text
    assert mine.get(path).status_code == 200 and db.session.get_one(Issue, issue.id).state == "confirming"
    assert mine.post(path).status_code == 303 and db.session.get_one(Issue, issue.id).state == "new"
    again = mine.post(path)
    assert again.status_code == 409 and path not in mine.get(f"/issues/{issue.number}").text
    assert "有人接手處理" not in mine.get(f"/issues/{issue.number}?as=reporter").text


def test_every_undoable_act_keeps_how_the_issue_stood() -> None:
    by = actor_of(make_person("supervisor"))
    for verb, state, given in ACTS:
        issue = make_issue(state=state)
        entry = undoing.entry_of(issue, act(issue, verb, given, by))
        assert set(undoing.STOOD[verb]) < set(entry.before)


@pytest.mark.parametrize(
    ("page", "sent"),
    [
        ("note", {"body": "週五 <b>前</b> 回覆 👩‍👩‍👧", "visibility": "public"}),
        ("ask?need=1", {"body": "哪一天？", "need_statement": "要看到\n前七天"}),
        (
            "answer",
            {"proposed_solution": "七天。\n\n請見第三頁", "issue_kind": "how_to", "workaround": "先打電話"},
        ),
    ],
)
def test_whoever_cancels_the_sending_has_the_words_back_in_the_form(
    client: FlaskClient, login: Login, page: str, sent: dict[str, str]
) -> None:
    issue, mine = make_issue(state="confirming"), login(client, make_person("supervisor"))
    here = f"/issues/{issue.number}"
    assert mine.post(f"{here}/{page}", data=sent).status_code == 303
    again = mine.post(f"{here}/undo/{last_seq(issue)}", data={"back": "/inbox/mine"})
    assert again.status_code == 200 and "沒有寄出" in again.text and 'value="/inbox/mine"' in again.text
    assert f'action="{here}/{page.partition("?")[0]}"' in again.text
    for key in sent.keys() - {"issue_kind", "visibility"}:
        assert f">\r\n{escape(sent[key])}</textarea>".replace("\r\n", "\n") in again.text.replace(
            "\r\n", "\n"
        ), key
    db.session.rollback()
    assert db.session.get_one(Issue, issue.id).state == "confirming"
    # Nothing but the form is left of it: sending it anew leaves once more.
    assert mine.post(f"{here}/{page}", data=sent).status_code == 303


def test_what_is_written_of_the_need_goes_along_to_the_question_whether_it_is_right(
    client: FlaskClient, login: Login
) -> None:
    issue, mine = make_issue(state="confirming"), login(client, make_person("supervisor"))
    here = f"/issues/{issue.number}"
    assert f'formaction="{here}/ask?need=1"' in mine.get(f"{here}/confirm").text
    asked = mine.post(
        f"{here}/ask?need=1", data={"need_statement": "只要週末的課", "fill": "1", "back": here}
    )
    assert asked.status_code == 200 and "只要週末的課</textarea>" in asked.text
    assert db.session.get_one(Issue, issue.id).state == "confirming"


def test_a_hand_over_says_to_whom_and_a_number_to_merge_into_may_be_wide(
    client: FlaskClient, login: Login
) -> None:
    issue, target, mine = make_issue(), make_issue(), login(client, make_person("supervisor"))
    other = make_person("supervisor", name="蔡雅婷")
    mine.post(f"/issues/{issue.number}/assign", data={"to": other.id})
    assert "現在由蔡雅婷負責" in mine.get(f"/issues/{issue.number}").text
    wide = "".join(chr(ord(char) + 0xFEE0) for char in f"{target.number.lower()}")
    assert mine.post(f"/issues/{issue.number}/merge", data={"into": f"　{wide} "}).status_code == 303
    db.session.rollback()
    assert db.session.get_one(Issue, issue.id).merged_into_id == target.id


@pytest.mark.parametrize("followed", [False, True])
def test_a_letter_is_spoken_of_only_where_one_goes_out(
    client: FlaskClient, login: Login, followed: bool
) -> None:
    issue, supervisor = make_guest_issue(reporter_email=""), make_person("supervisor")
    if followed:
        actions.follow(issue, make_person().id, by=actor_of(supervisor), at=MONDAY)
        db.session.commit()
    mine, here = login(client, supervisor), f"/issues/{issue.number}"
    for verb, said in (("ask", {}), ("note", {"visibility": "public"})):
        assert mine.post(f"{here}/{verb}", data={"body": "Which day?", **said}).status_code == 303
        page = mine.get(here).text
        assert ("取消寄送" in page, "半分鐘後寄出" in page) == (followed, followed), verb
        assert ("不會寄出信件" in page) != followed, verb

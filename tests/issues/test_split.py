"""Splitting: a linked issue that names the chosen messages, joined again by undo while nothing was built on it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.clock import MONDAY
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person
from tests.posting import send
from tracker.accounts.models import Person
from tracker.db import db
from tracker.errors import DomainError, WrongState
from tracker.issues import actions, queries, undoing
from tracker.issues.models import Issue
from tracker.outbox.models import Letter
from tracker.records import actions as records

pytestmark = pytest.mark.usefixtures("app")
Login = Callable[[FlaskClient, Person], FlaskClient]
SOON = MONDAY + timedelta(seconds=10)


def split(issue: Issue, by: Person, **more: object) -> tuple[Issue, int]:
    part = actions.split(issue, description="匯出時少了一欄", by=actor_of(by), at=MONDAY, **more)  # type: ignore[arg-type]
    db.session.commit()
    return part, undoing.last_entry(issue, undoing.SPLIT).seq


def test_the_chosen_messages_are_named_in_an_internal_note_of_the_part() -> None:
    supervisor, issue = make_person("supervisor"), make_issue()
    for words in ("第一句", "第二句"):
        actions.say(issue, words, visibility="public", by=actor_of(issue.reporter), at=MONDAY)
    first, second = queries.messages(issue, internal=True)
    part, _seq = split(issue, supervisor, messages=[second.id])
    (note,) = queries.messages(part, internal=True)
    assert note.visibility == "internal" and issue.number in note.body
    assert "第二句" in note.body and "第一句" not in note.body
    assert len(queries.messages(issue, internal=True)) == 2 and part.split_from_id == issue.id
    with pytest.raises(DomainError):
        actions.split(issue, description="x", messages=[first.id + 999], by=actor_of(supervisor), at=MONDAY)


def test_undone_within_the_half_minute_the_reporter_hears_of_no_second_number() -> None:
    supervisor, issue = make_person("supervisor"), make_issue()
    part, seq = split(issue, supervisor)
    records.undo_issue(issue, seq, by=actor_of(supervisor), at=SOON)
    db.session.commit()
    assert (part.state, part.merged_into_id, issue.state) == ("merged", issue.id, "new")
    told = db.session.query(Letter).filter_by(
        subject_kind="issue", subject_id=part.id, person_id=issue.reporter_id
    )
    assert {one.state for one in told} == {"cancelled"}
    with pytest.raises(WrongState):
        records.undo_issue(issue, seq, by=actor_of(supervisor), at=SOON)


def test_what_was_built_on_stays() -> None:
    supervisor, issue = make_person("supervisor"), make_issue()
    part, seq = split(issue, supervisor)
    answer = {"proposed_solution": "重新匯出。", "issue_kind": "how_to"}
    actions.carry_out(part, "answer", by=actor_of(supervisor), at=SOON, fields=answer)
    with pytest.raises(WrongState):
        records.undo_issue(issue, seq, by=actor_of(supervisor), at=SOON)
    assert part.state == "answered"


def test_both_pages_lead_to_each_other_and_the_act_says_its_undo(client: FlaskClient, login: Login) -> None:
    supervisor, issue = make_person("supervisor"), make_issue()
    actions.say(issue, "還有一件事", visibility="public", by=actor_of(issue.reporter), at=MONDAY)
    (message,) = queries.messages(issue, internal=True)
    mine = login(client, supervisor)
    assert "還有一件事" in mine.get(f"/issues/{issue.number}/split").text
    wrong = send(mine, f"/issues/{issue.number}/split", {"description": ""})
    assert wrong.status_code == 422
    sent = send(
        mine, f"/issues/{issue.number}/split", {"description": "匯出時少了一欄", "messages": message.id}
    )
    assert sent.status_code == 303, sent.text[sent.text.find("error-summary") :][:900]
    page = mine.get(sent.location).text
    part = db.session.query(Issue).filter_by(split_from_id=issue.id).one()
    assert f"已另立 {part.number}" in page and "/undo/" in page and f'href="/issues/{part.number}"' in page
    assert f'href="/issues/{issue.number}"' in mine.get(f"/issues/{part.number}").text

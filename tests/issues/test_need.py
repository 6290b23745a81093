"""C1 beside the user's own words: sent to the user, who confirms or corrects it; both versions are kept."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.clock import MONDAY, Clock
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person
from tests.issues.test_undo import last_seq
from tracker.accounts.models import Person
from tracker.db import db
from tracker.issues import actions, queries
from tracker.issues.models import Issue
from tracker.outbox.models import Letter

pytestmark = pytest.mark.usefixtures("app")
Login = Callable[[FlaskClient, Person], FlaskClient]
NEED = "The right number of days,\nfrom the manual."


def asked(state: str = "confirming") -> Issue:
    issue = make_issue(state=state, description="It says 30 days.")
    by = actor_of(make_person("supervisor"))
    actions.carry_out(issue, "ask", by=by, at=MONDAY, fields={"need_statement": NEED})
    db.session.commit()
    return issue


def test_the_need_is_sent_as_it_was_written_and_stands_beside_the_user_s_words(
    client: FlaskClient, login: Login
) -> None:
    issue = asked()
    ask = queries.open_ask(issue, "need")
    assert ask is not None and issue.need_statement == NEED and issue.need_confirmed_at is None
    assert queries.messages(issue, internal=False)[-1].body.endswith(
        "> The right number of days,\n> from the manual."
    )
    assert issue.reporter is not None
    page = login(client, issue.reporter).get(f"/issues/{issue.number}").text
    assert "The right number of days," in page and '<blockquote class="quote">It says 30 days.' in page
    assert 'name="need_answer" value="yes"' in page and 'name="need_answer" value="no"' in page


def test_a_yes_confirms_the_need_in_the_user_s_name(client: FlaskClient, login: Login) -> None:
    issue = asked()
    assert issue.reporter is not None
    mine = login(client, issue.reporter)
    assert (
        mine.post(f"/issues/{issue.number}/reply", data={"need_answer": "yes", "body": "Yes."}).status_code
        == 303
    )
    issue = db.session.get_one(Issue, issue.id)
    assert issue.reporter is not None
    assert (issue.state, issue.need_confirmed_how, issue.need_confirmed_by) == (
        "confirming", "online", issue.reporter.name,
    )  # fmt: skip
    assert queries.open_ask(issue, "need") is None
    # What the supervisor still has to do is press the button: all that the guards ask for is offered.
    page = login(client, make_person("supervisor")).get(f"/issues/{issue.number}/confirm").text
    assert NEED.splitlines()[0] in page and "Yes." in page


def test_a_correction_keeps_both_versions_and_confirms_nothing(client: FlaskClient, login: Login) -> None:
    issue = asked()
    assert issue.reporter is not None
    actions.carry_out(issue, "reply", by=actor_of(issue.reporter), at=MONDAY,
                      fields={"need_answer": "no", "body": "In working days."})  # fmt: skip
    assert (issue.state, issue.need_confirmed_at, issue.need_statement) == ("confirming", None, NEED)
    said = [one.body for one in queries.messages(issue, internal=False)]
    assert "> The right number of days," in said[-2] and said[-1] == "In working days."
    # Who sees to it is told beside the need as it stood, until somebody writes another.
    boss = make_person("supervisor")
    db.session.commit()
    assert "回報者更正過" in login(client, boss).get(f"/issues/{issue.number}").text
    actions.save(issue, {"need_statement": "In working days."}, by=actor_of(boss), at=MONDAY)
    db.session.commit()
    assert "回報者更正過" not in client.get(f"/issues/{issue.number}").text


@pytest.mark.parametrize("page", ["confirm?quote=1", "ask?need=1&quote=1"])
def test_a_supervisor_starts_from_the_user_s_own_words(client: FlaskClient, login: Login, page: str) -> None:
    issue = make_issue(state="confirming", description="退貨期限是幾天？")
    login(client, make_person("supervisor"))
    assert "退貨期限是幾天？</textarea>" in client.get(f"/issues/{issue.number}/{page}").text
    assert "退貨期限是幾天？</textarea>" not in client.get(f"/issues/{issue.number}/{page[:-7]}").text


def test_an_empty_correction_keeps_the_need_it_corrects_in_sight(client: FlaskClient, login: Login) -> None:
    issue = asked()
    assert issue.reporter is not None
    page = login(client, issue.reporter).post(
        f"/issues/{issue.number}/reply", data={"need_answer": "no", "body": " "}
    )
    assert page.status_code in (409, 422) and "我們理解得對嗎？" in page.text
    assert "from the manual." in page.text and '<blockquote class="quote">It says 30 days.' in page.text


def test_a_plain_question_asks_nothing_of_the_need(client: FlaskClient, login: Login) -> None:
    issue = make_issue(state="waiting_user")
    assert issue.reporter is not None
    assert "need_answer" not in login(client, issue.reporter).get(f"/issues/{issue.number}").text
    assert "need_answer" not in client.get(f"/issues/{issue.number}/reply").text


def test_the_question_can_be_taken_back_with_the_need_as_it_stood() -> None:
    issue = make_issue(state="confirmed")
    by, before = actor_of(make_person("supervisor")), issue.need_statement
    actions.carry_out(issue, "ask", by=by, at=MONDAY, fields={"need_statement": NEED})
    actions.undo(issue, last_seq(issue), by=by, at=MONDAY + timedelta(seconds=9))
    assert (issue.state, issue.need_statement) == ("confirmed", before)


def test_a_message_that_is_taken_back_in_time_never_leaves_and_stays_as_a_note(
    client: FlaskClient, login: Login
) -> None:
    issue, boss = make_issue(state="confirming"), make_person("supervisor")
    mine, before = login(client, boss), issue.last_update_at
    mine.post(f"/issues/{issue.number}/note", data={"body": "Too early.", "visibility": "public"})
    page = mine.get(f"/issues/{issue.number}").text
    path = page.partition(f'action="/issues/{issue.number}/undo/')[2].partition('"')[0]
    assert mine.post(f"/issues/{issue.number}/undo/{path}").status_code == 200
    issue = db.session.get_one(Issue, issue.id)
    assert issue.last_update_at == before
    assert "Too early." in mine.get(f"/issues/{issue.number}").text
    assert "Too early." not in mine.get(f"/issues/{issue.number}?as=reporter").text
    states = db.session.scalars(select(Letter.state).where(Letter.kind == "issue.message")).all()
    assert states and set(states) == {"cancelled"}


def test_a_message_that_has_left_cannot_be_taken_back(
    client: FlaskClient, login: Login, clock: Clock
) -> None:
    issue = make_issue(state="confirming")
    mine = login(client, make_person("supervisor"))
    mine.post(f"/issues/{issue.number}/note", data={"body": "Now.", "visibility": "public"})
    clock.advance(minutes=1)
    seq = last_seq(issue)
    assert mine.post(f"/issues/{issue.number}/undo/{seq}").status_code == 409
    assert "Now." in mine.get(f"/issues/{issue.number}?as=reporter").text

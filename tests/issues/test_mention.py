"""Naming a colleague in a note: they are told as they wish, see the case, and follow it; outside nobody is named."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.clock import MONDAY
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person
from tests.posting import send
from tracker.accounts.models import Person
from tracker.db import db
from tracker.errors import DomainError
from tracker.issues import actions, parties, queries
from tracker.issues.mentioning import named_in
from tracker.issues.models import Issue, Message
from tracker.outbox.models import Letter

Login = Callable[[FlaskClient, Person], FlaskClient]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("@王小明 請看", {1}),
        ("＠王小明請看", {1}),
        ("請@王小和@林志偉看", {2, 3}),
        ("王小明請看", set()),
        ("mail@example.test", set()),
        ("@王小明華", {4}),
        ("@Ann Lee, please", {5}),
        ("", set()),
    ],
)
def test_whom_the_words_name(body: str, named: set[int]) -> None:
    names = ("王小明", "王小", "林志偉", "王小明華", "Ann Lee")
    people = [Person(id=number, name=name) for number, name in enumerate(names, 1)]
    assert named_in(body, people) == named


def note(issue: Issue, by: Person, body: str, **more: object) -> Issue:
    said = actions.say(issue, body, visibility="internal", by=actor_of(by), at=MONDAY, **more)  # type: ignore[arg-type]
    db.session.commit()
    return said


def told() -> list[tuple[int | None, str]]:
    found = db.session.query(Letter).filter_by(kind="issue.mentioned").order_by(Letter.id)
    return [(one.person_id, one.channel) for one in found]


def test_who_is_named_is_told_once_sees_the_case_and_stands_among_the_followers(app: object) -> None:
    supervisor, issue = make_person("supervisor"), make_issue()
    engineer = make_person("engineer", name="黃建國")
    note(issue, supervisor, "@黃建國 這是檢索的問題嗎？", mention=[engineer.id])
    assert told() == [(engineer.id, "bell"), (engineer.id, "mail")]
    assert queries.works_on(actor_of(engineer), issue) and parties.followers(issue) == ["黃建國"]
    note(issue, engineer, f"@{supervisor.name} 是的")
    assert (supervisor.id, "bell") in told()
    actions.say(issue, "@黃建國", visibility="public", by=actor_of(supervisor), at=MONDAY)
    note(issue, engineer, "@黃建國")
    assert len(told()) == 4


def test_nobody_is_named_into_a_case_that_they_may_not_see(app: object) -> None:
    supervisor, issue = make_person("supervisor"), make_issue(impact="personal_data")
    engineer = make_person("engineer", name="黃建國")
    with pytest.raises(DomainError):
        actions.say(
            issue, "請看", visibility="internal", by=actor_of(supervisor), at=MONDAY, mention=[engineer.id]
        )
    db.session.rollback()
    note(issue, supervisor, "@黃建國")
    assert told() == [] and not queries.may_view(actor_of(engineer), issue)


def test_the_page_offers_colleagues_without_script_and_keeps_a_wrong_name(
    client: FlaskClient, login: Login
) -> None:
    supervisor, issue = make_person("supervisor"), make_issue()
    engineer = make_person("engineer", name="黃建國")
    make_person("reporter", name="陳美玲")
    mine = login(client, supervisor)
    page = mine.get(f"/issues/{issue.number}/note").text
    assert "黃建國" in page and "陳美玲" not in page
    sent = {"body": "請看", "visibility": "internal", "mention": str(engineer.id)}
    assert send(mine, f"/issues/{issue.number}/note", sent).status_code == 303
    assert [one for one, _channel in told()] == [engineer.id] * 2
    wrong = send(mine, f"/issues/{issue.number}/note", {**sent, "body": "留著", "mention": "陳美玲"})
    assert wrong.status_code == 422 and "留著" in wrong.text
    assert db.session.query(Message).filter_by(issue_id=issue.id).count() == 1
    theirs = login(client, issue.reporter)
    assert "黃建國" not in theirs.get(f"/issues/{issue.number}/note").text

"""Changing an issue's fields: two people never write over each other unseen."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.clock import MONDAY
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person, make_system
from tracker.accounts.models import Person
from tracker.audit.models import Entry
from tracker.db import db
from tracker.errors import DomainError, NotAllowed, Stale
from tracker.issues import actions, fields
from tracker.issues.models import Evidence, Issue

Login = Callable[[FlaskClient, Person], FlaskClient]


def form_of(client: FlaskClient, number: str, **typed: str) -> dict[str, str]:
    """What a browser would send back of the edit page, with these boxes changed."""
    page = client.get(f"/issues/{number}/edit")
    assert page.status_code == 200
    issue = db.session.query(Issue).filter_by(number=number).one()
    return (
        {f"seen-{key}": fields.digest(issue, key) for key in typed}
        | {f"shown-{key}": fields.shown(fields.value(issue, key)) for key in typed}
        | typed
    )


def test_fields_are_saved_and_stand_in_the_trail_by_digest(client: FlaskClient, login: Login) -> None:
    issue = make_issue()
    login(client, make_person("supervisor"))
    typed = {
        "workaround": "Use the manual.",
        "severity": "S1",
        "input_text": "退貨期限？",
        "issue_kind": "anomaly",
    }
    assert (
        client.post(f"/issues/{issue.number}/edit", data=form_of(client, issue.number, **typed)).status_code
        == 303
    )
    issue = db.session.get(Issue, issue.id)
    assert (issue.workaround, issue.severity, issue.severity_provisional, issue.kind) == (
        "Use the manual.",
        "S1",
        False,
        "anomaly",
    )
    assert db.session.get(Evidence, issue.id).input == "退貨期限？"
    entry = db.session.query(Entry).filter_by(action="issue.save").one()
    assert (
        entry.before["severity"] == "S3"
        and entry.after["severity"] == "S1"
        and "manual" not in str(entry.after)
    )


def test_two_who_edit_the_same_field_see_both_texts(client: FlaskClient, login: Login) -> None:
    issue, supervisor = make_issue(), make_person("supervisor")
    login(client, supervisor)
    mine = form_of(client, issue.number, workaround="Mine, carefully written.", environment="Shop 3")
    actions.save(issue, {"workaround": "Theirs, quicker."}, by=actor_of(make_person("supervisor")), at=MONDAY)
    page = client.post(f"/issues/{issue.number}/edit", data=mine)
    assert page.status_code == 409
    assert (
        "Mine, carefully written." in page.text and "Theirs, quicker." in page.text and "Shop 3" in page.text
    )
    issue = db.session.get(Issue, issue.id)
    assert (issue.workaround, issue.environment) == ("Theirs, quicker.", "")
    again = mine | {
        "seen-workaround": fields.digest(issue, "workaround"),
        "shown-workaround": "Theirs, quicker.",
    }
    assert client.post(f"/issues/{issue.number}/edit", data=again).status_code == 303
    assert db.session.get(Issue, issue.id).workaround == "Mine, carefully written."


def test_two_who_edit_different_fields_do_not_meet(client: FlaskClient, login: Login) -> None:
    issue = make_issue()
    login(client, make_person("supervisor"))
    mine = form_of(client, issue.number, workaround="Mine", environment="")
    actions.save(issue, {"environment": "Shop 3"}, by=actor_of(make_person("supervisor")), at=MONDAY)
    assert client.post(f"/issues/{issue.number}/edit", data=mine).status_code == 303
    issue = db.session.get(Issue, issue.id)
    assert (issue.workaround, issue.environment) == ("Mine", "Shop 3")


def test_after_a_conflict_a_box_left_alone_shows_what_others_wrote(client: FlaskClient, login: Login) -> None:
    issue = make_issue()
    login(client, make_person("supervisor"))
    mine = form_of(client, issue.number, workaround="Mine", environment="")
    written = {"workaround": "Theirs", "environment": "Shop 3"}
    actions.save(issue, written, by=actor_of(make_person("supervisor")), at=MONDAY)
    page = client.post(f"/issues/{issue.number}/edit", data=mine)
    assert page.status_code == 409 and 'name="environment" value="Shop 3"' in page.text


def test_after_an_error_what_was_seen_is_still_what_was_seen(client: FlaskClient, login: Login) -> None:
    issue = make_issue()
    login(client, make_person("supervisor"))
    mine = form_of(client, issue.number, workaround="Mine", title="")
    actions.save(issue, {"workaround": "Theirs"}, by=actor_of(make_person("supervisor")), at=MONDAY)
    wrong = client.post(f"/issues/{issue.number}/edit", data=mine)
    assert wrong.status_code == 422 and mine["seen-workaround"] in wrong.text
    assert fields.digest(issue, "workaround") not in wrong.text


def test_the_same_text_written_twice_is_no_conflict(app: object) -> None:
    issue, actor = make_issue(), actor_of(make_person("supervisor"))
    seen = {"workaround": fields.digest(issue, "workaround")}
    actions.save(issue, {"workaround": "Same"}, by=actor, at=MONDAY, seen=seen)
    assert actions.save(issue, {"workaround": "Same"}, by=actor, at=MONDAY, seen=seen) == {}
    with pytest.raises(Stale) as stale:
        actions.save(issue, {"workaround": "Other"}, by=actor, at=MONDAY, seen=seen)
    assert [(one.field, one.yours, one.theirs) for one in stale.value.conflicts] == [
        ("workaround", "Other", "Same")
    ]


@pytest.mark.parametrize("month", ["2026-10", "115年10月", "Oct 2026"])
def test_a_month_alone_says_that_its_day_is_unknown(app: object, month: str) -> None:
    issue, actor = make_issue(), actor_of(make_person("supervisor"))
    actions.save(issue, {"occurred_at": month, "occurred_precision": "exact"}, by=actor, at=MONDAY)
    assert (fields.local(issue.occurred_at)[:10], issue.occurred_precision) == ("2026-10-01", "month")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("title", ""),
        ("severity", "S5"),
        ("issue_kind", "x"),
        ("occurred_at", "some day"),
        ("occurred_at", "2027-11"),
        ("ai_system", "none"),
        ("state", "closed"),
        ("number", "Q-1"),
        ("function", "99999"),
        ("workaround", "x" * 20_001),
        ("title", "x" * 301),
    ],
)
def test_what_cannot_stand_in_a_field_is_named(app: object, key: str, value: str) -> None:
    issue = make_issue()
    with pytest.raises(DomainError) as refused:
        actions.save(issue, {key: value}, by=actor_of(make_person("supervisor")), at=MONDAY)
    assert list(refused.value.fields) == [key]


def test_reporters_and_engineers_change_nothing(client: FlaskClient, login: Login) -> None:
    engineer = make_person("engineer")
    issue = make_issue(system=make_system(owner=engineer))
    for person in (issue.reporter, engineer):
        assert login(client, person).get(f"/issues/{issue.number}/edit").status_code == 403
        with pytest.raises(NotAllowed):
            actions.save(issue, {"workaround": "x"}, by=actor_of(person), at=MONDAY)


def test_a_sealed_title_is_not_written_over(app: object) -> None:
    issue = make_issue(impact="personal_data")
    with pytest.raises(DomainError):
        actions.save(issue, {"title": "Wang of Tainan"}, by=actor_of(make_person("supervisor")), at=MONDAY)


def test_another_system_takes_the_function_away(app: object) -> None:
    system, other = make_system(functions=("Returns",)), make_system()
    issue = make_issue(system=system, function_id=system.functions[0].id)
    assert issue.function_id is not None
    actions.save(issue, {"ai_system": other.key}, by=actor_of(make_person("supervisor")), at=MONDAY)
    assert (issue.system_id, issue.function_id) == (other.id, None)

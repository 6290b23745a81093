"""Several needs decided by one act, and all of it taken back."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.factories.issues import make_issue
from tests.factories.people import make_person, make_system
from tracker.accounts.models import Person
from tracker.db import db
from tracker.issues.models import Issue
from tracker.needs import queries
from tracker.outbox.models import Letter
from tracker.triage.models import Batch

pytestmark = pytest.mark.usefixtures("app")
Login = Callable[[FlaskClient, Person], FlaskClient]
DECISION = {"decision": "declined", "theme": "data", "reason": "今年沒有預算。"}
HERE = "/needs?kind=complaint"


def wishes(*kinds: str) -> list[Issue]:
    system = make_system()
    return [make_issue(system=system, impact="question", kind=kind) for kind in kinds]


def send(client: FlaskClient, issues: list[Issue], **given: Any) -> Any:
    numbers = {"number": [one.number for one in issues], "back": HERE}
    return client.post("/inbox/bulk/decide", data={**numbers, **given})


def facts(issues: list[Issue]) -> list[tuple[Any, ...]]:
    db.session.expire_all()
    held = [queries.current(one) for one in issues]
    return [
        (one.state, one.kind, need.decision if need else None, need.owner_id if need else None)
        for one, need in zip(issues, held, strict=True)
    ]


def test_one_decision_for_several_is_told_to_each_and_undone_whole(client: FlaskClient, login: Login) -> None:
    boss, owner, _second = make_person("supervisor"), make_person("engineer"), make_person("supervisor")
    issues = wishes("feature_request", "complaint", "data_correction")
    mine, before = login(client, boss), facts(issues)
    assert f'value="{issues[0].number}"' in mine.get("/needs").text
    asked = send(mine, issues)
    assert asked.status_code == 200 and issues[2].number in asked.text
    done = send(mine, issues, ready="1", **DECISION, owner=str(owner.id))
    assert (done.status_code, done.location) == (303, HERE)
    kinds = ("feature_request", "complaint", "data_correction")
    assert facts(issues) == [("answered", kind, "declined", owner.id) for kind in kinds]
    held = db.session.query(Letter).filter_by(kind="issue.answer", channel="mail", state="pending")
    assert held.count() == 3
    batch = db.session.query(Batch).one()
    page = mine.get(HERE)
    assert f"/inbox/bulk/{batch.id}/undo" in page.text
    back = mine.post(f"/inbox/bulk/{batch.id}/undo", data={"back": HERE})
    assert (back.status_code, back.location) == (303, HERE)
    assert facts(issues) == before and held.count() == 0


def test_needs_that_were_answered_before_get_a_message_and_the_decision_before_holds_again(
    client: FlaskClient, login: Login
) -> None:
    (issue,) = wishes("complaint")
    mine = login(client, make_person("supervisor"))
    send(mine, [issue], ready="1", decision="later", theme="data", reason="明年再看。", again_at="2027-03-01")
    send(mine, [issue], ready="1", **DECISION)
    assert facts([issue])[0][2] == "declined"
    batch = db.session.query(Batch).order_by(Batch.id.desc()).first()
    assert batch is not None
    mine.post(f"/inbox/bulk/{batch.id}/undo")
    assert facts([issue])[0][:3] == ("answered", "complaint", "later")


def test_what_no_need_could_be_decided_by_is_told_before_any_is(client: FlaskClient, login: Login) -> None:
    issues = wishes("complaint", "feature_request")
    mine = login(client, make_person("supervisor"))
    for given, wrong in (
        ({"reason": ""}, "reason"),
        ({"decision": "later"}, "again_at"),
        ({"theme": ""}, "theme"),
    ):
        page = send(mine, issues, ready="1", **{**DECISION, **given})
        assert page.status_code == 422 and f'id="{wrong}-error"' in page.text, wrong
    assert db.session.query(Batch).count() == 0


def test_an_anomaly_among_them_is_passed_over_and_named(client: FlaskClient, login: Login) -> None:
    issues = [*wishes("complaint"), make_issue(kind="anomaly")]
    mine = login(client, make_person("supervisor"))
    done = send(mine, issues, ready="1", **DECISION)
    assert issues[1].number in mine.get(done.location).text
    assert [one[2] for one in facts(issues)] == ["declined", None]


@pytest.mark.parametrize("role", ["manager", "engineer", "reporter"])
def test_others_decide_nothing_together(client: FlaskClient, login: Login, role: str) -> None:
    issues = wishes("complaint")
    mine = login(client, make_person(role))
    assert send(mine, issues, ready="1", **DECISION).status_code == 403
    assert "/inbox/bulk/decide" not in mine.get("/needs").text

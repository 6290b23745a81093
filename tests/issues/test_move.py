"""Each move of an issue: who may, from where, what it needs, what it leaves behind."""

from typing import Any

import pytest
from sqlalchemy import update

from tests.clock import MONDAY
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person
from tracker.audit.models import Entry
from tracker.db import db
from tracker.errors import Missing, NotAllowed, WrongState
from tracker.issues import actions, rules
from tracker.issues.models import Issue
from tracker.workflow import REPORTER, SUPERVISOR

pytestmark = pytest.mark.usefixtures("app")

GIVEN: dict[str, dict[str, Any]] = {
    "ask": {"body": "On which day?"},
    "reply": {"body": "On Monday."},
    "confirm": {
        "need_statement": "Seven days",
        "issue_kind": "anomaly",
        "need_confirmed_how": "phone",
        "contact_channel": "phone",
        "contact_summary": "They agreed.",
    },
    "answer": {"proposed_solution": "Use the manual.", "issue_kind": "how_to"},
    "escalate": {
        "need_statement": "Seven days",
        "issue_kind": "anomaly",
        "escalation_reason": "Wrong answer.",
    },
    "unsolved": {"note": "Still wrong."},
    "close": {"note": "Nobody answers."},
    "withdraw": {"note": "A mistake."},
}
PEOPLE_MOVES = [verb for verb, move in rules.WORKFLOW.items() if move.who != {"system"}]
START = {verb: sorted(move.starts)[0] for verb, move in rules.WORKFLOW.items()}
ROLES = ("reporter", "stranger", "supervisor", "engineer", "manager", "admin", "auditor", "nobody")


def given(verb: str) -> dict[str, Any]:
    return {"into": make_issue().number} if verb == "merge" else GIVEN.get(verb, {})


@pytest.mark.parametrize("verb", PEOPLE_MOVES)
def test_each_role_may_or_is_refused_as_the_table_says(verb: str) -> None:
    move = rules.WORKFLOW[verb]
    person = make_person("reporter")
    issue = make_issue(reporter=person, state=START[verb])
    actors = {
        role: actor_of(make_person(role)) for role in ROLES if role not in ("reporter", "stranger", "nobody")
    }
    actors |= {
        "reporter": actor_of(person),
        "stranger": actor_of(make_person("reporter")),
        "nobody": actor_of(make_person()),
    }
    allowed = {role for role in (REPORTER, SUPERVISOR) if role in move.who}
    fields = given(verb)
    for role in ROLES:
        with db.session.begin_nested() as attempt:
            if role in allowed:
                actions.carry_out(issue, verb, by=actors[role], at=MONDAY, fields=fields)
                assert issue.state != START[verb]
            else:
                with pytest.raises(NotAllowed):
                    actions.carry_out(issue, verb, by=actors[role], at=MONDAY, fields=fields)
            attempt.rollback()
        db.session.expire_all()


@pytest.mark.parametrize("verb", PEOPLE_MOVES)
def test_each_other_state_refuses_the_move(verb: str) -> None:
    issue, actor, fields = make_issue(), actor_of(make_person("supervisor")), given(verb)
    for state in sorted(set(rules.STATES) - rules.WORKFLOW[verb].starts):
        db.session.execute(update(Issue).where(Issue.id == issue.id).values(state=state))
        db.session.expire(issue)
        with pytest.raises(WrongState):
            actions.carry_out(issue, verb, by=actor, at=MONDAY, fields=fields)
        assert issue.state == state


@pytest.mark.parametrize(
    ("state", "verb", "fields", "missing"),
    [
        ("new", "ask", {}, ["body"]),
        ("confirming", "confirm", {}, ["need_statement", "issue_kind", "contact_log", "need_confirmed"]),
        (
            "confirming",
            "confirm",
            {"need_confirmed_how": "no_answer"},
            ["need_statement", "issue_kind", "contact_log", "need_confirmed"],
        ),
        (
            "new",
            "answer",
            {"issue_kind": "anomaly"},
            ["proposed_solution", "confirm_first", "need_statement", "escalation_reason"],
        ),
        ("new", "answer", {}, ["issue_kind", "proposed_solution"]),
        ("confirmed", "answer", {"proposed_solution": "x"}, ["escalation_reason"]),
        ("confirming", "escalate", {}, ["need_statement", "issue_kind", "escalation_reason"]),
        ("answered", "unsolved", {}, ["note"]),
        ("answered", "close", {"note": "  "}, ["note"]),
        ("new", "merge", {}, ["into"]),
        ("new", "withdraw", {}, ["note"]),
    ],
)
def test_missing_guards_are_named_in_the_form_s_order_and_nothing_changes(
    state: str, verb: str, fields: dict[str, str], missing: list[str]
) -> None:
    issue = make_issue(state=state)
    before = db.session.query(Entry).count()
    with pytest.raises(Missing) as stopped:
        actions.carry_out(issue, verb, by=actor_of(make_person("supervisor")), at=MONDAY, fields=fields)
    assert list(stopped.value.keys) == missing
    assert issue.state == state and db.session.query(Entry).count() == before

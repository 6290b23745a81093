"""Issues at any state of their life, made by the verbs themselves; the next test that asks first is given a copy."""

from typing import Any

from tests.clock import MONDAY
from tests.factories.people import actor_of, make_person, make_system
from tests.worlds import kept
from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.issues import actions, rules
from tracker.issues.models import Issue

# How each state is reached from `new`: the moves with what they need.
ROUTES: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {
    "new": (),
    "confirming": (("accept", {}),),
    "waiting_user": (("ask", {"body": "On which day?"}),),
    "confirmed": (
        ("accept", {}),
        (
            "confirm",
            {
                "need_statement": "The right number of days.",
                "issue_kind": "anomaly",
                "need_confirmed_how": "phone",
                "contact_channel": "phone",
                "contact_summary": "They agreed.",
            },
        ),
    ),
    "answered": (("answer", {"proposed_solution": "Use the manual.", "issue_kind": "how_to"}),),
    "escalated": (
        (
            "escalate",
            {
                "need_statement": "The right number of days.",
                "issue_kind": "anomaly",
                "escalation_reason": "The answer is wrong.",
            },
        ),
    ),
    "closed": (("answer", {"proposed_solution": "Use the manual.", "issue_kind": "how_to"}), ("solved", {})),
    "withdrawn": (("withdraw", {"note": "A mistake."}),),
}


@kept(asking=2)
def make_issue(
    *,
    state: str = "new",
    supervisor: Person | None = None,
    by: Actor | None = None,
    at: Any = MONDAY,
    **overrides: Any,
) -> Issue:
    """One issue in `state`; `reporter` and `system` may be given, other names are fields of `Intake` or of the row."""
    reporter = overrides.pop("reporter", None) or make_person("reporter")
    wanted = {
        "system": overrides.pop("system", None) or make_system(),
        "description": "It says 30 days, it is 7.",
        "impact": "wrong_content",
    }
    known = set(actions.Intake.__dataclass_fields__)
    wanted |= {key: overrides.pop(key) for key in list(overrides) if key in known}
    issue = actions.open_issue(fields=actions.Intake(**wanted), by=by or actor_of(reporter, at), at=at)
    bring_to(issue, state, supervisor=supervisor, at=at)
    for name, value in overrides.items():
        setattr(issue, name, value)
    db.session.commit()
    return issue


@kept(asking=2)
def make_guest_issue(**overrides: Any) -> Issue:
    """One issue of a guest without an account."""
    wanted = {
        "system": make_system(),
        "description": "It says 30 days, it is 7.",
        "impact": "wrong_content",
        "reporter_name": "Guest",
        "reporter_email": "guest@example.test",
        **overrides,
    }
    issue = actions.open_issue(fields=actions.Intake(**wanted), by=Actor(), at=MONDAY)
    db.session.commit()
    return issue


@kept(asking=2)
def bring_to(issue: Issue, state: str, *, supervisor: Person | None = None, at: Any = MONDAY) -> Issue:
    """Move a new issue on to `state` by hand of a supervisor."""
    moves = ROUTES[state] if state != "merged" else (("merge", {"into": make_issue().number}),)
    if moves:
        actor = actor_of(supervisor or make_person("supervisor"), at)
        for verb, fields in moves:
            actions.carry_out(issue, verb, by=actor, at=at, fields=fields)
    assert issue.state == state and state in rules.STATES
    db.session.commit()
    return issue

"""Records at any state of their life, made by the verbs themselves; the next test that asks first is given a copy."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.clock import MONDAY
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person, make_system
from tests.worlds import kept, repeatable
from tracker.accounts.models import Person
from tracker.db import db
from tracker.issues.models import Issue
from tracker.records import actions, queries
from tracker.records.models import Record
from tracker.systems.models import AISystem

# The way a record goes when all is well, and the state each verb leads to; then what leaves it.
ROUTE = (
    ("open", "opened"), ("assign", "assigned"), ("acknowledge", "analysing"), ("fix", "fixing"),
    ("verify", "verifying"), ("ask_user", "user_confirm"), ("review", "review"), ("watch", "watching"),
    ("close", "closed"),
)  # fmt: skip
STATES = ("draft", *(reached for _, reached in ROUTE))
ASIDE = {
    "on_hold": ("opened", "hold"),
    "cancelled": ("opened", "cancel"),
    "reissued": ("watching", "reissue"),
}
CLASSIFIED = {
    "anomaly_type": "AN02", "impact": 2, "reach": 1, "personal_data": "no", "input_text": "How many days?",
    "actual_output": "30 days", "expected_output": "7 days",
}  # fmt: skip
GRAVE = {
    "impact": 3, "harm_realisation": "realised", "harm_types": ["economic"], "affected_population": ["customers"],
    "containment": ["Notice put up at the counter"],
}  # fmt: skip
CAUSE = {"cause_class": "CC2", "root_cause": "The old policy was still indexed."}
GRAVE_CAUSE = {"five_whys": ["Old text", "Not removed", "No owner"], "escape_cause": "No test asked for it."}
CORRECTION = {"corrections": [{"what": "Removed the old policy", "target_kind": "knowledge_base"}]}
GRAVE_CORRECTION = {
    "corrective_actions": ["Review of the index each month"], "preventive_actions": ["An owner for each document"],
    "fixed_in_version": "3.2.1",
}  # fmt: skip
PROOF = {
    "proof_kind": "cases",
    "verification_runs": [
        {"phase": "before", "passed": 0, "total": 12},
        {"phase": "after", "passed": 12, "total": 12},
    ],
}


@dataclass
class Cast:
    """Who plays in a case: supervisor, engineer, manager, reporter."""

    supervisor: Person
    engineer: Person
    manager: Person
    reporter: Person

    def __getattribute__(self, name: str) -> Any:
        if name.startswith("as_"):
            return actor_of(getattr(self, name.removeprefix("as_")))
        return super().__getattribute__(name)


@repeatable
def make_cast() -> Cast:
    """Four people, one for each part."""
    return Cast(*(make_person(role) for role in ("supervisor", "engineer", "manager", "reporter")))


@kept()
def make_record(
    cast: Cast | None = None,
    *,
    state: str = "draft",
    grave: bool = False,
    at: datetime = MONDAY,
    **overrides: Any,
) -> tuple[Record, Cast]:
    """A record in `state` of the good route, or on hold, cancelled or reissued, with its people."""
    if before := _before(state):
        named = {"system": overrides.pop("system")} if "system" in overrides else {}
        record, cast = make_record(cast, state=before, grave=grave, at=at, **named)
        _walk(record, state, cast, grave, at)
    else:
        record, cast = _drafted(cast, at, overrides.pop("system", None))
    for name, value in overrides.items():
        setattr(record, name, value)
    db.session.commit()
    return record, cast


def _before(state: str) -> str | None:
    """The state that leads to this one; None for the first."""
    if state in ASIDE:
        return ASIDE[state][0]
    here = STATES.index(state)
    return STATES[here - 1] if here else None


def _drafted(cast: Cast | None, at: datetime, system: AISystem | None) -> tuple[Record, Cast]:
    cast = cast or make_cast()
    system = system or make_system()
    issue = make_issue(
        state="escalated", supervisor=cast.supervisor, reporter=cast.reporter, system=system, at=at
    )
    return actions.draft_record(issue, by=actor_of(cast.supervisor, at), at=at), cast


@kept()
def bring_to(record: Record, state: str, cast: Cast, *, grave: bool = False, at: datetime = MONDAY) -> Record:
    """Walk on until the record is in `state`; filling what each step needs."""
    return _walk(record, state, cast, grave, at)


def _walk(record: Record, state: str, cast: Cast, grave: bool, at: datetime) -> Record:
    if state in ASIDE:
        before, verb = ASIDE[state]
        _walk(record, before, cast, grave, at)
        fields = given(verb, cast, at)
        return actions.move_record(
            record, verb, by=actor_of(cast.supervisor), at=at, fields=fields, note="Because."
        )
    for verb, reached in ROUTE:
        if record.state == state:
            break
        if record.state in STATES and STATES.index(reached) <= STATES.index(record.state):
            continue
        take(record, verb, cast, grave=grave, at=at)
        assert record.state == reached
    db.session.commit()
    return record


def take(record: Record, verb: str, cast: Cast, *, grave: bool = False, at: datetime = MONDAY) -> Record:
    """One step of the good route, with all that it needs."""
    fixes = verb in ("acknowledge", "fix", "verify")
    by = actor_of(cast.engineer if fixes else cast.supervisor, at)
    # Cause, correction and proof of a record that follows another one are the other's.
    fields = filled(verb, grave) if record.led_by_id is None or verb == "open" else {}
    if fields:
        actions.save(record, fields, by=by, at=at)
    if verb == "review":
        return _all_solved(record, cast, at)
    if verb == "watch":
        sign_all(record, cast, grave=grave, at=at)
    if verb == "close":
        for check in queries.Whole(record).checks:
            actions.record_check(check, "Nothing came back.", by=by, at=max(at, check.due_at))
    return actions.move_record(record, verb, by=by, at=at, fields=given(verb, cast, at))


def filled(verb: str, grave: bool) -> dict[str, Any]:
    """What the form needs before this move, in the short form or in the long one."""
    short, more = {
        "open": (CLASSIFIED, GRAVE),
        "fix": (CAUSE, GRAVE_CAUSE),
        "verify": (CORRECTION, GRAVE_CORRECTION),
        "ask_user": (PROOF, {}),
    }.get(verb, ({}, {}))
    return {**short, **more} if grave else dict(short)


def _all_solved(record: Record, cast: Cast, at: datetime) -> Record:
    for issue in issues_of(record):
        if issue.state == "answered":
            actions.move_issue(issue, "solved", by=actor_of(cast.reporter, at), at=at)
    return record


def sign_all(record: Record, cast: Cast, *, grave: bool = False, at: datetime = MONDAY) -> None:
    """L1, and L2 for a grave record."""
    supervisor = actor_of(cast.supervisor, at)
    if grave:
        actions.save(record, {"similar_check": "Two other systems, clean."}, by=supervisor, at=at)
    actions.sign(record, signed_as="supervisor", statement="As stated.", by=supervisor, at=at)
    if grave:
        actions.sign(
            record, signed_as="manager", statement="As stated.", by=actor_of(cast.manager, at), at=at
        )


def given(verb: str, cast: Cast, at: datetime = MONDAY) -> dict[str, Any]:
    """The fields that this move asks for."""
    later = at + timedelta(days=1)
    return {
        "assign": {"to": f"person:{cast.engineer.id}", "due_at": later, "summary": "An old policy is cited."},
        "acknowledge": {"expected_at": later},
        "ask_user": {"proposed_solution": "It is 7 days; the answer was corrected."},
        "conclude": {"close_code": "external", "proposed_solution": "The vendor corrects it next month."},
        "hold": {
            "waiting_for": "The vendor",
            "until": later,
            "liaison": cast.supervisor.id,
            "promise": "Tomorrow",
        },
    }.get(verb, {})


def issues_of(record: Record) -> list[Issue]:
    """The attached issues."""
    return queries.issues_of(record)


NOTED = ("return", "back", "reissue", "cancel", "conclude")


def do(record: Record, verb: str, cast: Cast, by: Any = None, **more: Any) -> Record:
    """Make the move with what it asks for."""
    fields = given(verb, cast) | more
    note = "Because." if verb in NOTED else ""
    return actions.move_record(
        record, verb, by=by or actor_of(cast.supervisor), at=MONDAY, fields=fields, note=note
    )

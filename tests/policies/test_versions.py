"""Versions of the policy: what is in force, what a case keeps, what goes over, what is broken."""

import hashlib
from datetime import timedelta

import pytest

from tests.clock import MONDAY
from tests.factories.chases import chases, clock_of, local, obligations, tick
from tests.factories.issues import make_issue
from tests.factories.people import make_person, make_unit
from tests.factories.records import make_record
from tracker.accounts.rules import SYSTEM
from tracker.audit.models import Entry
from tracker.db import db
from tracker.errors import DomainError, WrongState
from tracker.followups import queries as followups
from tracker.policies import actions, presets, queries, shapes
from tracker.policies.models import PolicyActivation, PolicyVersion
from tracker.rearm import CLOCKS, Rearm

# Cases keep the version they began with: a shipped preset is never edited, a better one gets a name of its own.
SHIPPED = {"slow": "eaf515c171db", "normal": "3ad65ce9372e", "tight": "3cd7c9c1ddc1"}


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_a_shipped_preset_is_never_edited(name):
    text = shapes.canonical(presets.PRESETS[name])
    assert hashlib.sha256(text.encode()).hexdigest()[:12] == SHIPPED[name]


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_a_policy_survives_json(name):
    policy = presets.PRESETS[name]
    assert shapes.read(shapes.written(policy)).named(name) == policy


@pytest.mark.parametrize(
    "body",
    [
        None, [], {}, {"rules": []}, {"rules": [{"clock": "lunch", "steps": []}]}, {"rules": [{"clock": "verify"}]},
        {"rules": [{"clock": "verify", "steps": [{"when": "due", "to": []}]}]},
        {"rules": [{"clock": "verify", "steps": [{"when": "soon", "to": ["owner"]}]}]},
        {"rules": [{"clock": "verify", "steps": [{"when": "after", "to": ["owner"], "amount": float("nan")}]}]},
        {"rules": [{"clock": "verify", "steps": [{"when": "after", "to": ["owner"], "amount": "1"}]}]},
        {"rules": [{"clock": "verify", "steps": [], "allowance": {"unit": "day", "amounts": [1, 2]}}]},
        {"rules": [{"clock": "verify", "steps": [], "more": 1}]},
    ],
)  # fmt: skip
def test_what_is_no_policy_is_refused(body):
    with pytest.raises(shapes.Broken):
        shapes.read(body)


def own(name: str = "tight") -> str:
    """A version of the organisation's own with the rules of a preset; answers its reference."""
    policy = presets.PRESETS[name]
    return str(actions.keep(policy, "Shorter", based_on="normal", by=SYSTEM, at=MONDAY).number)


def test_a_case_keeps_the_version_it_began_with(app):
    make_person("supervisor")
    old = make_issue()
    tick(MONDAY)
    ref = own()
    actions.activate(ref, by=SYSTEM, at=MONDAY)
    new = make_issue()
    tick(MONDAY + timedelta(minutes=1))
    assert (old.chase_policy, new.chase_policy) == ("normal", ref)
    assert clock_of("issue", old.id, "first_response").due_at == local("2026-11-23 17:00")
    assert clock_of("issue", new.id, "first_response").due_at == local("2026-11-23 13:00")


def test_the_ledger_names_the_version(app):
    make_person("supervisor")
    ref = own()
    actions.activate(ref, by=SYSTEM, at=MONDAY)
    make_issue()
    tick(local("2026-11-23 13:00"))
    assert {one.policy for one in chases()} == {ref}


def test_open_cases_go_over_only_when_asked_and_only_those_concerned(app):
    make_person("supervisor")
    record, _cast = make_record(state="assigned")
    old, closed = make_issue(), make_issue(state="closed")
    tick(MONDAY)
    before = {one.id: one.epoch for one in obligations()}
    actions.activate(own("normal"), by=SYSTEM, at=MONDAY, open_cases=True)
    marked = {(one.subject_kind, one.subject_id) for one in db.session.query(Rearm).filter_by(reader=CLOCKS)}
    assert {("issue", old.id), ("issue", record.primary_issue_id), ("record", record.id)} <= marked
    assert ("issue", closed.id) not in marked
    tick(MONDAY)
    # The rules are the same, so that no clock starts anew.
    assert {one.id: one.epoch for one in obligations()} == before
    assert old.chase_policy == record.primary_issue.chase_policy == queries.in_force() != "normal"
    assert not closed.chase_policy or closed.chase_policy == "normal"


def test_a_shorter_time_reaches_open_cases_at_once(app):
    make_person("supervisor")
    issue = make_issue()
    tick(MONDAY)
    actions.activate("tight", by=SYSTEM, at=MONDAY, open_cases=True)
    tick(MONDAY)
    assert clock_of("issue", issue.id, "first_response").due_at == local("2026-11-23 13:00")
    assert [one.reason for one in obligations(state="superseded")] == ["restarted"]


def test_a_version_waits_for_its_instant(app):
    make_person("supervisor")
    make_issue()
    actions.activate(own(), by=SYSTEM, at=MONDAY, effective_at=MONDAY + timedelta(hours=1))
    tick(MONDAY)
    assert queries.in_force() == "normal"
    tick(MONDAY + timedelta(hours=1))
    assert queries.in_force() != "normal"
    assert queries.waiting() == []


def test_an_activation_is_undone_by_the_former_version(app):
    ref = own()
    first = actions.activate(ref, by=SYSTEM, at=MONDAY)
    back = actions.undo(first, by=SYSTEM, at=MONDAY)
    assert back is not None
    assert (queries.in_force(), back.ref) == ("normal", "normal")
    with pytest.raises(WrongState):
        actions.undo(first, by=SYSTEM, at=MONDAY)
    acts = [
        one.action for one in db.session.query(Entry).filter_by(subject_kind="policy").order_by(Entry.seq)
    ]
    assert acts == ["policy.keep", "policy.activate", "policy.activate"]


def test_an_activation_is_called_off_before_its_time(app):
    row = actions.activate(own(), by=SYSTEM, at=MONDAY, effective_at=MONDAY + timedelta(days=1))
    assert actions.undo(row, by=SYSTEM, at=MONDAY) is None
    tick(MONDAY + timedelta(days=2))
    assert queries.in_force() == "normal"


@pytest.mark.parametrize(
    ("ref", "options"),
    [("99", {}), ("", {}), ("lax", {}), ("9" * 30, {}), ("tight", {"effective_at": MONDAY - timedelta(days=1)}),
     ("tight", {"note": "x" * 501})],
)  # fmt: skip
def test_what_cannot_come_into_force_is_refused(app, ref, options):
    with pytest.raises(DomainError):
        actions.activate(ref, by=SYSTEM, at=MONDAY, **options)
    assert db.session.query(PolicyActivation).count() == 0


@pytest.mark.parametrize("ref", ["404", "lax", "1"])
def test_an_unknown_or_broken_version_never_stops_the_engine(app, ref):
    make_person("supervisor")
    db.session.add(
        PolicyVersion(number=1, at=MONDAY, by_name="", note="", based_on="", body={"rules": "none"})
    )
    issue = make_issue()
    issue.chase_policy = ref
    tick(local("2026-11-23 17:00"))
    assert [(one.step, one.policy) for one in chases()] == [("overdue", "normal")]
    assert [one for one, _why in queries.broken()] == [ref]


def test_rules_may_hold_for_a_unit_and_all_below_it(app):
    make_person("supervisor")
    top = make_unit()
    below = make_unit(parent_id=top.id)
    body = shapes.written(presets.PRESETS["normal"])
    rule = {
        **body["rules"][0],
        "only": {"units": [top.id]},
        "allowance": {"unit": "hour", "amounts": [2] * 4},
    }
    policy = shapes.read({"rules": [rule, *body["rules"]]})
    ref = str(actions.keep(policy, "", based_on="normal", by=SYSTEM, at=MONDAY).number)
    actions.activate(ref, by=SYSTEM, at=MONDAY)
    mine, other = make_issue(unit_id=below.id), make_issue(unit_id=make_unit().id)
    tick(MONDAY)
    due = [clock_of("issue", one.id, "first_response").due_at for one in (mine, other)]
    assert due == [local("2026-11-23 11:00"), local("2026-11-23 17:00")]
    assert followups.next_steps(mine)[0].to == ("owner",)

"""What the system does at the steps of a policy beside telling: gives a case away, raises it, says why it is due."""

from dataclasses import replace

from flask_babel import force_locale

from tests.clock import MONDAY
from tests.factories.chases import chases, clock_of, local, tick, told
from tests.factories.duty import make_rota
from tests.factories.issues import make_issue
from tests.factories.people import make_person, make_system, make_unit
from tracker.accounts.rules import SYSTEM
from tracker.audit.models import Entry
from tracker.db import db
from tracker.followups import queries as followups
from tracker.followups import words
from tracker.policies import actions
from tracker.policies.presets import PRESETS
from tracker.policies.rules import Policy, Stage

MANAGERS = ("owner", "supervisors", "managers")


def in_force(clock: str, *steps: Stage) -> None:
    """Let the normal preset hold with another ladder for one clock."""
    rules = tuple(replace(one, steps=steps) if one.clock == clock else one for one in PRESETS["normal"].rules)
    row = actions.keep(Policy(rules), "", based_on="normal", by=SYSTEM, at=MONDAY)
    actions.activate(str(row.number), by=SYSTEM, at=MONDAY)


def waiting_issue(supervisor, **facts):
    """An issue that somebody has taken and not answered."""
    return make_issue(state="confirming", supervisor=supervisor, **facts)


def test_an_issue_goes_to_the_deputy_once_and_never_in_a_circle(app):
    deputy = make_person("supervisor", name="Deputy")
    owner = make_person("supervisor", name="Owner", deputy_id=deputy.id)
    deputy.deputy_id = owner.id
    again = Stage("again", 1, to=("owner",))
    in_force("first_response", Stage("due", to=("owner",), does="reassign_deputy"), again)
    issue = waiting_issue(owner)
    assert issue.assignee_id == owner.id
    for hour in range(17, 19):
        tick(local(f"2026-11-23 {hour}:00"))
    for day in (24, 25, 26):
        tick(local(f"2026-11-{day} 17:00"))
    assert issue.assignee_id == deputy.id
    given = [one.reason.get("did") for one in chases("first_response") if one.step == "reassigned"]
    assert given[0] == "reassigned"
    assert set(given[1:]) <= {"refused"}
    moves = db.session.query(Entry).filter_by(action="issue.assign", by_name=SYSTEM.name).all()
    assert [one.after["assignee"] for one in moves] == [deputy.id]
    # It never falls silent for the new one.
    assert told(chases("first_response")[-1]) == {deputy.id}


def test_an_issue_goes_to_the_supervisor_with_the_least_to_do(app):
    owner, busy, free = (make_person("supervisor") for _ in range(3))
    make_issue(state="answered", supervisor=busy)
    in_force(
        "first_response",
        Stage("due", to=("owner",), does="reassign_supervisor"),
        Stage("again", 1, to=("owner",)),
    )
    issue = waiting_issue(owner)
    tick(MONDAY)
    tick(local("2026-11-23 17:00"))
    assert issue.assignee_id == free.id


def test_where_nobody_is_left_the_owner_hears_of_it(app):
    owner = make_person("supervisor")
    in_force(
        "first_response",
        Stage("due", to=("owner",), does="reassign_deputy"),
        Stage("again", 1, to=("owner",)),
    )
    issue = waiting_issue(owner)
    tick(local("2026-11-23 17:00"))
    assert issue.assignee_id == owner.id
    assert chases("first_response")[-1].reason["did"] == "refused"
    assert told(chases("first_response")[-1]) == {owner.id}


def test_a_case_is_raised_level_by_level(app):
    chief, head, lead = (make_person("manager") for _ in range(3))
    top = make_unit(head_id=chief.id)
    middle = make_unit(head_id=head.id, parent_id=top.id)
    unit = make_unit(head_id=lead.id, parent_id=middle.id)
    make_person("supervisor")
    in_force(
        "first_response", Stage("after", 1, to=("managers",)), Stage("after", 2, to=("owner",), does="raise"),
        Stage("after", 3, to=("owner",), does="raise"), Stage("after", 4, to=("owner",), does="raise"),
        Stage("again", 5, to=("owner",)),
    )  # fmt: skip
    make_issue(unit_id=unit.id)
    for day in (23, 24, 25, 26, 27):
        tick(local(f"2026-11-{day} 18:00"))
    managers = {chief.id, head.id, lead.id}
    assert [told(one) & managers for one in chases("first_response")] == [
        {lead.id}, {head.id}, {chief.id}, {chief.id},
    ]  # fmt: skip
    assert [one.step for one in chases("first_response")] == ["to_manager", "raised", "raised", "raised"]


def test_the_requester_hears_that_it_takes_longer_and_whoever_is_on_duty_too(app):
    supervisor, reporter = make_person("supervisor"), make_person("reporter")
    in_force("first_response", Stage("due", to=("reporter", "on_duty")), Stage("again", 5, to=("owner",)))
    make_issue(reporter_id=reporter.id)
    tick(local("2026-11-23 17:00"))
    assert told(chases("first_response")[0]) == {supervisor.id, reporter.id}


def test_the_arithmetic_of_a_due_time_stands_on_the_case(app):
    supervisor = make_person("supervisor")
    issue = make_issue(state="waiting_user", supervisor=supervisor)
    tick(MONDAY)
    (paused,) = [one for one in followups.next_steps(issue) if one.clock.name == "next_update"]
    with app.test_request_context(), force_locale("en"):
        said = words.why_words(paused.clock, paused.rule)
    assert said == (
        "3 working days (27 working hours), from 23 Nov 2026, 09:00, paused since 23 Nov, 09:00 "
        "(waiting for the user), the time goes on when the pause ends."
    )
    clock = clock_of("issue", issue.id, "next_update")
    want = dict(clock.workings["want"])
    want["pauses"] = [["2026-11-24T02:00:00+00:00", "2026-11-24T05:00:00+00:00"]]
    clock.workings = {**clock.workings, "want": want}
    clock.paused_since, clock.due_at = None, local("2026-11-26 10:00")
    with app.test_request_context(), force_locale("zh_Hant_TW"):
        said = words.why_words(clock, paused.rule)
    assert said == (
        "3 工作日（27 工作小時），自 2026年11月23日（一）09:00 起，暫停 11/24 10:00–13:00（等回報者），"
        "到 2026年11月26日（四）10:00。"
    )
    assert paused.version == "normal"


def test_whoever_is_on_duty_for_the_system_is_told(app):
    first = make_person("supervisor")
    ready = make_person("supervisor")
    rota = make_rota(ready)
    system = make_system(rota_id=rota.id)
    in_force("first_response", Stage("due", to=("on_duty",)), Stage("again", 5, to=("owner",)))
    make_issue(system_id=system.id)
    tick(local("2026-11-23 17:00"))
    assert told(chases("first_response")[0]) == {ready.id}
    assert first.id != ready.id

"""Whoever holds the next move of a case sees it on their start page and in 今日待辦: every state, every part."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.clock import MONDAY, Clock
from tests.factories.chases import tick
from tests.factories.issues import make_issue
from tests.factories.people import actor_of, make_person, make_team
from tests.factories.records import Cast, bring_to, do, make_cast, make_record
from tests.worlds import repeatable
from tracker.accounts.models import Person
from tracker.db import db
from tracker.followups import fixed, turns
from tracker.followups import models as engine
from tracker.followups.recipients import Desk
from tracker.followups.subjects import subject_of
from tracker.followups.todo import Line
from tracker.issues import actions as issues
from tracker.issues import rules as issue_rules
from tracker.issues.models import Issue
from tracker.opinions import actions as opinions
from tracker.policies import rules as policy
from tracker.records import actions, queries, rules

Login = Callable[[FlaskClient, Person], FlaskClient]
pytestmark = pytest.mark.usefixtures("app")


def running() -> list[engine.Clock]:
    """What measures somebody's work now."""
    own = select(engine.Clock).where(engine.Clock.ended_at.is_(None), engine.Clock.due_at.is_not(None))
    not_work = (policy.URGENT, fixed.ACCEPTED)
    return list(db.session.scalars(own.where(engine.Clock.name.not_in(not_work)).order_by(engine.Clock.id)))


def holders(clock: engine.Clock) -> list[int]:
    """Who owes it by the engine's own rule; a question to the user is the user's."""
    subject = subject_of(clock.subject_kind, clock.subject_id)
    assert subject is not None
    if clock.name == policy.USER_ANSWER:
        return [subject.about.reporter.id] if subject.about.reporter is not None else []
    return [one.person_id for one in Desk(MONDAY).owners(clock, subject) if one.person_id is not None]


def number_of(clock: engine.Clock) -> str:
    subject = subject_of(clock.subject_kind, clock.subject_id)
    assert subject is not None
    return subject.record.number if subject.record is not None else subject.about.number


def shown(client: FlaskClient, path: str) -> str:
    """The page, where the start page is the one that it leads to."""
    answer = client.get(path)
    return client.get(answer.location).text if answer.status_code == 303 else answer.text


def everybody_sees_theirs(client: FlaskClient, login: Login) -> set[tuple[str, str]]:
    """Look at both pages of everybody who owes something; answers who that was, as (clock, name)."""
    tick(MONDAY)
    owed: dict[int, list[tuple[str, str]]] = {}
    for clock in running():
        for person_id in holders(clock):
            owed.setdefault(person_id, []).append((clock.name, number_of(clock)))
    found = set()
    for person_id, theirs in owed.items():
        person = db.session.get_one(Person, person_id)
        login(client, person)
        pages = [shown(client, path) for path in ("/", "/today")]
        listed = "".join(line.href for line in _lines(person))
        for name, number in theirs:
            # An issue may stand in another view of the inbox, which the page names.
            seen = [number in page or (number.startswith("Q-") and "/inbox/" in page) for page in pages]
            assert all(seen), (name, number, person.name, seen)
            assert number in listed or "/escalations/" in listed, (name, number)
            found.add((name, person.name))
    return found


def _lines(person: Person) -> list[Line]:
    actor, until = actor_of(person), MONDAY + timedelta(days=9)
    return turns.waiting(actor, turns.spoken_for(actor, MONDAY), 99, nobodys_until=until)


def asked_of(person: Person) -> list[turns.Question]:
    actor = actor_of(person)
    return turns.questions(actor, turns.spoken_for(actor, MONDAY), 9)


@repeatable
def named(cast: Cast) -> Cast:
    for part in ("supervisor", "engineer", "manager", "reporter"):
        getattr(cast, part).name = part
    db.session.commit()
    return cast


def test_of_a_new_issue_all_supervisors(client: FlaskClient, login: Login, clock: Clock) -> None:
    names = {make_person("supervisor").name for _ in range(2)}
    make_issue()
    assert {who for _clock, who in everybody_sees_theirs(client, login)} == names


def test_of_an_issue_in_each_later_state(client: FlaskClient, login: Login, clock: Clock) -> None:
    expected = set()
    for state in sorted(set(issue_rules.STATES) - issue_rules.ENDED - {"new"}):
        people = {role: make_person(role, name=f"{state} {role}") for role in ("supervisor", "reporter")}
        make_issue(state=state, **people)
        expected.add(f"{state} {'reporter' if state in ('waiting_user', 'answered') else 'supervisor'}")
    assert {who for _clock, who in everybody_sees_theirs(client, login)} == expected


WHO = {
    "draft": {"supervisor"}, "opened": {"supervisor"}, "assigned": {"engineer", "supervisor"},
    "analysing": {"engineer", "supervisor"}, "fixing": {"engineer", "supervisor"}, "verifying": {"supervisor"},
    "user_confirm": {"supervisor", "reporter"}, "review": {"supervisor"}, "watching": {"supervisor"},
}  # fmt: skip


def test_of_a_record_in_each_state_on_its_way(client: FlaskClient, login: Login, clock: Clock) -> None:
    record, cast = make_record(named(make_cast()))
    assert set(WHO) | {"on_hold"} == set(rules.STATES) - rules.ENDED
    for state, those in WHO.items():
        bring_to(record, state, cast)
        assert {who for _clock, who in everybody_sees_theirs(client, login)} >= those, state


def test_of_a_record_on_hold(client: FlaskClient, login: Login, clock: Clock) -> None:
    make_record(named(make_cast()), state="on_hold")
    assert "supervisor" in {who for _clock, who in everybody_sees_theirs(client, login)}


def test_what_nobody_has_taken_is_to_be_taken_before_it_is_corrected() -> None:
    record, cast = make_record(named(make_cast()), state="opened")
    do(record, "assign", cast, to=f"person:{cast.engineer.id}", due_at=MONDAY + timedelta(minutes=5))
    db.session.commit()
    tick(MONDAY)
    (first,) = turns.each_once(_lines(cast.engineer))
    assert (_lines(cast.engineer)[0].clock.name, first.clock.name) == (policy.CORRECT, policy.ACKNOWLEDGE)


def test_of_a_signature_that_a_manager_owes(client: FlaskClient, login: Login, clock: Clock) -> None:
    record, cast = make_record(named(make_cast()), state="review", grave=True)
    by = actor_of(cast.supervisor)
    actions.save(record, {"similar_check": "Two other systems, clean."}, by=by, at=MONDAY)
    actions.sign(record, signed_as="supervisor", statement="As stated.", by=by, at=MONDAY)
    assert (policy.SIGNOFF, "manager") in everybody_sees_theirs(client, login)
    page = shown(login(client, cast.manager), "/")
    assert f'href="/records/{record.number}/sign"' in page


def test_of_an_action_that_a_plain_user_of_the_case_owes(
    client: FlaskClient, login: Login, clock: Clock
) -> None:
    record, cast = make_record(named(make_cast()), state="fixing", grave=True)
    action = {"what": "Review the index", "owner_id": cast.reporter.id, "due_at": MONDAY + timedelta(days=9)}
    by = actor_of(cast.supervisor)
    actions.save(record, {"corrective_actions": {"add": action}}, by=by, at=MONDAY)
    assert (policy.ACTION, "reporter") in everybody_sees_theirs(client, login)


def test_of_a_team_and_of_a_vendor_whose_work_its_sender_follows(
    client: FlaskClient, login: Login, clock: Clock
) -> None:
    team, cast = make_team(), named(make_cast())
    make_person("engineer", name="member", teams=(team,))
    with_team, _cast = make_record(cast, state="opened")
    do(with_team, "assign", cast, to=f"team:{team.id}")
    outside, _cast = make_record(cast, state="opened")
    do(outside, "assign", cast, to=actions.Target(name="Vendor", email="vendor@example.test"))
    db.session.commit()
    seen = everybody_sees_theirs(client, login)
    assert {(policy.ACKNOWLEDGE, "member"), (policy.ACKNOWLEDGE, "supervisor")} <= seen


def test_of_what_a_deputy_stands_in_for(client: FlaskClient, login: Login, clock: Clock) -> None:
    deputy = make_person("supervisor", name="deputy")
    _record, cast = make_record(named(make_cast()), state="verifying")
    away = {"away_from": MONDAY - timedelta(days=1), "away_until": MONDAY + timedelta(days=3)}
    cast.supervisor.deputy_id = deputy.id
    for name, at in away.items():
        setattr(cast.supervisor, name, at)
    db.session.commit()
    assert (policy.VERIFY, "deputy") in everybody_sees_theirs(client, login)


def test_of_a_record_that_nobody_owns_all_its_supervisors_see_it(
    client: FlaskClient, login: Login, clock: Clock
) -> None:
    record, cast = make_record(state="verifying")
    record.owner_id = record.primary_issue.assignee_id = None
    tick(MONDAY)
    for person in (cast.supervisor, make_person("supervisor")):
        login(client, person)
        assert record.number in shown(client, "/") and record.number in shown(client, "/today")
    assert record.number not in shown(login(client, cast.engineer), "/today")


def test_of_an_engineer_s_question_until_it_is_answered_or_with_the_user(
    client: FlaskClient, login: Login, clock: Clock
) -> None:
    record, cast = make_record(named(make_cast()), state="analysing")
    escalation = queries.open_escalation(record)
    assert escalation is not None
    asks = {"kind": "question", "body": "Which browser?"}
    actions.move_escalation(escalation, "update", by=actor_of(cast.engineer), at=MONDAY, fields=asks)
    login(client, cast.supervisor)
    for path in ("/", "/today"):
        assert f"/escalations/{escalation.id}#n" in shown(client, path)
    assert asked_of(cast.engineer) == []
    [asked] = asked_of(cast.supervisor)
    client.post(f"/escalations/{escalation.id}/pass-on/{asked.note_id}")
    assert asked_of(cast.supervisor) == []
    issue = db.session.get_one(Issue, record.primary_issue_id)
    issues.say(issue, "Edge", visibility="public", by=actor_of(cast.reporter), at=MONDAY)
    assert len(asked_of(cast.supervisor)) == 1
    says = {"kind": "answer", "body": "Edge"}
    actions.move_escalation(escalation, "update", by=actor_of(cast.supervisor), at=MONDAY, fields=says)
    assert asked_of(cast.supervisor) == []


def test_what_waits_for_somebody_else_is_on_nobody_else_s_pages(
    client: FlaskClient, login: Login, clock: Clock
) -> None:
    record, _cast = make_record(state="verifying")
    tick(MONDAY)
    for role in ("supervisor", "engineer", "manager", "reporter", "admin", "auditor"):
        login(client, make_person(role))
        assert "輪到您處理" not in shown(client, "/"), role
        assert record.number not in client.get("/today").text, role


def test_a_start_page_names_some_and_leads_to_all(client: FlaskClient, login: Login, clock: Clock) -> None:
    cast = make_cast()
    numbers = [make_record(cast, state="verifying")[0].number for _ in range(turns.SHOWN + 1)]
    tick(MONDAY)
    login(client, cast.supervisor)
    page = shown(client, "/")
    assert sum(f'href="/records/{number}"' in page for number in numbers) == turns.SHOWN
    assert 'href="/today"' in page.partition("輪到您處理")[2]
    # The list of reports is what a supervisor came for: one line above it, the rest folded.
    line = page.partition('<details class="card turn">')[2].partition("</summary>")[0]
    assert f"{turns.SHOWN}+" in line and line.count("AR-") == 1
    assert all(number in client.get("/today").text for number in numbers)


def test_of_an_opinion_that_is_asked_of_a_plain_user_or_of_somebody_outside(
    client: FlaskClient, login: Login, clock: Clock
) -> None:
    record, cast = make_record(named(make_cast()), state="analysing")
    plain = make_person("reporter", name="plain")
    by = actor_of(cast.supervisor)
    for to in ({"to_person_id": plain.id}, {"to_name": "Lawyer", "to_email": "lawyer@example.test"}):
        wanted = {"topic": "legal", "question": "May we?", "due_at": "2026-11-26 12:00", **to}
        opinions.ask(record, wanted, by=by, at=MONDAY)
    db.session.commit()
    tick(MONDAY)
    for person in (plain, cast.supervisor):
        login(client, person)
        for path in ("/", "/today"):
            assert "/opinions/" in shown(client, path), (person.name, path)
    assert record.primary_issue.title not in shown(login(client, plain), "/")

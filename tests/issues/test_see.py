"""Who sees which issue: the select and the rule for a row at hand say the same for everybody."""

import pytest

from tests.clock import MONDAY
from tests.factories.issues import make_guest_issue, make_issue
from tests.factories.people import actor_of, make_person, make_system, make_team, make_unit, organisation
from tracker.accounts.models import Person
from tracker.accounts.rules import ANONYMOUS, SYSTEM, Actor, Link
from tracker.db import db
from tracker.issues import actions, queries
from tracker.issues.models import Issue

pytestmark = pytest.mark.usefixtures("app")


def seen(actor: Actor) -> set[int]:
    return set(db.session.scalars(queries.visible(actor).with_only_columns(Issue.id)))


def crowd() -> tuple[dict[str, Actor], list[Issue]]:
    team, unit, engineer = make_team(), make_unit(), make_person("engineer")
    owned, of_team, other = make_system(owner=engineer), make_system(team_id=team.id), make_system()
    people: dict[str, Person] = {
        "reporter": make_person("reporter", unit_id=unit.id),
        "stranger": make_person("reporter"),
        "follower": make_person("reporter"),
        "supervisor": make_person("supervisor"),
        "handler": make_person("supervisor"),
        "manager": make_person("manager"),
        "owner": engineer,
        "colleague": make_person("engineer", teams=(team,)),
        "asked": make_person("engineer"),
        "admin": make_person("admin"),
        "auditor": make_person("auditor"),
        "privacy": make_person("reporter"),
        "security": make_person("engineer"),
        "of the unit": make_person("supervisor", unit_limit=unit),
        "of the system": make_person("manager", system_limit=owned),
        "former": make_person("supervisor", until=MONDAY),
    }
    organisation(privacy_contact_id=people["privacy"].id, security_contact_id=people["security"].id)
    issues = [
        make_issue(
            reporter=people["reporter"],
            system=system,
            supervisor=people["handler"],
            restricted=restricted,
            **more,
        )
        for system in (owned, of_team, other)
        for restricted in (False, True)
        for more in ({}, {"state": "confirming"})
    ]
    issues += [
        make_guest_issue(),
        make_issue(impact="personal_data"),
        make_issue(impact="harm", restricted=True),
    ]
    for issue in issues[::2]:
        actions.follow(issue, people["follower"].id, by=SYSTEM, at=MONDAY)
        actions.join(issue, "assignee", at=MONDAY, person_id=people["asked"].id)
        actions.join(issue, "assignee", at=MONDAY, team_id=team.id)
    actions.unfollow(issues[2], people["follower"].id, by=SYSTEM, at=MONDAY)
    actors = {name: actor_of(person) for name, person in people.items()} | {
        "nobody": ANONYMOUS,
        "system": SYSTEM,
    }
    actors["guest"] = Actor(name="g", link=Link(1, "guest", "issue", issues[0].id))
    actors["assignee link"] = Actor(name="v", link=Link(2, "assignee", "escalation", issues[0].id))
    return actors, issues


def test_the_select_and_the_rule_agree_for_every_actor_and_issue() -> None:
    actors, issues = crowd()
    for name, actor in actors.items():
        by_rule = {issue.id for issue in issues if queries.may_view(actor, issue)}
        assert seen(actor) == by_rule, name


def test_each_role_sees_what_it_should() -> None:
    actors, issues = crowd()
    everything, restricted = {i.id for i in issues}, {i.id for i in issues if i.restricted}
    assert seen(actors["system"]) == everything
    assert seen(actors["supervisor"]) == seen(actors["manager"]) == everything - restricted
    handled = {i.id for i in issues if i.restricted and i.assignee_id}
    assert seen(actors["handler"]) == everything - restricted | handled
    assert seen(actors["nobody"]) == seen(actors["assignee link"]) == seen(actors["stranger"]) == set()
    assert seen(actors["admin"]) == seen(actors["auditor"]) == seen(actors["former"]) == set()
    assert seen(actors["guest"]) == {issues[0].id}
    assert seen(actors["privacy"]) == restricted | {i.id for i in issues if i.personal_data}
    assert seen(actors["reporter"]) == {i.id for i in issues if i.reporter_id == actors["reporter"].person_id}
    assert issues[2].id not in seen(actors["follower"]) and issues[4].id in seen(actors["follower"])


def test_the_only_supervisor_of_an_office_sees_its_restricted_issues() -> None:
    alone = actor_of(make_person("supervisor"))
    issue = make_issue(restricted=True)
    assert seen(alone) == {issue.id} and queries.may_view(alone, issue)
    make_person("supervisor")
    assert seen(alone) == set() and not queries.may_view(alone, issue)


def test_who_works_on_an_issue_is_told_alike_one_by_one_in_lists_and_in_selects() -> None:
    actors, issues = crowd()
    for name, actor in actors.items():
        worked = queries.worked_on(actor, issues)
        assert worked == {one.id for one in issues if queries.works_on(actor, one)}, name
        if actor.person_id is not None and not actor.is_(*queries.SEE_ALL):
            assert worked <= seen(actor), name
            found = db.session.scalars(queries.visible(actor).where(queries.may_work(actor)))
            assert worked == {one.id for one in found}, name

"""Harm, personal data and S1 reach the people in charge at once, at any hour."""

import pytest

from tests.factories.chases import chases, letters, local, tick, told
from tests.factories.issues import make_issue
from tests.factories.people import make_person, organisation
from tracker import rearm
from tracker.db import db
from tracker.outbox import jobs as outbox

NIGHT = local("2026-11-21 23:30")


@pytest.fixture
def people(app):
    """A supervisor, a manager and the contacts for privacy and security."""
    cast = {role: make_person(role) for role in ("supervisor", "manager")}
    cast |= {"privacy": make_person("supervisor"), "security": make_person("engineer")}
    organisation(privacy_contact_id=cast["privacy"].id, security_contact_id=cast["security"].id)
    return cast


@pytest.mark.parametrize("impact", ["harm", "personal_data"])
def test_it_is_told_at_once_in_the_night_of_a_weekend(people, impact):
    make_issue(impact=impact, at=NIGHT)
    tick(NIGHT)
    (chase,) = chases("urgent")
    wanted = {people["supervisor"].id, people["manager"].id}
    assert wanted <= told(chase)
    assert people["privacy" if impact == "personal_data" else "security"].id in told(chase)
    assert all(one.urgent for one in letters() if one.chase_id == chase.id)
    # The step and its clock have one name, which is said once.
    assert all(one.subject_line.count("緊急通知") == 1 for one in letters() if one.chase_id == chase.id)


def test_a_case_that_becomes_s1_is_told_then(people):
    issue = make_issue(at=NIGHT)
    tick(NIGHT)
    assert chases("urgent") == []
    issue.severity = "S1"
    rearm.mark("issue", issue.id, at=NIGHT)
    tick(NIGHT)
    assert [one.due_at for one in chases("urgent")] == [NIGHT]


def test_it_is_told_once_and_again_only_for_a_new_reason(people):
    issue = make_issue(impact="harm", at=NIGHT)
    tick(NIGHT)
    issue.severity = "S2"
    rearm.mark("issue", issue.id, at=NIGHT)
    tick(NIGHT)
    assert len(chases("urgent")) == 1
    issue.personal_data = True
    rearm.mark("issue", issue.id, at=NIGHT)
    tick(NIGHT)
    assert len(chases("urgent")) == 2


def test_an_ordinary_report_at_night_waits_for_the_morning(people):
    make_issue(at=NIGHT)
    tick(NIGHT)
    assert chases() == []
    assert db.session.query(outbox.Letter).filter(outbox.Letter.kind.startswith("chase.")).all() == []


def test_the_urgent_comes_first_when_much_is_due(people):
    for _ in range(3):
        make_issue(at=NIGHT)
    make_issue(impact="harm", at=NIGHT)
    tick(NIGHT)
    tick(local("2026-11-23 18:00"))
    assert chases()[0].clock == "urgent"

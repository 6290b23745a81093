"""Who stands in for an engineer opens what waits for them, unless it is restricted; lists name nothing that is shut."""

from datetime import timedelta

import pytest

from tests.clock import MONDAY
from tests.factories.people import actor_of, make_person
from tests.factories.records import make_record
from tracker.db import db
from tracker.records import actions, queries

TITLE = "zebrafinch"


@pytest.fixture
def case(app):
    record, cast = make_record(state="assigned")
    record.primary_issue.title = TITLE
    deputy = make_person("engineer")
    cast.engineer.away_from, cast.engineer.deputy_id = MONDAY - timedelta(days=1), deputy.id
    db.session.commit()
    return queries.open_escalation(record), cast, deputy


def test_a_deputy_opens_and_answers_what_the_desk_shows(client, login, case):
    escalation, _cast, deputy = case
    browser, here = login(client, deputy), f"/escalations/{escalation.id}"
    assert TITLE in browser.get("/escalations").text
    assert TITLE in browser.get(here).text
    assert browser.get(f"/escalations/together?ids={escalation.id}").status_code == 200
    taken = browser.post(f"{here}/acknowledge", data={"expected_at": "2026-11-27 17:00"})
    assert (taken.status_code, escalation.state) == (303, "acknowledged")


def test_a_deputy_hears_nothing_of_a_restricted_case(client, login, case):
    escalation, _cast, deputy = case
    escalation.record.primary_issue.restricted = True
    db.session.commit()
    browser, here = login(client, deputy), f"/escalations/{escalation.id}"
    assert TITLE not in browser.get("/escalations").text
    for path in (here, f"/escalations/together?ids={escalation.id}"):
        assert browser.get(path).status_code == 404, path
    taken = browser.post(f"{here}/acknowledge", data={"expected_at": "2026-11-27 17:00"})
    assert (taken.status_code, escalation.state) == (404, "sent")


def test_a_deputy_whose_time_is_over_opens_nothing(client, login, case):
    escalation, cast, deputy = case
    cast.engineer.away_from = None
    db.session.commit()
    browser = login(client, deputy)
    assert TITLE not in browser.get("/escalations").text
    assert browser.get(f"/escalations/{escalation.id}").status_code == 404


def test_what_was_given_back_and_then_restricted_leaves_the_desk(client, login, case):
    escalation, cast, _deputy = case
    actions.move_escalation(escalation, "return", by=actor_of(cast.engineer), at=MONDAY, note="not mine")
    escalation.record.primary_issue.restricted = True
    db.session.commit()
    assert TITLE not in login(client, cast.engineer).get("/escalations").text

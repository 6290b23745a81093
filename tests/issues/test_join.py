"""Adding a report to a record that is in work already: offered by title, found by typing, or by its number."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.factories.issues import make_issue
from tests.factories.people import make_person, make_system
from tests.factories.records import make_cast, make_record
from tracker.accounts.models import Person
from tracker.db import db
from tracker.issues.views.moves import OFFERED
from tracker.records.models import Record

Login = Callable[[FlaskClient, Person], FlaskClient]
GIVEN = {"need_statement": "The right number.", "issue_kind": "anomaly", "escalation_reason": "It is wrong."}
pytestmark = pytest.mark.usefixtures("app")


def test_open_records_of_the_same_system_are_offered_and_no_others(client: FlaskClient, login: Login) -> None:
    cast, system = make_cast(), make_system()
    ours, _cast = make_record(cast, state="analysing", system=system)
    draft, _cast = make_record(cast, system=system)
    others = [
        make_record(cast, state="closed", system=system)[0],
        make_record(cast, state="review", system=system)[0],
        make_record(cast, state="analysing")[0],
    ]
    issue = make_issue(state="confirmed", system=system)
    page = login(client, cast.supervisor).get(f"/issues/{issue.number}/escalate").text
    for one in (ours, draft):
        assert 'type="radio" id="record-' in page and f'value="{one.number}"' in page
    assert not any(one.number in page for one in others)
    assert 'name="record" value="" checked' in page


def test_without_an_open_record_the_number_alone_is_asked_for(client: FlaskClient, login: Login) -> None:
    issue = make_issue(state="confirmed")
    page = login(client, make_person("supervisor")).get(f"/issues/{issue.number}/escalate").text
    assert 'type="radio"' not in page and 'name="record"' in page


@pytest.mark.parametrize("way", ["card", "number", "line", "wide", "typed over a card"])
def test_the_report_joins_what_was_chosen_or_typed(client: FlaskClient, login: Login, way: str) -> None:
    cast, system = make_cast(), make_system()
    record, _cast = make_record(cast, state="analysing", system=system)
    other, _cast = make_record(cast, state="analysing", system=system)
    number = record.number
    sent = {
        "card": [number, ""],
        "number": ["", number.lower()],
        "line": ["", f"{number} It says 30 days (Analysing)"],
        "wide": ["", number.translate({ord(a): ord(a) + 0xFEE0 for a in "0123456789"})],
        "typed over a card": [other.number, number],
    }[way]
    issue = make_issue(state="confirmed", system=system)
    answer = login(client, cast.supervisor).post(
        f"/issues/{issue.number}/escalate", data={**GIVEN, "record": sent}
    )
    assert answer.status_code == 303 and number in answer.location, answer.text
    assert db.session.query(Record).count() == 2


def test_a_wrong_number_is_refused_beside_its_field_and_stays(client: FlaskClient, login: Login) -> None:
    cast, system = make_cast(), make_system()
    make_record(cast, state="analysing", system=system)
    elsewhere, _cast = make_record(cast, state="analysing")
    issue = make_issue(state="confirmed", system=system)
    sent = {**GIVEN, "record": ["", elsewhere.number]}
    answer = login(client, cast.supervisor).post(f"/issues/{issue.number}/escalate", data=sent)
    assert answer.status_code == 422
    assert 'id="record-error"' in answer.text and f'value="{elsewhere.number}"' in answer.text


def test_of_many_some_stand_as_cards_and_all_are_found_by_typing(client: FlaskClient, login: Login) -> None:
    cast, system = make_cast(), make_system()
    numbers = [make_record(cast, system=system)[0].number for _ in range(OFFERED + 2)]
    issue = make_issue(state="confirmed", system=system)
    page = login(client, cast.supervisor).get(f"/issues/{issue.number}/escalate").text
    cards, listed = page.split("<datalist")
    assert sum(f'value="{number}"' in cards for number in numbers) == OFFERED
    assert all(f'<option value="{number} ' in listed for number in numbers)

"""What the paper says of who reported and of days without a time; the same words stand in each file."""

from datetime import timedelta

import pytest
from flask_babel import force_locale

from tests.clock import MONDAY, TAIPEI
from tests.factories.people import actor_of, make_person
from tests.factories.records import make_record
from tracker.db import db
from tracker.exports import sheet
from tracker.exports.saying import Tell
from tracker.records import actions, content, masking
from tracker.records.whole import Whole

TELL = Tell(lambda at: at.isoformat() if at else "", lambda at: f"day {at:%m-%d}" if at else "")
NOON, MIDNIGHT = MONDAY + timedelta(hours=3), MONDAY - timedelta(hours=9)


@pytest.fixture
def in_english(app):
    with force_locale("en"):
        yield


def facts_of(record, values=None):
    whole = Whole(record)
    made = sheet.make(whole, values or content.values(whole), tell=TELL, at=MONDAY)
    return dict(made.facts)


def of_guest(**left):
    record, cast = make_record()
    issue = record.primary_issue
    issue.reporter_id, issue.reporter = None, None
    for name, value in left.items():
        setattr(issue, name, value)
    db.session.commit()
    return record, cast


@pytest.mark.parametrize(
    ("left", "said"),
    [
        ({}, "Guest"),
        ({"reporter_phone": "ext. 12"}, "Guest (ext. 12)"),
        ({"reporter_email": "a@example.test"}, "Guest (a@example.test)"),
        ({"reporter_name": "Chen", "reporter_phone": "ext. 12"}, "Chen"),
    ],
)
def test_a_guest_is_called_one_with_what_they_left(in_english, left, said):
    assert facts_of(of_guest(**left)[0])["Reporter"] == said


def test_an_action_names_whose_it_is_not_who_wrote_it_down(in_english):
    record, cast = make_record(state="analysing")
    writer, owner = cast.engineer, make_person("supervisor")
    line = {
        "what": "Add cases to the acceptance list",
        "owner_id": owner.id,
        "due_at": "2026-12-02",
    }
    actions.save(record, {"corrective_actions": [line]}, by=actor_of(writer), at=MONDAY)
    whole = Whole(record)
    made = sheet.make(whole, content.values(whole), tell=TELL, at=MONDAY)
    (told,) = [one for row in made.rows for one in row.entries if one.key == "corrective_actions"]
    assert told.lines == (f"Add cases to the acceptance list ({owner.name}); due day 12-02",)
    (action,) = whole.items["corrective_actions"]
    assert action.due_at.astimezone(TAIPEI).hour == 17, "a day alone means the end of its work"


def test_an_auditor_reads_nothing_of_a_guest(in_english):
    record, _cast = of_guest(reporter_phone="ext. 12")
    auditor = actor_of(make_person("auditor"))
    values = masking.masked(content.values(Whole(record)), record, auditor)
    assert "ext. 12" not in facts_of(record, values)["Reporter"]


@pytest.mark.parametrize(
    ("occurred", "precision", "aware", "says"),
    [
        (NOON, "exact", NOON, (NOON.isoformat(), NOON.isoformat())),
        (NOON, "day", MIDNIGHT, ("day 11-23", "day 11-22")),
        (MIDNIGHT, "exact", MIDNIGHT, ("day 11-22", "day 11-22")),
    ],
)
def test_a_day_without_a_time_is_printed_as_a_day(in_english, occurred, precision, aware, says):
    record, _cast = make_record(state="opened", grave=True)
    issue = record.primary_issue
    issue.occurred_at, issue.occurred_precision, issue.aware_at = occurred, precision, aware
    db.session.commit()
    whole = Whole(record)
    made = sheet.make(whole, content.values(whole), tell=TELL, at=MONDAY)
    said = {one.key: one.lines[0] for row in made.rows for one in row.entries}
    assert (said["occurred_at"], said["aware_at"]) == says


def test_the_values_that_signatures_are_made_over_are_as_they_were(in_english):
    record, _cast = of_guest(reporter_phone="ext. 12")
    values = content.values(Whole(record))
    assert values["reporter"] == "" and values["occurred_at"] == record.primary_issue.occurred_at


def test_the_page_of_the_record_says_the_day_alone_too(client, login, app):
    client.set_cookie("locale", "en")
    record, cast = make_record(state="closed")
    record.primary_issue.occurred_at, record.primary_issue.occurred_precision = NOON, "day"
    db.session.commit()
    login(client, cast.supervisor)
    for path in (f"/records/{record.number}?all=1", f"/records/{record.number}/print?era=ce"):
        page = client.get(path).text
        assert "23 Nov 2026" in page and "12:00" not in page, path

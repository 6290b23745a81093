"""Which calendar counts for whom, and that the book is read again whenever a row of it changes."""

from datetime import date, datetime

import pytest

from tests.clock import MONDAY, TAIPEI
from tests.factories.people import make_person, make_unit
from tests.issues.test_cost import counted
from tracker.accounts.rules import SYSTEM
from tracker.calendars import Calendar
from tracker.db import db
from tracker.errors import DomainError
from tracker.hours import actions, rules
from tracker.hours.book import book, closing
from tracker.hours.models import NamedCalendar

NIGHT = (((0, 360), (1320, 1440)),) * 7


def make_calendar(name="夜班", week=NIGHT, **given):
    """A calendar beside the default one."""
    wanted = {"zone": "", "country": "", "units": (), **given}
    row = actions.create_calendar(name=name, week=week, by=SYSTEM, at=MONDAY, **wanted)
    db.session.commit()
    return row


@pytest.mark.parametrize(
    ("start", "days", "closes"),
    [
        ("2026-11-23 09:00", 0, "2026-11-23 18:00"),
        ("2026-11-20 17:59", 1, "2026-11-23 18:00"),
        ("2026-11-20 18:00", 0, "2026-11-23 18:00"),
        ("2026-11-21 10:00", 1, "2026-11-24 18:00"),
    ],
)
def test_a_proposed_day_ends_when_the_office_closes(start, days, closes):
    begins, ends = (datetime.fromisoformat(one).replace(tzinfo=TAIPEI) for one in (start, closes))
    assert closing(begins, days, Calendar("Asia/Taipei")) == ends


def test_a_new_installation_works_nine_to_six_with_taiwans_holidays(app):
    pages = book(MONDAY)
    assert pages.default.zone == "Asia/Taipei"
    assert pages.default.day(date(2026, 11, 23)) == ((540, 1080),)
    assert pages.default.day(date(2026, 2, 28)) == ()
    assert pages.default.day(date(2026, 9, 28)) == ()


def test_people_inherit_the_calendar_of_the_nearest_unit_above(app):
    top = make_unit()
    middle = make_unit(parent_id=top.id)
    below = make_unit(parent_id=middle.id)
    night, berlin = make_calendar(units=(top.id,)), make_calendar("Berlin", units=(below.id,))
    default = book(MONDAY).default_id
    for unit, wanted in ((top, night), (middle, night), (below, berlin), (None, None)):
        person = make_person(unit_id=unit.id if unit else None)
        assert book(MONDAY).id_for(person.id) == (wanted.id if wanted else default)
    assert book(MONDAY).id_for(None) == default


def test_every_change_is_seen_at_once_and_an_unchanged_book_costs_nothing(app):
    book(MONDAY)
    with counted() as statements:
        book(MONDAY)
    assert statements == []
    row = actions.set_day(date(2026, 11, 24), rules.CLOSED, name="颱風", by=SYSTEM, at=MONDAY)
    assert book(MONDAY).default.day(date(2026, 11, 24)) == ()
    actions.drop_day(row, by=SYSTEM, at=MONDAY)
    assert book(MONDAY).default.day(date(2026, 11, 24)) == ((540, 1080),)


def test_the_same_day_is_changed_and_not_written_twice(app):
    first = actions.set_day(date(2026, 11, 24), rules.CLOSED, by=SYSTEM, at=MONDAY)
    again = actions.set_day(date(2026, 11, 24), rules.OWN_HOURS, windows=((540, 720),), by=SYSTEM, at=MONDAY)
    assert first.id == again.id
    assert book(MONDAY).default.day(date(2026, 11, 24)) == ((540, 720),)


def test_the_default_can_move_but_never_goes(app):
    night = make_calendar()
    old = db.session.query(NamedCalendar).filter_by(is_default=True).one()
    with pytest.raises(DomainError):
        actions.delete_calendar(old, by=SYSTEM, at=MONDAY)
    actions.make_default(night, by=SYSTEM, at=MONDAY)
    db.session.commit()
    assert book(MONDAY).default_id == night.id
    # The first calendar had no name of its own; it needs one now.
    assert old.name != ""
    actions.delete_calendar(old, by=SYSTEM, at=MONDAY)
    db.session.commit()
    assert set(book(MONDAY).plans) == {night.id}


def test_a_removed_calendar_leaves_its_units_with_the_default_one(app):
    unit = make_unit()
    night = make_calendar(units=(unit.id,))
    person = make_person(unit_id=unit.id)
    assert book(MONDAY).id_for(person.id) == night.id
    actions.delete_calendar(night, by=SYSTEM, at=MONDAY)
    assert book(MONDAY).id_for(person.id) == book(MONDAY).default_id


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [(None, date(2027, 1, 1), "start"), (date(2027, 1, 2), date(2027, 1, 1), "end")],
)
def test_hours_without_sense_name_their_field(app, start, end, field):
    row = db.session.query(NamedCalendar).one()
    with pytest.raises(DomainError) as refused:
        actions.save_week(row, NIGHT, start=start, end=end, by=SYSTEM, at=MONDAY)
    assert field in refused.value.fields

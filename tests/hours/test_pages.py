"""The calendar pages: what would move is shown before it is saved, a typhoon day takes two clicks and can be undone."""

import re
from datetime import date

import pytest

from tests.clock import MONDAY
from tests.factories.chases import clock_of, tick
from tests.factories.issues import make_issue
from tests.factories.people import make_person, make_unit
from tests.posting import send
from tracker.db import db
from tracker.hours.book import book
from tracker.hours.models import Hours, NamedCalendar, OwnDay

DAYS = {f"days-{n}": "09:00-12:00, 13:00-18:00" if n < 5 else "" for n in range(7)}


@pytest.fixture
def admin(client, login):
    return login(client, make_person("admin", name="Admin"))


def default():
    return db.session.query(NamedCalendar).filter_by(is_default=True).one()


def seen(answer):
    return re.search(r'name="seen" value="(\w+)"', answer.text)[1]


def test_the_list_says_each_calendar_in_words(admin):
    page = admin.get("/admin/calendar").text
    assert "09:00–18:00" in page
    assert "辦公時間" in page
    assert "台灣" in page or "臺灣" in page


def test_a_typhoon_day_in_two_clicks_with_undo(admin):
    make_person("supervisor")
    issue = make_issue(severity="S4")
    tick(MONDAY)
    first = admin.get("/admin/calendar/days/new?typhoon=1")
    assert "個進行中的期限會變動" in first.text
    assert issue.number in first.text
    form = {
        "day": "2026-11-23",
        "kind": "closed",
        "name": "颱風",
        "calendar_id": "",
        "hours": "",
        "seen": seen(first),
    }
    second = send(admin, "/admin/calendar/days/new", form)
    assert second.status_code == 303
    day = db.session.query(OwnDay).one()
    assert (day.day, day.kind, day.calendar_id) == (date(2026, 11, 23), "closed", None)
    page = admin.get(second.location).text
    assert f"/admin/calendar/days/{day.id}/delete" in page
    assert "復原" in page
    tick(MONDAY)
    assert clock_of("issue", issue.id, "first_response").due_at.date() == date(2026, 11, 25)
    send(admin, f"/admin/calendar/days/{day.id}/delete")
    assert db.session.query(OwnDay).count() == 0


def test_what_would_move_is_shown_first_and_nothing_is_saved(admin):
    make_person("supervisor")
    issue = make_issue(severity="S4")
    tick(MONDAY)
    path = f"/admin/calendar/{default().id}/hours"
    answer = send(admin, path, DAYS)
    assert answer.status_code == 200
    assert "11/24 16:00" in answer.text
    assert "11/24 18:00" in answer.text
    assert issue.number in answer.text
    assert book(MONDAY).default.day(date(2026, 11, 23)) == ((540, 1080),)
    assert send(admin, path, {**DAYS, "seen": seen(answer)}).status_code == 303
    assert book(MONDAY).default.day(date(2026, 11, 23)) == ((540, 720), (780, 1080))


def test_another_change_than_the_one_shown_is_shown_again(admin):
    make_person("supervisor")
    make_issue(severity="S4")
    tick(MONDAY)
    path = f"/admin/calendar/{default().id}/hours"
    mark = seen(send(admin, path, DAYS))
    other = {**DAYS, "days-0": "10:00-11:00"}
    assert send(admin, path, {**other, "seen": mark}).status_code == 200
    assert book(MONDAY).default.day(date(2026, 11, 23)) == ((540, 1080),)


def test_where_nothing_moves_one_click_saves(admin):
    assert send(admin, f"/admin/calendar/{default().id}/hours", DAYS).status_code == 303


@pytest.mark.parametrize(
    "wrong",
    [
        {"days-0": "18-9"},
        {"days-0": "08:30-"},
        {"days-0": "09:00-12:00, 11:00-18:00"},
        {"days-3": "soon"},
        {f"days-{n}": "" for n in range(7)},
    ],
)
def test_hours_that_make_no_sense_are_refused_and_kept_on_the_page(admin, wrong):
    answer = send(admin, f"/admin/calendar/{default().id}/hours", {**DAYS, **wrong})
    assert answer.status_code == 422
    assert book(MONDAY).default.day(date(2026, 11, 23)) == ((540, 1080),)


def test_a_calendar_of_another_country_for_a_unit(admin):
    unit = make_unit(name="東京事務所")
    form = {"name": "東京", "zone": "Asia/Tokyo", "country": "JP", "units": [unit.id], **DAYS}
    assert send(admin, "/admin/calendar/new", form).status_code == 303
    row = db.session.query(NamedCalendar).filter_by(name="東京").one()
    pages = book(MONDAY)
    assert pages.units == {unit.id: row.id}
    assert pages.calendar(row.id).day(date(2026, 11, 3)) == ()
    assert "文化の日" in admin.get(f"/admin/calendar/{row.id}/year/2026").text
    assert send(admin, "/admin/calendar/new", {**form, "zone": "Mars/Olympus"}).status_code == 422
    assert send(admin, f"/admin/calendar/{row.id}/default").status_code == 303
    assert book(MONDAY).default_id == row.id


def test_hours_from_a_day_on_are_added_changed_and_taken_back(admin):
    row = default()
    form = {**DAYS, "start": "2027-01-01", "end": ""}
    assert send(admin, f"/admin/calendar/{row.id}/hours/new", form).status_code == 303
    hours = db.session.query(Hours).filter(Hours.valid_from.is_not(None)).one()
    assert book(MONDAY).default.day(date(2026, 12, 31)) == ((540, 1080),)
    assert book(MONDAY).default.day(date(2027, 1, 4)) == ((540, 720), (780, 1080))
    path = f"/admin/calendar/{row.id}/hours/{hours.id}"
    assert admin.get(path).status_code == 200
    assert send(admin, path, {**form, "start": "116/2/1"}).status_code == 303
    assert [one.valid_from for one in default().hours if one.valid_from] == [date(2027, 2, 1)]
    moved = db.session.query(Hours).filter(Hours.valid_from.is_not(None)).one()
    assert send(admin, f"/admin/calendar/{row.id}/hours/{moved.id}/delete").status_code == 303
    assert db.session.query(Hours).count() == 1


def test_the_year_shows_holidays_make_up_days_and_days_of_ones_own_with_their_names(admin):
    form = {
        "day": "2025-06-20",
        "kind": "hours",
        "name": "創立紀念日",
        "hours": "09:00-12:00",
        "calendar_id": "",
    }
    send(admin, "/admin/calendar/days/new", form)
    page = admin.get(f"/admin/calendar/{default().id}/year/2025").text
    assert "端午節" in page
    assert "創立紀念日 09:00–12:00" in page
    assert '<td class="made-up"' in page
    assert admin.get(f"/admin/calendar/{default().id}/year/1066").status_code == 404


def test_a_half_day_needs_its_hours(admin):
    form = {"day": "2026-12-31", "kind": "hours", "name": "", "hours": "", "calendar_id": ""}
    assert send(admin, "/admin/calendar/days/new", form).status_code == 422
    assert db.session.query(OwnDay).count() == 0


def test_a_make_up_day_can_have_hours_of_its_own(admin):
    form = {"day": "2026-12-05", "kind": "worked", "name": "補班", "hours": "09:00-12:00", "calendar_id": ""}
    assert send(admin, "/admin/calendar/days/new", form).status_code == 303
    assert book(MONDAY).default.day(date(2026, 12, 5)) == ((540, 720),)
    send(admin, "/admin/calendar/days/new", {**form, "hours": ""})
    assert book(MONDAY).default.day(date(2026, 12, 5)) == ((540, 1080),)


def test_the_undo_of_a_typhoon_brings_back_what_the_day_was_before(admin):
    half = {"day": "2026-12-31", "kind": "hours", "name": "跨年", "hours": "09:00-12:00", "calendar_id": ""}
    send(admin, "/admin/calendar/days/new", half)
    send(admin, "/admin/calendar/days/new", {**half, "kind": "closed", "name": "颱風", "hours": ""})
    day = db.session.query(OwnDay).one()
    assert (day.kind, book(MONDAY).default.day(day.day)) == ("closed", ())
    send(admin, f"/admin/calendar/days/{day.id}/delete")
    assert "這一天恢復成原本的設定：跨年" in admin.get("/admin/calendar").text
    db.session.expire_all()
    assert (day.kind, day.name, book(MONDAY).default.day(day.day)) == ("hours", "跨年", ((540, 720),))
    send(admin, f"/admin/calendar/days/{day.id}/delete")
    assert db.session.query(OwnDay).count() == 0


def test_deadlines_that_move_because_a_unit_keeps_another_calendar_are_shown_first(admin):
    unit = make_unit()
    supervisor = make_person("supervisor")
    supervisor.unit_id = unit.id
    issue = make_issue(severity="S4", assignee=supervisor)
    db.session.commit()
    tick(MONDAY)
    before = clock_of("issue", issue.id, "first_response").due_at
    form = {"name": "半天", "zone": "", "country": "TW", "units": [], **{f"days-{n}": "" for n in range(7)}}
    form |= {f"days-{n}": "09:00-12:00" for n in range(5)}
    send(admin, "/admin/calendar/new", form)
    row = db.session.query(NamedCalendar).filter_by(name="半天").one()
    kept = {"name": "半天", "zone": "", "country": "TW", "units": [unit.id]}
    shown = send(admin, f"/admin/calendar/{row.id}", kept)
    assert issue.number in shown.text
    assert book(MONDAY).units == {}
    assert send(admin, f"/admin/calendar/{row.id}", {**kept, "seen": seen(shown)}).status_code == 303
    tick(MONDAY)
    db.session.expire_all()
    assert clock_of("issue", issue.id, "first_response").due_at > before


def test_deadlines_that_move_with_the_default_calendar_are_shown_first(admin):
    make_person("supervisor")
    issue = make_issue(severity="S4")
    tick(MONDAY)
    form = {"name": "半天", "zone": "", "country": "TW", "units": [], **{f"days-{n}": "" for n in range(7)}}
    form |= {f"days-{n}": "09:00-12:00" for n in range(5)}
    send(admin, "/admin/calendar/new", form)
    row = db.session.query(NamedCalendar).filter_by(name="半天").one()
    shown = send(admin, f"/admin/calendar/{row.id}/default")
    assert (shown.status_code, issue.number in shown.text) == (200, True)
    assert book(MONDAY).default_id != row.id
    assert send(admin, f"/admin/calendar/{row.id}/default", {"seen": seen(shown)}).status_code == 303
    assert book(MONDAY).default_id == row.id

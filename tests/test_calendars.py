"""Working time: sums are monotone and additive, never end in closed time; excluded days lengthen the wait."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.calendars import (
    ALWAYS,
    OFFICE,
    Calendar,
    NoWorkingTime,
    add_working,
    add_working_days,
    due_at,
    is_open,
    next_open,
    working_minutes,
    working_time,
)
from tracker.hours import public

TAIPEI = Calendar("Asia/Taipei")
ZONES = [
    "Asia/Taipei",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Kathmandu",
]

instants = st.integers(0, 4 * 366 * 86400).map(
    lambda s: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=s)
)
amounts = st.integers(0, 5000)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    def day() -> tuple[tuple[int, int], ...]:
        marks = sorted(draw(st.sets(st.integers(0, 1440), min_size=0, max_size=4)))
        return tuple(zip(marks[::2], marks[1::2], strict=False))

    windows = (*(day() for _ in range(6)), ((9 * 60, 17 * 60),))
    some_days = st.frozensets(st.dates(date(2024, 1, 1), date(2027, 12, 31)), max_size=30)
    return Calendar(draw(st.sampled_from(ZONES)), windows, draw(some_days), draw(some_days))


def taipei(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Taipei")).astimezone(UTC)


def in_closed_time(instant: datetime, calendar: Calendar) -> bool:
    return not is_open(instant, calendar) and not is_open(instant - timedelta(microseconds=1), calendar)


@given(instants, amounts, calendars())
def test_a_sum_never_ends_in_closed_time(start, minutes, calendar):
    assert not in_closed_time(add_working(start, minutes, calendar), calendar)


@given(instants, amounts, amounts, calendars())
def test_adding_twice_is_adding_once(start, first, second, calendar):
    assert add_working(add_working(start, first, calendar), second, calendar) == add_working(
        start, first + second, calendar
    )


@given(instants, st.integers(0, 100_000), amounts, calendars())
def test_a_later_start_never_ends_earlier(start, later, minutes, calendar):
    assert add_working(start + timedelta(minutes=later), minutes, calendar) >= add_working(
        start, minutes, calendar
    )


@given(instants, amounts, calendars())
def test_the_time_between_start_and_sum_is_what_was_added(start, minutes, calendar):
    assert working_minutes(start, add_working(start, minutes, calendar), calendar) == minutes


@given(instants, st.integers(0, 150_000), calendars())
def test_a_long_sum_is_the_sum_of_its_weeks(start, minutes, calendar):
    end, week = add_working(start, minutes, calendar), timedelta(days=7)
    weeks = [start + n * week for n in range((end - start) // week + 1)]
    pieces = [working_time(begins, min(begins + week, end), calendar) for begins in weeks]
    assert sum(pieces, timedelta(0)) == working_time(start, end, calendar) == timedelta(minutes=minutes)
    # One piece after the other, each too short to go by months, comes to the same instant.
    at = start
    for _ in range(minutes // 5000):
        at = add_working(at, 5000, calendar)
    assert add_working(at, minutes % 5000, calendar) == end or minutes % 5000 == 0


@given(instants, amounts, calendars())
def test_counting_back_undoes_counting_forwards(start, minutes, calendar):
    end = add_working(start, minutes, calendar)
    back = add_working(end, -minutes, calendar)
    assert working_minutes(back, end, calendar) == minutes
    assert back >= start or minutes == 0


@given(
    instants, amounts, calendars(), st.frozensets(st.dates(date(2024, 1, 1), date(2028, 6, 1)), max_size=40)
)
def test_excluded_days_lengthen_the_wait(start, minutes, calendar, more):
    closed = Calendar(calendar.zone, calendar.windows, calendar.holidays | more, calendar.workdays)
    assert add_working(start, minutes, closed) >= add_working(start, minutes, calendar)


@given(instants, st.integers(0, 60), calendars())
def test_working_days_end_in_open_time_and_never_run_backwards(start, days, calendar):
    end = add_working_days(start, days, calendar)
    assert not in_closed_time(end, calendar)
    assert end >= start
    assert add_working_days(start + timedelta(hours=5), days, calendar) >= end


@given(
    instants,
    amounts,
    calendars(),
    st.lists(st.tuples(st.integers(-3000, 9000), st.integers(0, 6000)), max_size=5),
)
def test_pauses_only_ever_lengthen_and_their_time_is_not_counted(start, minutes, calendar, spans):
    pauses = [(start + timedelta(minutes=at), start + timedelta(minutes=at + length)) for at, length in spans]
    due = due_at(start, minutes, calendar, pauses)
    assert due is not None
    assert due >= add_working(start, minutes, calendar)
    paused = [(b, e) for b, e in pauses if e > b]
    counted, at = timedelta(0), start
    for begins, ends in sorted(paused):
        counted += working_time(at, min(begins, due), calendar) if begins > at else timedelta(0)
        at = max(at, ends)
    counted += working_time(at, due, calendar)
    assert counted == timedelta(minutes=minutes)


def test_three_days_over_a_weekend_need_more_than_three_days():
    friday = taipei("2026-11-20 09:00")
    assert add_working_days(friday, 3, TAIPEI) == taipei("2026-11-25 09:00")


def test_four_hours_from_friday_evening_over_a_make_up_saturday():
    off, on = public.days("TW", [2025])
    calendar = Calendar("Asia/Taipei", OFFICE, off, on)
    assert add_working(taipei("2025-02-07 17:00"), 240, calendar) == taipei("2025-02-08 12:00")


def test_the_last_minute_of_the_day_is_the_deadline_not_tomorrows_first():
    assert add_working(taipei("2026-11-23 17:00"), 60, TAIPEI) == taipei("2026-11-23 18:00")


def test_a_report_at_night_starts_to_count_in_the_morning():
    assert add_working(taipei("2026-11-20 23:30"), 60, TAIPEI) == taipei("2026-11-23 10:00")
    assert next_open(taipei("2026-11-20 23:30"), TAIPEI) == taipei("2026-11-23 09:00")


def test_an_open_pause_has_no_due_time_but_a_breach_before_it_stands():
    start = taipei("2026-11-23 09:00")
    assert due_at(start, 240, TAIPEI, [(taipei("2026-11-23 10:00"), None)]) is None
    assert due_at(start, 60, TAIPEI, [(taipei("2026-11-23 11:00"), None)]) == taipei("2026-11-23 10:00")


def test_a_closed_pause_is_cut_out_however_often_it_is_replayed():
    start, pause = taipei("2026-11-23 09:00"), (taipei("2026-11-23 10:00"), taipei("2026-11-24 10:00"))
    assert due_at(start, 120, TAIPEI, [pause]) == taipei("2026-11-24 11:00")
    assert due_at(start, 120, TAIPEI, [pause, pause]) == taipei("2026-11-24 11:00")


def test_a_window_in_the_skipped_hour_opens_at_the_next_valid_instant():
    berlin = Calendar("Europe/Berlin", (((150, 240),),) * 7)
    assert next_open(datetime(2026, 3, 28, 22, tzinfo=UTC), berlin) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert add_working(datetime(2026, 3, 28, 22, tzinfo=UTC), 60, berlin) == datetime(
        2026, 3, 29, 2, tzinfo=UTC
    )


def test_a_window_in_the_repeated_hour_opens_at_the_first_of_the_two():
    berlin = Calendar("Europe/Berlin", (((150, 240),),) * 7)
    assert next_open(datetime(2026, 10, 24, 22, tzinfo=UTC), berlin) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


def test_a_window_that_lies_wholly_in_the_skipped_hour_is_not_open_that_day():
    berlin = Calendar("Europe/Berlin", (((120, 180),),) * 7)
    assert next_open(datetime(2026, 3, 28, 22, tzinfo=UTC), berlin) == datetime(2026, 3, 30, 0, tzinfo=UTC)


def test_round_the_clock_has_25_hours_when_clocks_go_back():
    berlin = Calendar("Europe/Berlin", ALWAYS)
    midnight, next_midnight = datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC)
    assert working_minutes(midnight, next_midnight, berlin) == 1500


def test_a_calendar_that_never_opens_says_so_instead_of_searching_for_ever():
    with pytest.raises(NoWorkingTime):
        Calendar("Asia/Taipei", ((),) * 7)
    every_day = frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(5 * 366))
    with pytest.raises(NoWorkingTime):
        add_working(taipei("2026-01-05 09:00"), 1, Calendar("Asia/Taipei", OFFICE, every_day))


@pytest.mark.parametrize("windows", [((60, 30),), ((0, 100), (50, 200)), ((0, 1500),), ((5, 5),)])
def test_windows_that_make_no_sense_are_refused(windows):
    with pytest.raises(ValueError, match="windows"):
        Calendar("Asia/Taipei", (windows,) * 7)


def test_taiwans_year_has_its_feasts_and_only_its_own_make_up_days():
    off, on = public.days("TW", [2025, 2026])
    assert {date(2026, 1, 1), date(2026, 2, 17), date(2026, 10, 10)} <= off
    assert on == {date(2025, 2, 8)}
    assert public.names("TW", 2026, "zh_Hant_TW")[date(2026, 6, 19)] == "端午節"


def test_safety_matters_do_not_wait_for_a_feast():
    calendar = Calendar("Asia/Taipei", OFFICE, frozenset({date(2026, 11, 23)}))
    assert next_open(taipei("2026-11-23 09:30"), calendar) == taipei("2026-11-24 09:00")
    assert next_open(taipei("2026-11-23 09:30"), calendar.without_holidays()) == taipei("2026-11-23 09:30")

"""What people write as hours, and the calendar that windows, dates, holidays and days of one's own make together."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.test_calendars import ZONES, instants
from tracker import calendars
from tracker.calendars import OFFICE, Calendar, add_working, working_time
from tracker.hours import public, rules
from tracker.hours.rules import CLOSED, OWN_HOURS, USUAL, WORKED, Plan, Special, Weekly

NINE_TO_FIVE = (((540, 1020),),) * 5 + ((), ())
TAIPEI = "Asia/Taipei"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", ()),
        ("09:00-12:00, 13:00-18:00", ((540, 720), (780, 1080))),
        ("13:00–18:00 09:00–12:00", ((540, 720), (780, 1080))),
        ("９：００～１２：００、１３：００～１７：３０", ((540, 720), (780, 1050))),
        ("0830-1730", ((510, 1050),)),
        ("8.30 to 17.30", ((510, 1050),)),
        ("9-12 13-18", ((540, 720), (780, 1080))),
        ("9點到5點", None),
        ("09:00到18:00", ((540, 1080),)),
        ("22:00-24:00", ((1320, 1440),)),
        ("22:00-06:00", None),
        ("09:00-12:00, 11:00-13:00", None),
        ("09:00", None),
        ("09:60-10:00", None),
        ("09:00-24:30", None),
        ("09:00-09:00", None),
        ("9" + " " * 100_000 + "x", None),
        (" ," * 50_000, None),
        ("9-12" + ", " * 50_000 + "x", None),
    ],
)
def test_hours_as_people_write_them(text, wanted):
    assert rules.windows_of(text) == wanted


@given(st.sets(st.integers(0, 1440), max_size=8))
def test_written_hours_are_read_back(marks):
    ordered = sorted(marks)
    day = tuple(zip(ordered[::2], ordered[1::2], strict=False))
    assert rules.windows_of(rules.written(day)) == day


def plan(*weeks: Weekly, **given) -> Plan:
    return Plan(
        1, "", given.pop("zone", TAIPEI), given.pop("country", ""), weeks or (Weekly(OFFICE),), **given
    )


def made(wanted: Plan, years=range(2024, 2029)) -> Calendar:
    return rules.compiled(wanted, *public.days(wanted.country, years))


def local(text: str, zone: str = TAIPEI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


HALF = Special(date(2026, 2, 16), OWN_HOURS, ((540, 720),), "除夕")
TYPHOON = Special(date(2026, 11, 24), CLOSED, (), "颱風")
SATURDAY = Special(date(2026, 11, 28), WORKED, (), "補班")


@pytest.mark.parametrize(
    ("given", "start", "minutes", "wanted"),
    [
        # Lunch is not worked, a weekend neither.
        ({}, "2026-11-23 11:00", 120, "2026-11-23 14:00"),
        ({}, "2026-11-27 17:00", 120, "2026-11-30 10:00"),
        # A typhoon day is skipped; what was due on it moves by its hours.
        ({"days": (TYPHOON,)}, "2026-11-23 17:00", 120, "2026-11-25 10:00"),
        # The make-up Saturday is worked like a weekday.
        ({"days": (SATURDAY,)}, "2026-11-27 17:00", 120, "2026-11-28 10:00"),
        # A half day ends at noon; then come the feasts of Taiwan's New Year.
        ({"days": (HALF,), "country": "TW"}, "2026-02-16 10:00", 180, "2026-02-23 10:00"),
        # A day for everybody counts where the calendar has none of its own, and not where it has.
        ({"shared": (TYPHOON,)}, "2026-11-23 17:00", 120, "2026-11-25 10:00"),
        (
            {"shared": (TYPHOON,), "days": (Special(TYPHOON.day, WORKED),)},
            "2026-11-23 17:00", 120, "2026-11-24 10:00",
        ),
        # A day off on a make-up day is off.
        ({"country": "TW", "days": (Special(date(2025, 2, 8), CLOSED),)}, "2025-02-07 17:00", 120, "2025-02-10 10:00"),
        ({"country": "TW"}, "2025-02-07 17:00", 120, "2025-02-08 10:00"),
        # Another country's holidays: Japan works on Taiwan's 28 February, which is a Saturday anyway in 2026.
        ({"country": "JP"}, "2026-11-02 17:00", 120, "2026-11-04 10:00"),
        ({"country": "TW"}, "2026-11-02 17:00", 120, "2026-11-03 10:00"),
    ],
)  # fmt: skip
def test_days_that_differ_move_deadlines(given, start, minutes, wanted):
    assert add_working(local(start), minutes, made(plan(**given))) == local(wanted)


def test_a_change_from_new_year_leaves_december_as_it_was():
    changed = plan(Weekly(OFFICE), Weekly(NINE_TO_FIVE, date(2027, 1, 1)))
    calendar = made(changed)
    before, after = made(plan()), made(plan(Weekly(NINE_TO_FIVE)))
    december, january = local("2026-12-21 09:00"), local("2027-01-04 09:00")
    assert add_working(december, 8 * 60, calendar) == add_working(december, 8 * 60, before)
    assert add_working(january, 9 * 60, calendar) == add_working(january, 9 * 60, after)
    # From the last December day into January both weeks count, each on its own days.
    assert add_working(local("2026-12-31 17:00"), 120, calendar) == local("2027-01-01 10:00")


def test_hours_with_an_end_give_way_to_those_before_them():
    summer = (((480, 960),),) * 5 + ((), ())
    calendar = made(plan(Weekly(OFFICE), Weekly(summer, date(2026, 7, 1), date(2026, 8, 31))))
    opening = {
        day: calendar.day(day)[0][0] for day in (date(2026, 6, 30), date(2026, 7, 1), date(2026, 8, 31))
    }
    assert list(opening.values()) == [540, 480, 480]
    assert calendar.day(date(2026, 9, 1)) == OFFICE[1]


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_the_nights_when_clocks_change_keep_their_shift(day):
    """A night shift in Berlin: an hour shorter in spring, an hour longer in autumn, never lost."""
    night = (((0, 360),),) * 7
    calendar = made(plan(Weekly(night), zone="Europe/Berlin"))
    start = datetime.combine(day, datetime.min.time(), ZoneInfo("Europe/Berlin"))
    worked = working_time(start, start + timedelta(hours=12), calendar)
    assert worked == timedelta(hours=5 if day.month == 3 else 7)


@st.composite
def plans(draw: st.DrawFn) -> Calendar:
    def day() -> tuple[tuple[int, int], ...]:
        marks = sorted(draw(st.sets(st.integers(0, 1440), max_size=6)))
        return tuple(zip(marks[::2], marks[1::2], strict=False))

    def week() -> calendars.Week:
        return (*(day() for _ in range(6)), ((540, 1020),))

    dates = st.dates(date(2024, 1, 1), date(2027, 12, 31))
    starts = draw(st.lists(dates, unique=True, max_size=3))
    later = [Weekly(week(), start, draw(st.none() | st.dates(start, date(2028, 1, 31)))) for start in starts]
    days = tuple(
        Special(one, draw(st.sampled_from(rules.KINDS)), day()) for one in draw(st.lists(dates, max_size=20))
    )
    wanted = Plan(
        1, "", draw(st.sampled_from(ZONES)), draw(st.sampled_from(["", "TW", "JP", "DE"])),
        (Weekly(week()), *later), days,
    )  # fmt: skip
    return made(wanted)


@given(instants, st.integers(0, 5000), st.integers(0, 100_000), plans())
def test_a_later_start_never_ends_earlier(start, minutes, later, calendar):
    assert add_working(start + timedelta(minutes=later), minutes, calendar) >= add_working(
        start, minutes, calendar
    )


@given(instants, st.integers(0, 5000), plans())
def test_working_time_is_the_inverse_of_adding(start, minutes, calendar):
    end = add_working(start, minutes, calendar)
    assert working_time(start, end, calendar) == timedelta(minutes=minutes)


@given(instants, st.integers(0, 3000), st.integers(0, 3000), plans())
def test_adding_twice_is_adding_once_across_weeks_and_years(start, first, second, calendar):
    assert add_working(add_working(start, first, calendar), second, calendar) == add_working(
        start, first + second, calendar
    )


@given(plans(), st.dates(date(2024, 1, 1), date(2027, 12, 31)))
def test_the_open_time_of_a_day_is_its_windows(calendar, day):
    """Summed over the local day; shorter or longer only where clocks change."""
    zone = ZoneInfo(calendar.zone)
    start = datetime.combine(day, datetime.min.time(), zone)
    end = datetime.combine(day + timedelta(days=1), datetime.min.time(), zone)
    changes = end.astimezone(UTC) - start.astimezone(UTC) - timedelta(days=1)
    windows = timedelta(minutes=sum(close - opens for opens, close in calendar.day(day)))
    assert abs(working_time(start, end, calendar) - windows) <= abs(changes)


def test_what_cannot_be_a_calendar_is_refused():
    with pytest.raises(calendars.NoWorkingTime):
        made(plan(Weekly(((),) * 7)))
    with pytest.raises(ValueError, match="apart"):
        made(plan(days=(Special(date(2026, 1, 1), OWN_HOURS, ((600, 660), (630, 700))),)))


def test_the_digest_names_what_counts_and_not_what_it_is_called():
    named = Plan(1, "甲", TAIPEI, "TW", (Weekly(USUAL),), (TYPHOON,))
    other = Plan(1, "乙", TAIPEI, "TW", (Weekly(USUAL),), (Special(TYPHOON.day, CLOSED, (), "another name"),))
    assert named.digest == other.digest
    assert named.digest != Plan(1, "甲", TAIPEI, "TW", (Weekly(USUAL),)).digest

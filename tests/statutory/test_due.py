"""When each shipped rule falls due, by hand-made sums; months, years, clock changes and feasts."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import yaml

from tracker.statutory import book, checking, due
from tracker.statutory.rules import NEXT_WORKDAY, STRICT, Due

TAIPEI, BRUSSELS, NEW_YORK = (
    ZoneInfo("Asia/Taipei"),
    ZoneInfo("Europe/Brussels"),
    ZoneInfo("America/New_York"),
)
SHIPPED = {one["id"]: checking.read(one) for one in yaml.safe_load(book.FILE.read_text("utf-8"))}
AWARE = "2026-11-23 09:30"
# Where each law is at home, and an evening there before the clocks go forward; in Taiwan and Hong Kong they never do.
HOME = {"eu": BRUSSELS, "gdpr": BRUSSELS, "us": NEW_YORK, "tw": TAIPEI, "hk": TAIPEI}
FORWARD = {BRUSSELS: "2027-03-27 20:00", NEW_YORK: "2027-03-13 20:00", TAIPEI: "2027-03-27 20:00"}
YEARS_END = "2026-12-30 23:30"
# What each rule that ships gives: from 23 November 2026, 09:30, and over the year's end in Taipei, and, as the
# clock on the wall shows it there, over the night in which its law's home goes to summer time.
TABLE = {
    "eu-aia-73-2": ("2026-12-08 09:30", "2027-01-14 23:30", "2027-04-11 21:00"),
    "eu-aia-73-3": ("2026-11-25 09:30", "2027-01-01 23:30", "2027-03-29 21:00"),
    "eu-aia-73-4": ("2026-12-03 09:30", "2027-01-09 23:30", "2027-04-06 21:00"),
    "eu-aia-26-5": ("2026-11-23 09:30", "2026-12-30 23:30", "2027-03-27 20:00"),
    "gdpr-33": ("2026-11-26 09:30", "2027-01-02 23:30", "2027-03-30 21:00"),
    "tw-csma-notify": ("2026-11-23 10:30", "2026-12-31 00:30", "2027-03-27 21:00"),
    "tw-csma-review-high": ("2026-11-23 11:30", "2026-12-31 01:30", "2027-03-27 22:00"),
    "tw-csma-review-low": ("2026-11-23 17:30", "2026-12-31 07:30", "2027-03-28 04:00"),
    "tw-csma-contain-high": ("2026-11-24 21:30", "2027-01-01 11:30", "2027-03-29 08:00"),
    "tw-csma-contain-low": ("2026-11-26 09:30", "2027-01-02 23:30", "2027-03-30 20:00"),
    "tw-csma-report": ("2026-12-23 09:30", "2027-01-30 23:30", "2027-04-27 20:00"),
    "tw-pdpa-12": ("2026-11-23 09:30", "2026-12-30 23:30", "2027-03-27 20:00"),
    "tw-pdpa-12-new": ("2026-11-23 09:30", "2026-12-30 23:30", "2027-03-27 20:00"),
    "tw-pdpa-draft": ("2026-11-26 09:30", "2027-01-02 23:30", "2027-03-30 20:00"),
    "tw-fsc": ("2026-11-26 09:30", "2027-01-02 23:30", "2027-03-30 20:00"),
    "tw-moda": ("2026-11-26 09:30", "2027-01-02 23:30", "2027-03-30 20:00"),
    "eu-cra-24h": ("2026-11-24 09:30", "2026-12-31 23:30", "2027-03-28 21:00"),
    "eu-cra-72h": ("2026-11-26 09:30", "2027-01-02 23:30", "2027-03-30 21:00"),
    "eu-cra-14d": ("2026-12-07 09:30", "2027-01-13 23:30", "2027-04-10 21:00"),
    "us-hipaa": ("2027-01-22 09:30", "2027-02-28 23:30", "2027-05-12 21:00"),
    "us-ny-raise": ("2026-11-26 09:30", "2027-01-02 23:30", "2027-03-16 21:00"),
    "hk-ci-12h": ("2026-11-23 21:30", "2026-12-31 11:30", "2027-03-28 08:00"),
    "hk-ci-48h": ("2026-11-25 09:30", "2027-01-01 23:30", "2027-03-29 20:00"),
}


def local(text, zone=TAIPEI):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def weekdays(day: date) -> bool:
    return day.weekday() < 5


def never(day: date) -> bool:
    return False


def test_the_table_names_every_rule_that_ships():
    assert set(TABLE) == set(SHIPPED)


@pytest.mark.parametrize("name", TABLE)
def test_each_shipped_rule_falls_due(name):
    rule, home = SHIPPED[name], HOME[name.partition("-")[0]]
    starts = (local(AWARE), local(YEARS_END), local(FORWARD[home], home))
    found = [due.due_at(rule.due, start, rule.counting, start.tzinfo, weekdays) for start in starts]
    assert found == [local(text, start.tzinfo) for text, start in zip(TABLE[name], starts, strict=True)]


@pytest.mark.parametrize(
    ("kind", "n", "counting", "zone", "start", "wanted"),
    [
        # A month ends on its last day where it has no such day; December runs into the next year.
        ("months", 1, STRICT, TAIPEI, "2027-01-31 08:00", "2027-02-28 08:00"),
        ("months", 1, STRICT, TAIPEI, "2028-01-31 08:00", "2028-02-29 08:00"),
        ("months", 1, STRICT, TAIPEI, "2026-12-31 23:59", "2027-01-31 23:59"),
        ("months", 13, STRICT, TAIPEI, "2026-12-15 08:00", "2028-01-15 08:00"),
        ("days", 10, STRICT, TAIPEI, "2026-12-28 12:00", "2027-01-07 12:00"),
        # 72 hours are 72 hours: the wall clock shows one hour more or less when it was changed meanwhile.
        ("hours", 72, STRICT, BRUSSELS, "2027-03-27 10:00", "2027-03-30 11:00"),
        ("hours", 72, STRICT, BRUSSELS, "2026-10-24 10:00", "2026-10-27 09:00"),
        ("days", 2, STRICT, BRUSSELS, "2027-03-27 10:00", "2027-03-29 11:00"),
        ("months", 1, STRICT, BRUSSELS, "2027-03-15 10:00", "2027-04-15 10:00"),
        # The first day is left out, the last one counts to its end.
        ("days", 2, NEXT_WORKDAY, TAIPEI, "2026-11-23 09:30", "2026-11-26 00:00"),
        ("days", 2, NEXT_WORKDAY, TAIPEI, "2026-11-23 00:00", "2026-11-26 00:00"),
        # Saturday 28 November: the next working day is Monday.
        ("days", 5, NEXT_WORKDAY, TAIPEI, "2026-11-23 09:30", "2026-12-01 00:00"),
        ("months", 1, NEXT_WORKDAY, TAIPEI, "2026-11-23 09:30", "2026-12-24 00:00"),
        # 31 January 2027 is a Sunday.
        ("months", 1, NEXT_WORKDAY, TAIPEI, "2026-12-31 10:00", "2027-02-02 00:00"),
        ("days", 1, NEXT_WORKDAY, BRUSSELS, "2026-10-23 10:00", "2026-10-27 00:00"),
        # Hours are counted from the instant in either way.
        ("hours", 72, NEXT_WORKDAY, TAIPEI, "2026-11-27 09:30", "2026-11-30 09:30"),
    ],
)
def test_sums(kind, n, counting, zone, start, wanted):
    found = due.due_at(Due(kind, n), local(start, zone), counting, zone, weekdays)
    assert found == local(wanted, zone)


def test_the_day_in_the_laws_own_zone_counts():
    """23:30 in Brussels is the next morning in Taipei."""
    start = local("2026-11-23 23:30", BRUSSELS)
    assert due.due_at(Due("days", 1), start, NEXT_WORKDAY, BRUSSELS, weekdays) == local(
        "2026-11-25 00:00", BRUSSELS
    )
    assert due.due_at(Due("days", 1), start, NEXT_WORKDAY, TAIPEI, weekdays) == local("2026-11-26 00:00")


def test_a_calendar_without_any_work_moves_nothing_for_ever():
    found = due.due_at(Due("days", 1), local(AWARE), NEXT_WORKDAY, TAIPEI, never)
    assert found == local("2026-11-25 00:00")


def test_a_clock_may_hang_on_another():
    other = local("2026-11-26 09:30")
    with_it, after_it = Due("with_clock", clock="a"), Due("after_clock", 2, "days", "a")
    assert due.due_at(with_it, local(AWARE), STRICT, TAIPEI, weekdays, other) == other
    assert due.due_at(after_it, local(AWARE), STRICT, TAIPEI, weekdays, other) == other + timedelta(days=2)
    assert due.due_at(after_it, local(AWARE), STRICT, TAIPEI, weekdays) is None


@pytest.mark.parametrize(
    ("hours", "wanted"),
    [(72, [50, 80, 97.2222]), (1, [50, 80]), (2, [50, 80]), (4, [50, 80]), (3, [33.3333, 50, 80])],
)
def test_warnings_come_in_order_and_never_before_the_start(hours, wanted):
    start = local(AWARE)
    assert due.warnings(("50%", "80%", "-2h"), start, start + timedelta(hours=hours)) == pytest.approx(
        wanted, abs=1e-4
    )

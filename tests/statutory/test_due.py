"""When each shipped rule falls due, by hand-made sums; months, years, clock changes and feasts."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import yaml

from tracker.statutory import book, checking, due
from tracker.statutory.rules import NEXT_WORKDAY, STRICT, Due

TAIPEI, BRUSSELS = ZoneInfo("Asia/Taipei"), ZoneInfo("Europe/Brussels")
SHIPPED = {one["id"]: checking.read(one) for one in yaml.safe_load(book.FILE.read_text("utf-8"))}
AWARE = "2026-11-23 09:30"
# From 23 November 2026, 09:30 in Taipei: what each rule that ships gives.
TABLE = {
    "eu-aia-73-2": "2026-12-08 09:30", "eu-aia-73-3": "2026-11-25 09:30", "eu-aia-73-4": "2026-12-03 09:30",
    "eu-aia-26-5": "2026-11-23 09:30", "gdpr-33": "2026-11-26 09:30", "tw-csma-notify": "2026-11-23 10:30",
    "tw-csma-review-high": "2026-11-23 11:30", "tw-csma-review-low": "2026-11-23 17:30",
    "tw-csma-contain-high": "2026-11-24 21:30", "tw-csma-contain-low": "2026-11-26 09:30",
    "tw-csma-report": "2026-12-23 09:30", "tw-pdpa-12": "2026-11-23 09:30", "tw-pdpa-12-new": "2026-11-23 09:30",
    "tw-pdpa-draft": "2026-11-26 09:30", "tw-fsc": "2026-11-26 09:30", "tw-moda": "2026-11-26 09:30",
    "eu-cra-24h": "2026-11-24 09:30", "eu-cra-72h": "2026-11-26 09:30", "eu-cra-14d": "2026-12-07 09:30",
    "us-hipaa": "2027-01-22 09:30", "us-ny-raise": "2026-11-26 09:30", "hk-ci-12h": "2026-11-23 21:30",
    "hk-ci-48h": "2026-11-25 09:30",
}  # fmt: skip


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
    rule = SHIPPED[name]
    found = due.due_at(rule.due, local(AWARE), rule.counting, TAIPEI, weekdays)
    assert found == local(TABLE[name])


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

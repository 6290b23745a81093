"""The arithmetic of turns: no gap, no overlap, hand-over at local time, whatever the clocks do."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.duty import points, rules
from tracker.duty.rules import Override, Plan, Presence, Term

ZONES = ("Asia/Taipei", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/St_Johns", "UTC")
PEOPLE = {one: Presence() for one in (1, 2, 3, 4)}


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def term(**changes):
    return Term(
        **{
            "since": utc("2026-11-23 01:00"), "zone": "Asia/Taipei", "cycle_days": 1, "points": ((0, 540),),
            "anchor": date(2026, 11, 23), "members": (1, 2, 3), **changes,
        }
    )  # fmt: skip


def plan(*terms, **changes):
    return Plan(**{"terms": terms or (term(),), "people": PEOPLE, **changes})


@st.composite
def terms(draw):
    cycle = draw(st.sampled_from([1, 2, 7, 14]))
    marks = st.tuples(st.integers(0, cycle - 1), st.integers(0, 1439))
    return term(
        zone=draw(st.sampled_from(ZONES)), cycle_days=cycle,
        points=tuple(sorted(draw(st.sets(marks, min_size=1, max_size=5)))),
        anchor=draw(st.dates(date(2025, 1, 1), date(2027, 12, 31))), members=tuple(draw(st.permutations([1, 2, 3]))),
        first=draw(st.integers(0, 2)), since=utc("2025-01-01 00:00"),
    )  # fmt: skip


instants = st.integers(0, 1000 * 24 * 60).map(
    lambda minutes: utc("2025-02-01 00:00") + timedelta(minutes=minutes)
)


def test_a_look_ahead_ends_with_a_shift_and_not_in_its_middle():
    weekly = plan(term(cycle_days=7))
    start, middle = utc("2026-11-23 01:00"), utc("2026-12-09 02:49")
    assert rules.spells(weekly, start, middle)[-1].ends_at == middle
    assert rules.whole_spells(weekly, start, middle)[-1].ends_at == utc("2026-12-14 01:00")
    ended = plan(term(cycle_days=7), ends=utc("2026-12-01 16:00"))
    assert rules.whole_spells(ended, start, middle)[-1].ends_at == utc("2026-12-01 16:00")


@given(terms(), instants)
def test_each_instant_lies_in_the_shift_that_has_begun_and_before_the_next(one, at):
    number = one.number_at(at)
    assert one.starts(number) <= at < one.starts(number + 1)


@given(terms(), instants)
def test_a_hand_over_stands_at_its_local_time_wherever_that_exists(one, at):
    number = one.number_at(at)
    local = one.starts(number).astimezone(ZoneInfo(one.zone))
    _day, minute = one.points[number % len(one.points)]
    wall = datetime(local.year, local.month, local.day, minute // 60, minute % 60, tzinfo=ZoneInfo(one.zone))
    exists = wall.astimezone(UTC).astimezone(ZoneInfo(one.zone)).replace(tzinfo=None) == wall.replace(
        tzinfo=None
    )
    assert local.hour * 60 + local.minute == minute or not exists or local.date() != wall.date()


@given(
    terms(),
    instants,
    st.lists(st.tuples(st.integers(0, 600), st.integers(1, 200), st.sampled_from([1, 2, 4])), max_size=4),
    st.lists(st.tuples(st.integers(0, 600), st.integers(1, 300)), max_size=1),
)
def test_spells_cover_all_without_gap_or_overlap_and_say_what_the_question_says(one, start, changes, away):
    hour = timedelta(hours=1)
    overrides = tuple(
        Override(number, start + begins * hour, start + (begins + length) * hour, person)
        for number, (begins, length, person) in enumerate(changes, 1)
    )
    people = dict(PEOPLE)
    for begins, length in away:
        until = start + (begins + length) * hour
        people[1] = Presence(away_from=start + begins * hour, away_until=until, deputy=4)
    whole = plan(one, overrides=overrides, people=people)
    found = rules.spells(whole, start, start + timedelta(days=25))
    assert (found[0].starts_at, found[-1].ends_at) == (start, start + timedelta(days=25))
    assert all(first.ends_at == second.starts_at for first, second in pairwise(found))
    for spell in found:
        middle = spell.starts_at + (spell.ends_at - spell.starts_at) / 2
        for at in (spell.starts_at, middle, spell.ends_at - timedelta(microseconds=1)):
            asked = rules.on_duty(whole, at)
            assert (asked.person, asked.why, asked.shift_at) == (spell.person, spell.why, spell.shift_at)


@given(terms(), instants, st.sampled_from([1, 2, 3]))
def test_new_turns_begin_with_whom_one_says(one, since, leader):
    later = rules.in_force([one, term(since=since, zone=one.zone, points=one.points).led_by(leader)])
    spell = rules.on_duty(plan(*later), since)
    assert spell.turn == leader


def test_turns_change_at_nine_in_taipei():
    found = rules.spells(plan(), utc("2026-11-23 01:00"), utc("2026-11-26 01:00"))
    assert [(spell.person, f"{spell.starts_at:%d %H}") for spell in found] == [
        (1, "23 01"), (2, "24 01"), (3, "25 01"),
    ]  # fmt: skip


def test_a_night_that_loses_an_hour_has_a_shorter_shift():
    berlin = term(
        zone="Europe/Berlin", points=((0, 540),), anchor=date(2026, 3, 1), since=utc("2026-03-01 00:00")
    )
    found = rules.spells(plan(berlin), utc("2026-03-28 12:00"), utc("2026-03-30 12:00"))
    assert found[1].ends_at - found[1].starts_at == timedelta(hours=24)
    assert found[0].ends_at == utc("2026-03-28 08:00") + timedelta(hours=23)


@pytest.mark.parametrize(
    ("day", "minute", "expected"),
    [
        # New York, 2026-03-08: 02:00 to 03:00 does not exist; 2026-11-01: 01:00 to 02:00 comes twice.
        (date(2026, 3, 8), 150, "2026-03-08 07:00"),
        (date(2026, 3, 8), 180, "2026-03-08 07:00"),
        (date(2026, 11, 1), 90, "2026-11-01 05:30"),
    ],
)
def test_local_times_that_are_skipped_or_come_twice(day, minute, expected):
    assert rules.instant(day, minute, "America/New_York") == utc(expected)


def test_while_away_the_deputy_stands_in_else_the_next_who_is_there():
    away = {"away_from": utc("2026-11-01 00:00")}
    at = utc("2026-11-23 02:00")
    with_deputy = PEOPLE | {1: Presence(deputy=4, **away)}
    without = PEOPLE | {1: Presence(**away)}
    deputy_away = PEOPLE | {1: Presence(deputy=4, **away), 4: Presence(**away), 2: Presence(active=False)}
    assert (spell := rules.on_duty(plan(people=with_deputy), at)) and (spell.person, spell.why) == (
        4,
        "deputy",
    )
    assert (spell := rules.on_duty(plan(people=without), at)) and (spell.person, spell.why) == (2, "next")
    assert (spell := rules.on_duty(plan(people=deputy_away), at)) and (spell.person, spell.why) == (3, "next")


def test_nobody_is_there_says_so():
    gone = {one: Presence(active=False) for one in PEOPLE}
    spell = rules.on_duty(plan(people=gone), utc("2026-11-23 02:00"))
    assert (spell.person, spell.why, spell.planned) == (None, "nobody", 1)


def test_the_later_override_wins_and_outside_its_days_nobody_is_asked():
    overrides = (
        Override(1, utc("2026-11-23 02:00"), utc("2026-11-23 06:00"), 2),
        Override(2, utc("2026-11-23 03:00"), utc("2026-11-23 04:00"), 3),
    )
    whole = plan(overrides=overrides, ends=utc("2026-11-24 00:00"))
    found = rules.spells(whole, utc("2026-11-20 00:00"), utc("2026-12-20 00:00"))
    assert [spell.person for spell in found] == [1, 2, 3, 2, 1]
    assert (found[0].starts_at, found[-1].ends_at) == (whole.begins, whole.ends)
    assert rules.on_duty(whole, utc("2026-11-23 00:59")) is None
    assert rules.on_duty(whole, utc("2026-11-24 00:00")) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mon 09:00\nFri 18:00", ((0, 540), (4, 1080))),
        ("週一 09:00\n星期五、週日 18:00", ((0, 540), (4, 1080), (6, 1080))),
        ("每天 08:00 20:00", tuple(sorted((day, minute) for day in range(7) for minute in (480, 1200)))),
        ("Ｍｏｎｄａｙ ９：００", ((0, 540),)),
        ("", ()),
    ],
)
def test_hand_overs_as_people_write_them(text, expected):
    assert points.read(text) == expected
    assert points.read(points.written(expected)) == expected


@pytest.mark.parametrize("text", ["someday 09:00", "Mon", "Mon 25:00", "09:00", "週九 09:00"])
def test_a_line_that_says_no_time_is_named(text):
    with pytest.raises(points.Unreadable, match=text):
        points.read(text)

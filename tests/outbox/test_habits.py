"""When letters may reach a person: the hour of the one letter on working days, quiet hours, and who is never held."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.outbox import letter, letters, make_letter, make_reader
from tests.outbox.test_deliver import Postbox
from tests.test_calendars import ZONES, instants
from tracker import outbox
from tracker.calendars import OFFICE, Calendar
from tracker.db import db
from tracker.outbox import habits, jobs, leaving
from tracker.outbox.habits import CASES, MINE, OVERDUE, Habit
from tracker.outbox.mails import Line

TAIPEI = "Asia/Taipei"
OFFICE_DAYS = Calendar(TAIPEI, OFFICE)
TOGETHER = Habit(TAIPEI, OFFICE_DAYS, together=frozenset({OVERDUE, CASES}), digest_at=8 * 60 + 30)
NIGHT = Habit(TAIPEI, OFFICE_DAYS, quiet=(22 * 60, 7 * 60))


def local(text: str, zone: str = TAIPEI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("changes", "written", "wanted"),
    [
        ({}, "2026-11-23 08:00", "2026-11-23 08:30"),
        ({}, "2026-11-23 08:30", "2026-11-24 08:30"),
        ({}, "2026-11-27 17:00", "2026-11-30 08:30"),
        ({"weekly": True}, "2026-11-23 09:00", "2026-11-30 08:30"),
        # Monday is a holiday: the week's letter comes on Tuesday.
        (
            {"weekly": True, "calendar": Calendar(TAIPEI, OFFICE, frozenset({date(2026, 11, 30)}))},
            "2026-11-24 09:00", "2026-12-01 08:30",
        ),
        ({"zone": "Asia/Tokyo"}, "2026-11-23 07:00", "2026-11-23 07:30"),
    ],
)  # fmt: skip
def test_the_one_letter_comes_at_its_hour_on_working_days(changes, written, wanted):
    habit = Habit(**{**TOGETHER.__dict__, **changes})
    assert habit.digest_after(local(written)) == local(wanted)


@pytest.mark.parametrize(
    ("quiet", "days", "at", "wanted"),
    [
        ((1320, 420), "0123456", "2026-11-23 23:00", "2026-11-24 07:00"),
        ((1320, 420), "0123456", "2026-11-24 06:59", "2026-11-24 07:00"),
        ((1320, 420), "0123456", "2026-11-24 07:00", "2026-11-24 07:00"),
        ((720, 780), "0123456", "2026-11-24 12:15", "2026-11-24 13:00"),
        # The night from Friday to Saturday begins on a Friday.
        ((1320, 420), "01234", "2026-11-28 01:00", "2026-11-28 07:00"),
        ((1320, 420), "01234", "2026-11-28 23:00", "2026-11-28 23:00"),
        # A whole weekend: two quiet days follow each other.
        ((0, 1440), "56", "2026-11-28 10:00", "2026-11-30 00:00"),
        (None, "0123456", "2026-11-23 23:00", "2026-11-23 23:00"),
    ],
)
def test_quiet_hours_end_when_they_say(quiet, days, at, wanted):
    habit = Habit(TAIPEI, OFFICE_DAYS, quiet=quiet, quiet_days=frozenset(int(one) for one in days))
    assert habit.quiet_until(local(at)) == local(wanted)


@given(
    instants,
    st.sampled_from(ZONES),
    st.integers(0, 1439),
    st.integers(0, 1439),
    st.frozensets(st.integers(0, 6)),
    st.integers(0, 1439),
)
def test_nothing_leaves_in_quiet_hours_and_no_letter_waits_for_ever(now, zone, start, end, days, digest_at):
    habit = Habit(
        zone, Calendar(zone, OFFICE), frozenset({OVERDUE}), digest_at,
        quiet=(start, end) if start != end else None, quiet_days=days,
    )  # fmt: skip
    lag = timedelta(minutes=digest_at % 20)
    for event in (OVERDUE, MINE):
        until, _why = habit.rest(event, now, now, lag)
        assert now <= until <= now + timedelta(days=5)
        assert habit.quiet_until(until) == until


@given(st.binary(max_size=60))
def test_letters_are_spread_over_twenty_minutes(written):
    recipient = written.decode("utf-16-le", "ignore")
    lag = habits.spread(recipient)
    assert timedelta(0) <= lag < timedelta(minutes=20)
    assert habits.spread(recipient) == lag


def reads(habit, line=lambda _letter: None):
    return jobs.Readers(lambda _person, _now: habit, line)


def test_one_letter_a_day_lists_everything_and_each_line_shares_its_fate(app, clock):
    person = make_reader()
    made = [
        make_letter(person_id=person.id, subject_line=f"[AR-{n}] 逾期", event=OVERDUE, chase_id=n)
        for n in range(4)
    ]
    box = Postbox()
    assert jobs.deliver(clock.now(), send=box, readers=reads(TOGETHER)) == {}
    assert {letter(one.id).held for one in made} == {"digest"}
    due = letter(made[0].id).next_try
    assert local("2026-11-24 08:30") <= due < local("2026-11-24 08:50")
    late = make_letter(
        person_id=person.id, subject_line="[AR-9] 逾期", event=OVERDUE, at=local("2026-11-24 08:00")
    )
    clock.advance(seconds=(due - clock.now()).total_seconds() - 60)
    assert jobs.deliver(clock.now(), send=box, readers=reads(TOGETHER)) == {}
    jobs.deliver(clock.advance(minutes=2), send=box, readers=reads(TOGETHER))
    assert len(box) == 1
    assert all(f"[AR-{n}]" in box[0].text for n in (0, 1, 2, 3, 9))
    digest = letters()[-1]
    assert [(one.state, one.digest_id) for one in map(letter, (m.id for m in (*made, late)))] == [
        ("sent", digest.id)
    ] * 5
    assert jobs.deliver(clock.advance(hours=6), send=box, readers=reads(TOGETHER)) == {}


def test_even_one_thing_comes_in_the_one_letter_and_other_events_go_at_once(app, clock):
    person = make_reader()
    make_letter(person_id=person.id, subject_line="now", event=MINE)
    make_letter(person_id=person.id, subject_line="later", event=OVERDUE)
    box = Postbox()
    jobs.deliver(clock.now(), send=box, readers=reads(TOGETHER))
    assert [one.subject for one in box] == ["now"]
    jobs.deliver(clock.advance(hours=24), send=box, readers=reads(TOGETHER))
    assert len(box) == 2
    assert "later" in box[1].text


def test_urgent_letters_and_sign_in_links_wait_for_nothing(app, clock):
    person = make_reader()
    clock.advance(hours=14)
    for facts in ({"urgent": True, "event": OVERDUE}, {"kind": "security.link"}):
        make_letter(person_id=person.id, at=clock.now(), **facts)
    box = Postbox()
    always_quiet = Habit(TAIPEI, OFFICE_DAYS, frozenset({OVERDUE}), quiet=(0, 1440))
    assert jobs.deliver(clock.now(), send=box, readers=reads(always_quiet)) == {"sent": 2}


def test_quiet_hours_hold_until_morning(app, clock):
    person = make_reader()
    night = clock.advance(hours=14)
    made = make_letter(person_id=person.id, at=night, event=MINE)
    box = Postbox()
    jobs.deliver(night, send=box, readers=reads(NIGHT))
    assert box == []
    assert letter(made.id).held == "quiet"
    assert local("2026-11-24 07:00") <= letter(made.id).next_try < local("2026-11-24 07:20")
    jobs.deliver(clock.advance(hours=9), send=box, readers=reads(NIGHT))
    assert len(box) == 1


def test_new_wishes_free_what_was_held(app, clock):
    person = make_reader()
    make_letter(person_id=person.id, event=OVERDUE)
    box = Postbox()
    jobs.deliver(clock.now(), send=box, readers=reads(TOGETHER))
    assert outbox.release(person.id, at=clock.now()) == 1
    db.session.commit()
    jobs.deliver(clock.now(), send=box, readers=reads(Habit(TAIPEI, OFFICE_DAYS)))
    assert len(box) == 1


def test_what_is_done_meanwhile_does_not_stand_in_the_letter(app, clock):
    person = make_reader()
    for n in range(3):
        make_letter(person_id=person.id, subject_line=f"[AR-{n}]", event=OVERDUE, key=("record", n))
    box = Postbox()
    jobs.deliver(clock.now(), send=box, readers=reads(TOGETHER))
    jobs.deliver(
        clock.advance(hours=24), send=box, readers=reads(TOGETHER), needed=lambda one: one.cause != "record:1"
    )
    assert "[AR-0]" in box[0].text
    assert "[AR-1]" not in box[0].text


def test_lines_say_what_to_do_next_in_the_language_of_the_reader_when_it_goes(app, clock):
    person = make_reader()
    for n in range(2):
        make_letter(person_id=person.id, subject_line=f"[AR-{n}]", event=OVERDUE, locale="zh_Hant_TW")
    english = Habit(**{**TOGETHER.__dict__, "locale": "en"})
    box, lines = Postbox(), []

    def line(one):
        lines.append(one)
        return Line(one.subject_line, due="Due: today", todo="Next: verify", overdue=len(lines) == 1)

    jobs.deliver(clock.now(), send=box, readers=reads(english, line))
    jobs.deliver(clock.advance(hours=24), send=box, readers=reads(english, line))
    assert box[0].subject == "2 cases need you (1 overdue)"
    assert box[0].language == "en"
    assert box[0].text.count("Next: verify") == 2
    assert box[0].html.count("<strong>Next: verify</strong>") == 2


def test_a_duty_cannot_be_unsubscribed_and_the_letter_says_why(make_app, clock):
    app = make_app(base_url="https://t.example.test")
    with app.app_context():
        person = make_reader()
        make_letter(person_id=person.id, event=OVERDUE)
        make_letter(person_id=person.id, event=MINE, locale="zh_Hant_TW")
        box = Postbox()
        jobs.deliver(clock.now(), send=box)
        duty, mine = box
        assert duty.unsubscribe == ""
        assert "這是交給您的工作" in duty.text
        token = mine.unsubscribe.removeprefix("https://t.example.test/unsubscribe/")
        assert leaving.read(token) == (person.id, [MINE])
        assert mine.unsubscribe in mine.text
        assert leaving.read(token + "x") is None


def test_nobody_of_ours_gets_no_such_link(app, clock):
    assert leaving.path(None, [MINE]) == ""
    assert leaving.path(1, [OVERDUE]) == ""
    assert leaving.path(1, ["", "nonsense"]) == ""

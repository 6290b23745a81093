"""Dates as people write them, seen from Monday 2026-11-23."""

from datetime import date, time

import pytest

from tracker import written

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-25", date(2026, 11, 25)),
        ("115/11/25", date(2026, 11, 25)),
        ("民國115年11月25日", date(2026, 11, 25)),
        ("1151125", date(2026, 11, 25)),
        ("11/25", date(2026, 11, 25)),
        ("11-25", date(2026, 11, 25)),
        ("１１／２５", date(2026, 11, 25)),
        ("11月25日（三）", date(2026, 11, 25)),
        ("2026年11月25日（三）", date(2026, 11, 25)),
        ("1/5", date(2027, 1, 5)),
        ("10/31", date(2026, 10, 31)),
        ("一一五年十一月二十五日", date(2026, 11, 25)),
        ("民國一百一十三年五月二日", date(2024, 5, 2)),
        ("二〇二六年十月廿五日", date(2026, 10, 25)),
        ("今天", MONDAY),
        ("明天", date(2026, 11, 24)),
        ("後天", date(2026, 11, 25)),
        ("大後天", date(2026, 11, 26)),
        ("昨天", date(2026, 11, 22)),
        ("大前天", date(2026, 11, 20)),
        ("下週一", date(2026, 11, 30)),
        ("下周一", date(2026, 11, 30)),
        ("下個禮拜三", date(2026, 12, 2)),
        ("上星期五", date(2026, 11, 20)),
        ("這週五", date(2026, 11, 27)),
        ("週五", date(2026, 11, 27)),
        ("週一", MONDAY),
        ("tomorrow", date(2026, 11, 24)),
        ("Next Monday", date(2026, 11, 30)),
        ("Fri", date(2026, 11, 27)),
        ("25 Nov", date(2026, 11, 25)),
        ("25 November 2026", date(2026, 11, 25)),
        ("Nov 25, 2026", date(2026, 11, 25)),
    ],
)
def test_a_day_is_read_as_people_write_it(text: str, day: date) -> None:
    assert written.read(text, MONDAY) == written.Written(day, None)


@pytest.mark.parametrize(
    ("text", "day", "clock"),
    [
        ("11/25 14:30", 25, time(14, 30)),
        ("11/25　１４：３０", 25, time(14, 30)),
        ("115/11/25 14:30:00", 25, time(14, 30)),
        ("明天下午3點", 24, time(15)),
        ("明天 下午 3:30", 24, time(15, 30)),
        ("後天中午12點半", 25, time(12, 30)),
        ("週三上午9時", 25, time(9)),
        ("週三十點", 25, time(10)),
        ("2026年11月25日（三）14:30", 25, time(14, 30)),
        ("25 Nov 2026, 14:30", 25, time(14, 30)),
        ("tomorrow 3:30 pm", 24, time(15, 30)),
    ],
)
def test_a_time_of_day_may_follow(text: str, day: int, clock: time) -> None:
    assert written.read(text, MONDAY) == written.Written(date(2026, 11, day), clock)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "13/45",
        "2026-02-30",
        "soon",
        "11",
        "11/25 25:00",
        "下週",
        "週八",
        "11/25 maybe",
        "115/11/255",
        "sunshine",
        "Maybe 5",
        "1/1 1:" + " " * 100_000 + "x",
        "今天" + "\u3000" * 100_000 + "14",
        "9" * 100_000,
    ],
)
def test_what_means_no_date_is_not_read_as_one(text: str) -> None:
    assert written.read(text, MONDAY) is None


def test_the_29th_of_february_is_the_nearest_that_there_is() -> None:
    assert written.read("2/29", date(2027, 6, 1)) == written.Written(date(2028, 2, 29), None)
    assert written.read("2/29", date(2026, 6, 1)) is None


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("113/5", (2024, 5)), ("113年5月", (2024, 5)), ("民國一一三年十二月份", (2024, 12)), ("2024-05", (2024, 5)),
        ("May 2024", (2024, 5)), ("5/20", None), ("113/13", None), ("113/5/2", None), ("11/25", None), ("五月", None),
    ],
)  # fmt: skip
def test_a_month_without_a_day_is_told_from_a_day(text: str, month: tuple[int, int] | None) -> None:
    assert written.month(text) == (month and date(*month, 1))
    assert month is None or written.read(text, MONDAY) is None

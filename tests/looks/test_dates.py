"""Dates and spans as people read them, in both languages."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask_babel import force_locale
from jinja2 import UndefinedError

from tracker import clock
from tracker.web import dates
from tracker.web.filters import due_look, flatten, size_words
from tracker.web.timed import element, iso

NOON = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("locale", "full", "day", "short"),
    [
        ("zh_Hant_TW", "2026年11月22日（日）14:30", "2026年11月22日", "11/22 14:30"),
        ("en", "22 Nov 2026, 14:30", "22 Nov 2026", "22 Nov, 14:30"),
    ],
)
def test_an_instant_in_words(words: Flask, locale: str, full: str, day: str, short: str) -> None:
    with force_locale(locale):
        assert dates.datetime_words(NOON) == full
        assert dates.date_words(NOON) == day
        assert dates.date_words(date(2026, 11, 22)) == day
        assert dates.short_words(NOON, now=NOON) == short


def test_years_of_the_republic_where_they_are_asked_for(words: Flask) -> None:
    with force_locale("zh_Hant_TW"):
        assert dates.datetime_words(NOON, era="roc") == "民國115年11月22日（日）14:30"
        assert dates.short_words(NOON, now=NOON + timedelta(days=365), era="roc") == "115/11/22 14:30"


@pytest.mark.parametrize(
    ("gap", "chinese", "english"),
    [
        (timedelta(seconds=20), "剛剛", "just now"),
        (timedelta(minutes=3), "3 分鐘前", "3 minutes ago"),
        (timedelta(hours=1, minutes=50), "1 小時前", "1 hour ago"),
        (timedelta(days=12), "12 天前", "12 days ago"),
        (timedelta(days=40), "2026年10月13日", "13 Oct 2026"),
        (timedelta(days=-2), "2 天後", "in 2 days"),
    ],
)
def test_how_long_ago(words: Flask, gap: timedelta, chinese: str, english: str) -> None:
    for locale, text in (("zh_Hant_TW", chinese), ("en", english)):
        with force_locale(locale):
            assert dates.ago_words(NOON - gap, now=NOON) == text


@pytest.mark.parametrize(
    ("span", "chinese", "english"),
    [
        (timedelta(0), "0 分", "0 min"),
        (timedelta(minutes=50), "50 分", "50 min"),
        (timedelta(hours=2, minutes=10), "2 時 10 分", "2 h 10 min"),
        (timedelta(hours=2), "2 時", "2 h"),
        (timedelta(days=1, hours=2, minutes=5), "1 天 2 時", "1 day 2 h"),
        (timedelta(days=12, hours=5), "12 天", "12 days"),
        (-timedelta(minutes=5), "5 分", "5 min"),
    ],
)
def test_a_span_in_words(words: Flask, span: timedelta, chinese: str, english: str) -> None:
    for locale, text in (("zh_Hant_TW", chinese), ("en", english)):
        with force_locale(locale):
            assert dates.duration_words(span) == text


@pytest.mark.parametrize(
    ("given", "text", "tone"),
    [
        ({"due": NOON + timedelta(minutes=50)}, "剩 50 分", "amber"),
        ({"due": NOON + timedelta(days=1, hours=2)}, "剩 1 天 2 時", "neutral"),
        ({"due": NOON + timedelta(hours=9), "since": NOON - timedelta(days=3)}, "剩 9 時", "amber"),
        ({"due": NOON + timedelta(hours=3), "since": NOON - timedelta(hours=1)}, "剩 3 時", "neutral"),
        ({"due": NOON - timedelta(hours=2, minutes=10)}, "逾期 2 時 10 分", "red"),
        ({"due": NOON, "met": NOON - timedelta(hours=1)}, "準時", "green"),
        ({"due": NOON, "met": NOON + timedelta(hours=1)}, "遲了 1 時", "red"),
        ({"due": NOON, "paused": "等待供應商"}, "暫停（等待供應商）", "teal"),
    ],
)
def test_the_badge_of_a_clock(words: Flask, given: dict, text: str, tone: str) -> None:
    with force_locale("zh_Hant_TW"):
        look = due_look(**given, now=NOON)
    assert look is not None
    assert (look.text, look.tone) == (text, tone)


def test_nothing_stands_for_nothing(words: Flask) -> None:
    assert due_look(None) is None
    assert [dates.datetime_words(None), dates.date_words(None), dates.ago_words(None, NOON), iso(None)] == [
        ""
    ] * 4


@pytest.mark.parametrize(("count", "text"), [(900, "900 B"), (12 * 1024, "12 KB"), (3_565_158, "3.4 MB")])
def test_sizes(count: int, text: str) -> None:
    assert size_words(count) == text


def test_errors_of_forms_within_forms_become_plain_texts() -> None:
    assert list(flatten([{"name": ["a", "b"]}, "c", ["d"]])) == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("given", "title", "text"),
    [
        ({}, "22 Nov 2026, 14:30", "22 Nov 2026, 14:30"),
        ({"style": "short"}, "22 Nov 2026, 14:30", "22 Nov, 14:30"),
        ({"style": "date"}, "22 Nov 2026, 14:30", "22 Nov 2026"),
        ({"said": "<then>"}, "&lt;then&gt;", "&lt;then&gt;"),
    ],
)
def test_an_instant_as_an_element(words: Flask, given: dict[str, str], title: str, text: str) -> None:
    words.extensions[clock.EXTENSION] = lambda: NOON
    with force_locale("en"):
        assert (
            element(NOON, **given) == f'<time datetime="2026-11-22T06:30:00Z" title="{title}">{text}</time>'
        )
        assert element(None, **given) == ""


def test_a_day_that_was_kept_without_a_time_is_shown_as_a_day(words: Flask) -> None:
    midnight = datetime(2026, 11, 21, 16, tzinfo=UTC)
    words.extensions[clock.EXTENSION] = lambda: NOON
    with force_locale("en"):
        assert element(midnight, "short").endswith(">22 Nov 2026</time>")
        assert element(NOON - timedelta(minutes=3), "relative").endswith(">3 minutes ago</time>")


def test_a_template_calls_macros_functions_and_what_wants_to_know_more(words: Flask) -> None:
    draw = words.jinja_env.from_string(
        "{% macro twice(a, b='<') %}{{ a }}{{ b }}{{ caller() if caller }}{% endmacro %}"
        "{% call twice('&') %}{{ ngettext('%(num)s day', '%(num)s days', 2) }}{% endcall %}"
        " {% for one in 'ab' %}{{ twice(one, b=one.upper()) }}{% endfor %} {{ range(2) | list }} {{ dict(a=1).a }}"
    )
    with force_locale("en"):
        assert draw.render() == "&amp;&lt;2 days aAbB [0, 1] 1"
    with pytest.raises(UndefinedError, match="nothing"):
        words.jinja_env.from_string("{{ nothing() }}").render()

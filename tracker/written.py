"""Dates and times as people write them: 115/11/22, 1151122, 一一五年五月二日, 明天, 下週一, 22 Nov 2026.  Pure."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, time, timedelta

ROC_OFFSET = 1911
# Whatever is longer means no date; without an end, its spaces could be parted in a thousand million ways.
LONGEST = 80
WEEK = "一二三四五六日"
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NEAR = {
    "大前天": -3, "前天": -2, "昨天": -1, "昨日": -1, "yesterday": -1, "今天": 0, "今日": 0, "today": 0,
    "明天": 1, "明日": 1, "tomorrow": 1, "後天": 2, "大後天": 3,
}  # fmt: skip
# Each name whole or by its first three letters, with or without a full stop.
_MONTH = "(?P<month>" + "|".join(rf"{one[:3]}(?:{one[3:]})?\b" for one in MONTHS) + r")\.?"
_DAY = "(?P<day>" + "|".join(rf"{one[:3]}(?:{one[3:]})?\b" for one in DAYS) + r")\.?"
# The longer words first: 大後天 begins with none of the others, but 後天 ends it.
_NEAR = re.compile(rf"({'|'.join(sorted(NEAR, key=len, reverse=True))})(?P<rest>.*)", re.S | re.I)
_WEEKDAY = re.compile(
    r"(?P<which>上上|上|這|本|下下|下)?個?(?:週|周|星期|禮拜)(?P<day>[一二三四五六日天])(?P<rest>.*)", re.S
)
_ENGLISH_DAY = re.compile(rf"(?:(?P<which>last|this|next)\s+)?{_DAY}(?P<rest>.*)", re.S | re.I)
_NUMBERS = re.compile(
    r"(?:(?P<year>\d{1,4})\s*[-/.年]\s*)?(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})(?!\d)[日號]?(?P<rest>.*)",
    re.S,
)
_SOLID = re.compile(r"(?P<year>\d{2,4})(?P<month>\d{2})(?P<day>\d{2})(?P<rest>(?:\D.*)?)", re.S)
_ENGLISH = re.compile(rf"(?P<day>\d{{1,2}})\s+{_MONTH}(?:,?\s+(?P<year>\d{{4}})\b)?(?P<rest>.*)", re.S | re.I)
_AMERICAN = re.compile(
    rf"{_MONTH}\s+(?P<day>\d{{1,2}})\b(?:,?\s+(?P<year>\d{{4}})\b)?(?P<rest>.*)", re.S | re.I
)
_MONTHLY = re.compile(r"(?P<year>\d{3,4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*月?份?")
_ENGLISH_MONTH = re.compile(rf"{_MONTH},?\s+(?P<year>\d{{4}})", re.I)
DIGITS = {sign: str(at) for at, sign in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0"}
# Numerals before what they count; 三 of 週三 and of 禮拜三 counts nothing.
_NUMERAL = re.compile(r"(?<![週周期拜])[〇零○一二三四五六七八九十百廿卅]+(?=[年月日號時點分])")
_TIME = re.compile(
    r"(?P<half>上午|早上|中午|下午|晚上)?\s*(?P<hour>\d{1,2})\s*[:時點]\s*(?:(?P<minute>\d{1,2})(?::\d{1,2})?|(?P<thirty>半))?"
    r"(?:分|整)?\s*(?P<english>am|pm)?",
    re.I,
)


@dataclass(frozen=True)
class Written:
    """What was read: the day, and the time of day if one was written."""

    day: date
    clock: time | None


def read(text: str, today: date) -> Written | None:
    """The date a text means, seen from `today`; None when it means none.

    A year below 1000 counts from 1912 (民國); a date without its year is the nearest one, before or after today.
    """
    plain = _plain(text)
    if len(plain) > LONGEST:
        return None
    try:
        found = _near(plain, today) or _of_numbers(plain, today) or _of_months(plain, today)
        if found is None:
            return None
        day, rest = found
        rest = re.sub(r"^[\s,T]*(?:\((?:週|周|星期)?[一二三四五六日]\))?[\s,T]*", "", rest).strip()
        return Written(day, _time(rest) if rest else None)
    except (ValueError, OverflowError):
        return None


def month(text: str) -> date | None:
    """The first day of the month that a text means which names no day: 113/5, 一一三年五月, 2024-05, May 2024."""
    plain = _plain(text)
    found = _MONTHLY.fullmatch(plain) or _ENGLISH_MONTH.fullmatch(plain)
    if found is None:
        return None
    named = found["month"]
    try:
        return _day(
            found["year"], int(named) if named.isdecimal() else _place(named, MONTHS) + 1, 1, date.min
        )
    except ValueError:
        return None


def _plain(text: str) -> str:
    """One width, numerals as digits, without 民國."""
    short = unicodedata.normalize("NFKC", text.strip()[: LONGEST + 1])
    return _NUMERAL.sub(lambda found: _digits(found[0]), re.sub(r"^(?:中華)?民國\s*", "", short))


def _digits(numeral: str) -> str:
    """一一三, 一百一十三, 二十, 廿五, 十二 in digits."""
    spoken = numeral.replace("廿", "二十").replace("卅", "三十")
    if not set(spoken) & {"十", "百"}:
        return "".join(DIGITS[sign] for sign in spoken)
    total, digit = 0, None
    for sign in spoken:
        if sign in DIGITS:
            digit = int(DIGITS[sign])
        else:
            total, digit = total + (1 if digit is None else digit) * (100 if sign == "百" else 10), None
    return str(total + (digit or 0))


def _near(plain: str, today: date) -> tuple[date, str] | None:
    """明天, 下週一, next Friday; a weekday alone is the next one, today included."""
    found = _NEAR.match(plain)
    if found:
        return today + timedelta(days=NEAR[found[1].lower()]), found["rest"]
    found = _WEEKDAY.match(plain)
    if found:
        weeks = {"上上": -2, "上": -1, "這": 0, "本": 0, "下": 1, "下下": 2, None: None}[found["which"]]
        return _weekday(WEEK.index(found["day"].replace("天", "日")), weeks, today), found["rest"]
    found = _ENGLISH_DAY.match(plain)
    if found:
        weeks = {"last": -1, "this": 0, "next": 1, "": None}[(found["which"] or "").lower()]
        return _weekday(_place(found["day"], DAYS), weeks, today), found["rest"]
    return None


def _place(name: str, names: tuple[str, ...]) -> int:
    return [one[:3] for one in names].index(name[:3].lower())


def _weekday(day: int, weeks: int | None, today: date) -> date:
    if weeks is None:
        return today + timedelta(days=(day - today.weekday()) % 7)
    return today + timedelta(days=day - today.weekday() + 7 * weeks)


def _of_numbers(plain: str, today: date) -> tuple[date, str] | None:
    found = _NUMBERS.fullmatch(plain) or _SOLID.fullmatch(plain)
    if found is None:
        return None
    return _day(found["year"], int(found["month"]), int(found["day"]), today), found["rest"]


def _of_months(plain: str, today: date) -> tuple[date, str] | None:
    found = _ENGLISH.fullmatch(plain) or _AMERICAN.fullmatch(plain)
    if found is None:
        return None
    month = _place(found["month"], MONTHS) + 1
    return _day(found["year"], month, int(found["day"]), today), found["rest"]


def _day(year: str | None, month: int, day: int, today: date) -> date:
    if year is not None:
        return date(int(year) + ROC_OFFSET if int(year) < 1000 else int(year), month, day)
    near = [_maybe(today.year + step, month, day) for step in (-1, 0, 1)]
    return min((one for one in near if one is not None), key=lambda one: abs(one - today))


def _maybe(year: int, month: int, day: int) -> date | None:
    """29 February is there in some years only."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _time(rest: str) -> time:
    """The time of day; raises ValueError where the text is none."""
    found = _TIME.fullmatch(rest)
    if found is None:
        raise ValueError(rest)
    hour, half = int(found["hour"]), (found["half"] or found["english"] or "").lower()
    if (half in ("下午", "晚上", "pm") and hour < 12) or (half == "中午" and hour < 3):
        hour += 12
    elif half in ("上午", "早上", "am") and hour == 12:
        hour = 0
    return time(hour, 30 if found["thirty"] else int(found["minute"] or 0))

"""Hand-overs of a week as people write them: 「週一 09:00」, `Fri 18:00`, 「每天 08:00 20:00」.  Pure."""

import re
import unicodedata
from collections.abc import Iterable

from tracker.duty.rules import DAY_MINUTES, WEEK, Point

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
NAMES = {
    **{name.lower(): number for number, name in enumerate(DAYS)},
    **{sign: number for number, sign in enumerate("一二三四五六日")},
    "天": 6,
}
DAILY = ("daily", "every day", "每天", "每日")
TIME = re.compile(r"(\d{1,2})[:.時](\d{2})分?")


class Unreadable(ValueError):
    """A line that names no day or no time; its text."""


def read(text: str) -> tuple[Point, ...]:
    """The hand-overs, in the order of the week; raises Unreadable with the first line that cannot be read."""
    found: set[Point] = set()
    for line in unicodedata.normalize("NFKC", text).replace("、", " ").splitlines():
        if line.strip():
            found |= set(_line(line.strip()))
    return tuple(sorted(found))


def _line(line: str) -> list[Point]:
    minutes = [int(hour) * 60 + int(minute) for hour, minute in TIME.findall(line)]
    words = TIME.sub(" ", line).replace(",", " ").strip().lower()
    days = list(range(WEEK)) if words in DAILY else _days(words)
    if not minutes or not days or any(minute >= DAY_MINUTES for minute in minutes):
        raise Unreadable(line)
    return [(day, minute) for day in days for minute in minutes]


def _days(words: str) -> list[int]:
    """Weekdays parted by blanks, full or short, English or Chinese; empty where one is none."""
    found = []
    for word in words.split():
        plain = re.sub(r"^(週|周|星期|禮拜)", "", word)
        number = NAMES.get(plain, NAMES.get(plain[:3]) if plain.isascii() else None)
        if number is None:
            return []
        found.append(number)
    return found


def written(points: Iterable[Point], names: tuple[str, ...] = DAYS) -> str:
    """The hand-overs as lines that `read` reads."""
    return "\n".join(f"{names[day]} {minute // 60:02}:{minute % 60:02}" for day, minute in points)

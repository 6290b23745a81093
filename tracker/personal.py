"""Personal data that people type without thinking: found by its form and its check digits, covered by its name.

`static/js/personal.js` says the same in the browser; both are held to one table of tests.  Pure.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

NATIONAL_ID, RESIDENT_ID, CARD, EMAIL, PHONE = "national_id", "resident_id", "card", "email", "phone"
KINDS = (NATIONAL_ID, RESIDENT_ID, CARD, EMAIL, PHONE)

# What the letters of an identity number count for, A to Z.
_LETTERS = dict(zip("ABCDEFGHJKLMNPQRSTUVXYWZIO", range(10, 36), strict=True))
_WEIGHTS = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)
_EDGE, _END = r"(?<![A-Za-z0-9])", r"(?![A-Za-z0-9])"
_ID = re.compile(rf"{_EDGE}[A-Za-z][ -]?[1289ABCDabcd][ -]?\d{{8}}{_END}", re.ASCII)
_CARD = re.compile(r"(?<![\d-])[2-6]\d{3}(?:[ -]?\d){9,15}(?![\d-])", re.ASCII)
_EMAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}")
_PHONE = re.compile(
    r"(?<![\w+-])(?:(?:\+?886[ -]?|0)9\d{2}[ -]?\d{3}[ -]?\d{3}"
    r"|\(0[2-8]\d{0,2}\)[ -]?\d{3,4}[ -]?\d{4}|(?:\+?886[ -]?|0)[2-8]\d{0,2}[ -]\d{3,4}[ -]?\d{4})(?![\w-])",
    re.ASCII,
)
# Full-width letters and digits are read as the narrow ones they stand for; the length of the text stays.
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


@dataclass(frozen=True)
class Found:
    """One piece of personal data: what it is, and where in the text it stands."""

    kind: str
    start: int
    end: int


def find(text: str) -> list[Found]:
    """All there is in the text, in order; what could be two things is the first of `KINDS` that it fits."""
    narrow = text.translate(_NARROW)
    taken: list[Found] = []
    for one in (
        *_ids(narrow),
        *_of(CARD, _CARD, narrow),
        *_of(EMAIL, _EMAIL, narrow),
        *_of(PHONE, _PHONE, narrow),
    ):
        if all(one.end <= other.start or other.end <= one.start for other in taken):
            taken.append(one)
    return sorted(taken, key=lambda one: one.start)


def kinds(text: str) -> list[str]:
    """Which kinds stand in the text, each once, in the order of `KINDS`."""
    there = {one.kind for one in find(text)}
    return [kind for kind in KINDS if kind in there]


def covered(text: str, names: dict[str, str]) -> str:
    """The text with the name of its kind in the place of each piece of personal data."""
    for one in reversed(find(text)):
        text = f"{text[: one.start]}[{names[one.kind]}]{text[one.end :]}"
    return text


def _ids(text: str) -> Iterator[Found]:
    for match in _ID.finditer(text):
        number = re.sub("[ -]", "", match.group()).upper()
        if is_identity_number(number):
            yield Found(NATIONAL_ID if number[1] in "12" else RESIDENT_ID, match.start(), match.end())


def is_identity_number(number: str) -> bool:
    """Whether the check digit is right: of a national ID (A1, A2), or a resident's in its new (A8, A9) or old form."""
    second = _LETTERS[number[1]] % 10 if number[1].isalpha() else int(number[1])
    tens, ones = divmod(_LETTERS[number[0]], 10)
    digits = (tens, ones, second, *map(int, number[2:]))
    return sum(digit * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 10 == 0


def _of(kind: str, pattern: re.Pattern[str], text: str) -> Iterator[Found]:
    for match in pattern.finditer(text):
        if kind != CARD or is_card_number(re.sub("[ -]", "", match.group())):
            yield Found(kind, match.start(), match.end())


def is_card_number(digits: str) -> bool:
    """Luhn's check, and a length that cards have."""
    doubled = (int(one) * (2 if at % 2 else 1) for at, one in enumerate(reversed(digits)))
    return 13 <= len(digits) <= 19 and sum(one - 9 if one > 9 else one for one in doubled) % 10 == 0

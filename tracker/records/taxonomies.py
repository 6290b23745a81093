"""What the field's own lists call an anomaly: MIT AI Risk Repository, AVID, GMF, CSET, MITRE ATLAS.  Pure.

`taxonomies.json` holds the codes of each list, with its edition and address, and the table that proposes codes for an
anomaly type; `also` adds some where another field says more.  What people write in the record stands above it.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

NONE = "none"
SPLITS, COMMAS = re.compile(r"[;；、\n]"), re.compile(r"[,，]")
# How many are said to be near, and how much of a text is compared with them.
NEAREST, LONGEST = 3, 80


@dataclass(frozen=True)
class Scheme:
    """One list of the field: its codes with their names.  Where a name is its own code, the list has no other."""

    name: str
    edition: str
    url: str
    codes: Mapping[str, str]

    def said(self, code: str) -> str:
        """A code with its name."""
        name = self.codes.get(code, code)
        return name if name == code else f"{code} {name}"


@dataclass(frozen=True)
class Also:
    """What a type points to as well, once the field holds one of the values; `instead` leaves those codes out."""

    type: str
    field: str
    values: tuple[Any, ...]
    add: Mapping[str, tuple[str, ...]]
    instead: tuple[str, ...] = ()

    def holds(self, values: Mapping[str, Any]) -> bool:
        given = values.get(self.field)
        return any(one in self.values for one in (given if isinstance(given, (list, tuple)) else [given]))


@dataclass(frozen=True)
class Standing:
    """The codes of one list that hold for a record: written by hand, or proposed from these anomaly types."""

    codes: tuple[str, ...]
    by_hand: bool
    types: tuple[str, ...] = ()


class Unknown(ValueError):
    """A code that the list does not have; `near` are those that look like it."""

    def __init__(self, given: str, near: tuple[str, ...] = ()) -> None:
        super().__init__(given)
        self.given, self.near = given, near


def _shipped() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
    return found


_FOUND = _shipped()
CHECKED_ON: str = _FOUND["checked_on"]
SCHEMES: Mapping[str, Scheme] = {key: Scheme(**one) for key, one in _FOUND["schemes"].items()}
KEYS = tuple(SCHEMES)
PROPOSED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    kind: {key: tuple(codes) for key, codes in row.items()} for kind, row in _FOUND["types"].items()
}
ALSO = tuple(
    Also(
        one["type"], one["field"], tuple(one["values"]),
        {key: tuple(codes) for key, codes in one["add"].items()}, tuple(one.get("instead", ())),
    )
    for one in _FOUND["also"]
)  # fmt: skip


def proposed(kind: str, values: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The codes of each list that an anomaly type points to, with what the rest of the record adds."""
    found = {key: list(PROPOSED.get(kind, {}).get(key, ())) for key in KEYS}
    for one in ALSO:
        if one.type == kind and one.holds(values):
            for key, codes in one.add.items():
                found[key] = [code for code in found[key] if code not in one.instead] + list(codes)
    return {key: tuple(codes) for key, codes in found.items()}


def standing(values: Mapping[str, Any]) -> dict[str, Standing]:
    """What holds for a record in each list; `values` are its fields.  `none` written by hand leaves the list empty."""
    types = tuple(dict.fromkeys((values.get("anomaly_type") or "", *(values.get("anomaly_types") or ()))))
    from_types = {kind: proposed(kind, values) for kind in types if kind in PROPOSED}
    found = {}
    for key in KEYS:
        written = tuple(values.get(key) or ())
        codes = tuple(dict.fromkeys(code for row in from_types.values() for code in row[key]))
        told = tuple(kind for kind, row in from_types.items() if row[key])
        found[key] = (
            Standing(tuple(one for one in written if one != NONE), True)
            if written
            else Standing(codes, False, told)
        )
    return found


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same in JSON's own types, for files and the API."""
    return {key: {"codes": list(one.codes), "by_hand": one.by_hand} for key, one in standing(values).items()}


def read(key: str, value: Any) -> tuple[str, ...]:
    """The codes that somebody wrote, in the order of the list: a list of codes, or a text with one beside another.

    Raises Unknown for what is no code of the list, and for `none` beside a code.
    """
    if value is None:
        return ()
    if not isinstance(value, (str, list, tuple)) or any(not isinstance(one, str) for one in value):
        raise Unknown(str(value)[:40])
    given = [value] if isinstance(value, str) else value
    found = {code for one in given for piece in SPLITS.split(one) for code in _codes(key, piece.strip())}
    if NONE in found and len(found) > 1:
        raise Unknown(NONE)
    return (NONE,) if NONE in found else tuple(code for code in SCHEMES[key].codes if code in found)


def _codes(key: str, piece: str) -> Iterable[str]:
    """The codes of one piece: itself, or what stands in it between commas, or between spaces where no code has one."""
    if not piece:
        return ()
    one = _code(key, piece)
    if one:
        return (one,)
    pieces = [part.strip() for part in COMMAS.split(piece) if part.strip()]
    if len(pieces) == 1 and not any(" " in code for code in SCHEMES[key].codes):
        pieces = piece.split()
    if len(pieces) > 1:
        return [code for part in pieces for code in _codes(key, part)]
    piece = piece[:LONGEST]
    raise Unknown(piece, _near(key, piece))


def _code(key: str, piece: str) -> str:
    """The code that a piece names by itself, by its name, or with a name behind it; empty where it names none."""
    known = _by_name(key)
    return known.get(_folded(piece)) or known.get(_folded(piece.partition(":")[0]), "")


def _near(key: str, piece: str) -> tuple[str, ...]:
    """The codes that look like it: two signs that changed places first."""
    known, wanted = _by_name(key), _folded(piece)
    swapped = [name for name in known if sorted(name) == sorted(wanted)]
    found = [*swapped, *get_close_matches(wanted, list(known), n=NEAREST, cutoff=0.6)]
    return tuple(dict.fromkeys(known[one] for one in found))[:NEAREST]


@cache
def _by_name(key: str) -> Mapping[str, str]:
    """Each code under all that it may be written as."""
    codes = SCHEMES[key].codes
    names = {_folded(said): code for code, name in codes.items() for said in (name, f"{code} {name}")}
    return names | {_folded(code): code for code in codes} | {NONE: NONE}


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace(":", " ").split())

"""How the codes of foreign sources tell the type of an anomaly (AN01-AN16), and who may answer.  Pure.

The pairs are those of the domain's own table of types; a code that stands there with no type leaves the case open.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

SOURCES = ("avid", "atlas", "aiid")
ANSWERS = ("yes", "no", "unsure")

# AVID's taxonomy of security, ethics and performance; a code's family (its first three signs) holds where it has no
# line of its own.
OF_AVID = {
    "S0100": "AN07", "S02": "AN07", "S03": "AN06", "S0403": "AN07", "S06": "AN15",
    "E01": "AN04", "E0301": "AN05", "E0402": "AN01",
    "P0201": "AN12", "P0204": "AN01", "P0401": "AN05", "P0402": "AN09", "P0403": "AN09",
}  # fmt: skip
# Words in the name of an ATLAS technique that point to more than an attack as such.
OF_ATLAS = {
    "exfil": "AN06", "data_leak": "AN06", "unsecured_credentials": "AN06", "ip_theft": "AN06",
    "poison_data": "AN15", "supply_chain_data": "AN15", "_dos": "AN12", "cost_harvest": "AN12",
    "agent_tool": "AN09",
}  # fmt: skip
ATTACK = "AN07"


@dataclass(frozen=True)
class Fact:
    """One line to be kept: see `LibraryFact`."""

    part: str
    value: str = ""
    kind: str | None = None
    label: str | None = None
    details: dict[str, Any] | None = None


@dataclass(frozen=True)
class Told:
    """What a source tells of a case: single values by the names of `LibraryCase`, lists, types that its codes name."""

    values: dict[str, Any] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()
    types: tuple[str, ...] = ()


def types_of_avid(codes: Iterable[str]) -> tuple[str, ...]:
    """The types that these entries of a SEP view ("S0403: Adversarial Example") point to, the first one leading."""
    found = [_of_code(entry.partition(":")[0].strip()) for entry in codes]
    return tuple(dict.fromkeys(one for one in found if one))


def _of_code(code: str) -> str:
    return OF_AVID.get(code) or OF_AVID.get(code[:3], "")


def types_of_atlas(techniques: Iterable[str]) -> tuple[str, ...]:
    """Each case study tells of an attack; some techniques say what it led to as well."""
    names = [name for name in techniques if name]
    more = [kind for name in names for part, kind in OF_ATLAS.items() if part in name]
    return (ATTACK, *dict.fromkeys(more)) if names else ()

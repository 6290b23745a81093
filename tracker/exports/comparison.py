"""How much of a collection comes back: the reports that were brought in beside those written again, field by field.

A field is the path of a value without the places in lists, as `affects.artifacts.name`.  Null and empty lists say
nothing and are not counted.  Pure.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# Names that older files of a collection use for a field.
SPELLINGS = {"version": "data_version", "credits": "credit"}
Report = Mapping[str, Any]


@dataclass
class Count:
    """How many reports have the field again as it was, changed, or not at all; `added`: only the new one has it."""

    equal: int = 0
    changed: int = 0
    missing: int = 0
    added: int = 0


def compare(pairs: Iterable[tuple[Report, Report | None]]) -> dict[str, Count]:
    """The counts by field, over pairs of a report and what was written again for it (None where nothing was)."""
    counts: dict[str, Count] = {}
    for before, after in pairs:
        old, new = values(before), values(after or {})
        for path in old.keys() | new.keys():
            count = counts.setdefault(path, Count())
            if path not in old:
                count.added += 1
            elif path not in new:
                count.missing += 1
            elif old[path] == new[path]:
                count.equal += 1
            else:
                count.changed += 1
    return dict(sorted(counts.items()))


def paired(before: Sequence[Report], after: Sequence[Report]) -> Iterator[tuple[Report, Report | None]]:
    """Each report with its like: by id where it has one of its own, the others in their order."""
    waiting: dict[str, list[Report]] = {}
    for one in after:
        waiting.setdefault(_id(one), []).append(one)
    for one in before:
        left = waiting.get(_id(one), [])
        yield one, left.pop(0) if left else None


def _id(report: Report) -> str:
    return str((report.get("metadata") or {}).get("report_id") or "")


def values(report: Report) -> dict[str, list[Any]]:
    """The values under each path, in the order they stand."""
    found: dict[str, list[Any]] = {}
    for path, value in _walk(report, ""):
        found.setdefault(path, []).append(value)
    return found


def _walk(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            # A key beside the report (its place in a collection) is none of its fields.
            if not str(key).startswith("_"):
                name = SPELLINGS.get(key, key) if not path else key
                yield from _walk(one, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for one in value:
            yield from _walk(one, path)
    elif value is not None:
        yield path, value


def table(counts: Mapping[str, Count]) -> Iterator[str]:
    """The counts as lines of a table, and the sums."""
    yield f"{'field':<52} {'equal':>6} {'changed':>8} {'missing':>8} {'added':>6}"
    for path, one in counts.items():
        yield f"{path:<52} {one.equal:>6} {one.changed:>8} {one.missing:>8} {one.added:>6}"
    sums = [
        sum(getattr(one, name) for one in counts.values())
        for name in ("equal", "changed", "missing", "added")
    ]
    yield f"{'all fields':<52} {sums[0]:>6} {sums[1]:>8} {sums[2]:>8} {sums[3]:>6}"

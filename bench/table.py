"""The figures as a table for people."""

import argparse
from typing import Any

# What each operation may cost at 1,000,000 issues, as a multiple of the reference in the same run.
GOALS = {"inbox": 5, "issue page": 4, "report": 5, "search": 8, "dashboard": 10}
# What the slowest of twenty may take, in milliseconds.
P95_MS = {"suggest": 30}
HEAD = (
    "operation",
    "clients",
    "p50 ms",
    "p95 ms",
    "per s",
    "kB",
    "ratio",
    "goal",
    "of few",
    "CPU ms",
    "ratio",
    "changed",
    "queries",
)
WIDTHS = (34, 8, 9, 9, 8, 7, 7, 6, 8, 8, 7, 9, 8)


def text(figures: list[dict[str, Any]], asked: argparse.Namespace, few: list[dict[str, Any]]) -> str:
    """One line a figure: p50, p95, requests a second, size, the ratio to the reference with as many clients, what it
    is of the same at 10,000 issues; then processor time, its ratio, that of the first look after a change and its
    statements."""
    base = {one["clients"]: one for one in figures if one["name"] == "reference"}
    before = {(one["name"], one["clients"]): one["p50"] for one in few}
    lines = [f"\n{asked.issues:,} issues on {asked.database}", _line(HEAD)]
    for one in figures:
        bare = base.get(one["clients"], {})
        errors = f"  {one['errors']} ERRORS {one['first_errors']}" if one["errors"] else ""
        lines.append(
            _line((
                one["name"], one["clients"] or "", one["p50"], one["p95"], one["per_second"],
                f"{one['bytes'] / 1000:.1f}",
                _ratio(one["p50"], bare.get("p50")), _goal(one["name"]),
                _ratio(one["p50"], before.get((one["name"], one["clients"])), 2),
                one.get("cpu"), _ratio(one.get("cpu"), bare.get("cpu")), one.get("changed"), one.get("statements"),
            )) + errors
        )  # fmt: skip
    return "\n".join(lines)


def _goal(name: str) -> str:
    ratio = next((f"≤ {most}" for first, most in GOALS.items() if name.startswith(first)), "")
    return ratio or next((f"≤{most} ms" for first, most in P95_MS.items() if name.startswith(first)), "")


def _ratio(value: float | None, base: float | None, digits: int = 1) -> str:
    return f"{value / base:.{digits}f}" if value and base else ""


def _line(cells: tuple[Any, ...]) -> str:
    shown = ("" if cell is None else str(cell) for cell in cells)
    first, *others = (
        f"{cell:<{width}}" if at == 0 else f"{cell:>{width}}"
        for at, (cell, width) in enumerate(zip(shown, WIDTHS, strict=True))
    )
    return first + "".join(others)

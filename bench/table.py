"""The figures as a table for people."""

import argparse
from typing import Any

# What each operation may cost at 1,000,000 issues, as a multiple of the reference in the same run.
GOALS = {"inbox": 5, "issue page": 4, "report": 5, "search": 8, "dashboard": 10}


def text(figures: list[dict[str, Any]], asked: argparse.Namespace) -> str:
    """One line a figure: p50, p95, requests a second, bytes, and the ratio to the reference with as many clients."""
    base = {one["clients"]: one["p50"] for one in figures if one["name"] == "reference"}
    lines = [
        f"\n{asked.issues:,} issues on {asked.database}",
        f"{'operation':<26}{'clients':>8}{'p50 ms':>9}{'p95 ms':>9}{'per s':>8}{'kB':>7}{'ratio':>7}  goal",
    ]
    for one in figures:
        ratio = one["p50"] / base[one["clients"]] if one["p50"] and base.get(one["clients"]) else None
        goal = next((f"≤ {n} ×" for name, n in GOALS.items() if one["name"].startswith(name)), "")
        lines.append(
            f"{one['name']:<26}{one['clients'] or '':>8}{one['p50'] or '':>9}{one['p95'] or '':>9}"
            f"{one['per_second'] or '':>8}{one['bytes'] / 1000:>7.1f}{f'{ratio:.1f}' if ratio else '':>7}  {goal}"
            + (f"  {one['errors']} ERRORS {one['first_errors']}" if one["errors"] else "")
        )
    return "\n".join(lines)

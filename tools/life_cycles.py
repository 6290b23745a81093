"""Draw the life cycles from their tables: `tools/life_cycles.py [--check]` writes docs/developers/life-cycles.md.

The same tables stand behind the buttons, the API and the tests, so the picture cannot lie.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from tracker.duty import rules as duty
from tracker.inspections import rules as inspections
from tracker.issues import rules as issues
from tracker.records import rules as records
from tracker.workflow import Move, Table

PAGE = Path(__file__).resolve().parent.parent / "docs" / "developers" / "life-cycles.md"
# Moves whose end depends on the facts: every state they can lead to.
ENDS = {
    "unsolved": (issues.CONFIRMING, issues.ESCALATED),
    "resume": tuple(state for state in records.STATES if state in records.IN_WORK),
}


def ends(verb: str, step: Move) -> tuple[str, ...]:
    """The states a move may lead to."""
    return (step.ends,) if isinstance(step.ends, str) else ENDS[verb]


def diagram(table: Table, first: str, order: tuple[str, ...]) -> Iterator[str]:
    """A Mermaid state diagram; moves between the same two states share an arrow."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for verb, step in table.items():
        for start in sorted(step.starts, key=order.index):
            for end in ends(verb, step):
                arrows.setdefault((start, end), []).append(verb)
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield f"    [*] --> {first}"
    for (start, end), verbs in arrows.items():
        yield f"    {start} --> {end}: {', '.join(verbs)}"
    yield "```"


def rows(table: Table, order: tuple[str, ...]) -> Iterator[str]:
    """A line a move: from, to, who, guards."""
    yield "| move | from | to | who | guards (the keys that `missing` names) |"
    yield "|---|---|---|---|---|"
    for verb, step in table.items():
        starts = ", ".join(sorted(step.starts, key=order.index))
        needs = ", ".join(dict.fromkeys(f"`{need.key}`" for need in step.needs)) or "none"
        yield f"| `{verb}` | {starts} | {', '.join(ends(verb, step))} | {', '.join(sorted(step.who))} | {needs} |"


def page() -> str:
    """The whole page."""
    lines = [
        "# Life cycles",
        "",
        "Drawn by `make docs` from the tables in the `rules.py` of `tracker/issues`, `records`, `duty` and"
        " `inspections`; `make check` fails when the two differ.",
    ]
    parts = (
        ("Issue", issues.WORKFLOW, issues.NEW, issues.STATES),
        ("Record O2.3.1", records.WORKFLOW, records.DRAFT, records.STATES),
        ("Escalation", records.ESCALATION_WORKFLOW, records.SENT,
         (records.SENT, records.ACKNOWLEDGED, records.CORRECTED, records.RETURNED, records.ESCALATION_CANCELLED)),
        ("Swap of a duty", duty.SWAP_WORKFLOW, duty.ASKED, duty.SWAP_STATES),
        ("Inspection plan", inspections.PLAN_WORKFLOW, inspections.ACTIVE, inspections.PLAN_STATES),
        ("Round of an inspection", inspections.ROUND_WORKFLOW, inspections.OPEN, inspections.ROUND_STATES),
    )  # fmt: skip
    for title, table, first, order in parts:
        lines += ["", f"## {title}", "", *diagram(table, first, order), "", *rows(table, order)]
    return "\n".join(lines) + "\n"


def main() -> int:
    text = page()
    if "--check" in sys.argv[1:]:
        if not PAGE.exists() or PAGE.read_text("utf-8") != text:
            print(f"{PAGE.name} does not match the tables; run `make docs`", file=sys.stderr)
            return 1
        return 0
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""`python -m bench --issues N --database NAME`: fill (once), serve, measure, print the table, write JSON."""

import argparse
import json
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from bench import fill, measure, places, table, ticks
from tracker import create_app, schema
from tracker.db import db

RESULTS = Path(__file__).resolve().parent / "results"


def main() -> int:
    asked = _arguments()
    with ExitStack() as stack:
        place = places.place(stack, asked.database, asked.issues, fresh=asked.fresh)
        app = create_app(place.config)
        with app.app_context():
            if schema.current() == "":
                schema.upgrade()
                fill.fill(asked.issues, now=datetime.now(UTC))
                ticks.arm(asked.armed)
            db.session.remove()
            db.engine.dispose()
        figures = measure.pages(app, place, seconds=asked.seconds, only=asked.only)
        if not asked.only or "tick" in asked.only:
            figures += ticks.figures(app)
    print(table.text(figures, asked))
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{asked.database}-{asked.issues}.json"
    path.write_text(
        json.dumps({"asked": vars(asked), "figures": figures}, indent=1, ensure_ascii=False), "utf-8"
    )
    print(f"written to {path}")
    return int(any(figure["errors"] for figure in figures))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--issues", type=int, default=10_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seconds", type=float, default=5, help="how long each page is asked for")
    parser.add_argument("--only", default="", help="only operations whose name holds this word")
    parser.add_argument("--armed", type=int, default=0, help="so many clocks beside, none due: for the tick")
    parser.add_argument("--fresh", action="store_true", help="fill anew even when a filled database is there")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

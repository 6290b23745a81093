"""`python -m bench --issues N --database NAME`: fill (once), serve, measure, print the table, write JSON."""

import argparse
import json
import sys
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import answers, fill, inside, measure, places, table, ticks
from bench.places import Place
from tracker import create_app, schema
from tracker.cli.serving import settle
from tracker.db import db

RESULTS = Path(__file__).resolve().parent / "results"
# What each page is compared with: it may not cost much more when there are a hundred times as many issues.
FEW = 10_000


def main() -> int:
    asked = _arguments()
    with ExitStack() as stack:
        place = _place(stack, asked, fresh=asked.fresh)
        _fill(place)
        if asked.only_fill:
            return 0
    with ExitStack() as stack:
        place = _place(stack, asked, fresh=False)
        figures = _measured(place, asked)
    print(table.text(figures, asked, _figures_of(asked.database, FEW)))
    if not asked.only:
        _keep(figures, asked)
    return int(any(figure["errors"] for figure in figures))


def _keep(figures: list[dict[str, Any]], asked: argparse.Namespace) -> None:
    path = _path(asked.database, asked.issues)
    RESULTS.mkdir(exist_ok=True)
    said = {"asked": {key: str(value) for key, value in vars(asked).items()}, "figures": figures}
    path.write_text(json.dumps(said, indent=1, ensure_ascii=False), "utf-8")
    print(f"written to {path}")


def _place(stack: ExitStack, asked: argparse.Namespace, *, fresh: bool) -> Place:
    return places.place(stack, asked.database, asked.issues, keep=asked.keep, fresh=fresh)


def _fill(place: Place) -> None:
    """Fill the place unless that was done before; bring it to the present schema in any case."""
    # A filling is done anew after a power cut, so that it needs none of the care of a real installation.
    app = create_app(replace(place.config, testing=True))
    with app.app_context():
        schema.upgrade()
        if not place.is_filled:
            fill.fill(place.issues, now=datetime.now(UTC))
            place.note_filled()
        answers.fill(datetime.now(UTC))
        db.session.remove()
        db.engine.dispose()


def _measured(place: Place, asked: argparse.Namespace) -> list[dict[str, Any]]:
    app = create_app(place.config)
    # As the server keeps it, which the same pages are asked of afterwards.
    settle()
    plans = [plan for plan in measure.plans(app) if asked.only in plan["name"]]
    costs = inside.costs(app, plans, place.config.database_url)
    figures = measure.pages(plans, place, workers=asked.workers, seconds=asked.seconds)
    for figure in figures:
        figure.update(costs.get(figure["name"], {}))
    if asked.only in "tick":
        with app.app_context():
            ticks.arm(asked.armed)
        figures += ticks.figures(app)
    return figures


def _path(database: str, issues: int) -> Path:
    return RESULTS / f"{database}-{issues}.json"


def _figures_of(database: str, issues: int) -> list[dict[str, Any]]:
    """What was measured at that size before, if it was."""
    path = _path(database, issues)
    found: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["figures"] if path.exists() else []
    return found


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--issues", type=int, default=10_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seconds", type=float, default=5, help="how long each page is asked for")
    parser.add_argument("--workers", type=int, default=1, help="processes that answer, of the reference too")
    parser.add_argument("--only", default="", help="only operations whose name holds this word")
    parser.add_argument(
        "--armed", type=int, default=ticks.ARMED, help="beside how many armed clocks a tick is measured"
    )
    parser.add_argument(
        "--keep", type=Path, help="the folder of the filled database; used again when it is the same"
    )
    parser.add_argument(
        "--only-fill", action="store_true", help="fill the database and leave it for another run"
    )
    parser.add_argument("--fresh", action="store_true", help="fill anew even when a filled database is there")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

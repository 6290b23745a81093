"""`python -m bench.similar`: how often the earlier report of the same fault stands among the first three similar ones.

Fills a database of its own with the earlier halves of the pairs (and other reports, `--others`), asks for the later
ones, and shows ten examples among real reports where `../shared/data/chatglm-issues` is at hand.
"""

import argparse
import json
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles

from bench import places, words
from bench.paraphrases import Pair, pairs
from tracker import create_app, schema
from tracker.accounts.rules import SYSTEM
from tracker.db import db
from tracker.index import likeness
from tracker.issues import actions, similar
from tracker.issues.models import Issue
from tracker.systems.models import AISystem

REAL = Path("../shared/data/chatglm-issues/issues.jsonl")
NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)


def main() -> None:
    """Fill, ask, print."""
    asked = _arguments()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        place = places.place(stack, asked.database, 0, keep=folder, fresh=True)
        app = create_app(place.config)
        with app.app_context():
            schema.upgrade()
            _pairs(pairs(asked.pairs), asked.others)
            if REAL.exists():
                _examples(REAL)
            db.session.remove()
            db.engine.dispose()


def _arguments() -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m bench.similar", description=__doc__)
    reader.add_argument("--pairs", type=int, default=400)
    reader.add_argument("--others", type=int, default=2_000, help="reports about anything else")
    reader.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    return reader.parse_args()


def _systems(*keys: str) -> list[AISystem]:
    made = [AISystem(key=key, name=key) for key in keys]
    db.session.add_all(made)
    db.session.flush()
    return made


def _report(system: AISystem, text: str, n: int) -> Issue:
    taken = actions.Intake(system=system, description=text, impact="wrong_content")
    return actions.open_issue(fields=taken, by=SYSTEM, at=NOW + timedelta(seconds=n))


def _pairs(some: list[Pair], others: int) -> None:
    systems = _systems(*(f"bench-{n}" for n in range(12)))
    earlier = [_report(systems[one.place], one.earlier, n) for n, one in enumerate(some)]
    for n in range(others):
        _report(systems[n % len(systems)], words.report(n).description, n)
    likeness.keep(likeness.count())
    db.session.commit()
    hits: dict[str, list[bool]] = {"zh": [], "en": []}
    took = []
    for n, (pair, known) in enumerate(zip(some, earlier, strict=True)):
        later = _report(systems[pair.place], pair.later, n)
        begun = time.perf_counter()
        found = similar.alike(later, SYSTEM, most=3, earlier=True)
        took.append(1000 * (time.perf_counter() - begun))
        hits[pair.language].append(known.id in [one.issue.id for one in found])
        db.session.rollback()
    for language, met in hits.items():
        print(
            f"{language}: {sum(met)} of {len(met)} among the first three ({100 * sum(met) / len(met):.1f} %)"
        )
    median, p95 = quantiles(took)[1], quantiles(took, n=20)[-1]
    print(f"milliseconds: median {median:.1f}, p95 {p95:.1f}; texts: {len(some) + others}")


def _examples(path: Path) -> None:
    """The ten likest pairs among real reports."""
    (system,) = _systems("real")
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    made = [_report(system, f"{row['title']}\n{row['detail_first_line']}", n) for n, row in enumerate(rows)]
    likeness.keep(likeness.count())
    db.session.commit()
    found = []
    for issue in made:
        found += [
            (near.score, issue, near.issue) for near in similar.alike(issue, SYSTEM, most=1, earlier=True)
        ]
    print("ten of the real reports, with the likest earlier one:")
    for score, issue, other in sorted(found, key=lambda one: -one[0])[:10]:
        print(f"  {score:.2f}  {issue.title[:60]}  <-  {other.title[:60]}")


if __name__ == "__main__":
    main()

"""The demo, filled once for the tests beside each other that look at it."""

from sqlalchemy import func, select

from tests.factories.people import make_person, make_system
from tests.worlds import kept
from tracker import clock, demo
from tracker.accounts.rules import SYSTEM
from tracker.db import db
from tracker.demo.cases import CASES
from tracker.demo.guides import GUIDES
from tracker.followups import actions as followups
from tracker.issues import actions

# Some of each stage, what the answers were made from, and what was grave.
SOME = [
    told for n, told in enumerate(CASES)
    if (n % 7 == 3 and told.stage != "merged") or tuple(told.severity) == (3, 3)
    or any(guide.about and told.text.startswith(guide.about) for guide in GUIDES)
]  # fmt: skip


@kept()
def fill_without_cases() -> None:
    """Its people, systems, turns, rounds, answers and calendar, but no case."""
    demo.fill(clock.now(), ())


@kept()
def fill_beside_a_real_case() -> dict[str, int]:
    """A real case, and beside it the demo with `SOME` of its cases; answers `rows()` before the demo came."""
    make_real_case()
    followups.take(clock.now())
    db.session.commit()
    before = rows()
    demo.fill(clock.now(), SOME)
    return before


def make_real_case() -> None:
    """A case of people whom the demo does not know."""
    intake = actions.Intake(
        system=make_system(), description="真的問題", impact="question", reporter=make_person("reporter")
    )
    actions.open_issue(fields=intake, by=SYSTEM, at=clock.now())
    db.session.commit()


def rows() -> dict[str, int]:
    """How many rows each table has; marks to be worked off and the trail of the organisation itself aside."""
    aside = {"counter", "rearm", "organisation", "tally", "tally_share", "tally_stamp", "instance", "tick"}
    found = {}
    for name, table in db.metadata.tables.items():
        asked = select(func.count()).select_from(table)
        if name in {"audit_entry", "text_version"}:
            asked = asked.where(table.c.subject_kind != "organisation")
        found |= {} if name in aside else {name: db.session.scalar(asked) or 0}
    return found

"""What the database believes of its rows is counted anew where much has changed at once."""

from sqlalchemy import func, select, text

from tests.clock import MONDAY
from tests.factories.issues import make_issue
from tracker import estimates, schema
from tracker.db import db, dialect
from tracker.issues.models import Issue
from tracker.scheduler import job

KNOWN = "SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'"
BELIEVED = {
    "sqlite": "SELECT CAST(stat AS INTEGER) FROM sqlite_stat1 WHERE tbl = 'issue' AND idx = 'sqlite_autoindex_issue_1'",
    "postgresql": "SELECT CAST(reltuples AS INTEGER) FROM pg_class WHERE oid = 'issue'::regclass",
}


def believed() -> int | None:
    """How many issues the planner thinks there are; the session holds nothing afterwards."""
    known = dialect() == "postgresql" or db.session.scalar(text(KNOWN))
    found = db.session.scalar(text(BELIEVED[dialect()])) if known else None
    db.session.remove()
    return found


def issues(count: int) -> None:
    """So many of them: another number in each test, since a server remembers what it counted in the last."""
    for _ in range(count):
        make_issue()
    assert believed() != count


def test_what_is_believed_is_what_is_there(app):
    issues(3)
    estimates.renew()
    assert believed() == 3
    assert db.session.scalar(select(func.count(Issue.id))) == 3


def test_an_upgrade_counts_anew_and_one_that_changes_nothing_does_not(app):
    issues(4)
    schema.upgrade()
    assert believed() != 4
    schema.downgrade("-1")
    schema.upgrade()
    assert believed() == 4


def test_the_scheduler_counts_on_sqlite_and_leaves_postgresql_to_itself(app):
    issues(5)
    job("estimates").run(MONDAY)
    assert (believed() == 5) == (dialect() == "sqlite")

"""What the engine costs: it finds what is due by an index, however much is armed."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event, insert, select, text

from tests.clock import MONDAY
from tests.factories.chases import local, tick
from tests.factories.issues import make_issue
from tests.factories.people import make_person
from tests.factories.records import make_record
from tests.issues.test_cost import counted
from tests.worlds import kept
from tracker.db import db, dialect
from tracker.followups import batch, firing, jobs, queries, status
from tracker.followups.models import Obligation

FORGET = (
    "SELECT pg_clear_attribute_stats(schemaname, tablename, attname, inherited) FROM pg_stats "
    "WHERE schemaname = 'public'",
    "SELECT pg_clear_relation_stats(schemaname, tablename) FROM pg_tables WHERE schemaname = 'public'",
)


def plans(work, table="obligation") -> list[str]:
    """How the database finds the rows of each statement about this table that `work` sends."""
    sent: list[tuple[str, object]] = []
    listen = (
        db.engine,
        "before_cursor_execute",
        lambda c, cur, sql, params, *rest: sent.append((sql, params)),
    )
    event.listen(*listen)
    work()
    event.remove(*listen)
    explain = "EXPLAIN QUERY PLAN " if dialect() == "sqlite" else "EXPLAIN "
    connection = db.session.connection()
    if dialect() == "postgresql":
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        # What the server happened to count of the rows of other tests would decide the plan.
        for forget in FORGET:
            connection.execute(text(forget))
    rows = [connection.exec_driver_sql(explain + sql, params).all() for sql, params in sent if table in sql]
    return ["\n".join(str(row[-1]) for row in found) for found in rows]


LOOKS = [lambda: batch.pick(MONDAY, 9), lambda: status.lag(MONDAY), lambda: queries.would_send(MONDAY)]


@pytest.mark.parametrize("work", LOOKS)
def test_what_is_due_is_found_by_its_index(app, work):
    make_person("supervisor")
    make_issue()
    (plan, *_rest) = plans(work)
    assert "ix_obligation_due" in plan, plan
    assert "SCAN obligation\n" not in plan + "\n"


def remember(fired: int, armed: int) -> None:
    """Steps of many years: almost all have fired, the armed ones are for later; the database knows how many."""
    states = [("fired", -1)] * fired + [("scheduled", 1)] * armed
    rows = [
        {
            "subject_kind": "issue", "subject_id": 10_000 + number, "clock": "first_response", "epoch": 1,
            "step": "overdue", "due_at": MONDAY + timedelta(days=sign, minutes=sign * number), "state": state,
        }
        for number, (state, sign) in enumerate(states)
    ]  # fmt: skip
    db.session.execute(insert(Obligation), rows)
    db.session.execute(text("ANALYZE obligation"))


@pytest.mark.parametrize("question", [lambda due: select(due.exists()), lambda due: due.limit(100)])
def test_a_long_past_hides_what_is_due_from_no_index(app, question):
    """PostgreSQL knows how many steps are past and how many are armed, but not that hardly any are both."""
    remember(fired=3000, armed=300)
    due = batch.due(MONDAY)
    asked = question(due.order_by(Obligation.rank, Obligation.due_at, Obligation.id))
    explain = "EXPLAIN QUERY PLAN " if dialect() == "sqlite" else "EXPLAIN "
    made = asked.compile(db.engine, compile_kwargs={"render_postcompile": True})
    order = tuple(made.params[name] for name in made.positiontup or ())
    rows = db.session.connection().exec_driver_sql(explain + str(made), order or made.params).all()
    assert "ix_obligation_due" in (plan := "\n".join(str(row[-1]) for row in rows)), plan


def test_what_is_stuck_is_found_by_its_index(app):
    (plan,) = plans(status.stuck)
    assert "ix_obligation_stuck" in plan, plan


def fired_in_statements(cases):
    """How many statements it takes to fire the first step of so many new cases at once."""
    for _ in range(cases):
        make_issue()
    tick(MONDAY)
    with counted() as statements:
        assert firing.fire_due(local("2026-11-23 17:00")) == cases
    db.session.commit()
    return len(statements)


def test_what_falls_due_together_is_written_together(app):
    make_person("supervisor")
    one = fired_in_statements(1)
    assert fired_in_statements(9) - one <= 2


def test_a_tick_that_finds_nothing_looks_once_for_all_there_may_be(app):
    make_issue()
    tick(MONDAY)
    with counted() as statements:
        assert jobs.tick(MONDAY) == 0
    assert len(statements) <= 6, "\n\n".join(statements)


PAGES = (
    "/dashboard", "/follow-up", "/follow-up?show=manager", "/follow-up?show=paused",
    "/follow-up?show=all&wait=engineer", "/follow-up?show=all&wait=reporter", "/approvals", "/decisions",
    "/inspections", "/today", "/notifications", "/inbox", "/records", "/admin/scheduler",
)  # fmt: skip
# Large tables, and how SQLite says that it reads one from end to end: without a word on an index.
WHOLE = re.compile(r"^SCAN (clock|chase|obligation|issue|recheck|letter)(_\d+)?$", re.MULTILINE)


@pytest.mark.parametrize("roles", [("manager", "supervisor", "admin"), ("engineer",)])
def test_no_page_reads_a_large_table_whole(client, login, app, roles):
    if dialect() != "sqlite":
        pytest.skip("PostgreSQL reads small tables whole on purpose")
    reader = make_person(roles=roles)
    make_record(state="assigned")
    tick(local("2026-11-24 12:00"))
    browser = login(client, reader)
    for path in PAGES:
        found = plans(lambda path=path: browser.get(path), table="SELECT")
        assert found
        assert not [plan for plan in found if WHOLE.search(plan)], path


# PostgreSQL chooses by what the tables hold, which is next to nothing here; `make bench` looks at a million.
@pytest.mark.sqlite_only
@pytest.mark.parametrize("show", ["manager", "paused"])
def test_what_is_few_among_many_clocks_is_found_by_its_own_index(client, login, app, show):
    browser = login(client, make_person("manager"))
    index = {"manager": "ix_chase_climbed", "paused": "ix_clock_paused"}[show]
    found = plans(lambda: browser.get(f"/follow-up?show={show}"), table="FROM clock JOIN issue")
    assert any(index in plan for plan in found), "\n\n".join(found)


# Each begins with what is the reader's own, or with the year: never with all that is due, or with the first issue.
BEGINS = {
    "/today": ("FROM clock", "ix_issue_inbox_mine"),
    "/my": ("FROM clock", "ix_clock_issue"),
    "/register": ("FROM issue LEFT OUTER JOIN", "ix_issue_reported"),
}


@pytest.mark.sqlite_only
@pytest.mark.parametrize("path", list(BEGINS))
def test_a_list_begins_with_what_is_few(client, login, app, path):
    reader = make_person("manager")
    make_issue(reporter=reader)
    table, index = BEGINS[path]
    browser = login(client, reader)
    found = plans(lambda: browser.get(path), table=table)
    assert any(index in plan for plan in found), "\n\n".join(found)
    assert not [plan for plan in found if "SCAN clock\n" in plan + "\n"], "\n\n".join(found)


@kept()
def busy_days() -> None:
    """Records on their way and new issues, chased for the first time."""
    make_person("supervisor")
    for state in ("assigned", "watching"):
        make_record(state=state)
    for _ in range(3):
        make_issue()
    tick(MONDAY)
    tick(local("2026-11-24 12:00"))


@pytest.mark.parametrize(
    "path", ["/dashboard", "/follow-up?show=all", "/inbox", "/notifications", "/today", "/admin/scheduler"]
)
def test_pages_stay_within_their_statements(client, login, app, path):
    busy_days()
    boss = make_person(roles=("manager",) if path == "/dashboard" else ("supervisor", "manager", "admin"))
    browser = login(client, boss)
    with counted() as statements:
        assert browser.get(path).status_code == 200
    assert len(statements) <= 15, "\n\n".join(statements)

"""Filling an empty, migrated database with N made-up issues, straight into the tables; the same N the same rows."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from rich.progress import track
from sqlalchemy import insert, text

from bench.words import Report, report
from tracker import index
from tracker.accounts.models import Person, PersonRole, Unit
from tracker.accounts.queries import organisation
from tracker.audit.models import Entry
from tracker.dashboards import actions as tally
from tracker.dashboards import rules as cases
from tracker.dashboards.models import TallyStamp
from tracker.dashboards.rules import Case
from tracker.db import db, dialect
from tracker.followups import fixed, wants
from tracker.followups.clocks import SCHEDULED
from tracker.followups.ladder import Want
from tracker.followups.models import Clock, Obligation
from tracker.issues import rules
from tracker.issues.models import Issue, Message
from tracker.numbers import Counter as NumberCounter
from tracker.policies import rules as policy
from tracker.systems.models import AISystem, SystemVersion

BATCH = 5_000
ZONE = ZoneInfo("Asia/Taipei")
SYSTEMS = 5
AGENTS = 20
REPORTERS = 2_000
# Share of each state, open ones first: two in five issues are open.
STATES = (
    (rules.NEW, 10), (rules.CONFIRMING, 8), (rules.WAITING_USER, 6), (rules.CONFIRMED, 4), (rules.ANSWERED, 6),
    (rules.ESCALATED, 6), (rules.CLOSED, 55), (rules.MERGED, 3), (rules.WITHDRAWN, 2),
)  # fmt: skip
STATE_OF_PERCENT = tuple(state for state, share in STATES for _ in range(share))
IMPACT_OF_DRAW = ("question", "inconvenience", "inconvenience", "wrong_content", "wrong_content", "blocked")
KINDS = (rules.ANOMALY, rules.ANOMALY, rules.HOW_TO, rules.FEATURE_REQUEST, rules.DATA_CORRECTION)


def fill(issues: int, *, now: datetime) -> None:
    """Write people, systems and `issues` issues, commit by the batch; progress on the terminal."""
    _people(now)
    indexes = _without_indexes()
    rows = (_row(number, issues, now) for number in range(1, issues + 1))
    counters: dict[str, int] = {}
    for _ in track(range(0, issues, BATCH), description="Filling"):
        _write(list(islice(rows, BATCH)), counters)
        db.session.commit()
    db.session.execute(
        insert(NumberCounter), [{"prefix": prefix, "last": last} for prefix, last in counters.items()]
    )
    db.session.add(TallyStamp(id=1, at=now, version=1))
    db.session.commit()
    for statement in track(indexes, description="Indexing"):
        db.session.execute(text(statement))
        db.session.commit()
    _settle()


def _without_indexes() -> list[str]:
    """Drop every index that is no constraint, for both databases build one over all rows much faster than they grow
    it row by row; answers what makes them again."""
    known = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
        "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' "
        "AND indexname NOT IN (SELECT conname FROM pg_constraint)",
    }
    found = db.session.execute(text(known[dialect()])).all()
    for name, _sql in found:
        db.session.execute(text(f'DROP INDEX "{name}"'))
    db.session.commit()
    return [sql for _name, sql in found]


def _settle() -> None:
    """Leave the database as a running installation has it: indexed, analysed, its log written back."""
    if dialect() == "postgresql":
        for table in ("issue", "message", "audit_entry", "person", "clock", "obligation"):
            db.session.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
            )
        db.session.commit()
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    else:
        db.session.execute(text("ANALYZE"))
        db.session.commit()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")


def _people(now: datetime) -> None:
    settings = organisation()
    settings.name, settings.set_up_at = "Bench", now
    db.session.add(Unit(id=1, name="Office"))
    db.session.flush()
    people = [
        ("supervisor", "supervisor"),
        ("manager", "manager"),
        ("engineer", "engineer"),
        ("reporter", "reporter"),
    ]
    people += [(f"agent{n:02d}", "supervisor") for n in range(AGENTS)]
    people += [(f"user{n:05d}", "reporter") for n in range(REPORTERS)]
    for number, (name, role) in enumerate(people, start=1):
        db.session.add(Person(id=number, name=name, email=f"{name}@bench.test", unit_id=1, created_at=now))
        db.session.add(PersonRole(person_id=number, role=role))
    for number in range(1, SYSTEMS + 1):
        db.session.add(
            AISystem(id=100 + number, key=f"system-{number}", name=f"AI 系統 {number}", owner_id=3)
        )
        db.session.add(SystemVersion(system_id=100 + number, version="1.0", current=True))
    db.session.commit()


def _row(number: int, issues: int, now: datetime) -> tuple[dict[str, Any], Report]:
    made = report(number)
    age = timedelta(days=365) * ((issues - number) / issues) + timedelta(minutes=90)
    reported = now - age
    state = STATE_OF_PERCENT[int(made.draws[0] * 100)]
    ended = state in rules.ENDED
    impact = IMPACT_OF_DRAW[int(made.draws[1] * len(IMPACT_OF_DRAW))]
    updated = reported + (now - reported) * made.draws[2]
    row = {
        "id": number, "title": made.title, "description": made.description, "state": state, "state_since": updated,
        "kind": None if state == rules.NEW else KINDS[int(made.draws[3] * len(KINDS))], "impact_hint": impact,
        "severity": rules.severity_hint(impact), "channel": "web",
        "system_id": 101 + int(made.draws[4] * SYSTEMS), "unit_id": 1,
        "reporter_id": 5 + AGENTS + int(made.draws[5] * REPORTERS),
        "assignee_id": None if state == rules.NEW else 5 + int(made.draws[6] * AGENTS),
        "aware_at": reported, "reported_at": reported, "updated_at": updated,
        "closed_at": updated if ended else None, "first_response_at": None if state == rules.NEW else updated,
        "next_due_at": rules.NEVER if ended else _due(made, now), "next_due_clock": "" if ended else "next_update",
        "chase_policy": "" if ended else "normal",
    }  # fmt: skip
    return row, made


def _due(made: Report, now: datetime) -> datetime:
    """One open issue in a hundred is due already, the others within five weeks."""
    draw = made.draws[7]
    return now - timedelta(hours=48 * draw * 100) if draw < 0.01 else now + timedelta(days=35 * draw)


def _write(batch: list[tuple[dict[str, Any], Report]], counters: dict[str, int]) -> None:
    rows = [row for row, _made in batch]
    for row in rows:
        prefix = f"Q-{row['reported_at']:%Y%m}"
        counters[prefix] = counters.get(prefix, 0) + 1
        row["number"] = f"{prefix}-{counters[prefix]:04d}"
    db.session.execute(insert(Issue.__table__), rows)
    db.session.execute(insert(Message.__table__), [one for row in rows for one in _talk(row)])
    db.session.execute(insert(Entry.__table__), [_entry(row) for row in rows])
    _chase([row for row in rows if row["closed_at"] is None])
    _count(rows)
    index.put_many((row["id"], f"{row['number']} {row['title']} {row['description']}", "") for row in rows)


def _chase(rows: list[dict[str, Any]]) -> None:
    """A running clock and its next step for each open issue."""
    for row in rows:
        row["want"] = Want(policy.NEXT_UPDATE, row["updated_at"], until=row["next_due_at"])
    clocks = [
        {
            "subject_kind": "issue", "subject_id": row["id"], "issue_id": row["id"], "name": policy.NEXT_UPDATE,
            "started_at": row["updated_at"], "due_at": row["next_due_at"], "digest": "",
            "workings": {"want": wants.written(row["want"]), "severity": row["severity"]},
        }
        for row in rows
    ]  # fmt: skip
    steps = [
        {
            "subject_kind": "issue", "subject_id": row["id"], "clock": policy.NEXT_UPDATE, "epoch": 1,
            "step": "overdue", "due_at": row["next_due_at"], "state": SCHEDULED,
            "state_since": row["updated_at"], "rank": fixed.rank(policy.NEXT_UPDATE, row["severity"]),
        }
        for row in rows
    ]  # fmt: skip
    db.session.execute(insert(Clock.__table__), clocks)
    db.session.execute(insert(Obligation.__table__), steps)


def _count(rows: list[dict[str, Any]]) -> None:
    """The shares and sums of the overview."""
    sums: Counter[tally.Key] = Counter()
    shares = []
    for row in rows:
        case = Case(
            state=row["state"], state_since=row["state_since"], reported_at=row["reported_at"],
            first_response_at=row["first_response_at"], closed_at=row["closed_at"], reopened_at=None, alarming=False,
        )  # fmt: skip
        for measure, day in cases.shares(case, ZONE).items():
            key = (measure, day, row["system_id"], 1)
            shares.append((row["id"], key))
            sums[key] += 1
    tally.write_shares(shares)
    tally.add(sums)


def _talk(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if row["id"] % 10 == 0:
        for turn, who in enumerate((row["reporter_id"], 5)):
            yield {
                "issue_id": row["id"], "author_id": who, "author_name": "user" if turn == 0 else "agent00",
                "from_reporter": turn == 0, "visibility": "public", "act": "message", "at": row["updated_at"],
                "body": report(row["id"] + turn).description,
            }  # fmt: skip


def _entry(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "at": row["reported_at"], "by_id": row["reporter_id"], "by_name": "user", "on_behalf": "",
        "action": "issue.create", "subject_kind": "issue", "subject_id": row["id"], "seq": 1, "before": {},
        "after": {"state": "new"}, "prev_hash": "", "hash": f"{row['id']:064x}",
    }  # fmt: skip

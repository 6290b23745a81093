"""Issues, records, chases and the audit trail as rows: numbers, facts and codes; sealed texts stay in the house."""

import csv
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, TextIO

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from tracker.accounts.rules import SYSTEM
from tracker.audit.models import Entry
from tracker.db import db
from tracker.exports import record_json
from tracker.exports.cells import cell
from tracker.followups.models import Chase
from tracker.issues.models import Issue
from tracker.records.models import Record
from tracker.records.whole import Whole

AT_ONCE = 500
ISSUE_FACTS = (
    "number", "title", "state", "kind", "severity", "severity_provisional", "impact_hint", "channel", "system_version",
    "occurred_at", "occurred_precision", "aware_at", "reported_at", "updated_at", "first_response_at", "closed_at",
    "personal_data", "harm", "restricted", "need_statement", "need_confirmed_at", "need_confirmed_how",
    "proposed_solution", "escalation_needed", "escalation_reason", "close_reason", "user_confirmed", "satisfaction",
    "reopened_count", "source", "external_id", "imported",
)  # fmt: skip
Row = dict[str, Any]


def write(
    what: str,
    form: str,
    out: TextIO,
    moved: Callable[[int], None] = lambda size: None,
    *,
    sealed: bool = False,
) -> int:
    """Write all rows of `issues`, `records`, `chases` or `audit` as `jsonl` or `csv`; returns how many."""
    count = 0
    writer = csv.writer(out)
    for row in _rows(evidence=True) if sealed else TABLES[what]():
        if form == "csv":
            if count == 0:
                writer.writerow(row)
            writer.writerow([cell(value) for value in row.values()])
        else:
            out.write(json.dumps(row, ensure_ascii=False, default=_plain) + "\n")
        count += 1
        moved(1)
    return count


def count(what: str) -> int:
    """How many rows there are."""
    model = {"issues": Issue, "records": Record, "chases": Chase, "audit": Entry}[what]
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def _issues() -> Iterator[Row]:
    related = (joinedload(Issue.system), joinedload(Issue.function), joinedload(Issue.unit),
               joinedload(Issue.reporter), joinedload(Issue.assignee))  # fmt: skip
    for issue in _walk(select(Issue).options(*related), Issue.id):
        row = {name: getattr(issue, name) for name in ISSUE_FACTS}
        row |= {
            "description": "" if issue.personal_data else issue.description,
            "system": issue.system.key,
            "function": issue.function.name if issue.function else "",
            "unit": issue.unit.name if issue.unit else "",
            "reporter": issue.reporter.name if issue.reporter else issue.reporter_name,
            "assignee": issue.assignee.name if issue.assignee else "",
        }
        yield row


def records(*, evidence: bool = False) -> Iterator[tuple[Whole, Row]]:
    """Each record with its JSON."""
    for record in _walk(
        select(Record).options(joinedload(Record.primary_issue), joinedload(Record.system)), Record.id
    ):
        whole = Whole(record)
        yield whole, record_json.facts(whole, SYSTEM, evidence=evidence)


def _rows(*, evidence: bool = False) -> Iterator[Row]:
    return (row for _whole, row in records(evidence=evidence))


def _chases() -> Iterator[Row]:
    names = ("id", "subject_kind", "subject_id", "policy", "clock", "step", "occurrence", "due_at", "fired_at",
             "to", "reason", "outcome", "ended_at")  # fmt: skip
    for chase in _walk(select(Chase), Chase.id):
        yield {name: getattr(chase, name) for name in names}


def _audit() -> Iterator[Row]:
    names = ("id", "at", "by_id", "by_name", "on_behalf", "action", "subject_kind", "subject_id", "seq", "before",
             "after", "prev_hash", "hash")  # fmt: skip
    for entry in _walk(select(Entry), Entry.id):
        yield {name: getattr(entry, name) for name in names}


TABLES: dict[str, Callable[[], Iterator[Row]]] = {
    "issues": _issues, "records": _rows, "chases": _chases, "audit": _audit,
}  # fmt: skip


def _walk(found: Select[Any], row_id: Any) -> Iterator[Any]:
    """All rows in the order of their ids, some at a time, each forgotten before the next come."""
    last = 0
    while rows := db.session.scalars(found.where(row_id > last).order_by(row_id).limit(AT_ONCE)).all():
        yield from rows
        last = rows[-1].id
        db.session.expunge_all()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return str(value)

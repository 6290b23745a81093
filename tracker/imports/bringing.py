"""The rows of a run looked through, brought in, and taken away again.  Nothing here commits."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import islice
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from tracker import audit, index
from tracker.accounts.rules import Actor
from tracker.audit.models import Entry
from tracker.db import db
from tracker.imports import past_writing, queries, sheets
from tracker.imports.actions import Names
from tracker.imports.forgetting import cut, delete_rows, forget_subjects, ids_of, some, table_of
from tracker.imports.models import CHECKED, CHECKING, DONE, MAPPING, UNDONE, ImportRow, ImportRun
from tracker.imports.past import Past, Reader
from tracker.imports.rows import digest_of
from tracker.imports.runs import must_be, path_of
from tracker.imports.sheets import Reading
from tracker.imports.unreadable import Unreadable
from tracker.issues.models import Issue, IssueRecord
from tracker.records.models import Record
from tracker.records.parts import Escalation
from tracker.systems.models import AISystem

BATCH, NAMED = 200, 200


class Found:
    """What was found in the rows: counted in full, named up to a number."""

    def __init__(self) -> None:
        self.rows = self.fresh = self.known = 0
        self.counts = dict.fromkeys(("bad", "left_out", "other"), 0)
        self.named: dict[str, list[Any]] = {"bad": [], "left_out": [], "other": []}
        self.seen: dict[str, str] = {}

    def note(self, kind: str, what: Any) -> None:
        self.counts[kind] += 1
        if len(self.named[kind]) < NAMED:
            self.named[kind].append(what)

    def as_report(self) -> dict[str, Any]:
        return {"fresh": self.fresh, "known": self.known, "counts": self.counts, **self.named}


def past(run: ImportRun, at: datetime) -> Iterator[Past]:
    """Every row of the file, read; raises Unreadable where the file cannot be."""
    how, zone = Reading(**run.reading), current_app.config["TRACKER"].zone
    path = path_of(run)
    columns = {int(place): key for place, key in run.columns.items()}
    reader = Reader(tuple(sheets.headings(path, how)), columns, zone, at.astimezone(zone).date())
    return (reader.read(line) for line in sheets.rows(path, how))


def check(run: ImportRun, at: datetime) -> None:
    """Read every row and keep nothing but what was found; a file that cannot be read is to be mapped anew."""
    must_be(run, "check", CHECKING)
    found = Found()
    try:
        rows = past(run, at)
        while batch := list(islice(rows, BATCH)):
            new(batch, found, own=frozenset())
    except Unreadable as error:
        run.stage, run.error = MAPPING, error.why
        return
    run.rows, run.report, run.stage, run.error = found.rows, found.as_report(), CHECKED, ""


def new(batch: Sequence[Past], found: Found, *, own: frozenset[str]) -> list[tuple[str, Past]]:
    """The rows of a batch that are new, under their ids; what is wrong, known, or known otherwise is noted.

    A row is known by its number, without one by all that stands in it; `own` are ids that this very run wrote.
    """
    good: list[tuple[str, Past, str]] = []
    for one in batch:
        found.rows += 1
        for cell in one.left_out:
            found.note("left_out", asdict(cell))
        for cell in one.wrong:
            found.note("bad", asdict(cell))
        if not one.wrong:
            digest = digest_of(one.raw)
            name = _name(one, digest, found)
            if name is not None:
                good.append((name, one, digest))
    there = queries.rows_known(past_writing.SOURCE, [name for name, _row, _digest in good])
    fresh = [(name, one) for name, one, _digest in good if name not in there]
    for name, one, digest in good:
        if name in there:
            found.known += name not in own
            if digest_of(there[name]) != digest:
                found.note("other", {"row": one.row, "value": name})
    found.fresh += len(fresh)
    return fresh


def _name(one: Past, digest: str, found: Found) -> str | None:
    """The id of a row; None for one that stood in the file before.  A number used for another row gets both."""
    name = str(one.values.get("record_no") or digest[:40])
    if found.seen.get(name, digest) != digest:
        found.note("other", {"row": one.row, "value": name})
        name = f"{name}#{digest[:8]}"
    if name in found.seen:
        found.known += 1
        return None
    found.seen[name] = digest
    return name


def write(run: ImportRun, by: Actor, at: datetime) -> Iterator[int]:
    """Bring the rows in, batch by batch; yields how many are looked at, for the caller to commit.

    After a stop it goes on: what is there already is told by its id.
    """
    place = past_writing.Place(
        Names(queries.systems_by_name(), queries.system_keys()), past_writing.units(),
        run.system.name if run.system is not None else "", current_app.config["TRACKER"].zone,
    )  # fmt: skip
    found, own = Found(), queries.external_ids_of(run.id)
    rows = past(run, at)
    while batch := list(islice(rows, BATCH)):
        past_writing.add(new(batch, found, own=own), run, place, by=by, at=at)
        run.done = found.rows
        yield found.rows
    run.added = db.session.scalar(select(func.count()).where(ImportRow.run_id == run.id)) or 0
    run.rows, run.report = found.rows, found.as_report()
    run.stage, run.ended_at = DONE, at
    audit.record("import_run.done", run, by=by, at=at, after={"n": run.added})


def take_away(run: ImportRun) -> Iterator[int]:
    """Delete what came of a run, some at a time, but for what somebody worked on since; yields how many went."""
    gone = 0
    kept = set(touched(run.id))
    for part in some([one for one in ids_of(_issues(run.id)) if one not in kept]):
        _delete(part)
        gone += len(part)
        yield gone
    _delete_empty_systems()
    run.report = {**run.report, "kept": len(kept), "gone": gone}


def _issues(run_id: int) -> Any:
    return select(ImportRow.issue_id).where(ImportRow.run_id == run_id).order_by(ImportRow.issue_id)


def touched(run_id: int) -> list[int]:
    """The issues of a run that somebody changed since, or whose record they did."""
    ours = ("issue.import", "record.import", "record.view", "record.export")
    later = select(Entry.id).where(Entry.action.not_in(ours), Entry.subject_kind == Issue.kind_name)
    of_record = select(Entry.id).where(Entry.action.not_in(ours), Entry.subject_kind == Record.kind_name)
    found = _issues(run_id).where(
        later.where(Entry.subject_id == ImportRow.issue_id).exists()
        | of_record.where(Entry.subject_id == ImportRow.record_id).exists()
    )
    return ids_of(found)


def _delete(issues: Sequence[int]) -> None:
    records = ids_of(select(ImportRow.record_id).where(ImportRow.issue_id.in_(issues)))
    escalations = ids_of(select(Escalation.id).where(Escalation.record_id.in_(records)))
    for kind, ids in (
        (Escalation.kind_name, escalations),
        (Record.kind_name, records),
        (Issue.kind_name, issues),
    ):
        forget_subjects(kind, ids)
    db.session.execute(table_of(IssueRecord).delete().where(IssueRecord.issue_id.in_(issues)))
    cut(table_of(Record), records)
    delete_rows(table_of(Record), records)
    cut(table_of(Issue), issues)
    for issue_id in issues:
        index.remove(issue_id)
    delete_rows(table_of(Issue), issues)


def _delete_empty_systems() -> None:
    """Systems that were known through such history alone go with the last of it."""
    used = (Issue.system_id == AISystem.id, Record.system_id == AISystem.id)
    empty = select(AISystem.id).where(AISystem.imported, *(~select(1).where(one).exists() for one in used))
    delete_rows(table_of(AISystem), ids_of(empty))


def end_undo(run: ImportRun, at: datetime) -> None:
    """The run is over; with what was kept it can be undone no further, so that stays named on its page."""
    run.stage, run.ended_at = UNDONE, at

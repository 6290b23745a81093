"""Writing rows as issues: in batches, each row once however often its file is read."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from tracker import audit, index, rearm
from tracker.accounts.rules import SYSTEM, Actor
from tracker.db import db
from tracker.imports import queries
from tracker.imports.rows import BadRow, Row
from tracker.issues import rules
from tracker.issues.models import Evidence, Issue, Message
from tracker.library import actions as library
from tracker.numbers import next_number
from tracker.systems.models import AISystem

BATCH = 200
UNKNOWN_SYSTEM = "unknown"


@dataclass
class Report:
    """What an import did: how many rows came, how many were there already, what was wrong or not understood."""

    added: int = 0
    known: int = 0
    bad: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass
class Names:
    """What the batches of one run share, so that a system is made once and a repeated id is told apart."""

    systems: dict[str, int]
    keys: set[str]
    # The digest of the first row under an id: AVID has one id twice for two different reports.
    seen: dict[tuple[str, str], str] = field(default_factory=dict)
    taken: set[tuple[str, str]] = field(default_factory=set)


def write(
    rows: Iterable[tuple[int, Row | BadRow]], *, by: Actor = SYSTEM, at: datetime, zone: ZoneInfo
) -> Iterator[Report]:
    """Add the rows batch by batch; yields the growing report after each, for the caller to commit or to roll back."""
    report = Report()
    names = Names(queries.systems_by_name(), queries.system_keys())
    walk = iter(rows)
    while batch := list(islice(walk, BATCH)):
        _write_batch(batch, names, report, by=by, at=at, zone=zone)
        yield report


def _write_batch(
    batch: Sequence[tuple[int, Row | BadRow]],
    names: Names,
    report: Report,
    *,
    by: Actor,
    at: datetime,
    zone: ZoneInfo,
) -> None:
    good: list[tuple[str, Row]] = []
    for line, row in batch:
        if isinstance(row, BadRow):
            report.bad.append(f"line {line}: {row}")
            continue
        report.notes.extend(f"line {line}: {note}" for note in row.notes)
        external_id = identity(row, names)
        if external_id is None:
            report.known += 1
        else:
            good.append((external_id, row))
    known = {
        (source, found)
        for source in {row.source for _, row in good}
        for found in queries.known(source, [external_id for external_id, row in good if row.source == source])
    }
    fresh = [(external_id, row) for external_id, row in good if (row.source, external_id) not in known]
    report.known += len(good) - len(fresh)
    _complete([(external_id, row) for external_id, row in good if (row.source, external_id) in known])
    report.added += len(fresh)
    _add(fresh, names, by=by, at=at, zone=zone)


def _complete(rows: Sequence[tuple[str, Row]]) -> None:
    """Give the library what it lacks of cases that came in before there was one."""
    told = {(row.source, external_id): row.told for external_id, row in rows if row.told is not None}
    for source in {source for source, _id in told}:
        ids = [external_id for one, external_id in told if one == source]
        for external_id, issue_id in queries.without_case(source, ids).items():
            found = told[(source, external_id)]
            assert found is not None
            library.add(issue_id, found)


def identity(row: Row, names: Names) -> str | None:
    """The id under which the row is kept, None for a row that stood in the file before.

    Source and external id; without one the row's digest; a second row of another content under a used id gets both.
    """
    digest = row.digest
    wanted = row.external_id or digest[:40]
    if names.seen.setdefault((row.source, wanted), digest) != digest:
        wanted = f"{wanted}#{digest[:8]}"
    if (row.source, wanted) in names.taken:
        return None
    names.taken.add((row.source, wanted))
    return wanted


def _add(rows: Sequence[tuple[str, Row]], names: Names, *, by: Actor, at: datetime, zone: ZoneInfo) -> None:
    people = queries.person_ids(
        {email for _, row in rows for email in (row.reporter_email, row.assignee) if email}
    )
    _add_systems([row for _, row in rows], names)
    issues = [_issue(row, external_id, names, people, at=at, zone=zone) for external_id, row in rows]
    db.session.add_all(issues)
    db.session.flush()
    changes = []
    for issue, (external_id, row) in zip(issues, rows, strict=True):
        _add_parts(issue, row, people)
        facts = {"state": issue.state, "source": row.source, "external_id": external_id, "row": row.digest}
        changes.append(audit.Change("issue.import", (Issue.kind_name, issue.id), facts))
        if not issue.imported:
            rearm.mark(Issue.kind_name, issue.id, at=at)
    audit.record_all(changes, by=by, at=at)
    db.session.flush()
    index.put_many([(issue.id, *_words(issue, row)) for issue, (_, row) in zip(issues, rows, strict=True)])


def _add_systems(rows: Sequence[Row], names: Names) -> None:
    """Make all systems at once that nobody knows yet; the first row to name one says how it is written."""
    fresh: dict[str, AISystem] = {}
    for row in rows:
        folded = queries.folded(row.system or UNKNOWN_SYSTEM)
        if folded not in names.systems and folded not in fresh:
            fresh[folded] = _system(row.system, names, history=row.state == rules.CLOSED)
    db.session.add_all(fresh.values())
    db.session.flush()
    names.systems.update({folded: system.id for folded, system in fresh.items()})


def _issue(
    row: Row, external_id: str, names: Names, people: dict[str, int], *, at: datetime, zone: ZoneInfo
) -> Issue:
    history = row.state == rules.CLOSED
    last = max([row.reported_at, *(said.at for said in row.messages)])
    return Issue(
        number=next_number("Q", at=row.reported_at, zone=zone),
        title=row.title, description=row.description, state=row.state, state_since=last, kind=row.kind,
        impact_hint=row.impact, severity=row.severity or rules.severity_hint(row.impact),
        severity_provisional=not row.severity, channel="import",
        system_id=system_of(row.system, names, history=history),
        reporter_id=people.get(row.reporter_email), reporter_name=row.reporter_name, reporter_email=row.reporter_email,
        assignee_id=people.get(row.assignee), taken_by_id=people.get(row.assignee),
        occurred_at=row.occurred_at, occurred_precision=row.occurred_precision,
        aware_at=row.reported_at, reported_at=row.reported_at, updated_at=at if not history else last,
        closed_at=last if history else None, next_due_at=row.due_at or rules.NEVER,
        source=row.source, external_id=external_id, imported=history, imported_row=dict(row.raw),
    )  # fmt: skip


def _add_parts(issue: Issue, row: Row, people: dict[str, int]) -> None:
    if row.told is not None:
        library.add(issue.id, row.told)
    if row.evidence or row.more:
        db.session.add(Evidence(issue_id=issue.id, more=dict(row.more), **row.evidence))
    for said in row.messages:
        mine = said.author in (row.reporter_name, row.reporter_email)
        db.session.add(
            Message(
                issue_id=issue.id,
                author_name=said.author,
                from_reporter=mine,
                visibility=said.visibility,
                body=said.body,
                at=said.at,
                author_id=people.get(said.author.lower()),
            )
        )


def system_of(name: str, names: Names, *, history: bool) -> int:
    """The system of this name; made when nobody knows it, for history as a mere name that no report offers."""
    folded = queries.folded(name or UNKNOWN_SYSTEM)
    if folded not in names.systems:
        system = _system(name, names, history=history)
        db.session.add(system)
        db.session.flush()
        names.systems[folded] = system.id
    return names.systems[folded]


def _system(name: str, names: Names, *, history: bool) -> AISystem:
    called = name or UNKNOWN_SYSTEM
    return AISystem(key=_key(called, names.keys), name=called, imported=history)


def _key(name: str, taken: set[str]) -> str:
    """A key nobody has, made of the name's letters and digits."""
    stem = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:40] or "system"
    key, n = stem, 1
    while key in taken:
        n += 1
        key = f"{stem}-{n}"
    taken.add(key)
    return key


def _words(issue: Issue, row: Row) -> tuple[str, str]:
    """What is found by all who may see the issue, and by the people who work on it."""
    concerned = [name for names in row.more.values() if isinstance(names, list) for name in names]
    public = [issue.number, row.title, row.description, row.system, row.reporter_name, *map(str, concerned)]
    public += row.evidence.values()
    public += library.words(row.told) if row.told is not None else ()
    public += [said.body for said in row.messages if said.visibility == "public"]
    staff = [
        row.reporter_email,
        row.external_id,
        *(said.body for said in row.messages if said.visibility == "internal"),
    ]
    return "\n".join(public), "\n".join(staff)

"""Records of the past as closed issues with closed records: history that no clock, inbox or count takes for work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from tracker import audit, index, numbers
from tracker.accounts.models import Unit
from tracker.accounts.rules import Actor
from tracker.audit import Change
from tracker.db import db
from tracker.imports import labels
from tracker.imports.actions import Names, system_of
from tracker.imports.models import ImportRow, ImportRun
from tracker.imports.past import Past
from tracker.issues import parties
from tracker.issues import rules as issue_rules
from tracker.issues.models import TABLE, Evidence, Issue, IssueRecord
from tracker.records import codes, fields
from tracker.records import rules as record_rules
from tracker.records.models import Record
from tracker.records.parts import Escalation, RecordChoice, RecordItem

SOURCE = TABLE
OF_ISSUE = {one.key: one.column for one in fields.FIELDS if one.home == "issue" and one.key != "function"}
OF_EVIDENCE = {one.key: one.column for one in fields.FIELDS if one.home == "evidence"}
PLAIN = {
    one.key: one.column for one in fields.FIELDS
    if one.home == "record" and one.kind not in (fields.CODES, fields.ITEMS, fields.RUNS)
}  # fmt: skip
ALSO_ISSUE = ("need_confirmed_by", "need_confirmed_at", "user_confirmed", "satisfaction")
ALSO_RECORD = ("user_reply_sent_at", "verified_at", "close_code", "conclude_reason")
LOW = "S4"


@dataclass
class Place:
    """Where the rows of one run go: systems by name, units by name, the system of rows without one."""

    names: Names
    units: dict[str, int]
    system: str
    zone: ZoneInfo

    def system_id(self, past: Past) -> int:
        return system_of(str(past.values.get("ai_system") or self.system), self.names, history=True)


def units() -> dict[str, int]:
    """Units by the name that people write for them."""
    return {labels.plain(name): unit_id for unit_id, name in db.session.execute(select(Unit.id, Unit.name))}


def add(rows: Sequence[tuple[str, Past]], run: ImportRun, place: Place, *, by: Actor, at: datetime) -> None:
    """Write these records under their ids; the caller has left out those that are there already."""
    made = []
    for external_id, past in rows:
        issue = _issue(external_id, past, place)
        db.session.add(issue)
        made.append((issue, past))
    db.session.flush()
    pairs = [(issue, _record(issue, past, place), past) for issue, past in made]
    db.session.add_all(record for _issue_, record, _past in pairs)
    db.session.flush()
    for issue, record, past in pairs:
        _add_parts(issue, record, past)
        db.session.add(ImportRow(run_id=run.id, issue_id=issue.id, record_id=record.id, row=past.row))
    db.session.flush()
    _write_down(pairs, run, by, at)
    index.put_many([(issue.id, *_words(issue, record, past)) for issue, record, past in pairs])


def _issue(external_id: str, past: Past, place: Place) -> Issue:
    values = past.values
    closed = values["closed_at"]
    own: dict[str, Any] = {column: values[key] for key, column in OF_ISSUE.items() if values.get(key)}
    own |= {key: values[key] for key in ALSO_ISSUE if values.get(key) is not None}
    reported, sealed = values["reported_at"], values.get("personal_data") == "yes"
    return Issue(**{
        "kind": "anomaly", "aware_at": reported,
        "occurred_precision": values.get("occurred_precision", "unknown"),
        **own,
        "number": numbers.next_number("Q", at=reported, zone=place.zone),
        "title": parties.SEALED_TITLE if sealed else values[labels.TITLE],
        "state": issue_rules.CLOSED, "state_since": closed, "impact_hint": "inconvenience",
        "severity": _severity(past) or LOW, "severity_provisional": not _severity(past), "channel": "import",
        "system_id": place.system_id(past), "reporter_name": values.get("reporter", ""),
        "unit_id": place.units.get(labels.plain(values.get("reporter_unit", ""))),
        "personal_data": sealed,
        "reported_at": reported, "updated_at": closed, "closed_at": closed, "next_due_at": issue_rules.NEVER,
        "source": SOURCE, "external_id": external_id, "imported": True, "imported_row": dict(past.raw),
    })  # fmt: skip


def _severity(past: Past) -> str:
    """What the table says; else what the matrix makes of impact and reach; else nothing."""
    values = past.values
    said = values.get("severity") or values.get("severity_override") or ""
    return str(said) or codes.severity(
        values.get("impact"), values.get("reach"), values.get("harm_realisation", "")
    )


def _record(issue: Issue, past: Past, place: Place) -> Record:
    values = past.values
    own: dict[str, Any] = {
        column: values[key] for key, column in PLAIN.items() if values.get(key) is not None
    }
    own |= {key: values[key] for key in ALSO_RECORD if values.get(key) is not None}
    return Record(**{
        **own,
        "number": numbers.next_number("AR", at=issue.reported_at, zone=place.zone), "state": record_rules.CLOSED,
        "state_since": issue.closed_at, "primary_issue_id": issue.id, "primary_issue": issue,
        "system_id": issue.system_id, "created_at": issue.reported_at, "updated_at": issue.closed_at,
        "closed_at": issue.closed_at, "severity": _severity(past),
    })  # fmt: skip


def _add_parts(issue: Issue, record: Record, past: Past) -> None:
    values, at = past.values, issue.reported_at
    evidence = {column: values[key] for key, column in OF_EVIDENCE.items() if values.get(key)}
    if evidence:
        db.session.add(Evidence(issue_id=issue.id, **evidence))
    db.session.add(IssueRecord(
        issue_id=issue.id, record_number=record.number, is_primary=True, is_open=False, in_work=True))  # fmt: skip
    for field in fields.FIELDS:
        given = values.get(field.key) or ()
        if field.kind == fields.CODES:
            db.session.add_all(RecordChoice(record_id=record.id, field=field.key, value=one) for one in given)
        elif field.kind == fields.ITEMS:
            db.session.add_all(
                RecordItem(record_id=record.id, part=field.key, what=one, at=at) for one in given
            )
    if values.get("assigned_to"):
        sent = values.get("escalated_at") or at
        db.session.add(Escalation(
            record_id=record.id, state=record_rules.CORRECTED, state_since=issue.closed_at,
            updated_at=issue.closed_at, to_name=values["assigned_to"], sent_at=sent, due_at=issue.closed_at,
            corrected_at=issue.closed_at))  # fmt: skip


def _write_down(pairs: Sequence[tuple[Issue, Record, Past]], run: ImportRun, by: Actor, at: datetime) -> None:
    changes = []
    for issue, record, past in pairs:
        after = {
            "state": issue.state,
            "source": SOURCE,
            "external_id": issue.external_id,
            "import_run": run.id,
        }
        changes.append(Change("issue.import", (Issue.kind_name, issue.id), after))
        changes.append(Change("record.import", (Record.kind_name, record.id),
                              {"number": record.number, "issue": issue.number, "row": past.row}))  # fmt: skip
    audit.record_all(changes, by=by, at=at)


def _words(issue: Issue, record: Record, past: Past) -> tuple[str, str]:
    """What finds the issue: for all who may see it, and for the people who work on it.  Sealed texts find nothing."""
    people = [issue.reporter_name, str(past.values.get("assigned_to", ""))]
    public = [issue.number, record.number, issue.external_id or ""]
    told = [] if issue.personal_data else [issue.title, *(cell for cell in past.raw.values() if cell)]
    return "\n".join([*public, *told]), "\n".join(filter(None, people))

"""One record as JSON: complete, in codes and instants, so that another installation can read it in again.

`VERSION` counts the shape, which docs/developers/record-json.md tells; a reader refuses a version it does not know.
What the reader may not read is null and stands under `withheld` with the reason, `masked` or `sealed`.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.decisions import queries as decisions
from tracker.opinions import queries as opinions
from tracker.records import because, content, fields, taxonomies
from tracker.records.masking import EVIDENCE, FILES, hidden
from tracker.records.models import Record
from tracker.records.parts import EscalationNote, RecordItem
from tracker.records.whole import Whole

FORMAT, VERSION = "tracker-record", 1
MASKED, SEALED = "masked", "sealed"
COURSE = (
    "created_at", "updated_at", "state_since", "held_from", "loops", "relapses", "hold_waiting_for", "hold_until",
    "hold_promise", "hold_promise_at",
)  # fmt: skip
ESCALATION = (
    "state", "summary", "sent_at", "due_at", "acknowledged_at", "acknowledged_by", "expected_at", "corrected_at",
    "external_ref",
)  # fmt: skip
SIGNATURE = (
    "signed_as",
    "statement",
    "same_person_reason",
    "deputy_for",
    "at",
    "digests",
    "voided_at",
    "voided_because",
)
OPINION = (
    "topic", "question", "addressee", "by_name", "at", "due_at", "answer", "answered_by", "answered_at", "withdrawn_at",
    "withdrawn_because",
)  # fmt: skip
ASK = ("asked_at", "count", "last_asked_at", "answered_at")
DECISION = ("answer", "reason", "to_name", "until", "by_name", "at", "ended_at")


def record_json(whole: Whole, actor: Actor, *, at: datetime, evidence: bool = False) -> str:
    """The record as one JSON object, the fields in the order of the form."""
    found = {"exported_at": content.plain(at)} | facts(whole, actor, evidence=evidence)
    return json.dumps(found, ensure_ascii=False, indent=2)


def facts(whole: Whole, actor: Actor, *, evidence: bool = False) -> dict[str, Any]:
    """All of the record that this actor may read, in JSON's own types; `evidence` lets the sealed one out too."""
    record = whole.record
    away = withheld(record, actor, evidence=evidence)
    standing = content.values(whole)
    values = {key: None if key in away else _told(key, value) for key, value in standing.items()}
    for key, files in (("attachments", whole.files), ("reproduction_files", whole.own_files)):
        if key in away:
            values[key] = [{"name": None, "sha256": one.sha256} for one in files]
    ordered = {field.key: values.get(field.key) for field in fields.FIELDS}
    found = {
        "format": FORMAT, "version": VERSION,
        "number": record.number, "state": record.state, "long_form": record.long_form,
        "title": record.primary_issue.title, "system": record.system.key, **ordered,
        "classification": taxonomies.plain(standing),
        "record": {name: getattr(record, name) for name in COURSE} | {
            "reissue_of": _base(record),
            "led_by": record.led_by.number if record.led_by is not None else None,
        },
        "files": _files(whole, away), "issues": _issues(whole), "escalations": _escalations(whole),
        "signatures": _signatures(whole),
        "opinions": [{name: getattr(one, name) for name in OPINION} for one in opinions.of_record(record)],
        "decisions": [{name: getattr(one, name) for name in DECISION} for one in decisions.of_record(record)],
        "digests": content.digests(whole), "digest": content.sheet_digest(whole), "withheld": away,
        "sealed": record.primary_issue.personal_data,
    }  # fmt: skip
    plain: dict[str, Any] = content.plain(found)
    return plain


def withheld(record: Record, actor: Actor, *, evidence: bool = False) -> dict[str, str]:
    """The fields that stay in the house, and why."""
    away = dict.fromkeys(sorted(hidden(record, actor)), MASKED)
    if record.primary_issue.personal_data and not evidence:
        away |= dict.fromkeys([*sorted(EVIDENCE), *FILES], SEALED)
    return away


def _told(key: str, value: Any) -> Any:
    """Lists without the ids of this installation; who a line is given to by name."""
    if not isinstance(value, list) or not value or not isinstance(value[0], Mapping):
        return value
    if key in fields.BY_KEY and fields.BY_KEY[key].kind == fields.ITEMS:
        value = _owned(value)
    return [{name: one for name, one in row.items() if name != "id"} for row in value]


def _owned(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines with their owner's name, and `owner_ref`, the id that the signatures cover."""
    named = _names({row["owner_id"] for row in rows if row.get("owner_id")})
    wanted = select(RecordItem.id, RecordItem.brought_owner_id)
    wanted = wanted.where(
        RecordItem.id.in_([row["id"] for row in rows]), RecordItem.brought_owner_id.is_not(None)
    )
    brought = {item_id: owner for item_id, owner in db.session.execute(wanted)}
    found = [
        row | {"owner": named.get(row["owner_id"], ""), "owner_ref": brought.get(row["id"], row["owner_id"])}
        for row in rows
    ]
    for row in found:
        del row["owner_id"]
    return found


def _names(ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    found = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in found}


def _base(record: Record) -> str | None:
    """The number of the record that this one was issued again from."""
    return db.session.scalar(select(Record.number).where(Record.id == record.reissue_of_id))


def _issues(whole: Whole) -> list[dict[str, Any]]:
    names = ("number", "title", "state", "kind", "reported_at", "closed_at", "user_confirmed", "satisfaction")
    return [
        {name: getattr(issue, name) for name in names}
        | {
            "primary": link.is_primary,
            "open": link.is_open,
            "asks": [{name: getattr(ask, name) for name in ASK} for ask in whole.asks.get(issue.id, ())],
        }
        for link, issue in whole.links
    ]


def _escalations(whole: Whole) -> list[dict[str, Any]]:
    """Oldest first, each with what engineer and supervisor said to one another."""
    ids = [one.id for one in whole.escalations]
    said: dict[int, list[dict[str, Any]]] = {}
    found = select(EscalationNote).where(EscalationNote.escalation_id.in_(ids)).order_by(EscalationNote.id)
    for note in db.session.scalars(found):
        told = {"kind": note.kind, "body": because.told(note.body), "by": note.by_name, "at": note.at}
        said.setdefault(note.escalation_id, []).append(told)
    return [
        {"to": content.target_name(one), **{name: getattr(one, name) for name in ESCALATION},
         "reason": because.told(one.reason), "by": one.by.name if one.by else None, "notes": said.get(one.id, [])}
        for one in reversed(whole.escalations)
    ]  # fmt: skip


def _files(whole: Whole, away: Mapping[str, str]) -> list[dict[str, Any]]:
    """What is known of each file beside its name; a masked copy names what it stands for by its digest."""
    digest = {one.id: one.sha256 for one in (*whole.files, *whole.own_files)}
    return [
        {"field": key, "name": None if key in away else one.filename, "sha256": one.sha256, "size": one.size,
         "media_type": one.media_type, "sealed": one.sealed, "masked_of": digest.get(one.masked_of_id or 0),
         "transcript": None if key in away or "input_text" in away else one.transcript}
        for key, files in (("attachments", whole.files), ("reproduction_files", whole.own_files))
        for one in files
    ]  # fmt: skip


def _signatures(whole: Whole) -> list[dict[str, Any]]:
    """Without the snapshots: what they hold stands in the fields, and would let sealed texts out."""
    return [
        {
            "by": one.person.name,
            **{name: getattr(one, name) for name in SIGNATURE},
            "digest": content.signature_digest(one),
        }
        for one in whole.signatures
    ]

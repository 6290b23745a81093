"""The lists of a record that comes from JSON, and what happened around its form."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from tracker.accounts.models import Person
from tracker.attachments.models import Attachment
from tracker.db import db
from tracker.decisions.models import Decision
from tracker.imports.record_file import Found, instant
from tracker.records import fields
from tracker.records.models import Record
from tracker.records.parts import (
    EffectCheck,
    Escalation,
    EscalationNote,
    Opinion,
    RecordChoice,
    RecordItem,
    Signature,
    VerificationRun,
)


def add_lists(record: Record, found: Found) -> None:
    """The lists of the form: choices, lines, runs, effect checks, files of the record's own."""
    for one in fields.FIELDS:
        rows = found.get(one.key) or ()
        if one.kind == fields.CODES:
            db.session.add_all(
                RecordChoice(record_id=record.id, field=one.key, value=value) for value in rows
            )
        elif one.kind == fields.ITEMS:
            db.session.add_all(_item(record, one.key, row) for row in rows)
        elif one.kind == fields.RUNS:
            db.session.add_all(
                VerificationRun(record_id=record.id, **row | {"at": instant(row, "at")}) for row in rows
            )
        db.session.flush()
    for row in found.get("effect_checks") or ():
        times = {key: instant(row, key) for key in ("due_at", "done_at")}
        rest = {key: row.get(key) for key in ("recurrences", "result", "early_because")}
        db.session.add(
            EffectCheck(record_id=record.id, **times, **rest, by_id=person(row.get("by"), record.created_at))
        )
    files((Record.kind_name, record.id), "reproduction_files", found, record.created_at)


def _item(record: Record, part: str, row: Mapping[str, Any]) -> RecordItem:
    facts = {
        name: row.get(name) or "" for name in (*fields.ITEM_FACTS, *fields.LATER_FACTS) if name != "owner_id"
    }
    facts |= {name: instant(row, name) for name in ("due_at", "done_at")}
    return RecordItem(
        record_id=record.id,
        part=part,
        at=record.created_at,
        owner_id=person(row.get("owner"), record.created_at),
        brought_owner_id=row.get("owner_ref"),
        **facts,
    )


def add_parts(record: Record, found: Found) -> None:
    """What happened around the form: escalations, signatures, opinions, decisions."""
    for one in found["escalations"]:
        _escalation(record, one)
    for one in found["signatures"]:
        db.session.add(Signature(
            record_id=record.id, signed_as=one["signed_as"], person_id=person(one["by"], record.created_at),
            statement=one["statement"],
            same_person_reason=one["same_person_reason"], deputy_for=one["deputy_for"], at=instant(one, "at"),
            digests=one["digests"], snapshot={}, voided_at=instant(one, "voided_at"),
            voided_because=one["voided_because"], brought_digest=one.get("digest") or ""))  # fmt: skip
        db.session.flush()
    for one in found["opinions"]:
        times = {key: instant(one, key) for key in ("at", "due_at", "answered_at", "withdrawn_at")}
        told = {key: one.get(key) or "" for key in
                ("topic", "question", "by_name", "answer", "answered_by", "withdrawn_because")}  # fmt: skip
        db.session.add(Opinion(record_id=record.id, to_name=one.get("addressee") or "", **times, **told))
        db.session.flush()
    for one in found["decisions"]:
        times = {key: instant(one, key) for key in ("until", "at", "ended_at")}
        told = {key: one.get(key) or "" for key in ("answer", "reason", "to_name", "by_name")}
        db.session.add(Decision(issue_id=record.primary_issue_id, record_id=record.id, **times, **told))
        db.session.flush()


def _escalation(record: Record, one: Found) -> None:
    times = {
        key: instant(one, key)
        for key in ("sent_at", "due_at", "acknowledged_at", "expected_at", "corrected_at")
    }
    told = {key: one.get(key) or "" for key in ("summary", "acknowledged_by", "external_ref", "reason")}
    made = Escalation(
        record_id=record.id, state=one["state"], state_since=record.state_since, updated_at=record.updated_at,
        to_name=one.get("to") or "", by_id=person(one.get("by"), record.created_at), **times, **told,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    db.session.add_all(
        EscalationNote(escalation_id=made.id, kind=note["kind"], body=note["body"], by_name=note["by"],
                       at=instant(note, "at"))
        for note in one.get("notes") or ()
    )  # fmt: skip


def files(subject: tuple[str, int], field: str, found: Found, at: datetime) -> None:
    """Names and digests of the files of a field; their bytes are brought, where they came along, by `record_bytes`."""
    mine = (Attachment.subject_kind == subject[0], Attachment.subject_id == subject[1])
    have = set(db.session.scalars(select(Attachment.sha256).where(*mine)))
    known = {one["sha256"]: one for one in found.get("files") or () if one.get("field") == field}
    made: dict[str, Attachment] = {}
    for one in found.get(field) or ():
        if one["sha256"] not in have:
            made[one["sha256"]] = _file(subject, one, known.get(one["sha256"], {}), found, at)
    db.session.add_all(made.values())
    db.session.flush()
    for sha256, row in made.items():
        original = made.get(known.get(sha256, {}).get("masked_of") or "")
        row.masked_of_id = original.id if original is not None else None


def _file(subject: tuple[str, int], one: Found, more: Found, found: Found, at: datetime) -> Attachment:
    return Attachment(
        subject_kind=subject[0], subject_id=subject[1], filename=one.get("name") or "",
        media_type=str(more.get("media_type") or ""), size=int(more.get("size") or 0), sha256=one["sha256"],
        stored_name="", uploaded_at=at, transcript=str(more.get("transcript") or ""),
        sealed=bool(more.get("sealed", found.get("sealed"))),
    )  # fmt: skip


def person(name: Any, since: datetime | None) -> int | None:
    """The closed account that stands for this name; never one that somebody signs in with."""
    if not name:
        return None
    mine = (
        select(Person).where(Person.name == name, ~Person.active, Person.email.is_(None)).order_by(Person.id)
    )
    known = db.session.scalars(mine.limit(1)).first()
    if known is None:
        known = Person(name=str(name), email=None, active=False, created_at=since)
        db.session.add(known)
        db.session.flush()
    return known.id

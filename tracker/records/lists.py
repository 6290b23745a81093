"""The lists of a record: reading what a form or the API sends for one, and writing its lines."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from tracker.accounts import queries as people
from tracker.accounts.models import Person
from tracker.db import db
from tracker.issues import fields as issue_fields
from tracker.records import artefacts, codes
from tracker.records.fields import LINE_MOST, TEXT_MOST, Unreadable
from tracker.records.models import Record
from tracker.records.parts import RecordChoice, RecordItem, VerificationRun

# Names that other programs use for the same facts.
ALIASES = {
    "action": "what", "text": "what", "ref": "reference", "by": "by_name", "due": "due_at", "done": "done_at",
    "owner": "owner_id", "scope": "evidence", "input": "what", "assertion": "evidence", "label": "reference",
    "system": "what", "result": "evidence", "state": "standing",
}  # fmt: skip
LINES = {
    "reference": LINE_MOST, "by_name": LINE_MOST, "evidence": TEXT_MOST, "artefact": LINE_MOST, "version": LINE_MOST,
}  # fmt: skip
CODES_OF = {
    "dimension": codes.DIMENSIONS, "target_kind": codes.CORRECTION_TARGETS, "effective": codes.EFFECTS,
    "standing": codes.STANDINGS,
}  # fmt: skip
LINES_MOST = 200


def put_choices(record: Record, field: str, values: Sequence[str]) -> None:
    """Replace the further choices of a many-valued field."""
    db.session.execute(
        delete(RecordChoice).where(RecordChoice.record_id == record.id, RecordChoice.field == field)
    )
    db.session.add_all(RecordChoice(record_id=record.id, field=field, value=value) for value in values)
    db.session.flush()


def put_items(
    record: Record, part: str, wanted: Any, *, owner_id: int | None, by_name: str, at: datetime
) -> bool:
    """Add, change or remove lines, or replace the whole list; True when anything changed.  Raises Unreadable.

    `wanted` is a list of lines (text or facts; an `id` keeps a line), or `{"add": line}`, `{"change": line}`,
    `{"remove": id}`.  A new correction belongs to `owner_id` unless it names somebody.
    """
    there = {one.id: one for one in _items(record, part)}
    if isinstance(wanted, Mapping):
        adds = [_line(wanted["add"])] if "add" in wanted else []
        changes = [_line(wanted["change"])] if "change" in wanted else []
        removes = [wanted["remove"]] if "remove" in wanted else []
    else:
        lines = [_line(one) for one in _listed(wanted)]
        adds = [one for one in lines if one.get("id") not in there]
        changes = [one for one in lines if one.get("id") in there]
        removes = [one for one in there if one not in {line.get("id") for line in lines}]
    if len(there) + len(adds) > LINES_MOST:
        raise Unreadable("long")
    changed = [_change(there, line) for line in changes]
    for one in removes:
        item = there.get(_id(one))
        if item is not None:
            db.session.delete(item)
    new = [_new(record, part, line, owner_id, by_name, at) for line in adds]
    db.session.add_all(new)
    for item, line in (*zip(new, adds, strict=True), *((there[line["id"]], line) for line in changes)):
        _settle(item, line, at)
        if part == "corrections":
            artefacts.link_line(record, item, by_name=by_name, at=at)
    db.session.flush()
    return bool(adds or removes or any(changed))


def _items(record: Record, part: str) -> Sequence[RecordItem]:
    found = select(RecordItem).where(RecordItem.record_id == record.id, RecordItem.part == part)
    return db.session.scalars(found).all()


def _listed(wanted: Any) -> list[Any]:
    if not isinstance(wanted, (list, tuple)):
        raise Unreadable("list")
    return list(wanted)


def _id(given: Any) -> int:
    """The id of a line; 0, which none has, for what is no id."""
    text = str(given)
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _line(given: Any) -> dict[str, Any]:
    """One line in the columns' own types; only the facts that were given."""
    if isinstance(given, str):
        given = {"what": given}
    if not isinstance(given, Mapping):
        raise Unreadable("list")
    facts = {ALIASES.get(key, key): value for key, value in given.items()}
    line: dict[str, Any] = {"id": known} if (known := _id(facts.get("id"))) else {}
    line |= {
        key: _text(facts[key], most) for key, most in {"what": TEXT_MOST, **LINES}.items() if key in facts
    }
    line |= {
        key: _instant(facts[key], read=issue_fields.deadline if key == "due_at" else issue_fields.instant)
        for key in ("due_at", "done_at", "at")
        if facts.get(key) not in (None, "", True)
    }
    line |= {key: None for key in ("due_at", "done_at") if key in facts and facts[key] in (None, "")}
    for key, allowed in CODES_OF.items():
        if key in facts:
            line[key] = _one_of(facts[key], allowed)
    if "owner_id" in facts:
        line["owner_id"] = _owner(facts["owner_id"])
    return line


def _settle(item: RecordItem, line: Mapping[str, Any], at: datetime) -> None:
    """H2, H3: a line that is done has its instant, one that has its instant is done."""
    if item.part not in ("corrective_actions", "preventive_actions"):
        return
    if "standing" in line:
        item.done_at = (item.done_at or at) if line["standing"] == "done" else None
    elif "done_at" in line:
        item.standing = "done" if item.done_at is not None else ""


def _text(value: Any, most: int) -> str:
    try:
        return issue_fields.clean(value if value is not None else "", most)
    except issue_fields.Unreadable:
        raise Unreadable("long" if isinstance(value, str) else "text") from None


def _instant(value: Any, *, read: Callable[[Any], datetime | None] = issue_fields.instant) -> datetime | None:
    try:
        return read(value)
    except issue_fields.Unreadable:
        raise Unreadable("date") from None


def _one_of(value: Any, allowed: Sequence[str]) -> str:
    if value in (None, ""):
        return ""
    if value not in allowed:
        raise Unreadable("choice")
    return str(value)


def _owner(value: Any) -> int | None:
    """A person by id, `person:3` or e-mail."""
    words = str(value or "").removeprefix("person:").strip()
    if not words:
        return None
    person = db.session.get(Person, _id(words)) if words.isdecimal() else people.by_email(words)
    if person is None:
        raise Unreadable("choice")
    return person.id


def _change(there: Mapping[int, RecordItem], line: dict[str, Any]) -> bool:
    item = there.get(line.get("id", 0))
    if item is None:
        raise Unreadable("choice")
    new = {key: value for key, value in line.items() if key != "id" and getattr(item, key) != value}
    if new.get("what") == "":
        raise Unreadable("text")
    for key, value in new.items():
        setattr(item, key, value)
    return bool(new)


def _new(
    record: Record, part: str, line: dict[str, Any], owner_id: int | None, by_name: str, at: datetime
) -> RecordItem:
    if not line.get("what"):
        raise Unreadable("text")
    facts = {"at": at, "by_name": by_name} | {key: value for key, value in line.items() if key != "id"}
    if part == "corrections" and facts.get("owner_id") is None:
        facts["owner_id"] = owner_id
    return RecordItem(record_id=record.id, part=part, **facts)


def add_runs(record: Record, wanted: Any, *, by_name: str, at: datetime) -> bool:
    """I2: add the runs that have no id yet; runs are kept for ever.  Raises Unreadable."""
    given = [wanted["add"]] if isinstance(wanted, Mapping) and "add" in wanted else _listed(wanted)
    new = [_run(record, one, by_name, at) for one in given if isinstance(one, Mapping) and not one.get("id")]
    db.session.add_all(new)
    db.session.flush()
    return bool(new)


def _run(record: Record, given: Mapping[str, Any], by_name: str, at: datetime) -> VerificationRun:
    phase = _one_of(given.get("phase"), ("before", "after"))
    if not phase:
        raise Unreadable("choice")
    try:
        passed, total = int(given.get("passed", "")), int(given.get("total", ""))
    except (TypeError, ValueError):
        raise Unreadable("number") from None
    if not 0 <= passed <= total <= 1_000_000 or total == 0:
        raise Unreadable("runs")
    when = _instant(given.get("at") or given.get("when")) or at
    return VerificationRun(
        record_id=record.id, phase=phase, at=min(when, at), passed=passed, total=total,
        tool=_text(given.get("tool"), LINE_MOST), version=_text(given.get("version"), LINE_MOST),
        cases=_text(given.get("cases"), TEXT_MOST), by_name=_text(given.get("by_name"), LINE_MOST) or by_name,
        evidence=_text(given.get("evidence"), LINE_MOST),
    )  # fmt: skip


def as_text(value: Any) -> str:
    """A field as one text, for its versions: the lines of a list one under the other."""
    if isinstance(value, str):
        return value
    return "\n".join(_line_text(one) for one in value or ())


# What of a line stands in its version.
TOLD = (
    "what", "target_kind", "artefact", "version", "reference", "evidence", "dimension", "effective", "standing",
)  # fmt: skip


def _line_text(line: Mapping[str, Any]) -> str:
    if "passed" in line:
        told = (line.get(name) for name in ("tool", "version", "evidence"))
        return " ".join(
            [str(line["phase"]), f"{line['passed']}/{line['total']}", *(one for one in told if one)]
        )
    parts = [line[name] for name in TOLD if line.get(name)]
    return " · ".join(str(one) for one in parts if one)

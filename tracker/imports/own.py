"""Our own formats: one issue a JSON line, or a row of a table with the same names.  Pure."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from tracker.imports.rows import BadRow, Row, Said, instant, text, title
from tracker.issues.rules import (
    ANSWERED,
    CLOSED,
    CONFIRMED,
    CONFIRMING,
    ENDED,
    ESCALATED,
    KINDS,
    NEW,
    SEVERITIES,
    STATES,
    WAITING_USER,
)

Raw = Mapping[str, Any]
LIVE = frozenset({NEW, CONFIRMING, WAITING_USER, CONFIRMED, ANSWERED})
KNOWN = frozenset({
    "external_id", "title", "description", "system", "reporter", "reporter_name", "reporter_email", "kind", "severity",
    "state", "assignee", "created_at", "due_at", "messages", "evidence",
})  # fmt: skip
EVIDENCE = ("input", "actual", "expected", "expected_source", "model", "model_version", "trace_id")


def jsonl(raw: Raw, zone: ZoneInfo, system: str) -> Row:
    """One issue a line; what is missing gets a default, what is unknown is named in `notes` and kept."""
    return _row("jsonl", raw, zone, system)


def table(raw: Raw, zone: ZoneInfo, system: str) -> Row:
    """The same names as columns: `reporter_name`, `reporter_email`, `evidence_input` and so on are flat."""
    flat = {key: value for key, value in raw.items() if not key.startswith("evidence_")}
    given = {
        key.removeprefix("evidence_"): value for key, value in raw.items() if key.startswith("evidence_")
    }
    return _row("csv", flat | ({"evidence": given} if given else {}), zone, system, whole=raw)


def _row(source: str, raw: Raw, zone: ZoneInfo, system: str, *, whole: Raw | None = None) -> Row:
    notes = [f"unknown field {key!r}" for key in raw if key not in KNOWN]
    reporter = raw.get("reporter")
    reporter = reporter if isinstance(reporter, Mapping) else {"name": reporter}
    if not text(raw.get("created_at")):
        raise BadRow("created_at: missing")
    evidence = raw.get("evidence") or {}
    if not isinstance(evidence, Mapping):
        raise BadRow("evidence: no object")
    return Row(
        source=source,
        external_id=text(raw.get("external_id")),
        title=title(raw.get("title"), raw.get("description")),
        description=text(raw.get("description")) or text(raw.get("title")),
        system=system or text(raw.get("system")),
        reported_at=instant(raw["created_at"], zone, name="created_at"),
        due_at=instant(raw["due_at"], zone, name="due_at") if text(raw.get("due_at")) else None,
        raw=whole if whole is not None else raw,
        state=_state(text(raw.get("state")), notes),
        kind=_one_of(raw, "kind", KINDS, notes) or None,
        severity=_one_of(raw, "severity", SEVERITIES, notes),
        reporter_name=text(reporter.get("name") or raw.get("reporter_name")),
        reporter_email=text(reporter.get("email") or raw.get("reporter_email")).lower(),
        assignee=text(raw.get("assignee")).lower(),
        messages=tuple(_said(one, zone) for one in _list(raw, "messages")),
        evidence={key: text(evidence.get(key)) for key in EVIDENCE if text(evidence.get(key))},
        more={str(key): value for key, value in evidence.items() if key not in EVIDENCE},
        notes=tuple(notes),
    )


def _state(given: str, notes: list[str]) -> str:
    """`new` when missing.  An escalated issue comes without its record, so its need is taken as confirmed."""
    if given in LIVE:
        return given
    if given in ENDED:
        return CLOSED
    if given == ESCALATED:
        notes.append("state 'escalated' comes without its record: taken as 'confirmed'")
        return CONFIRMED
    if given:
        notes.append(f"unknown state {given!r}, known are {', '.join(STATES)}: taken as 'new'")
    return NEW


def _one_of(raw: Raw, key: str, known: tuple[str, ...], notes: list[str]) -> str:
    given = text(raw.get(key))
    if given and given not in known:
        notes.append(f"unknown {key} {given!r}")
    return given if given in known else ""


def _list(raw: Raw, key: str) -> list[Any]:
    found = raw.get(key) or []
    if not isinstance(found, list):
        raise BadRow(f"{key}: no list")
    return found


def _said(one: Any, zone: ZoneInfo) -> Said:
    if not isinstance(one, Mapping) or not text(one.get("body")):
        raise BadRow("messages: each needs a body")
    visibility = text(one.get("visibility")) or "public"
    if visibility not in ("public", "internal"):
        raise BadRow("messages: visibility is public or internal")
    author = one.get("author")
    name = author.get("name") if isinstance(author, Mapping) else author
    at = instant(one.get("created_at"), zone, name="messages.created_at")
    return Said(author=text(name) or "?", at=at, visibility=visibility, body=text(one.get("body")))

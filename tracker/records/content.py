"""What stands in each field of a record: for the page, the print, the API, and the digests that signatures cover."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from tracker.attachments.models import Attachment
from tracker.audit import digest
from tracker.records import codes, fields, keeping, rules
from tracker.records.models import Record
from tracker.records.parts import Escalation, RecordItem, Signature, VerificationRun
from tracker.records.whole import Whole

OWN = tuple(field.key for field in fields.FIELDS if field.home == "record")
# What lines and runs got after records had been signed: while empty no signature covers it.
LATER_OF_RUNS = frozenset({"evidence"})


def values(whole: Whole) -> dict[str, Any]:
    """Every field of the form by its key, in plain types; lists are lists of dicts."""
    return _handling(whole) | _closing(whole)


def named(whole: Whole, given: Mapping[str, Any]) -> dict[str, Any]:
    """The same values to be read: a line says as `owner` whose it is.  No digest covers the name."""
    owners = {**whole.owners, **whole.work.owners}
    return {
        key: [_with_owner(row, owners) for row in value] if isinstance(value, list) else value
        for key, value in given.items()
    }


def _with_owner(row: Any, owners: Mapping[int, str]) -> Any:
    name = owners.get(row.get("owner_id", 0)) if isinstance(row, Mapping) else None
    return row | {"owner": name} if name else row


def _handling(whole: Whole) -> dict[str, Any]:
    """Sections A to K, and the plain columns of L."""
    return {
        **_origin(whole), **_phenomenon(whole), **_need(whole), **own(whole, OWN), "severity": whole.record.severity,
        "cia_level": cia_level(whole.record), **_escalated(whole.escalation), **_confirmed(whole),
    }  # fmt: skip


def cia_level(record: Record) -> int | None:
    """D7 as a whole."""
    return codes.cia_level(record.cia_confidentiality, record.cia_integrity, record.cia_availability)


def _origin(whole: Whole) -> dict[str, Any]:
    issue, record = whole.record.primary_issue, whole.record
    return {
        "record_no": record.number,
        "origin_issues": [one.number for one in whole.issues],
        "source_channel": issue.channel,
        "ai_system": record.system.name,
        "system_version": issue.system_version,
        "function": issue.function.name if issue.function else "",
        "environment": issue.environment,
    }


def _phenomenon(whole: Whole) -> dict[str, Any]:
    issue, evidence = whole.record.primary_issue, whole.evidence
    return {
        "reporter": issue.reporter.name if issue.reporter else issue.reporter_name,
        "reporter_unit": issue.unit.name if issue.unit else "",
        "occurred_at": issue.occurred_at,
        "occurred_precision": issue.occurred_precision,
        "aware_at": issue.aware_at,
        "reported_at": issue.reported_at,
        "description": issue.description,
        "input_text": evidence.input if evidence else "",
        "actual_output": evidence.actual if evidence else "",
        "expected_output": evidence.expected if evidence else "",
        "trace_refs": evidence.trace_id if evidence else "",
        "attachments": [_file(one) for one in whole.files],
        "reproduction_files": [_file(one) for one in whole.own_files],
    }


def _file(one: Attachment) -> dict[str, Any]:
    return {"id": one.id, "name": one.filename, "sha256": one.sha256}


def _need(whole: Whole) -> dict[str, Any]:
    issue = whole.record.primary_issue
    return {
        "need_statement": issue.need_statement,
        "contact_log": [
            {"at": one.at, "channel": one.channel, "with": one.with_whom, "summary": one.summary}
            for one in whole.contacts
            if issue.need_confirmed_at is None or one.at <= issue.need_confirmed_at
        ],
        "need_confirmed_by": issue.need_confirmed_by,
        "need_confirmed_at": issue.need_confirmed_at,
        "need_confirmed_how": issue.need_confirmed_how,
        "issue_kind": issue.kind or "",
        "proposed_solution": issue.proposed_solution,
        "escalation_reason": issue.escalation_reason,
        "workaround": issue.workaround,
    }


def own(whole: Whole, keys: Iterable[str]) -> dict[str, Any]:
    """What stands in these fields of the record itself; reads only the lists that are asked for."""
    known = [key for key in keys if key in fields.BY_KEY]
    return {key: _own_value(whole.work if key in fields.LED else whole, fields.BY_KEY[key]) for key in known}


def _own_value(whole: Whole, field: fields.Field) -> Any:
    if field.kind == fields.CODES:
        return list(whole.choices.get(field.key, ()))
    if field.kind == fields.ITEMS:
        return [item_facts(one) for one in whole.items.get(field.key, ())]
    if field.kind == fields.RUNS:
        return [run_facts(one) for one in whole.runs]
    return getattr(whole.record, field.column)


def item_facts(item: RecordItem) -> dict[str, Any]:
    """One line of a list, with its id."""
    return {"id": item.id} | {name: getattr(item, name) for name in (*fields.ITEM_FACTS, *fields.LATER_FACTS)}


def run_facts(run: VerificationRun) -> dict[str, Any]:
    """One run of the cases, with its id."""
    names = ("id", "phase", "at", "tool", "version", "passed", "total", "cases", "evidence", "by_name")
    return {name: getattr(run, name) for name in names}


def _escalated(escalation: Escalation | None) -> dict[str, Any]:
    if escalation is None:
        return {"assigned_to": "", "escalated_at": None, "ack_at": None}
    return {
        "assigned_to": target_name(escalation),
        "escalated_at": escalation.sent_at,
        "ack_at": escalation.acknowledged_at,
    }


def target_name(escalation: Escalation) -> str:
    """To whom the anomaly was escalated, by name; of a rota also who is on duty, or took it."""
    if escalation.to_rota is not None:
        person = escalation.to_person.name if escalation.to_person is not None else "–"
        # The same in every language: signatures are made over it.
        return f"{escalation.to_rota.name} / {person}"
    return escalation.addressee


def _confirmed(whole: Whole) -> dict[str, Any]:
    record = whole.record
    return {
        "verified_by": record.verified_by.name if record.verified_by else "",
        "verified_at": record.verified_at,
        "same_person_reason": record.same_person_reason,
        "user_reply_sent_at": record.user_reply_sent_at,
        "user_confirmed": [
            {
                "issue": one.number,
                "result": one.user_confirmed,
                "state": one.state,
                "asked": whole.asked.get(one.id, 0),
            }
            for one in whole.issues
        ],
        "satisfaction": [one.satisfaction for one in whole.issues if one.satisfaction is not None],
    }


def _closing(whole: Whole) -> dict[str, Any]:
    record, stand = whole.record, standings(whole)
    return {
        "signoff_supervisor": _signed(stand.get("supervisor")),
        "signoff_manager": _signed(stand.get("manager")),
        "effect_checks": [
            {"id": one.id, "due_at": one.due_at, "done_at": one.done_at, "recurrences": one.recurrences,
             "result": one.result, "early_because": one.early_because, "by": one.by.name if one.by else ""}
            for one in whole.checks
        ],
        "closed_at": record.closed_at,
        "close_code": record.close_code,
        "conclude_reason": record.conclude_reason,
        "retain_until": keeping.retain_until(record),
    }  # fmt: skip


def _signed(one: Signature | None) -> dict[str, Any] | None:
    if one is None:
        return None
    found = {"by": one.person.name, "at": one.at, "same_person_reason": one.same_person_reason}
    return found | ({"deputy_for": one.deputy_for} if one.deputy_for else {})


def standings(whole: Whole) -> dict[str, Signature]:
    """The signatures that still stand, by role: not voided, and all that they cover unchanged."""
    latest = {one.signed_as: one for one in whole.signatures if one.voided_at is None}
    if not latest:
        return {}
    now = digests(whole)
    return {
        role: one for role, one in latest.items() if not changed_since(one, now, latest.get("supervisor"))
    }


def changed_since(signature: Signature, now: Mapping[str, str], first: Signature | None) -> tuple[str, ...]:
    """The sections that are no longer what was signed; `first` is the present L1, which L2 covers too."""
    changed = tuple(name for name in now if signature.digests.get(name) != now[name])
    if changed or signature.signed_as != "manager":
        return changed
    return () if first is not None and signature.digests.get("L1") == signature_digest(first) else ("L1",)


def digests(whole: Whole) -> dict[str, str]:
    """SHA-256 over the canonical JSON of each section that a supervisor's signature covers."""
    return {name: _sha256(facts) for name, facts in covered(whole).items()}


def covered(whole: Whole) -> dict[str, dict[str, Any]]:
    """The snapshot of what L1 covers, by section: A to J and K1, without what may change later."""
    held = _handling(whole)
    found: dict[str, dict[str, Any]] = {}
    for name in rules.L1_COVERS:
        keys = [field.key for field in fields.of_section(name[0]) if field.key not in rules.VOIDS_NOTHING]
        found[name] = {
            key: plain(_fixed(key, _as_signed(whole, key, held[key])))
            for key in keys
            if key in held and _stands(key, held[key])
        }
    return found


def _as_signed(whole: Whole, key: str, value: Any) -> Any:
    """The lines with the owners they were signed with: of what came from elsewhere, by their ids there."""
    if fields.BY_KEY[key].kind != fields.ITEMS or not value:
        return value
    items = (whole.work if key in fields.LED else whole).items.get(key, ())
    return [
        row if one.brought_owner_id is None else row | {"owner_id": one.brought_owner_id}
        for row, one in zip(value, items, strict=True)
    ]


def _stands(key: str, value: Any) -> bool:
    """Whether a signature covers the field: always, but for what the form got later and nobody filled."""
    return not fields.BY_KEY[key].later or value not in (None, "", [])


def _fixed(key: str, value: Any) -> Any:
    """The same value without ids, and without the states of corrective and preventive actions."""
    if not isinstance(value, list) or not value or not isinstance(value[0], dict):
        return value
    dropped = {"id", "done_at", "standing"} if key in ("corrective_actions", "preventive_actions") else {"id"}
    later = LATER_OF_RUNS if key == "verification_runs" else frozenset(fields.LATER_FACTS)
    return [
        {name: one for name, one in row.items() if name not in dropped and (one or name not in later)}
        for row in value
    ]


def sheet_digest(whole: Whole) -> str:
    """One digest over all sections that a signature covers, printed at the foot of the form."""
    return _sha256(digests(whole))


def signature_digest(signature: Signature) -> str:
    """The digest under which L2 covers L1."""
    if signature.brought_digest:
        return signature.brought_digest
    return _sha256({"by": signature.person_id, "at": plain(signature.at), "digests": signature.digests})


def _sha256(facts: Mapping[str, Any]) -> str:
    line = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(line.encode("utf-8", "surrogatepass")).hexdigest()


def plain(value: Any) -> Any:
    """A value in JSON's own types; instants in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value


def seen(value: Any) -> str:
    """The digest that a form carries for a field, so that a save can tell what the saver had before their eyes."""
    return digest(json.dumps(plain(value), sort_keys=True, ensure_ascii=False, default=str))

"""What a record that is watched or closed lacks, read off its rows by hand after the design (decisions §2, §3.1).

Nothing of the product's own guards, facts or digests is asked, so that a guard that is wrong there is found here.
"""

from collections import Counter
from typing import Any

from sqlalchemy import select

from tracker.accounts.models import PersonRole
from tracker.db import db
from tracker.issues.models import Evidence
from tracker.records.models import Record
from tracker.records.parts import (
    EffectCheck,
    FieldAuthor,
    RecordChoice,
    RecordItem,
    Signature,
    VerificationRun,
)

OUTPUT_FAULTS = {"AN01", "AN02", "AN03", "AN04", "AN05", "AN09", "AN10", "AN11"}
CONCLUDED = {"not_an_anomaly", "external", "workaround_accepted", "wont_fix", "cause_not_found"}
# G1 to G4, G6, H1, H4: whoever wrote one of them does not sign L1.
WORK = {
    "five_whys",
    "cause_class",
    "root_cause",
    "escape_cause",
    "cause_not_found",
    "corrections",
    "fixed_in_version",
}
SIGNED = {"G": ("cause_class", "root_cause", "escape_cause", "similar_check"), "D": ("anomaly_type", "impact", "reach"),
          "H": ("fixed_in_version",), "I": ("proof_kind", "proof_steps", "proof_after")}  # fmt: skip


def rows(table: Any, record: Record) -> list[Any]:
    return list(db.session.scalars(select(table).where(table.record_id == record.id).order_by(table.id)))


def unmet(record: Record) -> set[str]:
    """The keys of what it lacks."""
    work = record.led_by or record
    needs = _told(record) | _signed(record)
    if record.close_code not in CONCLUDED:
        needs |= _corrected(record, work) | _verified(record, work)
    return {key for key, met in needs.items() if not met}


def grave(record: Record) -> bool:
    return record.severity in ("S1", "S2") or record.long_form


def _told(record: Record) -> dict[str, bool]:
    """A to E: what happened, what it is, what was done at once; and the solution."""
    issue, evidence = record.primary_issue, db.session.get(Evidence, record.primary_issue_id)
    lines = Counter(one.part for one in rows(RecordItem, record))
    chosen = Counter(one.field for one in rows(RecordChoice, record))
    output = record.anomaly_type in OUTPUT_FAULTS
    texts = (evidence.input, evidence.actual, evidence.expected) if evidence else ("", "", "")
    return {
        "description": bool(issue.description.strip()), "aware_at": issue.aware_at is not None,
        "occurred_at": issue.occurred_at is not None or issue.occurred_precision == "unknown",
        "function": issue.function_id is not None or not any(one.active for one in record.system.functions),
        "anomaly_type": bool(record.anomaly_type), "evidence": not output or all(one.strip() for one in texts),
        "matrix": record.impact is not None and record.reach is not None,
        "personal_data": record.personal_data in ("yes", "no", "unknown"),
        "harm": not grave(record) or bool(record.harm_realisation),
        "harm_types": record.harm_realisation not in ("realised", "near_miss") or chosen["harm_types"] > 0,
        "affected": not grave(record) or chosen["affected_population"] > 0,
        "contained": not grave(record) or lines["containment"] > 0 or bool(record.containment_none_because.strip()),
        "solution": bool(issue.proposed_solution.strip()),
    }  # fmt: skip


def _corrected(record: Record, work: Record) -> dict[str, bool]:
    """G and H."""
    lines = Counter(one.part for one in rows(RecordItem, work))
    by_vendor = record.system.operated_by == "vendor"
    long = {
        "five_whys": lines["five_whys"] >= 3, "escape_cause": bool(work.escape_cause.strip()),
        "corrective_actions": lines["corrective_actions"] > 0,
        "preventive_actions": lines["preventive_actions"] > 0 or bool(work.preventive_none_because.strip()),
        "fixed_in_version": by_vendor or bool(work.fixed_in_version.strip()),
        "similar_check": bool(work.similar_check.strip()) or lines["similar_systems"] > 0,
    }  # fmt: skip
    return (long if grave(record) else {}) | {
        "decided_type": record.anomaly_type != "undecided", "cause_class": bool(work.cause_class),
        "cause": bool(work.root_cause.strip() or work.cause_not_found.strip()), "corrections": lines["corrections"] > 0,
    }  # fmt: skip


def _verified(record: Record, work: Record) -> dict[str, bool]:
    """I: proved in one of the ways, by somebody who did not correct it."""
    runs, lines = (
        rows(VerificationRun, work),
        [one for one in rows(RecordItem, work) if one.part == "corrections"],
    )
    after = [one for one in runs if one.phase == "after"]
    tried = all(one.strip() for one in (work.proof_steps, work.proof_before, work.proof_after))
    proved = {
        "cases": any(one.phase == "before" and one.passed < one.total for one in runs)
        and bool(after) and after[-1].passed == after[-1].total > 0,
        "tried_by_hand": tried, "vendor_statement": bool(work.proof_before.strip() and work.proof_after.strip()),
        "watched": bool(work.proof_after.strip()), "waived": bool(work.proof_steps.strip()) and _waived(work),
    }  # fmt: skip
    with_cases = record.anomaly_type in OUTPUT_FAULTS and bool(runs)
    fixers = {one.owner_id for one in lines} | {_author(work, "corrections")}
    return {
        "proof": proved.get(work.proof_kind, False),
        "same_cases": not with_cases or work.proof_kind in ("cases", "waived"),
        "verified": record.verified_by_id is not None,
        "verifier": record.verified_by_id not in fixers or bool(record.same_person_reason.strip()),
    }


def _waived(work: Record) -> bool:
    """A manager wrote the waiver."""
    roles = select(PersonRole.role).where(PersonRole.person_id == _author(work, "proof_kind"))
    return "manager" in db.session.scalars(roles).all()


def _author(record: Record, key: str) -> int | None:
    wrote = db.session.get(FieldAuthor, (record.id, key))
    return wrote.person_id if wrote is not None else None


def _signed(record: Record) -> dict[str, bool]:
    """L: signed by somebody else, as it stands; watched to the end, if it is closed."""
    stands = {one.signed_as: one for one in rows(Signature, record) if one.voided_at is None}
    first, second, checks = stands.get("supervisor"), stands.get("manager"), rows(EffectCheck, record)
    work = record.led_by or record
    did = {_author(work, key) for key in WORK}
    as_it_stands = first is not None and all(
        (first.snapshot[letter].get(key) or None) == (getattr(work if letter in "GHI" else record, key) or None)
        for letter, keys in SIGNED.items() for key in keys
    )  # fmt: skip
    needs = {
        "first": first is not None and (first.person_id not in did or bool(first.same_person_reason.strip())),
        "as_it_stands": as_it_stands,
        "second": not grave(record) or (first is not None and second is not None and second.at >= first.at and (
            second.person_id != first.person_id or bool(second.same_person_reason.strip()))),
        "answered": record.close_code in CONCLUDED or record.primary_issue.closed_at is not None,
    }  # fmt: skip
    if record.state == "closed":
        needs |= {
            "checks": len(checks) >= (3 if grave(record) else 1) and all(one.done_at for one in checks),
            "recurrences": not any(one.recurrences for one in checks), "code": bool(record.close_code),
        }  # fmt: skip
    return needs

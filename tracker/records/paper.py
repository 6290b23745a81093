"""The paper form: which rows it has.  Print page and files are renderings of this one list."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tracker.records import fields, rules
from tracker.records.whole import Whole

# The short form's rows: a title (a key of `PAPER_WORDS`) and the fields that stand under it, in order.
SHORT_ROWS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("what_happened", (
        "description", "input_text", "actual_output", "expected_output", "authorities", "occurred_at",
        "reproduced_times", "reproduction_tries", "reproduction_steps",
    )),
    ("need", ("need_statement", "need_confirmed_by", "need_confirmed_at")),
    ("solution", ("proposed_solution", "workaround")),
    ("classification", (
        "anomaly_type", "impact", "reach", "personal_data", "affected_population", "affected_count",
        "cia_confidentiality", "cia_integrity", "cia_availability", "cia_level", "eu_triggers", "ip_concern",
        "ip_claimant", "ip_material", "ip_licence", "ip_answer",
    )),
    ("containment", ("containment", "containment_none_because", "already_out")),
    ("escalation", ("escalated_at", "assigned_to", "ack_at")),
    ("cause", ("cause_class", "cause_artefact", "root_cause", "cause_not_found", "five_whys", "escape_cause",
        "escape_reference", "similar_check", "similar_systems")),
    ("correction", (
        "corrections", "fixed_in_version", "corrective_actions", "preventive_actions", "preventive_none_because",
    )),
    ("follow_up", (
        "regression_cases", "proof_kind", "proof_steps", "proof_before", "proof_after", "proof_evidence",
        "verification_runs", "verified_by", "verified_at",
        "same_person_reason", "user_reply_sent_at", "user_confirmed", "effect_checks",
    )),
    ("training", ("training_gap", "training_note", "training_sessions", "material_changed")),
    ("closing", ("close_code", "conclude_reason", "closed_at", "lessons", "retain_until", "retain_reason")),
)  # fmt: skip
NOTHING: tuple[Any, ...] = (None, "", [], (), "unknown", "not_tried")
# What stands in the head of the sheet, or in the boxes below it.
ELSEWHERE = frozenset({
    "record_no", "origin_issues", "ai_system", "system_version", "function", "reporter", "reporter_unit",
    "reported_at", "severity", "signoff_supervisor", "signoff_manager", "reproduction_files",
})  # fmt: skip
# A lone answer of these says nothing without the text beside it.
WEAK = frozenset({"training_gap", "occurred_at", "personal_data", "user_confirmed", "retain_until"})


@dataclass(frozen=True)
class Row:
    """One row of the sheet: its title and the filled fields."""

    title: str
    keys: tuple[str, ...]


def sheet(whole: Whole, values: Mapping[str, Any]) -> list[Row]:
    """Filled rows only: the short form's for S3/S4, every section A to K for the long form."""
    record = whole.record
    if record.severity in rules.GRAVE or record.long_form:
        rows = [Row(letter, _filled(_keys(letter), values)) for letter in fields.SECTIONS]
        return [row for row in rows if row.keys]
    rows = [Row(title, _filled(keys, values)) for title, keys in SHORT_ROWS]
    return [row for row in rows if set(row.keys) - WEAK]


def _keys(letter: str) -> tuple[str, ...]:
    return tuple(one.key for one in fields.of_section(letter) if one.key not in ELSEWHERE)


def _filled(keys: tuple[str, ...], values: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(key for key in keys if values.get(key) not in NOTHING)

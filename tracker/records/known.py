"""What the guards of a record know of it.  Pure."""

from dataclasses import dataclass
from datetime import datetime

from tracker.records.codes import CONCLUDE_CODES

GRAVE = frozenset({"S1", "S2"})


@dataclass(frozen=True)
class Facts:
    """All that the guards of a record read, loaded with at most one query a child table."""

    state: str
    severity: str
    long_form: bool
    at: datetime
    # A, B
    function_wanted: bool
    function: bool
    aware_at: bool
    occurred: bool
    description: str
    input: str
    actual: str
    expected: str
    issue_escalated: bool
    # D
    anomaly_type: str
    harm_realisation: str
    harm_types: int
    impact: int | None
    reach: int | None
    affected_population: int
    personal_data: str
    # E to H
    containment: int
    containment_none_because: str
    assigned_to: bool
    expected_at: datetime | None
    five_whys: int
    cause_class: str
    root_cause: str
    escape_cause: str
    similar_check: str
    cause_not_found: str
    corrections: int
    corrective_actions: int
    preventive_actions: int
    preventive_none_because: str
    fixed_in_version: str
    vendor: bool
    # I, J
    proof_kind: str
    proof_steps: str
    proof_before: str
    proof_after: str
    runs_before: bool
    runs_after: bool
    has_cases: bool
    waiver_by_manager: bool
    verifier_id: int | None
    fixer_ids: frozenset[int]
    same_person_reason: str
    reporters_answered: bool
    unanswered_asks: int
    ask_days: int
    proposed_solution: str
    # L
    supervisor_signed: bool
    manager_signed: bool
    effect_checks: int
    effect_checks_open: int
    recurrences: int
    close_code: str
    # hold
    waiting_for: str
    hold_until: datetime | None
    liaison: bool
    promise: str
    held_from: str
    note: str = ""
    by_system: bool = False
    similar_systems: int = 0
    led: bool = False
    leader: object = None
    evidence_held: bool = False

    @property
    def grave(self) -> bool:
        """S1/S2, or unfolded by one click: the long form."""
        return self.severity in GRAVE or self.long_form

    @property
    def concluded(self) -> bool:
        return self.close_code in CONCLUDE_CODES

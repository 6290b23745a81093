"""The life cycles of the record and of its escalation, with every guard (decisions §2).  Pure."""

from datetime import timedelta

from tracker.accounts import rules as people
from tracker.accounts.rules import Actor
from tracker.records.codes import OUTPUT_FAULTS, UNDECIDED
from tracker.records.known import GRAVE as GRAVE
from tracker.records.known import Facts as Facts
from tracker.workflow import ASSIGNEE, MANAGER, SUPERVISOR, SYSTEM, Need, Table, move

DRAFT, OPENED, ASSIGNED, ANALYSING, FIXING, VERIFYING, USER_CONFIRM, REVIEW, WATCHING = (
    "draft", "opened", "assigned", "analysing", "fixing", "verifying", "user_confirm", "review", "watching",
)  # fmt: skip
CLOSED, ON_HOLD, CANCELLED, REISSUED = "closed", "on_hold", "cancelled", "reissued"
STATES = (
    DRAFT, OPENED, ASSIGNED, ANALYSING, FIXING, VERIFYING, USER_CONFIRM, REVIEW, WATCHING, CLOSED, ON_HOLD,
    CANCELLED, REISSUED,
)  # fmt: skip
ENDED = frozenset({CLOSED, CANCELLED, REISSUED})
IN_WORK = frozenset({OPENED, ASSIGNED, ANALYSING, FIXING, VERIFYING, USER_CONFIRM, REVIEW, WATCHING})
# While the evidence is held, the correction is neither begun nor reported from here.
BEFORE_CORRECTION = frozenset({ANALYSING, FIXING})
# An issue may still be attached to an open record up to here (it counts as a relapse later).
MAY_ATTACH = frozenset({DRAFT, OPENED, ASSIGNED, ANALYSING, FIXING, VERIFYING})
HOLD_DAYS = 30
WHYS = 3
EFFECT_CHECK_DAYS = {"short": (14,), "long": (7, 14, 30)}
ASKS_BEFORE_REVIEW, ASK_DAYS = 3, 7

SENT, ACKNOWLEDGED, CORRECTED, RETURNED, ESCALATION_CANCELLED = (
    "sent", "acknowledged", "corrected", "returned", "cancelled",
)  # fmt: skip
ESCALATION_OPEN = frozenset({SENT, ACKNOWLEDGED})

# Which sections a signature covers, and what voids nothing when it changes later.
L1_COVERS = (*"ABCDEFGHIJ", "K1")
VOIDS_NOTHING = frozenset({"origin_issues", "user_confirmed", "satisfaction", "notices"})
# L1's signer must not have written these (G5, H2, H3 may be the signer's own).
WORK_FIELDS = (
    "five_whys", "cause_class", "root_cause", "escape_cause", "cause_not_found", "corrections", "fixed_in_version",
)  # fmt: skip


def is_output_fault(anomaly_type: str) -> bool:
    """Whether the AI's output itself was wrong, so that the same cases must fail before and pass after."""
    return anomaly_type in OUTPUT_FAULTS


def text(key: str) -> Need:
    return Need(key, lambda f: bool(getattr(f, key).strip()))


def unproved(f: Facts) -> str:
    """What the proof still lacks, as a code; nothing where it is one kind of proof (decisions §3.1)."""
    if is_output_fault(f.anomaly_type) and f.has_cases and f.proof_kind not in ("cases", "waived"):
        return "same_cases"
    lacks = {
        "cases": "" if f.runs_before and f.runs_after else "all_pass" if f.runs_before else "failed_before",
        "tried_by_hand": ""
        if all(t.strip() for t in (f.proof_steps, f.proof_before, f.proof_after))
        else "steps",
        "vendor_statement": "" if f.proof_before.strip() and f.proof_after.strip() else "both",
        "watched": "" if f.proof_after.strip() else "after",
        "waived": "" if f.waiver_by_manager else "waiver",
    }
    return lacks.get(f.proof_kind, "kind")


def _verifier(f: Facts) -> bool:
    return f.verifier_id is not None and (
        f.verifier_id not in f.fixer_ids or bool(f.same_person_reason.strip())
    )


def _answered(f: Facts) -> bool:
    return f.reporters_answered or (f.unanswered_asks >= ASKS_BEFORE_REVIEW and f.ask_days >= ASK_DAYS)


def _hold_until(f: Facts) -> bool:
    return f.hold_until is not None and f.at < f.hold_until <= f.at + timedelta(days=HOLD_DAYS)


NOTE = text("note")
CHOSEN_TYPE = Need("anomaly_type", lambda f: bool(f.anomaly_type))
DECIDED_TYPE = Need("anomaly_type", lambda f: bool(f.anomaly_type) and f.anomaly_type != UNDECIDED)
AFFECTED = Need("affected_population", lambda f: not f.grave or f.affected_population > 0)
HARMED = Need("harm_types", lambda f: f.harm_realisation not in ("realised", "near_miss") or f.harm_types > 0)

OPEN_NEEDS = (
    Need("function", lambda f: f.function or not f.function_wanted),
    Need("occurred_at", lambda f: f.occurred),
    Need("aware_at", lambda f: f.aware_at),
    text("description"),
    CHOSEN_TYPE,
    Need("input_text", lambda f: not is_output_fault(f.anomaly_type) or bool(f.input.strip())),
    Need("actual_output", lambda f: not is_output_fault(f.anomaly_type) or bool(f.actual.strip())),
    Need("expected_output", lambda f: not is_output_fault(f.anomaly_type) or bool(f.expected.strip())),
    Need("impact", lambda f: f.impact is not None),
    Need("reach", lambda f: f.reach is not None),
    Need("personal_data", lambda f: f.personal_data in ("yes", "no", "unknown")),
    Need("harm_realisation", lambda f: not f.grave or bool(f.harm_realisation)),
    HARMED,
    AFFECTED,
)
FIX_NEEDS = (
    DECIDED_TYPE,
    Need("cause_class", lambda f: bool(f.cause_class)),
    Need("root_cause", lambda f: bool(f.root_cause.strip() or f.cause_not_found.strip())),
    Need("five_whys", lambda f: not f.grave or f.five_whys >= WHYS),
    Need("escape_cause", lambda f: not f.grave or bool(f.escape_cause.strip())),
)
VERIFY_NEEDS = (
    Need("corrections", lambda f: f.corrections > 0),
    Need("corrective_actions", lambda f: not f.grave or f.corrective_actions > 0),
    Need("preventive_actions",
         lambda f: not f.grave or f.preventive_actions > 0 or bool(f.preventive_none_because.strip())),
    Need("fixed_in_version", lambda f: not f.grave or f.vendor or bool(f.fixed_in_version.strip())),
)  # fmt: skip
# Before the authority is told, or somebody says why all the same, the system is not altered.
FREE = Need("evidence_hold", lambda f: not f.evidence_held)
PROOF = Need("proof", lambda f: not unproved(f))
CONTAINED = Need(
    "containment", lambda f: not f.grave or f.containment > 0 or bool(f.containment_none_because.strip())
)
SIMILAR = Need(
    "similar_check",
    lambda f: not f.grave or f.concluded or bool(f.similar_check.strip()) or f.similar_systems > 0,
)
L1 = Need("signoff_supervisor", lambda f: f.supervisor_signed)
L2 = Need("signoff_manager", lambda f: not f.grave or f.manager_signed)


def _unless_concluded(needs: tuple[Need, ...]) -> tuple[Need, ...]:
    return tuple(Need(n.key, lambda f, n=n: f.concluded or n.holds(f)) for n in needs)  # type: ignore[misc]


# All guards are checked again at the present severity before the effect is watched, and before the record closes.
AGAIN = (
    *OPEN_NEEDS, CONTAINED, *_unless_concluded((*FIX_NEEDS, *VERIFY_NEEDS, PROOF)), text("proposed_solution"),
)  # fmt: skip

LED = Need("leader", lambda f: f.led)

ENGINEER_WORK = frozenset({ASSIGNED, ANALYSING, FIXING})

WORKFLOW: Table = {
    "open": move(DRAFT, OPENED, SUPERVISOR, Need("escalated", lambda f: f.issue_escalated), *OPEN_NEEDS),
    "assign": move(OPENED, ASSIGNED, SUPERVISOR, Need("assigned_to", lambda f: f.assigned_to), CONTAINED,
                   asks=("to", "due_at"), takes=("summary",)),
    "return": move(ENGINEER_WORK, OPENED, {ASSIGNEE, SUPERVISOR}, NOTE, asks=("note",)),
    "acknowledge": move(ASSIGNED, ANALYSING, ASSIGNEE, Need("expected_at", lambda f: f.expected_at is not None),
                        asks=("expected_at",)),
    "fix": move(ANALYSING, FIXING, ASSIGNEE, *FIX_NEEDS, FREE),
    "verify": move(FIXING, VERIFYING, {ASSIGNEE, SUPERVISOR, SYSTEM}, *VERIFY_NEEDS, FREE),
    # Another record carries cause, correction and proof (`leading`).
    "follow": move(ENGINEER_WORK | {OPENED}, FIXING, {SUPERVISOR, SYSTEM}, LED, CONTAINED, asks=("leader",)),
    "unfollow": move({FIXING, VERIFYING}, OPENED, {SUPERVISOR, SYSTEM}, LED, NOTE, asks=("note",)),
    "ask_user": move(VERIFYING, USER_CONFIRM, SUPERVISOR, text("proposed_solution"), PROOF,
                     Need("verified_by", _verifier), takes=("proposed_solution", "same_person_reason")),
    "review": move(USER_CONFIRM, REVIEW, {SUPERVISOR, SYSTEM}, Need("user_confirmed", _answered)),
    "conclude": move(ENGINEER_WORK, REVIEW, SUPERVISOR, Need("close_code", lambda f: f.concluded), NOTE,
                     text("proposed_solution"), asks=("close_code", "note"), takes=("proposed_solution",)),
    "back": move({VERIFYING, USER_CONFIRM, REVIEW}, ANALYSING, {SUPERVISOR, SYSTEM}, NOTE, asks=("note",)),
    "watch": move(REVIEW, WATCHING, SUPERVISOR, *AGAIN, SIMILAR, L1, L2),
    "close": move(WATCHING, CLOSED, SUPERVISOR, *AGAIN, SIMILAR, L1, L2,
                  Need("effect_checks", lambda f: f.effect_checks > 0 and f.effect_checks_open == 0),
                  Need("recurrences", lambda f: f.recurrences == 0), takes=("lessons",)),
    "reissue": move({WATCHING, CLOSED}, REISSUED, {SUPERVISOR, SYSTEM}, NOTE, asks=("note",)),
    "hold": move(IN_WORK, ON_HOLD, SUPERVISOR, text("waiting_for"), Need("until", _hold_until),
                 Need("liaison", lambda f: f.liaison), text("promise"),
                 asks=("waiting_for", "until", "liaison", "promise"), takes=("promise_at",)),
    "resume": move(ON_HOLD, lambda f: f.held_from, {SUPERVISOR, SYSTEM}, takes=("note",)),
    "cancel": move({DRAFT, OPENED}, CANCELLED, SUPERVISOR, NOTE, asks=("note",)),
}  # fmt: skip

# The next step when all goes well, whose unmet guards are what is 「還缺」.
FORWARD = {
    DRAFT: "open", OPENED: "assign", ASSIGNED: "acknowledge", ANALYSING: "fix", FIXING: "verify",
    VERIFYING: "ask_user", USER_CONFIRM: "review", REVIEW: "watch", WATCHING: "close", ON_HOLD: "resume",
}  # fmt: skip

# The escalation moves with its record, in one transaction; SYSTEM stands for the record's own move.
ESCALATION_WORKFLOW: Table = {
    "acknowledge": move({SENT, ACKNOWLEDGED}, ACKNOWLEDGED, {ASSIGNEE, SYSTEM}, asks=("expected_at",)),
    "lapse": move(ACKNOWLEDGED, SENT, SYSTEM),
    "return": move(ESCALATION_OPEN, RETURNED, {ASSIGNEE, SUPERVISOR, SYSTEM}, asks=("note",)),
    "correct": move(ESCALATION_OPEN, CORRECTED, {ASSIGNEE, SUPERVISOR, SYSTEM}),
    "again": move({SENT, ACKNOWLEDGED, CORRECTED, ESCALATION_CANCELLED}, SENT, SYSTEM),
    "cancel": move(ESCALATION_OPEN | {CORRECTED}, ESCALATION_CANCELLED, {SUPERVISOR, SYSTEM}, asks=("note",)),
}


def relations(
    actor: Actor,
    *,
    unit_id: int | None,
    system_id: int | None,
    to_person_id: int | None = None,
    to_team_id: int | None = None,
    escalation_id: int | None = None,
    vendor: bool = False,
    deputy_of: frozenset[int] = frozenset(),
) -> frozenset[str]:
    """What the actor is to this record.  For an outside contact the supervisor may enter the contact's statement."""
    found = set()
    if actor.is_system:
        found.add(SYSTEM)
    supervisor = actor.is_for(people.SUPERVISOR, unit_id=unit_id, system_id=system_id)
    if supervisor:
        found.add(SUPERVISOR)
    if actor.is_for(people.MANAGER, unit_id=unit_id, system_id=system_id):
        found.add(MANAGER)
    mine = actor.person_id is not None and to_person_id is not None
    if mine and (to_person_id == actor.person_id or to_person_id in deputy_of):
        found.add(ASSIGNEE)
    if to_team_id is not None and to_team_id in actor.teams:
        found.add(ASSIGNEE)
    link = actor.link
    if link is not None and link.purpose == "assignee" and link.subject_id == escalation_id:
        found.add(ASSIGNEE)
    if supervisor and vendor:
        found.add(ASSIGNEE)
    return frozenset(found)

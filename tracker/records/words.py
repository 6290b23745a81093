"""The words of records: states, moves, fields, sections; what each closed list is called stands in `wordlists`."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_pgettext as _w

from tracker.records.helping import HELP as HELP
from tracker.records.helping import SOURCE_WORDS as SOURCE_WORDS
from tracker.records.helping import SOURCES as SOURCES
from tracker.records.numbering import FIELD_CODES as FIELD_CODES

# Titles of the sections of the form.
SECTION_WORDS: Mapping[str, Any] = {
    "A": _w("section", "Basic facts"),
    "B": _w("section", "What happened"),
    "C": _w("section", "Need confirmed with the user"),
    "D": _w("section", "Classification"),
    "E": _w("section", "Containment"),
    "F": _w("section", "Escalation"),
    "G": _w("section", "Cause"),
    "H": _w("section", "Correction"),
    "I": _w("section", "Proof"),
    "J": _w("section", "Reply to the user"),
    "K": _w("section", "Training and notices"),
    "L": _w("section", "Sign-off and closing"),
}
# States of a record (ux §4.1).
STATE_WORDS: Mapping[str, Any] = {
    "draft": _w("record", "Draft"),
    "opened": _w("record", "Opened"),
    "assigned": _w("record", "Awaiting acknowledgement"),
    "analysing": _w("record", "Finding cause"),
    "fixing": _w("record", "Correcting"),
    "verifying": _w("record", "Verifying"),
    "user_confirm": _w("record", "Awaiting user"),
    "review": _w("record", "Awaiting sign-off"),
    "watching": _w("record", "Watching effect"),
    "closed": _w("record", "Closed"),
    "on_hold": _w("record", "On hold"),
    "cancelled": _w("record", "Cancelled"),
    "reissued": _w("record", "Reissued"),
}
# States of an escalation.
ESCALATION_STATE_WORDS: Mapping[str, Any] = {
    "sent": _w("escalation", "Sent, awaiting acknowledgement"),
    "acknowledged": _w("escalation", "Taken"),
    "corrected": _w("escalation", "Correction reported"),
    "returned": _w("escalation", "Returned"),
    "cancelled": _w("escalation", "Cancelled"),
}
# What the button of each move says.
MOVE_WORDS: Mapping[str, Any] = {
    "open": _w("move", "Open the record"),
    "assign": _w("move", "Escalate"),
    "return": _w("move", "Return"),
    "acknowledge": _w("move", "Take it"),
    "fix": _w("move", "Cause found, start correcting"),
    "verify": _w("move", "Correction done, verify"),
    "follow": _w("move", "Let another record lead"),
    "unfollow": _w("move", "Go on by itself"),
    "ask_user": _w("move", "Verified, ask the user"),
    "review": _w("move", "Send for sign-off"),
    "conclude": _w("move", "Conclude without a correction"),
    "back": _w("move", "Send back to analysis"),
    "watch": _w("move", "Start watching the effect"),
    "close": _w("move", "Close the record"),
    "reissue": _w("move", "It came back: reissue"),
    "hold": _w("move", "Put on hold"),
    "resume": _w("move", "Resume"),
    "cancel": _w("move", "Cancel the record"),
}
# One line on what a move does.
MOVE_HINTS: Mapping[str, Any] = {
    "open": _w("record", "The record gets its place in the register; from here it can be escalated."),
    "assign": _w("record", "The person gets a letter with a due time."),
    "return": _w("record", "Back to “opened”; the escalation ends."),
    "acknowledge": _w("record", "They promise a date; when it passes without news, they are asked again."),
    "fix": _w("record", "The cause is decided; the correction begins."),
    "verify": _w("record", "The supervisor is told to verify the correction."),
    "follow": _w(
        "record",
        "The other record carries cause, correction and proof; this one follows its state. Can be undone.",
    ),
    "unfollow": _w(
        "record", "What this record itself has in G, H and I stands again; it can be escalated anew."
    ),
    "ask_user": _w(
        "record", "You confirm the proof; every reporter gets the solution and is asked whether it helped."
    ),
    "review": _w("record", "Everybody has answered; the record can be signed."),
    "conclude": _w(
        "record", "For what is no anomaly, lies outside, or will not be corrected; the user is told."
    ),
    "back": _w("record", "The proof or the user says it is not solved; the same people are asked again."),
    "watch": _w("record", "Effect checks are planned; the record stays open until they are done."),
    "close": _w("record", "Everything is done and nothing came back."),
    "reissue": _w("record", "A new record with -R continues; its issues are open again."),
    "hold": _w("record", "Working-time clocks rest; the liaison is chased at the date."),
    "resume": _w("record", "Goes on where it was."),
    "cancel": _w("record", "The number is kept; nothing is deleted."),
}
# Labels of the fields by their keys.
FIELD_WORDS: Mapping[str, Any] = {
    "record_no": _w("field", "Record no."),
    "origin_issues": _w("field", "Source issues"),
    "source_channel": _w("field", "Channel"),
    "ai_system": _w("field", "AI system"),
    "system_version": _w("field", "System version"),
    "function": _w("field", "Function"),
    "environment": _w("field", "Environment"),
    "environment_kind": _w("field", "Kind of environment"),
    "reporter": _w("field", "Reporter"),
    "reporter_unit": _w("field", "Reporter's unit"),
    "occurred_at": _w("field", "Occurred at"),
    "occurred_precision": _w("field", "How exact the time is"),
    "aware_at": _w("field", "Became aware at"),
    "reported_at": _w("field", "Reported at"),
    "description": _w("field", "What happened"),
    "input_text": _w("field", "Input"),
    "actual_output": _w("field", "Actual output"),
    "expected_output": _w("field", "Expected output"),
    "authorities": _w("field", "What says so"),
    "trace_refs": _w("field", "Trace id"),
    "traces": _w("field", "Further traces"),
    "attachments": _w("field", "Attachments"),
    "reproducible": _w("field", "Reproducible"),
    "reproduction": _w("field", "How to reproduce it"),
    "reproduced_times": _w("field", "Came back how often"),
    "reproduction_tries": _w("field", "In how many tries"),
    "reproduction_steps": _w("field", "Steps to reproduce it"),
    "reproduction_files": _w("field", "Pictures and files of the tries"),
    "need_statement": _w("field", "Need as confirmed"),
    "contact_log": _w("field", "Contact log"),
    "need_confirmed_by": _w("field", "Need confirmed by"),
    "need_confirmed_at": _w("field", "Need confirmed at"),
    "need_confirmed_how": _w("field", "Need confirmed how"),
    "issue_kind": _w("field", "Kind of problem"),
    "proposed_solution": _w("field", "Solution offered"),
    "escalation_reason": _w("field", "Why it is escalated"),
    "anomaly_type": _w("field", "Anomaly type"),
    "anomaly_types": _w("field", "Further anomaly types"),
    "harm_realisation": _w("field", "Harm: real, near miss or possible"),
    "harm_types": _w("field", "Kinds of harm"),
    "impact": _w("field", "Impact"),
    "reach": _w("field", "Reach"),
    "severity": _w("field", "Severity"),
    "severity_override": _w("field", "Other severity than computed"),
    "severity_override_reason": _w("field", "Reason for the other severity"),
    "affected_population": _w("field", "Who is affected"),
    "affected_count": _w("field", "How many are affected"),
    "personal_data": _w("field", "Personal data concerned"),
    "special_category": _w("field", "Special-category data"),
    "record_count": _w("field", "Number of records"),
    "security_event": _w("field", "Security event"),
    "ip_concern": _w("field", "Intellectual-property concern"),
    "containment": _w("field", "Immediate containment"),
    "containment_none_because": _w("field", "No containment needed because"),
    "already_out": _w("field", "Outputs already given out"),
    "workaround": _w("field", "Workaround for users"),
    "team": _w("field", "Team"),
    "assigned_to": _w("field", "Escalated to"),
    "escalated_at": _w("field", "Escalated at"),
    "ack_at": _w("field", "Acknowledged at"),
    "five_whys": _w("field", "Five whys"),
    "cause_class": _w("field", "Cause class"),
    "cause_classes": _w("field", "Further cause classes"),
    "cause_artefact": _w("field", "What the cause lies in"),
    "root_cause": _w("field", "Root cause"),
    "escape_cause": _w("field", "Why it was not caught"),
    "escape_reference": _w("field", "Acceptance or test that let it through"),
    "similar_check": _w("field", "Same cause elsewhere?"),
    "similar_systems": _w("field", "Systems checked for the same"),
    "cause_not_found": _w("field", "Cause not found: reason and monitoring plan"),
    "corrections": _w("field", "Corrections"),
    "corrective_actions": _w("field", "Corrective actions"),
    "preventive_actions": _w("field", "Preventive actions"),
    "preventive_none_because": _w("field", "No prevention needed because"),
    "fixed_in_version": _w("field", "Fixed in version"),
    "regression_cases": _w("field", "Regression cases"),
    "proof_kind": _w("field", "Kind of proof"),
    "proof_steps": _w("field", "Steps, or reason of the waiver"),
    "proof_before": _w("field", "Before the correction"),
    "proof_after": _w("field", "After the correction"),
    "proof_evidence": _w("field", "Evidence of the proof"),
    "verification_runs": _w("field", "Runs of the cases"),
    "verified_by": _w("field", "Verified by"),
    "verified_at": _w("field", "Verified at"),
    "verification_result": _w("field", "Result"),
    "same_person_reason": _w("field", "Verified by the one who corrected, because"),
    "user_reply_sent_at": _w("field", "Reply sent at"),
    "user_confirmed": _w("field", "User's answer"),
    "satisfaction": _w("field", "Satisfaction"),
    "training_gap": _w("field", "Training gap"),
    "training_note": _w("field", "Training given or planned"),
    "training_sessions": _w("field", "Training sessions"),
    "material_changed": _w("field", "Training material changed"),
    "notices": _w("field", "Outside notices"),
    "signoff_supervisor": _w("field", "Supervisor signs"),
    "signoff_manager": _w("field", "Manager approves"),
    "effect_checks": _w("field", "Effect checks"),
    "closed_at": _w("field", "Closed at"),
    "close_code": _w("field", "Closing code"),
    "conclude_reason": _w("field", "Why it was concluded"),
    "lessons": _w("field", "Lessons"),
}
# What a move may still need beside fields of the form.
NEED_WORDS: Mapping[str, Any] = {
    "escalated": _w("need", "The issue has to be escalated first"),
    "expected_at": _w("need", "Expected date"),
    "due_at": _w("need", "Due time"),
    "proof": _w("need", "Proof that it is corrected"),
    "note": _w("need", "Reason"),
    "recurrences": _w("need", "No recurrence during the watch"),
    "waiting_for": _w("need", "Whom we wait for"),
    "until": _w("need", "Until when, at most 30 days"),
    "liaison": _w("need", "Our liaison"),
    "promise": _w("need", "What the reporter is told"),
    "to": _w("need", "To whom"),
    "leader": _w("need", "The record that leads"),
    "summary": _w("need", "In one sentence"),
}
# Titles of the rows of the short paper form.
PAPER_WORDS: Mapping[str, Any] = {
    "what_happened": _w("paper", "What happened"),
    "need": _w("paper", "Need confirmed"),
    "solution": _w("paper", "Solution"),
    "classification": _w("paper", "Classification"),
    "containment": _w("paper", "Containment"),
    "escalation": _w("paper", "Escalation"),
    "cause": _w("paper", "Cause"),
    "correction": _w("paper", "Correction of the AI system"),
    "follow_up": _w("paper", "Follow-up"),
    "training": _w("paper", "Briefing and training"),
    "closing": _w("paper", "Closing"),
}
# What an entry of the trail says, where it is no move.
TRAIL_WORDS: Mapping[str, Any] = {
    "create": _w("trail", "Created"),
    "save": _w("trail", "Fields saved"),
    "sign_supervisor": _w("trail", "Signed by the supervisor"),
    "sign_manager": _w("trail", "Approved by the manager"),
    "void_signature": _w("trail", "Signature no longer stands"),
    "effect_check": _w("trail", "Effect check recorded"),
    "view": _w("trail", "Viewed"),
    "update": _w("trail", "Progress reported"),
    "question": _w("trail", "More details asked"),
    "answer": _w("trail", "Question answered"),
    "note": _w("trail", "Note"),
    "again": _w("trail", "Sent again"),
    "lapse": _w("trail", "Promise lapsed"),
    "correct": _w("trail", "Correction reported"),
    "cancel": _w("trail", "Cancelled"),
}
# What a turn between engineer and supervisor is.
NOTE_WORDS: Mapping[str, Any] = {
    "update": _w("note", "Progress"),
    "question": _w("note", "Question"),
    "answer": _w("note", "Answer"),
    "note": _w("note", "Note"),
}
STATE_TONES: Mapping[str, str] = {
    "draft": "blue", "opened": "blue", "assigned": "amber", "analysing": "violet", "fixing": "amber",
    "verifying": "violet", "user_confirm": "teal", "review": "amber", "watching": "green",
    "closed": "neutral", "on_hold": "teal", "cancelled": "neutral", "reissued": "neutral",
}  # fmt: skip
ESCALATION_TONES: Mapping[str, str] = {
    "sent": "amber", "acknowledged": "violet", "corrected": "green", "returned": "neutral",
    "cancelled": "neutral",
}  # fmt: skip


def need_word(key: str) -> Any:
    """What a missing key is called: the field's label, or the fact's name."""
    return NEED_WORDS.get(key) or FIELD_WORDS.get(key) or key


def anchor(key: str) -> str:
    """The id, on the record's page, of the field that a missing key is about."""
    return f"f-{ANCHORS.get(key, key)}"


# Needs whose field has another name than the need.
ANCHORS: Mapping[str, str] = {
    "proof": "proof_kind", "assigned_to": "moves", "verified_by": "moves", "recurrences": "effect_checks",
    "signoff_supervisor": "signatures", "signoff_manager": "signatures",
    "escalated": "origin_issues",
}  # fmt: skip

"""The words of records: states, moves, fields, sections; what each closed list is called stands in `wordlists`."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_pgettext as _w

from tracker.records.helping import HELP as HELP
from tracker.records.helping import SOURCE_WORDS as SOURCE_WORDS
from tracker.records.helping import SOURCES as SOURCES
from tracker.records.labels import FIELD_WORDS as FIELD_WORDS
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
    "assign": _w("record", "The person is told, with a due time."),
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
    "evidence_hold": _w("need", "The evidence is held: tell the authority first, or say why not"),
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
    "correct_check": _w("trail", "Effect check corrected"),
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

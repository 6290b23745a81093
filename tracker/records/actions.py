"""The verbs of records, under one name each; doors call these and commit."""

from tracker.records.alongside import move_issue, relapsed, undo_issue
from tracker.records.escalating import Target, add_note, hand_over, lapse, promise
from tracker.records.joint import escalate, missing, move_escalation
from tracker.records.moves import move_record
from tracker.records.opening import attach, draft_record
from tracker.records.saving import digest_of, may_save, save, writable
from tracker.records.signing import sign, void_changed
from tracker.records.tries import note_files
from tracker.records.watching import is_early, record_check

__all__ = [
    "Target",
    "add_note",
    "attach",
    "digest_of",
    "draft_record",
    "escalate",
    "hand_over",
    "is_early",
    "lapse",
    "may_save",
    "missing",
    "move_escalation",
    "move_issue",
    "move_record",
    "note_files",
    "promise",
    "record_check",
    "relapsed",
    "save",
    "sign",
    "undo_issue",
    "void_changed",
    "writable",
]

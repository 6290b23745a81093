"""Taking back a correction that was reported for several at once: states, fields and lines are as they were before.

What stood there is kept in the trail when the correction is reported: codes and ids in the entry, free text as
versions, so that what is erased later is erased here too.  Never commits.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from tracker import audit, outbox, transitions
from tracker.accounts.rules import Actor
from tracker.audit.models import Entry
from tracker.db import db
from tracker.escalations import corrections
from tracker.records import actions, content, letters, rules
from tracker.records.models import Record
from tracker.records.parts import Escalation, VerificationRun
from tracker.records.whole import Whole
from tracker.workflow import ASSIGNEE, Table, move

KEPT = "escalation.together"
CODES = ("cause_class", "proof_kind")
TEXTS = tuple(key for key in corrections.PLAIN if key not in CODES)
LISTS = ("corrections", "corrective_actions", "preventive_actions")
WHYS = "five_whys"
UNDO_RECORD: Table = {
    "undo_correct": move(rules.VERIFYING, rules.ANALYSING, ASSIGNEE),
    "undo_correct_fixing": move(rules.VERIFYING, rules.FIXING, ASSIGNEE),
}
UNDO_ESCALATION: Table = {
    "undo_correct": move(rules.CORRECTED, rules.ACKNOWLEDGED, ASSIGNEE),
    "undo_correct_sent": move(rules.CORRECTED, rules.SENT, ASSIGNEE),
}


def remember(escalation: Escalation, *, by: Actor, at: datetime) -> None:
    """Before a correction is reported together with others: what stands in the fields that its form fills."""
    record = escalation.record
    stands = content.own(Whole(record), (*CODES, *TEXTS, *LISTS, WHYS, "verification_runs"))
    ids = {key: [one["id"] for one in stands[key]] for key in (*LISTS, "verification_runs")}
    texts = {f"before_{key}": stands[key] for key in TEXTS if stands[key]}
    if stands[WHYS]:
        texts[f"before_{WHYS}"] = "\n".join(one["what"] for one in stands[WHYS])
    after = {
        "codes": {key: stands[key] for key in CODES},
        "lines": ids,
        "last_update_at": escalation.last_update_at,
    }
    audit.record(KEPT, escalation, by=by, at=at, before={"state": record.state}, after=after, texts=texts)


def take_back(escalation: Escalation, kept: Entry, *, by: Actor, at: datetime) -> None:
    """As it was when `kept` was written; the caller has made sure that nothing has followed."""
    record = escalation.record
    corrected = str((escalation.corrected_at or kept.at).isoformat())
    _move_back(escalation, kept, by, at)
    escalation.corrected_at = None
    last = kept.after["last_update_at"]
    escalation.last_update_at = datetime.fromisoformat(last) if last else None
    db.session.flush()
    _drop_runs(record, kept.after["lines"]["verification_runs"])
    changes = _changes(record, escalation, kept)
    if changes:
        actions.save(record, changes, by=by, at=at)
    cause = ("record", record.id, "verify", corrected)
    outbox.cancel(at=at, cause=cause)
    outbox.mark_over(cause=cause, at=at)
    letters.to_owner(record, "uncorrected", cause=at.isoformat(), at=at, by=by)


def _move_back(escalation: Escalation, kept: Entry, by: Actor, at: datetime) -> None:
    """Both states; who reported it is the assignee, though nothing is open with them while it is corrected."""
    record_verb = "undo_correct" if kept.before["state"] == rules.ANALYSING else "undo_correct_fixing"
    verb = "undo_correct" if escalation.acknowledged_at is not None else "undo_correct_sent"
    known = frozenset({ASSIGNEE})
    transitions.move(UNDO_RECORD, escalation.record, record_verb, by=by, at=at, relations=known, facts=None)
    transitions.move(UNDO_ESCALATION, escalation, verb, by=by, at=at, relations=known, facts=None)


def _changes(record: Record, escalation: Escalation, kept: Entry) -> dict[str, Any]:
    """The fields that differ from what they were, with what they were."""
    stands = content.own(Whole(record), (*CODES, *TEXTS, *LISTS, WHYS))
    were: dict[str, Any] = dict(kept.after["codes"])
    were |= {key: _text(escalation, kept, key) for key in TEXTS}
    found = {key: value for key, value in were.items() if stands[key] != value}
    whys = [line for line in _text(escalation, kept, WHYS).split("\n") if line]
    if [one["what"] for one in stands[WHYS]] != whys:
        found[WHYS] = [{"what": line} for line in whys]
    for key in LISTS:
        left = [one for one in stands[key] if one["id"] in kept.after["lines"][key]]
        if len(left) < len(stands[key]):
            found[key] = left
    return found


def _text(escalation: Escalation, kept: Entry, key: str) -> str:
    """The free text as it was kept; nothing where the entry names none, or where it was erased since."""
    named: Mapping[str, Any] | None = kept.after.get(f"before_{key}")
    if named is None:
        return ""
    versions = audit.text_versions("escalation", escalation.id, f"before_{key}")
    return next((one.body for one in reversed(versions) if one.digest == named["digest"]), "")


def _drop_runs(record: Record, kept: list[int]) -> None:
    """Runs are kept for ever once a correction stands; this one does not."""
    new = select(VerificationRun.id).where(
        VerificationRun.record_id == record.id, VerificationRun.id.not_in(kept)
    )
    ids = db.session.scalars(new).all()
    if ids:
        db.session.execute(delete(VerificationRun).where(VerificationRun.id.in_(ids)))

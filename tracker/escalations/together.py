"""Several equal escalations to one person as one act: each keeps its own line in the trail.  Never commits.

Equal: the same system, the same assignee, and the same kind of anomaly or a title that reads the same.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from tracker import audit, rearm, transitions
from tracker.accounts.rules import Actor
from tracker.audit.models import Entry
from tracker.db import db
from tracker.errors import DomainError, Missing, WrongState
from tracker.escalations import corrections, uncorrecting
from tracker.records import actions, queries, rules
from tracker.records.codes import UNDECIDED
from tracker.records.parts import Escalation, EscalationNote
from tracker.workflow import ASSIGNEE, Table, move

FEWEST = 2
VERBS = ("acknowledge", "update", "correct")
# Taking back what was just done to several; only while nothing has followed, so it is no move of the life cycle.
UNDO: Table = {"undo_acknowledge": move({rules.ANALYSING, rules.ACKNOWLEDGED}, rules.ASSIGNED, ASSIGNEE)}
UNDO_ESCALATION: Table = {"undo_acknowledge": move(rules.ACKNOWLEDGED, rules.SENT, ASSIGNEE)}


@dataclass
class Outcome:
    """Which were done, and what stopped the others: by record number, the keys that are missing or the text."""

    done: list[Escalation] = field(default_factory=list)
    stopped: dict[str, Sequence[str]] = field(default_factory=dict)


def groups(found: Iterable[Escalation]) -> list[list[Escalation]]:
    """Those of these that are equal, two or more together, in the order of the nearest."""
    alike: dict[tuple[Any, ...], list[Escalation]] = {}
    for one in found:
        to = (one.to_person_id, one.to_team_id)
        alike.setdefault((one.record.system_id, *to, _sameness(one)), []).append(one)
    return [one for one in alike.values() if len(one) >= FEWEST]


def _sameness(one: Escalation) -> str:
    kind = one.record.anomaly_type
    return kind if kind and kind != UNDECIDED else folded(one.record.primary_issue.title)


def folded(title: str) -> str:
    """A title as it reads: without width, case, numbers and signs."""
    plain = unicodedata.normalize("NFKC", title).casefold()
    return re.sub(r"[\W\d_]+", "", plain)


def carry_out(
    found: Sequence[Escalation], verb: str, given: Mapping[str, Any], *, by: Actor, at: datetime
) -> Outcome:
    """The same verb on each, one after the other; one that is stopped does not stop the rest."""
    if verb not in VERBS:
        raise WrongState(act=verb)
    outcome = Outcome()
    for one in found:
        number = one.record.number
        try:
            with db.session.begin_nested():
                _one(one, verb, dict(given), by, at)
            outcome.done.append(one)
        except Missing as error:
            outcome.stopped[number] = error.keys
        except DomainError as error:
            if error.fields and not outcome.done:
                # What was typed is wrong for all of them alike.
                raise
            outcome.stopped[number] = (error.text or type(error).__name__,)
    return outcome


def _one(escalation: Escalation, verb: str, given: dict[str, Any], by: Actor, at: datetime) -> None:
    if verb == "correct":
        uncorrecting.remember(escalation, by=by, at=at)
        corrections.correct(escalation, given, by=by, at=at)
    else:
        actions.move_escalation(escalation, verb, by=by, at=at, fields=given)


def undo(found: Sequence[Escalation], verb: str, *, by: Actor, at: datetime) -> Outcome:
    """Take back what this actor did to each of them, where nothing has followed."""
    outcome = Outcome()
    for one in found:
        if _is_last(one, verb, by):
            UNDOES[verb](one, by, at)
            rearm.mark(one.kind_name, one.id, at=at)
            outcome.done.append(one)
        else:
            outcome.stopped[one.record.number] = ("followed",)
    db.session.flush()
    return outcome


def _is_last(escalation: Escalation, verb: str, by: Actor) -> bool:
    """Whether the last line of the trail is this verb by this actor, and the record has not gone on since."""
    mine = _last("escalation", escalation.id)
    if verb not in UNDOES or mine is None:
        return False
    if mine.action != f"escalation.{verb}" or mine.by_id != by.person_id:
        return False
    record = _last("record", escalation.record_id)
    if verb == "correct":
        # Nothing is open with the one who reported it: that they did is what the trail says.
        return (
            _kept(escalation, mine) is not None
            and record is not None
            and (record.action == "record.verify" and record.at == mine.at)
        )
    if ASSIGNEE not in queries.relations(by, escalation.record, escalation, escalation.updated_at):
        return False
    return verb == "update" or (record is not None and record.action == "record.acknowledge")


def _kept(escalation: Escalation, corrected: Entry) -> Entry | None:
    """What was remembered right before this correction was reported together with others."""
    same = select(Entry).where(
        Entry.subject_kind == "escalation",
        Entry.subject_id == escalation.id,
        Entry.action == uncorrecting.KEPT,
        Entry.at == corrected.at,
        Entry.seq < corrected.seq,
    )
    return db.session.scalars(same.order_by(Entry.seq.desc()).limit(1)).first()


def _last(kind: str, subject_id: int) -> Entry | None:
    trail = select(Entry).where(
        Entry.subject_kind == kind, Entry.subject_id == subject_id, Entry.action != f"{kind}.chase"
    )
    return db.session.scalars(trail.order_by(Entry.seq.desc()).limit(1)).first()


def _not_taken(escalation: Escalation, by: Actor, at: datetime) -> None:
    record = escalation.record
    known = queries.relations(by, record, escalation, at)
    for table, subject in ((UNDO, record), (UNDO_ESCALATION, escalation)):
        transitions.move(table, subject, "undo_acknowledge", by=by, at=at, relations=known, facts=None)
    escalation.acknowledged_at = escalation.expected_at = escalation.last_update_at = None
    escalation.acknowledged_by = ""


def _not_said(escalation: Escalation, by: Actor, at: datetime) -> None:
    """The note goes; its text stays in the trail with who took it back."""
    notes = select(EscalationNote).where(EscalationNote.escalation_id == escalation.id)
    notes = notes.order_by(EscalationNote.id.desc())
    note, before = (*db.session.scalars(notes.limit(2)).all(), None, None)[:2]
    assert note is not None
    db.session.delete(note)
    escalation.last_update_at = before.at if before is not None else escalation.acknowledged_at
    audit.record("escalation.undo_update", escalation, by=by, at=at, after={"note": note.id})


def _not_corrected(escalation: Escalation, by: Actor, at: datetime) -> None:
    corrected = _last("escalation", escalation.id)
    kept = _kept(escalation, corrected) if corrected is not None else None
    assert kept is not None
    uncorrecting.take_back(escalation, kept, by=by, at=at)


UNDOES: Mapping[str, Callable[[Escalation, Actor, datetime], None]] = {
    "acknowledge": _not_taken, "update": _not_said, "correct": _not_corrected,
}  # fmt: skip

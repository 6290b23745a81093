"""What a firing writes: the turn of its step, the ledger, the trail, its letters, the step that comes next.

Written for many firings at once, table by table: what falls due together costs a handful of statements, not a dozen
each.  Never commits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from tracker import audit, outbox
from tracker.accounts.rules import SYSTEM, Actor
from tracker.audit import Change
from tracker.bulk import Many
from tracker.db import db
from tracker.failpoints import reach
from tracker.followups import clocks, ledger, letters
from tracker.followups.clocks import COALESCED, FIRED
from tracker.followups.ladder import Rung, Turn
from tracker.followups.models import Chase, Clock, Obligation
from tracker.followups.recipients import Recipient
from tracker.followups.subjects import Subject
from tracker.followups.wording import Fired
from tracker.policies import queries as policies

STEPS: Any = Obligation.__table__
CHASES: Any = Chase.__table__
KEY = ("subject_kind", "subject_id", "clock", "epoch", "step", "occurrence")
# Told apart by their unique keys, for many rows come back in any order.
_NEW_STEPS = STEPS.insert().returning(STEPS.c.id, *(STEPS.c[name] for name in KEY))
_NEW_CHASES = Many(
    CHASES, [one.name for one in CHASES.columns if one.name not in ("id", "ended_at", "end_told_at")]
)
_MOVED = STEPS.update().where(STEPS.c.id == bindparam("step_id")).values(due_at=bindparam("due"))


@dataclass(frozen=True)
class Firing:
    """A step whose turn has come: the clock and the case it belongs to, what fires, whom that tells."""

    step: Obligation
    clock: Clock
    subject: Subject
    turn: Turn
    to: Sequence[Recipient]


@dataclass(frozen=True)
class Told:
    """One line of the ledger to be written: `obligation_id` fired by this turn; `did` is what the system did itself."""

    obligation_id: int
    clock: Clock
    subject: Subject
    turn: Turn
    to: Sequence[Recipient]
    did: Mapping[str, Any] = field(default_factory=dict)


def write(firings: Sequence[Firing], now: datetime) -> None:
    """All of firings in which the system does nothing by itself."""
    fired = turns(firings, now)
    chases(
        [Told(at, one.clock, one.subject, one.turn, one.to) for at, one in zip(fired, firings, strict=True)],
        now,
    )
    clocks.arm_all([(one.clock, one.turn.then) for one in firings if one.turn.then is not None], now)


def turns(firings: Sequence[Firing], now: datetime) -> list[int]:
    """Mark the armed steps and write those passed over with them, or fired in their stead; the fired ones' ids."""
    mark([one.step.id for one in firings if not one.turn.passed_over], state=FIRED, state_since=now)
    passed: dict[str, list[int]] = {}
    rows: list[dict[str, Any]] = []
    for one in firings:
        if one.turn.passed_over:
            into = f"{one.turn.fires.step.name}#{one.turn.fires.occurrence}"
            passed.setdefault(into, []).append(one.step.id)
            rows += [_step(one.step, rung, COALESCED, into, now) for rung in one.turn.passed_over[1:]]
            rows.append(_step(one.step, one.turn.fires, FIRED, "", now))
    for into, ids in passed.items():
        mark(ids, state=COALESCED, state_since=now, reason=into)
    made = {tuple(key): at for at, *key in db.session.execute(_NEW_STEPS, rows)} if rows else {}
    in_their_stead = (made[tuple(row[name] for name in KEY)] for row in rows if row["state"] == FIRED)
    return [next(in_their_stead) if one.turn.passed_over else one.step.id for one in firings]


def _step(step: Obligation, rung: Rung, state: str, reason: str, now: datetime) -> dict[str, Any]:
    """One step that comes with the armed one, and so not before it, whatever other hours make of the plan."""
    return {
        "subject_kind": step.subject_kind, "subject_id": step.subject_id, "clock": step.clock, "epoch": step.epoch,
        "step": rung.step.name, "occurrence": rung.occurrence, "due_at": max(rung.at, step.due_at), "rank": step.rank,
        "state": state, "state_since": now, "reason": reason,
    }  # fmt: skip


def chases(told: Sequence[Told], now: datetime, by: Actor = SYSTEM) -> list[int]:
    """The lines of the ledger and of the audit trail, and the letters; the ids of the lines."""
    rows = [_line(one, now) for one in told]
    reach("fire.write")
    _NEW_CHASES.write(rows)
    ids = _ids_of([row["obligation_id"] for row in rows])
    pairs = list(zip(ids, told, strict=True))
    audit.record_all([_change(at, one) for at, one in pairs], by=by, at=now)
    reach("fire.written")
    scribe = letters.Scribe(now)
    outbox.post_all([letter for at, one in pairs for letter in scribe.of_chase(_fired(at, one), one.to)])
    return ids


def _ids_of(fired: Sequence[int]) -> list[int]:
    """The lines just written, by the steps that fired."""
    found = db.session.execute(
        select(CHASES.c.obligation_id, CHASES.c.id).where(CHASES.c.obligation_id.in_(fired))
    )
    ids = {step: chase for step, chase in found}
    return [ids[step] for step in fired]


def _fired(chase_id: int, one: Told) -> Fired:
    fires = one.turn.fires
    return Fired(chase_id, one.clock, fires.step.name, fires.occurrence, one.subject, one.did.get("did", ""))


def _line(one: Told, now: datetime) -> dict[str, Any]:
    clock, fires = one.clock, one.turn.fires
    return {
        "obligation_id": one.obligation_id, "subject_kind": clock.subject_kind, "subject_id": clock.subject_id,
        "issue_id": one.subject.issue_id,
        "policy": policies.of_case(one.subject.about).ref, "clock": clock.name,
        "step": fires.step.name, "occurrence": fires.occurrence, "due_at": fires.at, "fired_at": now,
        "to": [ledger.written(each) for each in one.to], "outcome": "",
        "reason": {
            "clock_due": clock.due_at.isoformat() if clock.due_at else None,
            "coalesced": [f"{rung.step.name}#{rung.occurrence}" for rung in one.turn.passed_over], **one.did,
        },
    }  # fmt: skip


def _change(chase_id: int, one: Told) -> Change:
    record, fires = one.subject.record, one.turn.fires
    root = ("record", record.id) if record is not None else one.subject.root
    facts = {
        "chase": chase_id, "clock": one.clock.name, "step": fires.step.name, "occurrence": fires.occurrence,
        "due_at": fires.at, "to": [each.person_id for each in one.to if each.person_id is not None],
    }  # fmt: skip
    return Change(f"{root[0]}.chase", root, facts)


def mark(ids: Iterable[int], **values: object) -> None:
    """Write these columns of these steps."""
    if some := list(ids):
        db.session.execute(STEPS.update().where(STEPS.c.id.in_(some)).values(**values))


def move(due: Mapping[int, datetime]) -> None:
    """Let these steps fall due then, by their ids; a new holiday moves hundreds at once."""
    if due:
        rows = [{"step_id": step_id, "due": at} for step_id, at in due.items()]
        db.session.connection().execute(_MOVED, rows)

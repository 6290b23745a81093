"""The verbs of an escalation, each with the record's own move in the same transaction; and what moves still need."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tracker import workflow
from tracker.accounts.rules import Actor
from tracker.errors import Missing, WrongState
from tracker.records import escalating, queries, rules
from tracker.records.models import Record
from tracker.records.moves import move_record
from tracker.records.parts import Escalation
from tracker.records.whole import Whole


def escalate(
    record: Record, *, to: Any, due_at: Any, summary: str = "", by: Actor, at: datetime
) -> Escalation:
    """Report the anomaly to somebody: the record's `assign`.  Answers the new escalation."""
    move_record(record, "assign", by=by, at=at, fields={"to": to, "due_at": due_at, "summary": summary})
    found = queries.open_escalation(record)
    assert found is not None
    return found


def move_escalation(
    escalation: Escalation,
    verb: str,
    *,
    by: Actor,
    at: datetime,
    fields: Mapping[str, Any] | None = None,
    note: str = "",
) -> Escalation:
    """Carry out `acknowledge`, `return`, `reassign`, `correct`, `cancel`, `update` or `lapse`; answers the live one.

    Once the record has gone on, acknowledging again after a lapse only sets the new date.
    """
    record, given = escalation.record, dict(fields or {})
    if verb not in VERBS:
        raise WrongState(act=verb)
    if verb != "update" and queries.last_escalation(record) is not escalation:
        raise WrongState(act=verb)
    reason = note or str(given.get("note") or given.get("reason") or "")
    return VERBS[verb](record, escalation, by, at, given, reason)


def _acknowledge(
    record: Record, escalation: Escalation, by: Actor, at: datetime, given: dict[str, Any], note: str
) -> Escalation:
    if record.state not in (rules.ANALYSING, rules.FIXING):
        move_record(record, "acknowledge", by=by, at=at, fields=given, note=note)
    else:
        escalating.promise_again(escalation, given.get("expected_at"), by=by, at=at)
    return escalation


def _return(
    record: Record, escalation: Escalation, by: Actor, at: datetime, given: dict[str, Any], note: str
) -> Escalation:
    move_record(record, "return", by=by, at=at, note=note)
    return escalation


def _cancel(
    record: Record, escalation: Escalation, by: Actor, at: datetime, given: dict[str, Any], note: str
) -> Escalation:
    move_record(record, "return", by=by, at=at, fields={"cancel": True}, note=note)
    return escalation


def _reassign(
    record: Record, escalation: Escalation, by: Actor, at: datetime, given: dict[str, Any], note: str
) -> Escalation:
    """Return, then assign to somebody else with the same summary and, unless given, the same due time."""
    move_record(record, "return", by=by, at=at, note=note)
    due_at = given.get("due_at") or max(escalation.due_at, at + (escalation.due_at - escalation.sent_at))
    summary = str(given.get("summary") or escalation.summary)
    return escalate(record, to=given.get("to"), due_at=due_at, summary=summary, by=by, at=at)


def _correct(
    record: Record, escalation: Escalation, by: Actor, at: datetime, given: dict[str, Any], note: str
) -> Escalation:
    """The correction is reported: from `analysing` the cause is decided with it, and what either lacks is named."""
    if record.state == rules.ANALYSING:
        relations = queries.relations(by, record, escalation, at)
        steps = [workflow.check(rules.WORKFLOW, "fix", state=record.state, relations=relations)]
        _need_all([*steps, rules.WORKFLOW["verify"]], queries.facts(record, at))
        move_record(record, "fix", by=by, at=at)
    move_record(record, "verify", by=by, at=at, note=note)
    return escalation


def _need_all(steps: Sequence[workflow.Move], facts: rules.Facts) -> None:
    """Raise Missing with what any of these steps lacks."""
    lacking = dict.fromkeys(key for step in steps for key in workflow.missing(step, facts))
    if lacking:
        raise Missing(lacking)


def _update(
    record: Record, escalation: Escalation, by: Actor, at: datetime, given: dict[str, Any], note: str
) -> Escalation:
    body = str(given.get("body") or note)
    escalating.add_note(escalation, str(given.get("kind") or "update"), body, by=by, at=at)
    if given.get("expected_at") and escalation.state in rules.ESCALATION_OPEN:
        escalating.promise_again(escalation, given["expected_at"], by=by, at=at)
    return escalation


def _lapse(
    record: Record, escalation: Escalation, by: Actor, at: datetime, given: dict[str, Any], note: str
) -> Escalation:
    escalating.lapse(escalation, at=at)
    return escalation


VERBS = {
    "acknowledge": _acknowledge, "return": _return, "cancel": _cancel, "reassign": _reassign, "correct": _correct,
    "update": _update, "lapse": _lapse,
}  # fmt: skip


def missing(
    record: Record,
    actor: Actor,
    at: datetime,
    *,
    whole: Whole | None = None,
    known: frozenset[str] | None = None,
) -> dict[str, tuple[str, ...]]:
    """What each move that this actor may make from here still needs; an empty tuple is ready to go.

    `whole` and `known`, what the actor is to the record, are given where they are at hand.
    """
    whole = whole or Whole(record)
    known = queries.relations(actor, record, whole.escalation, at) if known is None else known
    open_moves = workflow.open_moves(rules.WORKFLOW, state=record.state or "", relations=known)
    if not open_moves:
        return {}
    # Whoever follows another record is verified with it; whoever follows none has nothing to be taken off from.
    hidden = {"follow", "verify"} if record.led_by_id is not None else {"unfollow"}
    open_moves = [verb for verb in open_moves if verb not in hidden]
    facts = queries.facts(record, at, whole=whole, verifier_id=actor.person_id)
    return {verb: workflow.missing(rules.WORKFLOW[verb], facts) for verb in open_moves}

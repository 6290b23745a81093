"""Escalations over the API: report an anomaly to somebody, and what they answer."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker import clock
from tracker.api import decided, shapes
from tracker.api.acts import Done, acts
from tracker.api.doors import PREFIX, blueprint, body_of, plain_id
from tracker.db import first_or_404, locked
from tracker.errors import NotFound
from tracker.escalations import model_changes
from tracker.records import actions, queries, tickets, told
from tracker.records.api import escalation_facts
from tracker.records.models import Record
from tracker.records.parts import Escalation, Reference
from tracker.systems import queries as systems
from tracker.systems.models import AISystem, Recheck
from tracker.web import current_actor

bp = blueprint("escalations", "Escalations")
VERBS = frozenset({"acknowledge", "return", "reassign", "update", "correct", "cancel"})


@bp.post("/records/<number>/escalations")
@bp.input(shapes.EscalationIn, arg_name="body")
@bp.output(shapes.EscalationOut, status_code=201)
@acts
def escalate(number: str, body: shapes.EscalationIn) -> Done:
    """Escalate to a person (e-mail), a team or the vendor; it is the record's `assign`."""
    actor = current_actor()
    record = queries.for_change(queries.visible(actor).where(Record.number == number))
    made = actions.escalate(
        record, to=body.to, due_at=body.due_at, summary=body.summary, by=actor, at=clock.now()
    )
    return Done(escalation_facts(made), 201, f"{PREFIX}/escalations/{made.id}")


@bp.get("/escalations/<int:escalation_id>")
@bp.output(shapes.EscalationOut)
def read(escalation_id: int) -> dict[str, Any]:
    """One escalation."""
    return escalation_facts(_visible(escalation_id))


@bp.post("/escalations/<int:escalation_id>/<verb>")
@bp.input(shapes.EscalationVerb, arg_name="body")
@bp.output(shapes.EscalationOut)
@acts
def move(escalation_id: int, verb: str, body: shapes.EscalationVerb) -> Done:
    """`acknowledge` (expected_at), `return` (note), `reassign` (to), `update` (body), `correct`, `cancel` (note)."""
    if verb not in VERBS:
        raise NotFound()
    escalation = _visible(escalation_id, lock=True)
    given = body_of(body)
    note = str(given.pop("note", "") or given.get("reason") or "")
    live = actions.move_escalation(
        escalation, verb, by=current_actor(), at=clock.now(), fields=given, note=note
    )
    return Done(escalation_facts(live))


@bp.get("/records/<number>/references")
@bp.output(decided.ReferencePage)
def list_references(number: str) -> dict[str, Any]:
    """Tickets about the record in other tools."""
    record = first_or_404(queries.visible(current_actor()).where(Record.number == number))
    return {"items": [_ticket(one, record) for one in tickets.of_record(record)], "next": None}


@bp.post("/records/<number>/references")
@bp.input(decided.ReferenceIn, arg_name="body")
@bp.output(decided.ReferenceOut, status_code=201)
@acts
def add_reference(number: str, body: decided.ReferenceIn) -> Done:
    """Note a ticket in another tool: `name`, `number` or `url`, `status`."""
    actor = current_actor()
    record = first_or_404(locked(queries.visible(actor).where(Record.number == number)))
    row = tickets.add(
        record, name=body.name, number=body.number, url=body.url, status=body.status, by=actor, at=clock.now()
    )
    return Done(_ticket(row, record), 201, f"{PREFIX}/references/{row.id}")


@bp.post("/references/<int:reference_id>")
@bp.input(decided.ReferenceStatus, arg_name="body")
@bp.output(decided.ReferenceOut)
@acts
def update_reference(reference_id: int, body: decided.ReferenceStatus) -> Done:
    """What the ticket says now; a new `status` is a progress entry and counts as an update."""
    row, record = _reference(reference_id)
    tickets.update(
        row, status=body.status, number=body.number, url=body.url, by=current_actor(), at=clock.now()
    )
    return Done(_ticket(row, record))


@bp.post("/references/<int:reference_id>/mean")
@bp.input(decided.ReferenceMeaning, arg_name="body")
@bp.output(decided.ReferenceOut)
@acts
def mean_reference(reference_id: int, body: decided.ReferenceMeaning) -> Done:
    """Say what an unknown state of another tool means: `open` or `done`."""
    row, record = _reference(reference_id)
    told.mean(row, body.meaning, by=current_actor(), at=clock.now())
    return Done(_ticket(row, record))


@bp.post("/references/<int:reference_id>/look")
@bp.output(decided.ReferenceOut)
@acts
def look_reference(reference_id: int) -> Done:
    """What is done in the other tool was looked at here; nobody is asked about it again."""
    row, record = _reference(reference_id)
    told.look(row, by=current_actor(), at=clock.now())
    return Done(_ticket(row, record))


def _reference(reference_id: int) -> tuple[Reference, Record]:
    row = first_or_404(select(Reference).where(Reference.id == plain_id(reference_id)))
    record = first_or_404(locked(queries.visible(current_actor()).where(Record.id == row.record_id)))
    return row, record


def _ticket(row: Reference, record: Record) -> dict[str, Any]:
    return {
        "id": row.id, "record": record.number, "name": row.name, "number": row.number, "url": row.url,
        "status": row.status, "checked_at": row.checked_at, "meaning": row.meaning, "done_at": row.done_at,
        "seen_at": row.seen_at,
    }  # fmt: skip


@bp.post("/systems/<key>/model-changes")
@bp.input(decided.ModelChangeIn, arg_name="body")
@bp.output(decided.ModelChangeOut, status_code=201)
@acts
def report_model_change(key: str, body: decided.ModelChangeIn) -> Done:
    """The vendor changed the model unannounced: marks version, open cases and guide to be looked at again."""
    system = first_or_404(locked(systems.by_key(key).where(AISystem.imported.is_(False))))
    found = model_changes.Found(body.since, body.known, body.evidence)
    row = model_changes.report(system, found, by=current_actor(), at=clock.now())
    facts = {
        "id": row.id, "system": system.key, "since": row.since, "known": row.known, "evidence": row.evidence,
        "by": row.by_name, "at": row.at, "rechecks": list(model_changes.seen_of(current_actor(), row)),
    }  # fmt: skip
    return Done(facts, 201)


@bp.post("/rechecks/<int:recheck_id>")
@bp.input(decided.RecheckIn, arg_name="body")
@bp.output(decided.RecheckOut)
@acts
def clear_recheck(recheck_id: int, body: decided.RecheckIn) -> Done:
    """One case or guide was looked at again: what was found."""
    mark = first_or_404(locked(select(Recheck).where(Recheck.id == plain_id(recheck_id))))
    line = model_changes.line_of(current_actor(), mark)
    if line is None:
        raise NotFound()
    model_changes.clear(mark, body.note, by=current_actor(), at=clock.now())
    facts = {
        "id": mark.id, "subject": line.number, "cleared_at": mark.cleared_at, "cleared_by": mark.cleared_by_name,
        "note": mark.note,
    }  # fmt: skip
    return Done(facts)


def _visible(escalation_id: int, *, lock: bool = False) -> Escalation:
    found = queries.visible_escalations(current_actor()).where(Escalation.id == plain_id(escalation_id))
    row = first_or_404(locked(found) if lock else found.options(joinedload(Escalation.record)))
    if lock:
        first_or_404(locked(queries.visible(current_actor()).where(Record.id == row.record_id)))
    return row

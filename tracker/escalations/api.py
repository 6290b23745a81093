"""Escalations over the API: report an anomaly to somebody, and what they answer."""

from typing import Any

from sqlalchemy.orm import joinedload

from tracker import clock
from tracker.api import shapes
from tracker.api.acts import Done, acts
from tracker.api.doors import PREFIX, blueprint, body_of, plain_id
from tracker.db import first_or_404, locked
from tracker.errors import NotFound
from tracker.records import actions, queries
from tracker.records.api import escalation_facts
from tracker.records.models import Record
from tracker.records.parts import Escalation
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
    record = first_or_404(locked(queries.visible(actor).where(Record.number == number)))
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


def _visible(escalation_id: int, *, lock: bool = False) -> Escalation:
    found = queries.visible_escalations(current_actor()).where(Escalation.id == plain_id(escalation_id))
    row = first_or_404(locked(found) if lock else found.options(joinedload(Escalation.record)))
    if lock:
        first_or_404(locked(queries.visible(current_actor()).where(Record.id == row.record_id)))
    return row

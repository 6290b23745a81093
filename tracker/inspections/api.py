"""Inspections over the API: the rounds that the token's owner may see, and answering one."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from tracker import clock
from tracker.accounts.models import Person
from tracker.api import checked
from tracker.api.acts import Done, acts
from tracker.api.doors import PREFIX, blueprint, plain_id
from tracker.api.lists import page_of
from tracker.db import db, first_or_404, locked
from tracker.errors import DomainError, NotFound
from tracker.followups import actions as followups
from tracker.inspections import actions, queries
from tracker.inspections.models import InspectionPlan, InspectionResult, InspectionRound
from tracker.systems.models import AISystem
from tracker.web import current_actor

bp = blueprint("inspections", "Inspections")


@bp.get("/inspections/rounds")
@bp.input(checked.RoundFilter, location="query", arg_name="wanted")
@bp.output(checked.RoundPage)
def list_rounds(wanted: checked.RoundFilter) -> dict[str, Any]:
    """The rounds that the token's owner may see, newest first; by `state`, `plan` (its id), `system` (its key)."""
    found = queries.rounds(current_actor(), clock.now())
    if wanted.state:
        found = found.where(InspectionRound.state == wanted.state)
    if wanted.plan is not None:
        found = found.where(InspectionRound.plan_id == plain_id(wanted.plan))
    if wanted.system:
        found = found.where(
            InspectionPlan.system_id.in_(select(AISystem.id).where(AISystem.key == wanted.system))
        )
    return page_of(found, InspectionRound.id, limit=wanted.limit, cursor=wanted.cursor, show=_lines)


@bp.get("/inspections/rounds/<int:round_id>")
@bp.output(checked.RoundOut)
def read(round_id: int) -> dict[str, Any]:
    """One round with its checklist, what was found so far, and the moves that the token's owner has."""
    return facts(_round(round_id))


@bp.post("/inspections/rounds/<int:round_id>")
@bp.input(checked.RoundIn, arg_name="body")
@bp.output(checked.RoundOut)
@acts
def answer(round_id: int, body: checked.RoundIn) -> Done:
    """Write down results (`fine`, `finding` with a note, `not_applicable`), others stay; `finish` ends the round."""
    found, by, at = _round(round_id, lock=True), current_actor(), clock.now()
    unknown = {one.id for one in body.results} - {one.id for one in found.results}
    if unknown:
        text = _("This round has no such line.")
        raise DomainError(text, fields={"results": text})
    actions.fill(found, {one.id: (one.outcome, one.note) for one in body.results}, by=by, at=at)
    if body.finish:
        actions.finish(found, by=by, at=at)
    followups.rearm_now(found.kind_name, found.id, at)
    return Done(facts(found))


@bp.post("/inspections/rounds/<int:round_id>/miss")
@bp.input(checked.MissIn, arg_name="body")
@bp.output(checked.RoundOut)
@acts
def miss(round_id: int, body: checked.MissIn) -> Done:
    """Nobody looked and nobody will: the reason stays in the history."""
    found, at = _round(round_id, lock=True), clock.now()
    actions.miss(found, body.reason, by=current_actor(), at=at)
    followups.rearm_now(found.kind_name, found.id, at)
    return Done(facts(found))


@bp.post("/inspections/rounds/<int:round_id>/results/<int:result_id>/issue")
@bp.output(checked.FindingOut, status_code=201)
@acts
def to_issue(round_id: int, result_id: int) -> Done:
    """Make an issue of a finding; asking again answers the same one."""
    found, at = _round(round_id, lock=True), clock.now()
    own = select(InspectionResult).where(
        InspectionResult.id == plain_id(result_id), InspectionResult.round_id == found.id
    )
    result = first_or_404(own)
    before = result.issue
    if before is not None and queries.leads_to(result, current_actor()) is None:
        raise NotFound()
    issue = actions.to_issue(found, result, by=current_actor(), at=at)
    followups.rearm_now("issue", issue.id, at)
    return Done({"number": issue.number}, 200 if before else 201, f"{PREFIX}/issues/{issue.number}")


def _round(round_id: int, *, lock: bool = False) -> InspectionRound:
    found = first_or_404(
        queries.rounds(current_actor(), clock.now()).where(InspectionRound.id == plain_id(round_id))
    )
    if lock:
        again = select(InspectionRound).where(InspectionRound.id == found.id)
        db.session.scalars(locked(again).execution_options(populate_existing=True)).one()
    return found


def _lines(rows: Sequence[InspectionRound]) -> list[dict[str, Any]]:
    return [_line(one) for one in rows]


def _line(found: InspectionRound) -> dict[str, Any]:
    plan = found.plan
    by = db.session.get(Person, found.done_by_id) if found.done_by_id is not None else None
    return {
        "id": found.id, "number": found.number, "plan": plan.id, "name": plan.name, "system": plan.system.key,
        "owner": {"name": plan.owner.name, "email": plan.owner.email}, "state": found.state, "day": found.day,
        "due_at": found.due_at, "done_at": found.done_at, "done_by": by.name if by else "", "reason": found.reason,
    }  # fmt: skip


def facts(found: InspectionRound) -> dict[str, Any]:
    """A round with its checklist by the keys of the API; what was seen of a sealed case stands in the case alone."""
    actor = current_actor()
    results = [
        {
            "id": one.id, "text": one.item.text, "text_en": one.item.text_en, "outcome": one.outcome,
            "note": "" if queries.is_sealed(one) else one.note,
            "issue": issue.number if (issue := queries.leads_to(one, actor)) else None,
        }
        for one in found.results
    ]  # fmt: skip
    moves = actions.round_moves(found, by=actor, at=clock.now())
    return {**_line(found), "results": results, "moves": moves}

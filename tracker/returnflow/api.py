"""The return flow over the API: which causes wait for whom, and what was said about each."""

from datetime import datetime
from typing import Any, Literal

from flask_babel import gettext as _
from pydantic import BaseModel
from sqlalchemy import select

from tracker import clock
from tracker.api.acts import Done, acts
from tracker.api.doors import blueprint
from tracker.api.shapes import Body, Line, Page, Text
from tracker.db import db, first_or_404, locked
from tracker.errors import DomainError
from tracker.records import codes
from tracker.records.models import Record
from tracker.returnflow import actions, queries, rules
from tracker.web import current_actor

bp = blueprint("returnflow", "Return flow")


class FlowFilter(Page):
    record: Line = ""
    cause: Line = ""
    show: Literal["", "open", "past", "all"] = ""


class MarkIn(Body):
    state: Literal["", "taken", "done"]
    note: Text = ""


class FlowOut(BaseModel):
    record: str
    state: str
    system: str
    cause_class: str
    points_to: str
    artefacts: list[dict[str, str]]
    root_cause: str | None
    return_state: str
    note: str
    by: str
    at: datetime | None


class FlowPage(BaseModel):
    items: list[FlowOut]
    next: str | None


@bp.get("/return-flow")
@bp.input(FlowFilter, location="query", arg_name="wanted")
@bp.output(FlowPage)
def list_flow(wanted: FlowFilter) -> dict[str, Any]:
    """Causes that go back to those who make data, rules, prompts and models; newest first, a record's together."""
    actor = current_actor()
    kept = {"record": wanted.record, "class": wanted.cause, "show": wanted.show}
    found = queries.filtered(actor, {key: value for key, value in kept.items() if value})
    if wanted.cursor:
        if not wanted.cursor.isdecimal() or len(wanted.cursor) >= 18:
            text = _("Use the cursor as the answer before gave it.")
            raise DomainError(text, fields={"cursor": text})
        found = found.where(Record.id < int(wanted.cursor))
    lines = queries.shown(found, actor, wanted.limit + len(codes.CAUSE_CLASSES))
    # A record's lines stay together, so that the next page can begin with another record.
    last = lines[wanted.limit - 1].record.id if len(lines) >= wanted.limit else 0
    shown = [one for at, one in enumerate(lines) if at < wanted.limit or one.record.id == last]
    return {"items": [_facts(one) for one in shown], "next": str(last) if len(lines) > len(shown) else None}


@bp.post("/return-flow/<number>/<cause>")
@bp.input(MarkIn, arg_name="body")
@bp.output(FlowOut)
@acts
def mark(number: str, cause: str, body: MarkIn) -> Done:
    """Say how the cause stands: `taken`, `done` with what was changed, or empty to take back what was said."""
    actor = current_actor()
    seen = queries.filtered(actor, {"record": number, "class": cause, "show": rules.ALL})
    record_id = first_or_404(seen.with_only_columns(Record.id))
    found = db.session.scalars(locked(select(Record).where(Record.id == record_id))).one()
    actions.mark(found, cause, body.state, body.note, by=actor, at=clock.now())
    return Done(_facts(next(one for one in queries.shown(seen, actor, 2) if one.cause == cause)))


def _facts(one: queries.Line) -> dict[str, Any]:
    said = one.mark
    return {
        "record": one.record.number, "state": one.record.state, "system": one.record.system.key,
        "cause_class": one.cause, "points_to": codes.CAUSE_POINTS_TO[one.cause],
        "artefacts": [{"name": name, "version": version} for name, version in one.artefacts],
        "root_cause": None if one.sealed else one.record.root_cause, "return_state": one.state,
        "note": said.note if said else "", "by": said.by_name if said else "", "at": said.at if said else None,
    }  # fmt: skip

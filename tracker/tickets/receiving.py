"""A call taken in: who sent it, whether it was here before, what it says of which tickets.  Never commits."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select
from werkzeug.datastructures import Headers

from tracker.accounts.rules import Actor
from tracker.db import db, locked
from tracker.records import told
from tracker.records.models import Record
from tracker.tickets import queries, rules, shapes
from tracker.tickets.models import TicketCall, TicketTool
from tracker.tickets.shapes import Shape, Unreadable

WHY_MOST = 200
# What is said of a call that told of several records: the weightiest.
WEIGHT = (rules.DONE, rules.ASKED, rules.NOTED, rules.SAME, rules.OLDER)


@dataclass(frozen=True)
class Call:
    """What came in: headers by their names in any case, the body as it was signed."""

    headers: Headers
    body: bytes


@dataclass(frozen=True)
class Outcome:
    """What came of it, and why where that is not plain."""

    result: str
    why: str = ""
    number: str = ""
    state: str = ""


def refusal(tool: TicketTool, call: Call, now: datetime) -> str:
    """Why the call is not believed, in English for who set it up; empty when it is."""
    if not tool.active:
        return "this tool is switched off here"
    shape, secrets = shapes.SHAPES[tool.shape], queries.secrets(tool, now)
    header = shape.signature
    if tool.takes_token and not call.headers.get(header, ""):
        return (
            ""
            if rules.has_token(secrets, call.headers)
            else f"the header {rules.TOKEN} does not hold the secret"
        )
    if not call.headers.get(header, ""):
        return f"the header {header} is missing: set the secret in the tool"
    if not rules.is_signed(secrets, call.headers, header, call.body):
        return f"the header {header} does not fit the body: is the secret the one shown here?"
    if header == shapes.STANDARD and not rules.in_time(call.headers, now):
        return "the signed webhook-timestamp is more than five minutes from our clock"
    return ""


def receive(tool: TicketTool, call: Call, now: datetime) -> Outcome:
    """Take in a call that is believed; each counts once, by its id and, where that is not signed, by its body too."""
    shape = shapes.SHAPES[tool.shape]
    delivery, digest = _identity(shape, call)
    if _was_here(tool, delivery, digest):
        return Outcome(rules.SEEN)
    try:
        outcome = _told(tool, shape, call, now)
    except Unreadable as error:
        outcome = Outcome(rules.UNREADABLE, str(error))
    note(tool, outcome, now, delivery=delivery, digest=digest)
    _forget(tool, now)
    return outcome


def note(
    tool: TicketTool,
    outcome: Outcome,
    now: datetime,
    *,
    delivery: str | None = None,
    digest: str | None = None,
) -> None:
    """A line in the list of the tool's calls."""
    db.session.add(
        TicketCall(
            tool_id=tool.id, at=now, delivery=delivery, body_sha256=digest, result=outcome.result,
            number=outcome.number, state=outcome.state, why=outcome.why[:WHY_MOST],
        )
    )  # fmt: skip
    db.session.flush()


def _identity(shape: Shape, call: Call) -> tuple[str | None, str | None]:
    delivery = next((call.headers.get(name, "") for name in shape.delivery if call.headers.get(name, "")), "")
    signed = shape.signature == shapes.STANDARD and bool(call.headers.get(shapes.STANDARD, ""))
    digest = None if signed else hashlib.sha256(call.body).hexdigest()
    return delivery[: shapes.LINE_MOST] or None, digest


def _was_here(tool: TicketTool, delivery: str | None, digest: str | None) -> bool:
    same = or_(
        TicketCall.delivery == delivery if delivery else TicketCall.id == 0,
        TicketCall.body_sha256 == digest if digest else TicketCall.id == 0,
    )
    return (
        db.session.scalar(select(TicketCall.id).where(TicketCall.tool_id == tool.id, same).limit(1))
        is not None
    )


def _told(tool: TicketTool, shape: Shape, call: Call, now: datetime) -> Outcome:
    body = _json(call.body)
    name = shapes.event_of(shape, call.headers, body)
    event = shape.events.get(name)
    if event is None:
        return Outcome(
            rules.SILENT, "" if name in shape.silent else f"no news of a ticket: {name or 'no event named'}"
        )
    said = shapes.read(event, body, tool.meanings)
    rows = told.standing(tool.name, said.number, said.url)
    if not rows:
        return Outcome(rules.NOBODY, "", said.number or said.url, said.state)
    records = select(Record).where(Record.id.in_({row.record_id for row in rows})).order_by(Record.id)
    db.session.scalars(locked(records)).all()
    by = Actor(name=tool.name, is_system=True)
    results = {told.learn(row, said.state, said.meaning, said.at, tool=by, at=now) for row in rows}
    return Outcome(next(one for one in WEIGHT if one in results), "", said.number or said.url, said.state)


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable("the body is no JSON: choose application/json in the tool") from None
    if not isinstance(found, dict):
        raise Unreadable("the body is no JSON object")
    return found


def _forget(tool: TicketTool, now: datetime) -> None:
    """Calls are kept for thirty days."""
    db.session.execute(
        delete(TicketCall).where(TicketCall.tool_id == tool.id, TicketCall.at < now - rules.KEPT)
    )

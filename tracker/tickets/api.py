"""Tools that may call, over the API; administrators alone."""

from collections.abc import Sequence
from typing import Any

from flask import Response, current_app
from sqlalchemy import select

from tracker import clock
from tracker.api import tools as shapes
from tracker.api.acts import Done, acts
from tracker.api.doors import PREFIX, blueprint, need_admin
from tracker.api.lists import page_of
from tracker.db import first_or_404, locked
from tracker.tickets import actions, queries
from tracker.tickets.models import TicketCall, TicketTool
from tracker.web import current_actor
from tracker.web.paths import base_url

bp = blueprint("tickets", "Tools")


@bp.get("/tools")
@bp.input(shapes.Page, location="query", arg_name="wanted")
@bp.output(shapes.ToolPage)
def list_tools(wanted: shapes.Page) -> dict[str, Any]:
    """The tools whose webhooks are taken, newest first."""
    need_admin("admin")
    found = select(TicketTool)
    return page_of(found, TicketTool.id, limit=wanted.limit, cursor=wanted.cursor, show=_lines)


@bp.post("/tools")
@bp.input(shapes.ToolIn, arg_name="body")
@bp.output(shapes.ToolSecret, status_code=201)
def add(body: shapes.ToolIn) -> Response:
    """Let a tool call: `shape` is `github`, `gitlab`, `jira` or `plain`.  The secret is answered here alone."""
    return _with_secret(_add(body))


@acts
def _add(body: shapes.ToolIn) -> Done:
    need_admin("admin")
    row = actions.add(body.name, body.shape, key=body.key, by=current_actor(), at=clock.now())
    return Done(facts(row), 201, f"{PREFIX}/tools/{row.key}/calls")


@bp.post("/tools/<key>/rotate")
@bp.output(shapes.ToolSecret)
def rotate(key: str) -> Response:
    """A new secret; the former one is taken for a day more."""
    return _with_secret(_rotate(key))


@acts
def _rotate(key: str) -> Done:
    row = _tool(key)
    actions.rotate(row, by=current_actor(), at=clock.now())
    return Done(facts(row))


def _with_secret(answer: Response) -> Response:
    """Put in behind what is kept for a repeated call: no table holds a secret."""
    known = answer.get_json()
    row = queries.by_key(str(known.get("key", "")))
    if row is not None and answer.status_code < 300:
        answer.data = current_app.json.dumps(known | {"secret": queries.secret(row)})
    return answer


@bp.get("/tools/<key>/calls")
@bp.input(shapes.Page, location="query", arg_name="wanted")
@bp.output(shapes.CallPage)
def list_calls(key: str, wanted: shapes.Page) -> dict[str, Any]:
    """What a tool has told within thirty days and what came of it, newest first."""
    found = queries.calls(_tool(key, lock=False)).order_by(None)
    return page_of(found, TicketCall.id, limit=wanted.limit, cursor=wanted.cursor, show=_calls)


def _tool(key: str, *, lock: bool = True) -> TicketTool:
    need_admin("admin")
    wanted = select(TicketTool).where(TicketTool.key == key)
    return first_or_404(locked(wanted) if lock else wanted)


def _lines(rows: Sequence[TicketTool]) -> list[dict[str, Any]]:
    return [facts(one) for one in rows]


def facts(row: TicketTool) -> dict[str, Any]:
    """One tool by the keys of the API."""
    return {
        "key": row.key, "name": row.name, "shape": row.shape, "active": row.active, "old_until": row.old_until,
        "url": f"{base_url()}/hooks/{row.key}",
    }  # fmt: skip


def _calls(rows: Sequence[TicketCall]) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "at": one.at,
            "result": one.result,
            "ticket": one.number,
            "state": one.state,
            "why": one.why,
        }
        for one in rows
    ]

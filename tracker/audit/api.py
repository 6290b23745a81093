"""The audit trail over the API."""

from collections.abc import Sequence
from typing import Any

from tracker.api import shapes
from tracker.api.doors import blueprint
from tracker.api.lists import page_of
from tracker.audit.models import Entry
from tracker.audit.views import log_view
from tracker.exports import trail
from tracker.web import current_actor

bp = blueprint("audit", "Audit trail")


@bp.get("/audit")
@bp.input(shapes.AuditFilter, location="query", arg_name="wanted")
@bp.output(shapes.AuditPage)
def list_entries(wanted: shapes.AuditFilter) -> dict[str, Any]:
    """Every change: who, what, when, before, after, newest first.  Free text stands there as its digest."""
    log_view("audit")
    found = trail.entries(current_actor(), wanted.subject or "")
    return page_of(found, Entry.id, limit=wanted.limit, cursor=wanted.cursor, show=_lines)


def _lines(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id, "at": one.at, "by": one.by_name, "on_behalf": one.on_behalf, "action": one.action,
            "subject": f"{one.subject_kind}:{one.subject_id}", "before": one.before, "after": one.after,
            "hash": one.hash,
        }
        for one in entries
    ]  # fmt: skip

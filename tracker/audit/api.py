"""The audit trail over the API."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, or_, select

from tracker.accounts.rules import ADMIN, AUDITOR, MANAGER
from tracker.api import shapes
from tracker.api.doors import blueprint
from tracker.api.lists import page_of
from tracker.audit.models import Entry
from tracker.db import first_or_404
from tracker.errors import NotAllowed
from tracker.issues import queries as issues
from tracker.issues.models import Issue
from tracker.records import queries as records
from tracker.records.models import Record
from tracker.web import current_actor

bp = blueprint("audit", "Audit trail")
CASES = ("issue", "record", "escalation")


@bp.get("/audit")
@bp.input(shapes.AuditFilter, location="query", arg_name="wanted")
@bp.output(shapes.AuditPage)
def list_entries(wanted: shapes.AuditFilter) -> dict[str, Any]:
    """Every change: who, what, when, before, after, newest first.  Free text stands there as its digest."""
    actor = current_actor()
    if not actor.is_(AUDITOR, ADMIN, MANAGER):
        raise NotAllowed(_("Only auditors, managers and administrators read the audit trail."))
    found = select(Entry)
    if wanted.subject:
        found = _about(found, wanted.subject)
    elif not actor.is_(AUDITOR, MANAGER):
        found = found.where(Entry.subject_kind.not_in(CASES))
    elif not actor.is_(AUDITOR):
        found = found.where(
            or_(
                Entry.subject_kind.not_in(CASES),
                (Entry.subject_kind == "issue") & Entry.subject_id.in_(issues.visible(actor).with_only_columns(Issue.id)),
                (Entry.subject_kind == "record") & Entry.subject_id.in_(records.visible(actor).with_only_columns(Record.id)),
            )
        )
    return page_of(found, Entry.id, limit=wanted.limit, cursor=wanted.cursor, show=_lines)


def _about(found: Select[tuple[Entry]], subject: str) -> Select[tuple[Entry]]:
    """The entries of `Q-…`, `AR-…` or `kind:id`; what may not be seen is not there."""
    actor = current_actor()
    if subject.startswith("AR-"):
        wanted = select(Record).where(Record.number == subject)
        visible = wanted if actor.is_(AUDITOR) else records.visible(actor).where(Record.number == subject)
        return found.where(Entry.subject_kind == "record", Entry.subject_id == first_or_404(visible).id)
    if subject.startswith("Q-"):
        row = select(Issue).where(Issue.number == subject)
        shown = row if actor.is_(AUDITOR) else issues.visible(actor).where(Issue.number == subject)
        return found.where(Entry.subject_kind == "issue", Entry.subject_id == first_or_404(shown).id)
    kind, _colon, number = subject.partition(":")
    if kind in CASES and not actor.is_(AUDITOR):
        return found.where(Entry.id < 0)
    wanted_id = int(number) if number.isdecimal() and len(number) < 10 else 0
    return found.where(Entry.subject_kind == kind, Entry.subject_id == wanted_id)


def _lines(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id, "at": one.at, "by": one.by_name, "on_behalf": one.on_behalf, "action": one.action,
            "subject": f"{one.subject_kind}:{one.subject_id}", "before": one.before, "after": one.after,
            "hash": one.hash,
        }
        for one in entries
    ]  # fmt: skip

"""A turn between engineer and supervisor that is sent twice at once is kept once, as in the talk with the user."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tracker.accounts.rules import Actor
from tracker.escalations import queries
from tracker.issues import fields
from tracker.issues.twice import SOON
from tracker.records.parts import Escalation


def noted(escalation: Escalation, kind: str, given: Mapping[str, Any], *, by: Actor, at: datetime) -> bool:
    """Whether the last turn says just this, and the date that came along, if any, stands already."""
    last = next(iter(queries.notes(escalation)), None)
    if last is None or last.at <= at - SOON or (last.by_id, last.kind) != (by.person_id, kind):
        return False
    same_text = fields.same_text(last.body, str(given.get("body", "")))
    return same_text and _stands(escalation, given.get("expected_at"))


def _stands(escalation: Escalation, expected_at: Any) -> bool:
    try:
        return not expected_at or fields.deadline(expected_at) == escalation.expected_at
    except fields.Unreadable:
        return False

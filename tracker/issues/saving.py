"""Saving single fields of an issue, with a guard against overwriting what somebody else wrote meanwhile."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from tracker import audit, written
from tracker.accounts.rules import Actor
from tracker.errors import Conflict, DomainError, NotAllowed, Stale
from tracker.issues import fields, queries, talk, when
from tracker.issues.models import Issue
from tracker.workflow import SUPERVISOR, SYSTEM

REQUIRED = frozenset({"title", "description", "ai_system", "aware_at"})


def save(
    issue: Issue,
    changes: Mapping[str, Any],
    *,
    by: Actor,
    at: datetime,
    seen: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Write these fields; answers those that changed.

    `seen` holds the digest of each field as the editor saw it.  Where somebody wrote something else since, nothing is
    saved and Stale brings both texts.  Raises NotAllowed, DomainError.
    """
    if not queries.relations(by, issue) & {SUPERVISOR, SYSTEM}:
        raise NotAllowed(_("Only a supervisor changes what stands in an issue."))
    wanted = fields.read(_of_a_month(changes), {key: field.read for key, field in fields.FIELDS.items()})
    _check(issue, wanted)
    changed = {key: new for key, new in wanted.items() if fields.value(issue, key) != new}
    if issue.severity_provisional and "severity" in wanted:
        # What was computed from the reporter's answer becomes somebody's decision, even where both are the same.
        changed["severity"] = wanted["severity"]
    if early := when.not_yet(changed.get("occurred_at"), at):
        raise DomainError(fields={"occurred_at": early})
    _refuse_stale(issue, changed, seen or {})
    if not changed:
        return {}
    before = {key: fields.value(issue, key) for key in changed if not fields.FIELDS[key].free}
    for key, new in changed.items():
        fields.put(issue, key, new)
    _follow_up(issue, changed)
    audit.record(
        "issue.save", issue, by=by, at=at, before=before,
        after={key: new for key, new in changed.items() if not fields.FIELDS[key].free},
        texts={key: new for key, new in changed.items() if fields.FIELDS[key].free},
    )  # fmt: skip
    talk.changed(issue, at)
    return changed


def _of_a_month(changes: Mapping[str, Any]) -> Mapping[str, Any]:
    """A month alone is the first day that it may have happened on, and says how exactly that is known."""
    month = written.month(str(changes.get("occurred_at") or ""))
    if month is None:
        return changes
    return {**changes, "occurred_at": month.isoformat(), "occurred_precision": "month"}


def _check(issue: Issue, wanted: Mapping[str, Any]) -> None:
    empty = {key: _("This cannot be empty.") for key in REQUIRED & wanted.keys() if wanted[key] in ("", None)}
    if empty:
        raise DomainError(_("Some fields cannot be empty."), fields=empty)
    if issue.personal_data and "title" in wanted:
        raise DomainError(fields={"title": _("The title is sealed, because personal data is concerned.")})


def _refuse_stale(issue: Issue, changed: Mapping[str, Any], seen: Mapping[str, str]) -> None:
    conflicts = [
        Conflict(key, fields.shown(new), fields.shown(fields.value(issue, key)))
        for key, new in changed.items()
        if key in seen and seen[key] != fields.digest(issue, key)
    ]
    if conflicts:
        raise Stale(conflicts, _("Somebody changed this while you were editing. Both versions are below."))


def _follow_up(issue: Issue, changed: Mapping[str, Any]) -> None:
    """What one field means for another."""
    if "severity" in changed:
        issue.severity_provisional = False
    if "occurred_at" in changed and "occurred_precision" not in changed:
        issue.occurred_precision = "exact" if issue.occurred_at else "unknown"
    if "ai_system" in changed and "function" not in changed:
        issue.function_id = None

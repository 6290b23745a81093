"""The menu of each role (at most six, 回報問題 first) and the page it lands on."""

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l

from tracker.accounts.rules import Actor

ENTRIES: tuple[tuple[str, Any, str, str, tuple[str, ...]], ...] = (
    # path, label, icon, key, roles (empty: everybody)
    ("/report", _l("Report a problem"), "message-report", "", ()),
    ("/dashboard", _l("Overview"), "chart-bar", "g d", ("manager",)),
    ("/inbox", _l("Inbox"), "inbox", "g i", ("supervisor",)),
    ("/escalations", _l("Escalated to me"), "tool", "g e", ("engineer",)),
    ("/follow-up", _l("Follow-up"), "alarm", "g f", ("supervisor", "engineer", "manager")),
    ("/approvals", _l("To sign"), "edit", "", ("manager",)),
    ("/records", _l("Records"), "clipboard-text", "g r", ("supervisor", "manager", "auditor")),
    ("/my", _l("My reports"), "messages", "", ("reporter",)),
    ("/audit", _l("Audit trail"), "history", "", ("auditor",)),
    ("/register", _l("Yearly register"), "book", "", ("auditor",)),
    ("/systems", _l("AI systems"), "bookmark", "", ()),
    ("/training", _l("Training"), "school", "", ()),
    ("/admin", _l("Administration"), "settings", "", ("admin",)),
)

LANDING = (
    ("auditor", "/register"), ("supervisor", "/inbox"), ("manager", "/dashboard"), ("engineer", "/escalations"),
    ("admin", "/admin"),
)  # fmt: skip


def menu(actor: Actor) -> list[dict[str, Any]]:
    """The entries for this actor, in order; a visitor sees the report page alone."""
    if actor.person_id is None:
        return [_entry(ENTRIES[0])] if actor.link is None else []
    return [_entry(one) for one in ENTRIES if not one[4] or actor.is_(*one[4])]


def _entry(one: tuple[str, Any, str, str, tuple[str, ...]]) -> dict[str, Any]:
    path, label, icon, key, _roles = one
    current = request.path == path or request.path.startswith(path + "/")
    return {"href": path, "label": label, "icon": icon, "key": key, "current": current, "count": None}


def landing(actor: Actor) -> str:
    """Where the start page leads this actor."""
    if actor.person_id is None:
        return "/report"
    return next((path for role, path in LANDING if actor.is_(role)), "/my")

"""The menu of each role (at most six, 回報問題 first) and the page it lands on."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _w

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
    ("/needs", _l("Needs"), "flag", "g n", ("supervisor", "manager")),
    ("/my", _l("My reports"), "messages", "", ("reporter",)),
    ("/audit", _l("Audit trail"), "history", "", ("auditor",)),
    ("/register", _l("Yearly register"), "book", "", ("auditor",)),
    ("/kb", _w("guide", "Answers"), "file-text", "g k", ()),
    ("/systems", _l("AI systems"), "bookmark", "", ()),
    ("/training", _l("Training"), "school", "", ()),
    ("/admin", _l("Admin"), "settings", "", ("admin",)),
)

OPEN = ("/report", "/kb")

LANDING = (
    ("auditor", "/register"), ("supervisor", "/inbox"), ("manager", "/dashboard"), ("engineer", "/escalations"),
    ("admin", "/admin"),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Entry:
    """One entry of the menu, as the reader's page shows it."""

    href: str
    label: Any
    icon: str
    key: str
    current: bool


# Pages that belong to another entry than their address says.
ELSEWHERE = {"/inbox/bulk/decide": "/needs"}
Menu = tuple[Entry, ...]


def menu(actor: Actor) -> Menu:
    """The entries for this actor, in order; a visitor sees the report page and the answers.

    The same object for everybody who sees the same, so that what is drawn of it can be kept.
    """
    if actor.link is not None:
        return ()
    at = ELSEWHERE.get(request.path, request.path)
    here = (path for path, *_rest in ENTRIES if at == path or at.startswith(path + "/"))
    return _menu(None if actor.person_id is None else actor.roles, next(here, ""))


@lru_cache(maxsize=512)
def _menu(roles: frozenset[str] | None, here: str) -> Menu:
    shown = (
        [one for one in ENTRIES if one[0] in OPEN]
        if roles is None
        else [one for one in ENTRIES if not one[4] or roles & set(one[4])]
    )
    return tuple(Entry(path, label, icon, key, path == here) for path, label, icon, key, _roles in shown)


def landing(actor: Actor) -> str:
    """Where the start page leads this actor."""
    if actor.person_id is None:
        return "/report"
    return next((path for role, path in LANDING if actor.is_(role)), "/my")

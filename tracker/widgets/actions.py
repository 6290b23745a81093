"""Verbs of the report widgets.  Never commit."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from tracker import audit
from tracker.accounts import names, tokens
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.errors import DomainError
from tracker.systems import queries as systems
from tracker.systems.models import AISystem
from tracker.widgets import rules
from tracker.widgets.models import Widget

KEY_PREFIX = "wk_"
KEY_LENGTH = 22


@dataclass(frozen=True)
class Wanted:
    """A widget as an administrator describes it; `origins` one a line."""

    name: str
    system_id: int | None
    origins: str


def create(wanted: Wanted, *, by: Actor, at: datetime) -> Widget:
    """A widget with a key of its own."""
    key = KEY_PREFIX + tokens.new_secret()[:KEY_LENGTH]
    widget = Widget(key=key, created_at=at, **_checked(wanted))
    db.session.add(widget)
    db.session.flush()
    audit.record("widget.create", widget, by=by, at=at, after=_facts(widget))
    return widget


def save(widget: Widget, wanted: Wanted, *, by: Actor, at: datetime) -> None:
    """Change it; its key stays, so that the pages that carry it need no change."""
    before = _facts(widget)
    for name, value in _checked(wanted).items():
        setattr(widget, name, value)
    after = _facts(widget)
    changes = {name: value for name, value in after.items() if before[name] != value}
    if changes:
        kept = {name: before[name] for name in changes}
        audit.record("widget.save", widget, by=by, at=at, before=kept, after=changes)


def revoke(widget: Widget, *, by: Actor, at: datetime) -> None:
    """From now on nothing comes in by it."""
    if widget.revoked_at is None:
        widget.revoked_at = at
        audit.record("widget.revoke", widget, by=by, at=at)


def restore(widget: Widget, *, by: Actor, at: datetime) -> None:
    """Take that back."""
    if widget.revoked_at is not None:
        widget.revoked_at = None
        audit.record("widget.restore", widget, by=by, at=at)


def _facts(widget: Widget) -> dict[str, object]:
    return {"name": widget.name, "system": widget.system_id, "origins": list(widget.origins)}


def _checked(wanted: Wanted) -> dict[str, object]:
    wrong: dict[str, str] = {}
    name = names.one_line(wanted.name)[: names.NAME_MOST]
    if not name:
        wrong["name"] = _("Enter the name")
    if db.session.scalar(systems.offered().where(AISystem.id == wanted.system_id)) is None:
        wrong["system_id"] = _("Select an AI system")
    found: list[str] = []
    try:
        found = rules.origins(wanted.origins)
    except rules.NoOrigin as error:
        wrong["origins"] = _(
            "“%(line)s” is no address of a site. Write scheme and host, such as https://chat.example.org",
            line=str(error)[:100],
        )
    else:
        if not found:
            wrong["origins"] = _("Enter at least one address, such as https://chat.example.org")
        elif len(found) > rules.ORIGINS_MOST:
            wrong["origins"] = _("Enter at most %(most)s addresses", most=rules.ORIGINS_MOST)
    if wrong:
        raise DomainError(_("Some fields are missing or cannot be read."), fields=wrong)
    return {"name": name, "system_id": wanted.system_id, "origins": found}

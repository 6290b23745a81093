"""A report as a widget sends it: read, and what the program sent along kept however long it is.  Never commits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from tracker import attachments
from tracker.accounts import names
from tracker.accounts.rules import WIDGET, Actor, Link
from tracker.errors import DomainError
from tracker.issues import actions, fields
from tracker.issues.intake import Clocks
from tracker.issues.models import Issue
from tracker.outbox.rules import is_address
from tracker.widgets import rules
from tracker.widgets.models import Widget

TYPED = ("description", "impact", "email")
# What the page knows by itself; nobody typed it, so none of it may be what a report fails by.
SENT_ALONG = {
    "input": "input", "output": "actual", "model": "model", "version": "model_version", "trace_id": "trace_id",
}  # fmt: skip
LINES = ("model", "version", "trace_id")
KEY_MOST = 64


@dataclass(frozen=True)
class Sent:
    """A report as it came, each part a text; `once` names it, so that sent twice it is made once."""

    typed: Mapping[str, str]
    along: Mapping[str, str]
    page: str
    once: str


def read(body: Any) -> Sent:
    """The parts of a body; DomainError names those that are no text.  What else it holds is left alone."""
    if not isinstance(body, dict):
        raise DomainError(_("Send a JSON object."))
    wrong = {}
    found: dict[str, str] = {}
    for name in (*TYPED, *SENT_ALONG, "page", "once"):
        value = body.get(name)
        if value is not None and not isinstance(value, str):
            wrong[name] = _("Enter text here.")
        found[name] = value if isinstance(value, str) else ""
    if len(found["once"]) > KEY_MOST:
        wrong["once"] = _("Use at most %(count)s characters", count=KEY_MOST)
    if wrong:
        raise DomainError(_("Some fields are missing or cannot be read."), fields=wrong)
    typed, along = ({name: found[name] for name in some} for some in (TYPED, SENT_ALONG))
    return Sent(typed, along, found["page"], found["once"])


def actor_of(widget: Widget) -> Actor:
    """Whoever sends by it: nobody we know, who may report about the one system."""
    link = Link(widget.id, WIDGET, widget.system.kind_name, widget.system_id)
    return Actor(name=widget.name, link=link, scopes=frozenset({"write"}))


def take_in(sent: Sent, widget: Widget, *, at: datetime, clocks: Clocks | None = None) -> Issue:
    """Open the issue; DomainError names what the reporter has to correct."""
    by = actor_of(widget)
    texts, files = _along(sent.along)
    email = names.address(sent.typed["email"])
    intake = actions.Intake(
        system=widget.system, description=sent.typed["description"], impact=sent.typed["impact"], channel=WIDGET,
        environment=rules.page_address(sent.page), reporter_email=email, occurred_at=at,
        occurred_precision="exact", evidence=texts,
    )  # fmt: skip
    if email and not is_address(email):
        wrong = {"email": _("Enter an e-mail address like name@example.org")}
        raise DomainError(fields=actions.wrong_in(intake, by=by, at=at) | wrong)
    issue = actions.open_issue(fields=intake, by=by, at=at, clocks=clocks)
    if files:
        attachments.store(
            files, subject=(issue.kind_name, issue.id), by=by, at=at, sealed=issue.personal_data
        )
    widget.last_used_at = at
    return issue


def _along(along: Mapping[str, str]) -> tuple[dict[str, str], list[FileStorage]]:
    """What fits its field; the whole of what does not, as text files beside its beginning."""
    texts, files = {}, []
    for name, text in along.items():
        most = fields.SHORT if name in LINES else fields.LONG
        kept = text.replace("\x00", "")
        if len(kept) > most:
            filename = f"{name}.txt"
            files.append(FileStorage(BytesIO(kept.encode("utf-8", "replace")), filename))
            note = "… " + _("(all %(length)s characters: %(file)s)", length=len(kept), file=filename)
            kept = kept[: most - len(note)] + note
        texts[SENT_ALONG[name]] = " ".join(kept.split()) if name in LINES else kept
    return texts, files

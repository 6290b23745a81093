"""What was typed into the form of a notice, and the files that prove it."""

from datetime import datetime

from flask_babel import gettext as _
from flask_wtf import FlaskForm

from tracker import attachments
from tracker.accounts.rules import Actor
from tracker.errors import DomainError
from tracker.issues import when
from tracker.statutory.actions import Told
from tracker.statutory.models import StatutoryNotice

TYPED = ("sent_at", "recipient", "to", "reference", "evidence", "body", "way")


def told_of(form: FlaskForm) -> Told:
    """The notice as it was typed; DomainError for a time that cannot be read."""
    typed = {name: str(form[name].data or "") for name in TYPED}
    sent = when.parse(typed.pop("sent_at"))
    if str(form["sent_at"].data or "").strip() and sent is None:
        raise DomainError(fields={"sent_at": _("Enter a date and time like 2026-11-22 14:30")})
    files = [one.filename for one in form["files"].data or [] if getattr(one, "filename", "")]
    if files and not typed["evidence"].strip():
        typed["evidence"] = _(", ").join(files)
    return Told(when.aware(sent) if sent else None, **typed)


def keep_files(notice: StatutoryNotice, form: FlaskForm, *, sealed: bool, by: Actor, at: datetime) -> None:
    """Keep what proves the notice with it."""
    uploads = [one for one in form["files"].data or [] if getattr(one, "filename", "")]
    attachments.store(uploads, subject=(notice.kind_name, notice.id), by=by, at=at, sealed=sealed)

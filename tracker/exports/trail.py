"""Who reads which entries of the audit trail: one rule behind the page, the API and the file."""

from flask_babel import gettext as _
from sqlalchemy import Select, or_, select

from tracker.accounts.rules import ADMIN, AUDITOR, MANAGER, Actor
from tracker.audit.models import Entry
from tracker.db import first_or_404
from tracker.errors import NotAllowed
from tracker.issues import queries as issues
from tracker.issues.models import Issue
from tracker.records import queries as records
from tracker.records.models import Record

CASES = ("issue", "record", "escalation")


def entries(actor: Actor, subject: str = "") -> Select[Entry]:
    """What this actor may read, of one subject (`Q-…`, `AR-…`, `kind:id`) or of all.  Raises NotAllowed, NotFound.

    Auditors read all; managers the cases they see; administrators what is not about cases.
    """
    if not actor.is_(AUDITOR, ADMIN, MANAGER):
        raise NotAllowed(_("Only auditors, managers and administrators read the audit trail."))
    if subject:
        return _about(actor, subject)
    found = select(Entry)
    if actor.is_(AUDITOR):
        return found
    if not actor.is_(MANAGER):
        return found.where(Entry.subject_kind.not_in(CASES))
    own_issues = issues.visible(actor).with_only_columns(Issue.id)
    own_records = records.visible(actor).with_only_columns(Record.id)
    return found.where(
        or_(
            Entry.subject_kind.not_in(CASES),
            (Entry.subject_kind == "issue") & Entry.subject_id.in_(own_issues),
            (Entry.subject_kind == "record") & Entry.subject_id.in_(own_records),
        )
    )


def _about(actor: Actor, subject: str) -> Select[Entry]:
    """The entries of one subject; what may not be seen is not there."""
    found = select(Entry)
    if subject.startswith("AR-"):
        wanted = select(Record) if actor.is_(AUDITOR) else records.visible(actor)
        record = first_or_404(wanted.where(Record.number == subject))
        return found.where(Entry.subject_kind == "record", Entry.subject_id == record.id)
    if subject.startswith("Q-"):
        visible = select(Issue) if actor.is_(AUDITOR) else issues.visible(actor)
        issue = first_or_404(visible.where(Issue.number == subject))
        return found.where(Entry.subject_kind == "issue", Entry.subject_id == issue.id)
    kind, _colon, number = subject.partition(":")
    if kind in CASES and not actor.is_(AUDITOR):
        return found.where(Entry.id < 0)
    wanted_id = int(number) if number.isdecimal() and len(number) < 10 else 0
    return found.where(Entry.subject_kind == kind, Entry.subject_id == wanted_id)

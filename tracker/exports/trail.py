"""Who reads which entries of the audit trail: one rule behind the page, the API and the file."""

from flask_babel import gettext as _
from sqlalchemy import Select, or_, select

from tracker.accounts.rules import ADMIN, AUDITOR, MANAGER, Actor, Limit
from tracker.audit.models import Entry
from tracker.db import first_or_404
from tracker.errors import NotAllowed
from tracker.exports import register
from tracker.issues.models import Issue
from tracker.records import queries as records
from tracker.records.models import Record

CASES = ("issue", "record", "escalation")


def entries(actor: Actor, subject: str = "") -> Select[Entry]:
    """What this actor may read, of one subject (`Q-…`, `AR-…`, `kind:id`) or of all.  Raises NotAllowed, NotFound.

    Auditors read all within their limits; managers the cases they see; administrators what is not about cases.
    """
    if not actor.is_(AUDITOR, ADMIN, MANAGER):
        raise NotAllowed(_("Only auditors, managers and administrators read the audit trail."))
    if subject:
        return _about(actor, subject)
    found = select(Entry)
    if _audits_all(actor):
        return found
    if not actor.is_(MANAGER, AUDITOR):
        return found.where(Entry.subject_kind.not_in(CASES))
    return found.where(
        or_(
            Entry.subject_kind.not_in(CASES),
            (Entry.subject_kind == "issue")
            & Entry.subject_id.in_(_issues(actor).with_only_columns(Issue.id)),
            (Entry.subject_kind == "record")
            & Entry.subject_id.in_(_records(actor).with_only_columns(Record.id)),
        )
    )


def _audits_all(actor: Actor) -> bool:
    return actor.is_(AUDITOR) and actor.limits.get(AUDITOR, Limit()).everywhere


def _issues(actor: Actor) -> Select[Issue]:
    return select(Issue).where(register.readable(actor))


def _records(actor: Actor) -> Select[Record]:
    """An auditor reads what was done with the restricted ones within their limits too, where no words stand."""
    if not actor.is_(AUDITOR):
        return records.visible(actor)
    return records.visible(actor, Record.primary_issue_id.in_(_issues(actor).with_only_columns(Issue.id)))


def _about(actor: Actor, subject: str) -> Select[Entry]:
    """The entries of one subject; what may not be seen is not there."""
    found = select(Entry)
    if subject.startswith("AR-"):
        record = first_or_404(_records(actor).where(Record.number == subject))
        return found.where(Entry.subject_kind == "record", Entry.subject_id == record.id)
    if subject.startswith("Q-"):
        issue = first_or_404(_issues(actor).where(Issue.number == subject))
        return found.where(Entry.subject_kind == "issue", Entry.subject_id == issue.id)
    kind, _colon, number = subject.partition(":")
    if kind in CASES and not _audits_all(actor):
        return found.where(Entry.id < 0)
    wanted_id = int(number) if number.isdecimal() and len(number) < 10 else 0
    return found.where(Entry.subject_kind == kind, Entry.subject_id == wanted_id)

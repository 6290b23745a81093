"""Splitting: a second matter in a report becomes an issue of its own, linked to the first; undone by joining again."""

from collections.abc import Collection
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from tracker import audit
from tracker.accounts.rules import Actor
from tracker.audit.models import Entry
from tracker.db import db
from tracker.errors import DomainError, NotAllowed, WrongState
from tracker.issues import letters, parties, queries, talk, undoing
from tracker.issues.intake import Intake, open_issue
from tracker.issues.models import Issue, Message
from tracker.issues.moves import carry_out
from tracker.workflow import SUPERVISOR

QUOTED = 200


def split(
    issue: Issue, *, description: str, by: Actor, at: datetime, messages: Collection[int] = ()
) -> Issue:
    """A new issue of the same reporter about the same system; `messages` of the old talk are named in its first note.

    Nothing is moved.  Raises NotAllowed, WrongState (ended issues are not split), DomainError.
    """
    if SUPERVISOR not in queries.relations(by, issue):
        raise NotAllowed(_("Only a supervisor can do this."))
    if not issue.is_open:
        raise WrongState(act="split")
    named = _of_talk(issue, messages)
    part = open_issue(fields=_intake(issue, description), by=by, at=at, waits=False, held=True)
    part.split_from_id, part.restricted, part.aware_at = issue.id, issue.restricted, issue.aware_at
    part.assignee_id = issue.assignee_id or by.person_id
    if part.restricted:
        # Its first letter was written before it was.
        parties.shut_links(part, at=at)
    if named:
        note = "\n".join(
            [_("Split from %(number)s; it was said there:", number=issue.number), *map(_quoted, named)]
        )
        talk.write(part, note, visibility="internal", by=by, at=at)
    after = {"part": part.number, **({"messages": [one.id for one in named]} if named else {})}
    audit.record(undoing.SPLIT, issue, by=by, at=at, after=after)
    return part


def _intake(issue: Issue, description: str) -> Intake:
    """What the part has of the issue it came from: who reported, where and how, and whether it is sealed or urgent."""
    return Intake(
        system=issue.system,
        description=description,
        impact=issue.impact_hint,
        channel=issue.channel,
        unit_id=issue.unit_id,
        system_version=issue.system_version,
        reporter=issue.reporter,
        reporter_name=issue.reporter_name or (_("Guest") if issue.reporter is None else ""),
        reporter_email=issue.reporter_email,
        reporter_phone=issue.reporter_phone,
        personal_data=issue.personal_data,
        harm=issue.harm,
    )


def _of_talk(issue: Issue, wanted: Collection[int]) -> list[Message]:
    found = [one for one in queries.messages(issue, internal=True) if one.id in set(wanted)]
    if len(found) < len(set(wanted)):
        text = _("Choose messages of this issue.")
        raise DomainError(text, fields={"messages": text})
    return found


def _quoted(message: Message) -> str:
    """One message as the note names it: who, and how it begins; what was masked says nothing."""
    words = " ".join(message.body.split())
    words = words if len(words) <= QUOTED else words[: QUOTED - 1] + "…"
    return "> " + _("%(who)s: %(words)s", who=message.author_name, words=words or "–")


def undo(issue: Issue, seq: int, *, by: Actor, at: datetime) -> Entry:
    """Take back any act that can be; a splitting, by joining the part with the issue that it came from."""
    entry = undoing.entry_of(issue, seq)
    if entry.action != undoing.SPLIT:
        return undoing.undo(issue, seq, by=by, at=at)
    undoing.allow(issue, entry, by=by, at=at)
    part = db.session.scalars(select(Issue).where(Issue.number == entry.after["part"])).one()
    unsent = not letters.take_back(part, "issue.received", cause="created", at=at)
    carry_out(part, "merge", by=by, at=at, fields={"into": issue.number})
    if unsent:
        # The reporter never heard of a second number, and need not hear that it is gone.
        merged = undoing.last_entry(part, "issue.merge")
        letters.take_back(part, "issue.merge", cause=merged.id, at=at)
    return undoing.written(issue, entry, by=by, at=at)

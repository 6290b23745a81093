"""What is sent twice at once, by a double click, a second tab or a browser that tries again, is kept once.

The same words of the same person with nothing said in between, within ten minutes, are the same: no mark in the form
would tell two tabs that brought back one draft.  The caller holds the issue, so that one of the two comes second.
Programs say by their Idempotency-Key what is the same call.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select

from tracker import audit
from tracker.accounts.rules import Actor
from tracker.attachments import names
from tracker.attachments.models import Attachment
from tracker.audit.models import Entry
from tracker.db import db
from tracker.issues import fields, moves
from tracker.issues.models import Contact, Issue, Message

SOON = timedelta(minutes=10)


def said(issue: Issue, body: str, *, visibility: str, files: Iterable[str], by: Actor, at: datetime) -> bool:
    """Whether the last message of the talk says just this, with files of these names."""
    newest = select(Message).where(Message.issue_id == issue.id).order_by(Message.id.desc()).limit(1)
    last = db.session.scalars(newest).first()
    if last is None or last.at <= at - SOON or last.masked_at is not None:
        return False
    if (last.author_id, last.author_name, last.visibility) != (by.author_id, by.name, visibility):
        return False
    came = select(Attachment.filename).where(
        Attachment.subject_kind == issue.kind_name, Attachment.subject_id == issue.id,
        Attachment.message_id == last.id, Attachment.masked_of_id.is_(None),
    )  # fmt: skip
    same_files = _stems(files) == _stems(db.session.scalars(came))
    return same_files and fields.same_text(last.body, body)


def contacted(issue: Issue, channel: str, summary: str, *, by: Actor, at: datetime) -> bool:
    """Whether the last contact that was noted is just this one."""
    newest = select(Contact).where(Contact.issue_id == issue.id).order_by(Contact.id.desc()).limit(1)
    last = db.session.scalars(newest).first()
    if last is None or last.at <= at - SOON:
        return False
    return (last.by_id, last.channel) == (by.person_id, channel) and fields.same_text(last.summary, summary)


def moved(issue: Issue, verb: str, given: Mapping[str, str], *, by: Actor, at: datetime) -> bool:
    """Whether the last thing that was done to it is just this move, with these words in its inputs."""
    own = (Entry.subject_kind == issue.kind_name, Entry.subject_id == issue.id)
    last = db.session.scalars(select(Entry).where(*own).order_by(Entry.seq.desc()).limit(1)).first()
    if last is None or last.action != f"issue.{verb}" or last.at <= at - SOON:
        return False
    mine = (last.by_id, last.by_name) == (by.person_id, by.name)
    return mine and all(_told(issue, verb, last, key, text) for key, text in given.items())


def _told(issue: Issue, verb: str, last: Entry, key: str, text: str) -> bool:
    """Whether the move brought this text, or found it there."""
    noted = last.after.get(key)
    if isinstance(noted, dict):
        return bool(noted.get("digest") == audit.digest(fields.clean(text)))
    message = db.session.get(Message, last.after.get("message", 0))
    if key == moves.SAYS.get(verb) and message is not None:
        # Below a question may stand the need that it asks about.
        return message.body.startswith(fields.clean(text))
    if key in fields.FIELDS:
        return fields.same_text(fields.shown(fields.value(issue, key)), text)
    return noted is None or str(noted) == text


def _stems(filenames: Iterable[str]) -> list[str]:
    """The names without their endings, which are set right when a file is kept."""
    return sorted(names.shown(one).partition(".")[0].lower() for one in filenames)

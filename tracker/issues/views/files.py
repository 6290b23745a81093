"""The files of an issue: adding them with a report or a message, and handing them out inert."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import request
from wtforms import Field

from tracker import attachments
from tracker.accounts.rules import Actor
from tracker.attachments import queries as attached
from tracker.attachments.models import Attachment
from tracker.errors import NotFound
from tracker.issues import queries
from tracker.issues.models import Issue
from tracker.issues.views import bp
from tracker.issues.views.loading import issue_of, log_view
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer


def keep(issue: Issue, field: Field, *, by: Actor, at: datetime, message_id: int | None = None) -> None:
    """Keep the files of a form with the issue, and with the message they came by; sealed where personal data is."""
    uploads = _uploads(field)
    if uploads:
        attachments.store(
            uploads,
            subject=(issue.kind_name, issue.id),
            by=by,
            at=at,
            message_id=message_id,
            sealed=issue.personal_data,
        )


def sent(field: Field) -> list[str]:
    """The names of the files that came with a form."""
    return [str(one.filename) for one in _uploads(field)]


def _uploads(field: Field) -> list[Any]:
    return [one for one in field.data or [] if getattr(one, "filename", "")]


def by_message(issue: Issue) -> Mapping[int | None, Sequence[Attachment]]:
    """The issue's files by message; those of the report itself under None."""
    found: dict[int | None, list[Attachment]] = defaultdict(list)
    for one in shown_to(issue, current_actor()):
        found[one.message_id].append(one)
    return found


def shown_to(issue: Issue, actor: Actor) -> list[Attachment]:
    """The issue's files: originals of masked copies for the named contacts alone, those of notes for the staff."""
    every = _of_what_is_read(issue, attached.files(issue.kind_name, issue.id), actor)
    covered = {one.masked_of_id for one in every}
    return [one for one in every if one.id not in covered or queries.is_contact(actor)]


def _of_what_is_read(issue: Issue, every: Sequence[Attachment], actor: Actor) -> Sequence[Attachment]:
    """Without the files of what this reader does not read: notes, and messages that were taken back."""
    if all(one.message_id is None for one in every) or queries.works_on(actor, issue):
        return every
    read = {None, *(message.id for message in queries.messages(issue, internal=False))}
    return [one for one in every if one.message_id in read]


def shown_file(issue: Issue, file_id: int, actor: Actor) -> Attachment:
    """One of them; NotFound."""
    for one in shown_to(issue, actor):
        if one.id == file_id:
            return one
    raise NotFound()


@bp.get("/issues/<number>/files/<int:file_id>")
@signed_in()
def file(number: str, file_id: int) -> Answer:
    return answer(issue_of(number, current_actor()), file_id)


def answer(issue: Issue, file_id: int) -> Answer:
    """The file, or its small picture, if it belongs to this issue; opening a sealed one is written down."""
    actor = current_actor()
    if not queries.is_own(actor, issue) and not queries.works_on(actor, issue):
        raise NotFound()
    one = shown_file(issue, file_id, actor)
    # What came before the case was sealed is as personal; a covered copy stands for what is not.
    if one.sealed or (issue.personal_data and one.masked_of_id is None):
        if actor.link is not None:
            raise NotFound()
        log_view(issue, actor, file=one.id)
    return attachments.thumbnail(one) if request.args.get("small") else attachments.respond(one)

"""The files of an issue: adding them with a report or a message, and handing them out inert."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from wtforms import Field

from tracker.accounts.rules import Actor
from tracker.attachments.models import Attachment
from tracker.db import db
from tracker.errors import NotFound
from tracker.issues.models import Issue, Message
from tracker.issues.views import bp
from tracker.issues.views.loading import issue_of
from tracker.web import current_actor, signed_in
from tracker.web.answers import Answer


def keep(issue: Issue, field: Field, *, by: Actor, at: datetime, message: Message | None = None) -> None:
    """Keep the files of a form with the issue, and with the message they came by."""


def by_message(issue: Issue) -> Mapping[int | None, Sequence[Attachment]]:
    """The issue's files by message; those of the report itself under None."""
    found: dict[int | None, list[Attachment]] = defaultdict(list)
    own = select(Attachment).where(
        Attachment.subject_kind == issue.kind_name,
        Attachment.subject_id == issue.id,
        Attachment.removed_at.is_(None),
    )
    for one in db.session.scalars(own.order_by(Attachment.id)):
        found[one.message_id].append(one)
    return found


@bp.get("/issues/<number>/files/<int:file_id>")
@signed_in()
def file(number: str, file_id: int) -> Answer:
    return answer(issue_of(number, current_actor()), file_id)


def answer(issue: Issue, file_id: int) -> Answer:
    """The file, if it belongs to this issue; opening a sealed one is written down."""
    raise NotFound()

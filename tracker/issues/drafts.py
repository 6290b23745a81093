"""What somebody typed and did not send yet: one row a person, or a browser session when they are a guest."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Select, Table, and_, bindparam, delete, or_, select, update

from tracker.attachments import queries as attached
from tracker.attachments.models import Attachment
from tracker.db import db, inserting, kept
from tracker.issues.models import Issue, ReportDraft

FILES = "report_draft"
# A guest's draft is reached by a cookie that lives no longer than a working day.
GUESTS_KEPT, KEPT = timedelta(days=2), timedelta(days=90)
GUESTS_OFFERED = timedelta(hours=1)
"""Later, whoever sits at the browser of a guest need not be who wrote it."""


def of(key: str) -> ReportDraft | None:
    """The draft under this key."""
    return db.session.scalars(_of(), {"key": key}).first() if key else None


@kept
def _of() -> Select[ReportDraft]:
    return select(ReportDraft).where(ReportDraft.key == bindparam("key"))


def keep(fields: dict[str, Any], key: str, *, person_id: int | None, at: datetime) -> ReportDraft:
    """Write the draft, over the one before."""
    row = of(key) or _new(key, person_id, at)
    row.fields, row.saved_at = fields, at
    db.session.flush()
    return row


def _new(key: str, person_id: int | None, at: datetime) -> ReportDraft:
    """The first draft under this key; two pages, or a page and its button, may come with it at the same moment."""
    first = inserting(ReportDraft).values(key=key, person_id=person_id, fields={}, saved_at=at)
    db.session.execute(first.on_conflict_do_nothing(index_elements=["key"]))
    return db.session.scalars(_of(), {"key": key}).one()


def forget(key: str) -> int | None:
    """It was sent, or thrown away; under which id it stood, and its files still do."""
    return db.session.connection().execute(_forget(), {"of": key}).scalar() if key else None


@kept
def _forget() -> Any:
    table = cast("Table", ReportDraft.__table__)
    return delete(table).where(table.c.key == bindparam("of")).returning(table.c.id)


def files_of(draft_id: int | None) -> Sequence[Attachment]:
    """Files that wait for the report to be sent: a send that failed must not lose them."""
    return db.session.scalars(attached.of(FILES, draft_id)).all() if draft_id is not None else []


def hand_over_files(draft_id: int, issue: Issue) -> None:
    """The waiting files belong to the issue from now on; to a report without a name they come from nobody.

    One that came along with the report once more, since its first way seemed lost, goes away.
    """
    there = {one.sha256 for one in db.session.scalars(attached.of(issue.kind_name, issue.id))}
    for one in files_of(draft_id):
        if one.sha256 in there:
            one.removed_at = issue.reported_at
            continue
        if issue.reporter_id is None and issue.taken_by_id is None:
            one.uploaded_by_id = None
        one.subject_kind, one.subject_id, one.sealed = issue.kind_name, issue.id, issue.personal_data
    db.session.flush()


def drop_files(draft_id: int, ids: Sequence[int], *, at: datetime) -> None:
    """Take these waiting files away again."""
    for one in files_of(draft_id):
        if one.id in ids:
            one.removed_at = at


def forget_old(now: datetime) -> int:
    """Forget drafts that nobody came back to, their files with them; how many."""
    old = or_(
        ReportDraft.saved_at < now - KEPT,
        and_(ReportDraft.person_id.is_(None), ReportDraft.saved_at < now - GUESTS_KEPT),
    )
    gone = db.session.scalars(delete(ReportDraft).where(old).returning(ReportDraft.id)).all()
    db.session.execute(
        update(Attachment)
        .where(
            Attachment.subject_kind == FILES, Attachment.subject_id.in_(gone), Attachment.removed_at.is_(None)
        )
        .values(removed_at=now)
    )
    return len(gone)

"""Named selects of statutory clocks: of a case, what falls due soon, what a case may follow of its own accord."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select

from tracker.accounts.rules import Actor
from tracker.attachments.models import Attachment
from tracker.db import UTCDateTime, db, dialect, kept, one_of
from tracker.issues import queries as issues
from tracker.issues.models import Issue, IssueRecord
from tracker.records.models import Record
from tracker.statutory import book, deciding, gathering
from tracker.statutory.deciding import Answer
from tracker.statutory.models import StatutoryClock, StatutoryNotice
from tracker.statutory.rules import NO

SOON = timedelta(days=7)


def is_open() -> ColumnElement[bool]:
    """Clocks on which somebody still has to do something: `StatutoryClock.open`, for the database."""
    stops = (
        StatutoryClock.done_at,
        StatutoryClock.waived_at,
        StatutoryClock.tolled_at,
        StatutoryClock.lapsed_at,
    )
    return and_(*(stop.is_(None) for stop in stops), StatutoryClock.superseded_by == "")


def of_case(issue: Issue, record: Record | None = None) -> Sequence[StatutoryClock]:
    """All clocks of an issue, or of a record with the issues attached to it; those that run first, then by due time."""
    mine: ColumnElement[bool] = StatutoryClock.issue_id == issue.id
    if record is not None:
        attached = select(IssueRecord.issue_id).where(IssueRecord.record_number == record.number)
        mine = or_(mine, StatutoryClock.issue_id.in_(attached))
    found = db.session.scalars(select(StatutoryClock).where(mine))
    return sorted(
        found, key=lambda one: (not one.open, one.due_at is None, one.due_at or one.start_at, one.id)
    )


def nearest(issue_ids: Sequence[int]) -> dict[int, tuple[datetime, bool]]:
    """By issue, when its nearest statutory clock runs out, and whether one of them waits for a fact."""
    rows = db.session.execute(_nearest(dialect()), {"issues": list(issue_ids)})
    return {issue_id: (due_at, bool(running)) for issue_id, due_at, running in rows if due_at}


@kept
def _nearest(database: str) -> Select[int, datetime | None, int]:
    of_these = one_of(StatutoryClock.issue_id, "issues", database)
    found = select(
        StatutoryClock.issue_id, func.min(StatutoryClock.due_at), func.count(StatutoryClock.started_at)
    ).where(of_these, StatutoryClock.due_at.is_not(None), is_open())
    return found.group_by(StatutoryClock.issue_id)


def visible(actor: Actor) -> Any:
    """Clocks of the cases that this actor may see."""
    return (
        select(StatutoryClock).join(Issue, Issue.id == StatutoryClock.issue_id).where(issues.may_see(actor))
    )


def _of_case(seen: ColumnElement[bool]) -> ColumnElement[bool]:
    """That the clock's case is one of those seen.

    Not a join: SQLite would begin with the cases, all of them, and look for the few clocks of each.
    """
    return exists().where(Issue.id == StatutoryClock.issue_id, seen)


def due_soon(actor: Actor, now: datetime) -> Any:
    """What runs out within seven days, or has already, the most pressing first; among what the actor may read."""
    near = select(StatutoryClock).where(is_open(), StatutoryClock.due_at <= now + SOON)
    return near.where(_of_case(issues.may_read(actor))).order_by(StatutoryClock.due_at, StatutoryClock.id)


def answers(
    issue: Issue, record: Record | None, clocks: Sequence[StatutoryClock], at: datetime
) -> list[Answer]:
    """What every rule says to the case."""
    known = gathering.facts_of([issue])
    return deciding.ask(book.rules(), gathering.gather(issue, record, known, clocks, at))


def voluntary(found: Sequence[Answer], clocks: Sequence[StatutoryClock]) -> list[Answer]:
    """The rules that fit the incident but do not bind: not yet in force, or meant for other organisations."""
    taken = {one.rule_id for one in clocks}
    return [one for one in found if not one.binding and one.says != NO and one.rule.id not in taken]


def notices(issue_ids: Sequence[int]) -> Sequence[StatutoryNotice]:
    """Who was told when, newest first."""
    found = select(StatutoryNotice).where(StatutoryNotice.issue_id.in_(issue_ids))
    return db.session.scalars(found.order_by(StatutoryNotice.sent_at.desc(), StatutoryNotice.id.desc())).all()


def files_of(found: Sequence[StatutoryNotice]) -> dict[int, list[Attachment]]:
    """The files that prove these notices, by notice."""
    ids = [one.id for one in found]
    mine = select(Attachment).where(
        Attachment.subject_kind == StatutoryNotice.kind_name,
        Attachment.subject_id.in_(ids),
        Attachment.removed_at.is_(None),
    )
    kept: dict[int, list[Attachment]] = {}
    for one in db.session.scalars(mine.order_by(Attachment.id)) if ids else ():
        kept.setdefault(one.subject_id, []).append(one)
    return kept


def by_id(actor: Actor, clock_id: int) -> Any:
    """One clock of a visible case."""
    return visible(actor).where(StatutoryClock.id == clock_id)


def count_soon(actor: Actor, now: datetime) -> int:
    """How many statutory clocks that the actor may read run out within seven days, or have already."""
    return db.session.scalar(_soon(actor, issues.sees_restricted(actor)), {"soon": now + SOON}) or 0


@kept
def _soon(actor: Actor, contact: bool) -> Select[int]:
    near = select(StatutoryClock.id).where(_of_case(issues.read_by(actor, contact)))
    by_then = StatutoryClock.due_at <= bindparam("soon", type_=UTCDateTime())
    few = near.where(is_open(), by_then).limit(100).subquery()
    return select(func.count()).select_from(few)

"""The yearly register: every issue of a year, those ended without escalation with the reason why (視需求)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Integer, Select, literal, or_, select, text, tuple_
from sqlalchemy.orm import aliased, joinedload

from tracker.accounts.rules import AUDITOR, Actor
from tracker.db import db
from tracker.issues import queries as issues
from tracker.issues.models import Issue, IssueRecord

# In the very words of a partial index.
OWN_YEARS = text("(NOT issue.imported OR issue.source IN ('table', 'record_json'))")


@dataclass(frozen=True)
class Line:
    """One line of the register: the issue, its record if any, and why it was not escalated."""

    issue: Issue
    record: str
    reason: str


def entries(actor: Actor, year: int, zone: ZoneInfo) -> Select[Issue]:
    """The issues reported in that year of the organisation's zone that this actor may read.

    Its own past records stand among them, what others published (the case library) does not.
    """
    begins, ends = (datetime(y, 1, 1, tzinfo=zone).astimezone(UTC) for y in (year, year + 1))
    return select(Issue).where(
        readable(actor), Issue.reported_at >= begins, Issue.reported_at < ends, OWN_YEARS
    )


def readable(actor: Actor) -> ColumnElement[bool]:
    """Auditors read of every issue within their limits, restricted ones too, by number and neutral title."""
    seen = issues.may_read(actor)
    return or_(seen, issues.within(actor, (AUDITOR,))) if actor.is_(AUDITOR) else seen


def page(
    actor: Actor, year: int, zone: ZoneInfo, *, after: int = 0, unescalated: bool = False, limit: int = 50
) -> Sequence[Line]:
    """The lines after the issue of this id, oldest first; `unescalated` leaves those that ended without a record.

    In the order in which they were reported, which an index keeps: a year does not begin with the first id of all.
    """
    found = entries(actor, year, zone)
    if after:
        found = found.where(tuple_(Issue.reported_at, Issue.id) > _place(after))
    if unescalated:
        found = found.where(
            Issue.closed_at.is_not(None),
            Issue.id.not_in(select(IssueRecord.issue_id).where(IssueRecord.in_work)),
        )
    shown = (joinedload(Issue.system), joinedload(Issue.reporter), joinedload(Issue.unit))
    rows = db.session.scalars(found.options(*shown).order_by(Issue.reported_at, Issue.id).limit(limit)).all()
    return [
        Line(issue, records.get(issue.id, ""), _reason(issue, actor))
        for records in [_records(rows)]
        for issue in rows
    ]


def _place(issue_id: int) -> Any:
    last = aliased(Issue)
    return tuple_(
        select(last.reported_at).where(last.id == issue_id).scalar_subquery(), literal(issue_id, Integer())
    )


def years(actor: Actor, zone: ZoneInfo) -> list[int]:
    """The years that have lines, newest first."""
    one = select(Issue.reported_at).where(OWN_YEARS).limit(1)
    ends = (one.order_by(Issue.reported_at), one.order_by(Issue.reported_at.desc()))
    first, last = (db.session.scalar(end) for end in ends)
    if first is None or last is None:
        return []
    return list(range(last.astimezone(zone).year, first.astimezone(zone).year - 1, -1))


def _records(rows: Sequence[Issue]) -> dict[int, str]:
    ids = [issue.id for issue in rows]
    found = select(IssueRecord.issue_id, IssueRecord.record_number).where(IssueRecord.issue_id.in_(ids))
    return {
        issue_id: number for issue_id, number in db.session.execute(found.order_by(IssueRecord.record_number))
    }


def _reason(issue: Issue, actor: Actor) -> str:
    """Why it ended without escalation, in the words of who decided; of a sealed case for those who handle it alone."""
    if issue.escalation_needed or not issue.escalation_reason:
        return ""
    sealed = issue.personal_data or issue.restricted
    return _("(masked)") if sealed and not issues.works_on(actor, issue) else issue.escalation_reason

"""Bringing the statutory clocks of a case up to date at every change of its facts.  Adds, never deletes; never commits.

Called wherever the other clocks of a case are computed, with the case's rows locked.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from tracker import audit, rearm
from tracker.accounts.rules import SYSTEM
from tracker.db import db
from tracker.issues.models import Issue
from tracker.records import rules as record_rules
from tracker.records.models import Record
from tracker.statutory import book, checking, deciding, gathering, holding
from tracker.statutory.deciding import Answer, Case, Standing, Step
from tracker.statutory.models import LAPSED, TOLLED, WAIVED, StatutoryClock
from tracker.statutory.rules import YES


def settle(issues: Collection[Issue], record: Record | None, at: datetime) -> list[StatutoryClock]:
    """Compute the clocks of these issues and of the record they are attached to; answers all that stand."""
    ids = [one.id for one in issues]
    wanted = select(StatutoryClock).where(StatutoryClock.issue_id.in_(ids)).order_by(StatutoryClock.id)
    clocks = list(db.session.scalars(wanted))
    if record is not None and record.state in (record_rules.REISSUED, record_rules.CANCELLED):
        return clocks
    known = gathering.facts_of(issues)
    for issue in issues:
        mine = [one for one in clocks if one.issue_id == issue.id]
        primary = record is not None and record.primary_issue_id == issue.id
        if issue.imported or (not mine and gathering.is_plain(issue, record if primary else None, known)):
            continue
        # An attached issue without clocks of its own is covered by those of the record.
        if mine or primary or record is None:
            clocks += _settle(issue, record if primary else None, known, mine, at)
    return clocks


def _settle(
    issue: Issue, record: Record | None, known: gathering.Known, clocks: list[StatutoryClock], at: datetime
) -> list[StatutoryClock]:
    """The clocks added to one issue."""
    case = gathering.gather(issue, record, known, clocks, at)
    answers = deciding.ask(book.rules(), case)
    by_rule = {one.rule_id: one for one in clocks}
    added = []
    for step in deciding.steps(answers, {name: standing(one) for name, one in by_rule.items()}, at):
        row = by_rule.get(step.answer.rule.id)
        if row is None:
            row = _add(issue, step.answer)
            added.append(row)
        _take(row, step, issue, record, at)
    every = [*clocks, *added]
    _follow(every, issue, record, case, at)
    shorter = deciding.superseded(standing(one) for one in every)
    for one in every:
        if one.superseded_by != shorter.get(one.rule_id, "") and not one.stopped_at:
            one.superseded_by = shorter.get(one.rule_id, "")
    db.session.flush()
    holding.follow(every, issue, at)
    return added


def standing(row: StatutoryClock) -> Standing:
    """A clock as far as it matters for the others of its case."""
    out = row.standing in (WAIVED, TOLLED, LAPSED)
    return Standing(
        row.rule_id,
        str(row.rule.get("group") or ""),
        row.due_at,
        row.asked_at,
        row.started_at is not None,
        out,
    )


def _add(issue: Issue, answer: Answer) -> StatutoryClock:
    row = StatutoryClock(
        issue_id=issue.id, rule_id=answer.rule.id, rule=book.in_force()[answer.rule.id], start_at=answer.start,
        due_at=answer.due_at, unknown=[], history=[], superseded_by="",
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def _take(row: StatutoryClock, step: Step, issue: Issue, record: Record | None, at: datetime) -> None:
    """Carry one step out and write it down."""
    doubt = step.verb == "doubt"
    if step.verb in ("doubt", "sure"):
        row.doubt = doubt and row.stopped_at is None and not row.voluntary
        if step.verb == "sure" and step.answer.says == YES and row.unknown:
            row.unknown = []
        return
    if step.verb == "lapse":
        if row.lapsed_at is None and row.stopped_at is None:
            row.lapsed_at = at
            write_down("lapse", row, record or issue, at)
        return
    if row.stopped_at is not None:
        return
    row.lapsed_at, row.unknown = None, list(step.answer.unknown)
    if step.verb == "ask":
        row.asked_at = at
        # Nobody need touch the case for the day to be over.
        subject = record or issue
        rearm.mark(subject.kind_name, subject.id, at=at + deciding.ASKED_FOR, readers=(rearm.CLOCKS,))
    else:
        row.started_at, row.rule = at, book.in_force()[row.rule_id]
    write_down(step.verb, row, record or issue, at)


def _follow(
    rows: Sequence[StatutoryClock], issue: Issue, record: Record | None, case: Case, at: datetime
) -> None:
    """Move what runs to where its start is now, keeping both; hand the clocks over to the record."""
    for row in rows:
        if record is not None and row.record_id != record.id:
            row.record_id = record.id
        if row.stopped_at is not None or row.lapsed_at is not None:
            continue
        rule = checking.read(row.rule)
        start = case.start(rule) or row.start_at
        due_at = case.due(rule, start)
        if start == row.start_at and due_at == row.due_at:
            continue
        row.history = [*row.history, {
            "at": at.isoformat(), "start": _said(row.start_at), "due": _said(row.due_at),
            "new_start": _said(start), "new_due": _said(due_at),
        }]  # fmt: skip
        before = {"start_at": _said(row.start_at), "due_at": _said(row.due_at)}
        row.start_at, row.due_at = start, due_at
        write_down("retime", row, record or issue, at, before=before)


def _said(instant: datetime | None) -> str:
    return instant.isoformat() if instant is not None else ""


def write_down(
    verb: str,
    row: StatutoryClock,
    subject: Issue | Record,
    at: datetime,
    *,
    before: dict[str, Any] | None = None,
) -> None:
    """The trail of what the system did with a clock."""
    audit.record(
        f"statutory.{verb}", subject, by=SYSTEM, at=at, before=before or {},
        after={"statutory_rule": row.rule_id, "start_at": _said(row.start_at), "due_at": _said(row.due_at)},
    )  # fmt: skip

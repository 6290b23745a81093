"""Notices beside a clock: somebody outside was told although no deadline asked for it; and what proves a notice."""

from datetime import datetime

from tracker import audit, rearm
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.errors import NotAllowed, WrongState
from tracker.issues.models import Issue
from tracker.records.models import Record
from tracker.statutory.actions import FINAL, Told, may_stop, noted, onto_record, reason, unsay
from tracker.statutory.models import StatutoryNotice


def note(
    issue: Issue, record: Record | None, told: Told, *, by: Actor, at: datetime, kind: str = FINAL
) -> StatutoryNotice:
    """Note that somebody was told of the case; no clock stops by it."""
    if not may_stop(by, issue):
        raise NotAllowed(act="notice")
    notice = noted(issue, None, kind, told, by=by, at=at)
    if record is not None:
        onto_record(notice, record.id, "")
    _write("notice", notice, issue, record, by, at)
    return notice


def withdraw(
    notice: StatutoryNotice, issue: Issue, record: Record | None, because: str, *, by: Actor, at: datetime
) -> None:
    """It was noted by mistake: it stays readable and counts no longer; its line of K2 says so."""
    if not may_stop(by, issue):
        raise NotAllowed(act="notice")
    if notice.withdrawn_at is not None or notice.clock_id is not None:
        raise WrongState(act="notice")
    notice.withdrawn_because, notice.withdrawn_at = reason(because, "because"), at
    unsay(notice)
    _write("withdraw_notice", notice, issue, record, by, at, notice.withdrawn_because)


def _write(
    verb: str,
    notice: StatutoryNotice,
    issue: Issue,
    record: Record | None,
    by: Actor,
    at: datetime,
    because: str = "",
) -> None:
    subject: Issue | Record = record if record is not None else issue
    after = {"sent_at": notice.sent_at.isoformat(), "reference": notice.reference, "kind": notice.kind}
    texts = {"because": because} if because else None
    audit.record(f"statutory.{verb}", subject, by=by, at=at, after=after, texts=texts)
    rearm.mark(subject.kind_name, subject.id, at=at)
    db.session.flush()

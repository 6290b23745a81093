"""The effect is watched: checks that fall due after the correction, and whether the fault came back."""

from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import func, select

from tracker import audit, rearm
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.errors import DomainError, NotAllowed, WrongState
from tracker.issues import when
from tracker.issues.models import Issue, IssueRecord
from tracker.records import fields, queries, rules
from tracker.records.models import Record
from tracker.records.parts import EffectCheck
from tracker.workflow import SUPERVISOR, SYSTEM


def plan_checks(record: Record) -> None:
    """L3: one check after two weeks, or three for a grave or unfolded record; adds what is not there yet.

    How many there are tells which: a check that was put off bears another date and is still the same check.
    """
    if record.watch_since is None:
        return
    short, long = rules.EFFECT_CHECK_DAYS["short"], rules.EFFECT_CHECK_DAYS["long"]
    wanted = long if record.severity in rules.GRAVE or record.long_form else short
    there = (
        db.session.scalar(select(func.count(EffectCheck.id)).where(EffectCheck.record_id == record.id)) or 0
    )
    if there < len(wanted):
        planned = short if there else ()
        db.session.add_all(
            EffectCheck(record_id=record.id, due_at=record.watch_since + timedelta(days=days))
            for days in wanted
            if days not in planned
        )
        db.session.flush()


def is_early(check: EffectCheck, at: datetime) -> bool:
    """Whether the day of this check has not come yet: an effect shows after a while only (L3)."""
    zone = when.zone()
    return at.astimezone(zone).date() < check.due_at.astimezone(zone).date()


def record_check(
    check: EffectCheck, result: str, recurrences: int | None = None, *, by: Actor, at: datetime,
    early_because: str = "", because: str = "",
) -> EffectCheck:  # fmt: skip
    """Write down one check; recurrences are at least those that were reported since the effect is watched.

    Before its day it needs a reason, which the record shows; one that is written down already is corrected, which
    needs `because`.  Raises NotAllowed, WrongState when the record is not watched, DomainError without a result or
    those reasons.
    """
    record = db.session.get_one(Record, check.record_id)
    known = queries.relations(by, record, None, at)
    if not known & {SUPERVISOR, SYSTEM}:
        raise NotAllowed(act="effect_checks")
    if record.state != rules.WATCHING:
        raise WrongState(act="effect_checks")
    words, reason = result.strip()[: fields.TEXT_MOST], early_because.strip()[: fields.TEXT_MOST]
    if not words:
        text = _("Write what you found.")
        raise DomainError(text, fields={"result": text})
    if check.done_at is not None:
        return _correct(check, record, words, recurrences, because.strip()[: fields.TEXT_MOST], by=by, at=at)
    early = is_early(check, at)
    if early and not reason:
        text = _("Its day has not come. Give the reason for an earlier check; the record shows it.")
        raise DomainError(text, fields={"early_because": text})
    check.early_because = reason if early else ""
    check.done_at, check.result, check.by_id = at, words, by.person_id
    check.recurrences = max(recurrences or 0, recurrences_of(record))
    texts = {"result": words} | ({"early_because": reason} if early else {})
    audit.record(
        "record.effect_check", record, by=by, at=at, texts=texts,
        after={"check": check.id, "due_at": check.due_at, "recurrences": check.recurrences},
    )  # fmt: skip
    rearm.mark(record.kind_name, record.id, at=at)
    db.session.flush()
    return check


def _correct(
    check: EffectCheck, record: Record, words: str, recurrences: int | None, why: str, *, by: Actor, at: datetime
) -> EffectCheck:  # fmt: skip
    """Change what a check says; the trail keeps both counts, both texts and the reason.

    What is sent twice changes nothing.
    """
    stood, reported = check.recurrences or 0, recurrences_of(record)
    count = stood if recurrences is None else recurrences
    if (words, count) == (check.result, stood):
        return check
    if count < reported:
        text = _(
            "Not fewer than %(n)s: so many reports were attached since the effect is watched.", n=reported
        )
        raise DomainError(text, fields={"recurrences": text})
    if not why:
        text = _("Say why it is corrected; the history keeps both.")
        raise DomainError(text, fields={"because": text})
    before = {"recurrences": stood}
    check.result, check.recurrences = words, count
    audit.record(
        "record.correct_check", record, by=by, at=at, texts={"result": words, "note": why}, before=before,
        after={"check": check.id, "due_at": check.due_at, "recurrences": count},
    )  # fmt: skip
    rearm.mark(record.kind_name, record.id, at=at)
    db.session.flush()
    return check


def recurrences_of(record: Record) -> int:
    """How many issues reported since the effect is watched were attached to this record."""
    newer = (
        select(func.count(IssueRecord.issue_id))
        .join(Issue, Issue.id == IssueRecord.issue_id)
        .where(IssueRecord.record_number == record.number, Issue.reported_at > record.watch_since)
    )
    return db.session.scalar(newer) or 0

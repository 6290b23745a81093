"""Another date for a clock (改期): in the case where it has a date of its own, else beside it.  Never commits."""

from datetime import datetime, timedelta

from flask_babel import gettext as _

from tracker import audit, rearm
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.decisions import rules
from tracker.decisions.models import AgreedDate
from tracker.errors import DomainError, WrongState
from tracker.issues import when
from tracker.records import rules as record_rules
from tracker.records.models import Record
from tracker.records.parts import EffectCheck, Escalation, RecordItem

Root = tuple[str, int]


def agree(
    part: tuple[str, int], clock: str, until: datetime, reason: str, *, root: Root, by: Actor, at: datetime
) -> None:
    """Agree on `until` for this clock of this subject; written down on the case's issue or record (`root`).

    Raises WrongState when the work is done or its date cannot be moved, DomainError for a date that has passed, a
    missing reason, or a hold longer than it may be.
    """
    if clock not in rules.MAY_MOVE:
        raise WrongState(act="postpone")
    checked(until, reason, at)
    before = _move(part, clock, until, at) if (part[0], clock) in rules.OWN_DATE else None
    if before is None:
        db.session.add(
            AgreedDate(
                part_kind=part[0], part_id=part[1], clock=clock, due_at=until, reason=reason.strip(), at=at,
                by_id=by.person_id, by_name=by.name,
            )
        )  # fmt: skip
    audit.record(
        f"{root[0]}.postpone", root, by=by, at=at, before={"due_at": before} if before else {},
        after={"due_at": until, "part": part[0], "id": part[1], "clock": clock}, texts={"reason": reason.strip()},
    )  # fmt: skip
    rearm.mark(root[0], root[1], at=at)


def _move(part: tuple[str, int], clock: str, until: datetime, at: datetime) -> datetime:
    """Write the date where the case keeps it; answers the one before."""
    if clock == "hold":
        return _hold(db.session.get_one(Record, part[1]), until, at)
    subject = _subject(part[1], clock)
    before = subject.due_at
    is_open = (
        subject.state in record_rules.ESCALATION_OPEN
        if isinstance(subject, Escalation)
        else subject.done_at is None
    )
    if not is_open or before is None:
        raise WrongState(act="postpone")
    subject.due_at = until
    return before


def _subject(part_id: int, clock: str) -> Escalation | EffectCheck | RecordItem:
    if clock == "correct":
        return db.session.get_one(Escalation, part_id)
    if clock == "effect_check":
        return db.session.get_one(EffectCheck, part_id)
    return db.session.get_one(RecordItem, part_id)


def _hold(record: Record, until: datetime, at: datetime) -> datetime:
    if record.state != record_rules.ON_HOLD or record.hold_until is None:
        raise WrongState(act="postpone")
    if until > at + timedelta(days=rules.HOLD_DAYS):
        text = _("Hold it for %(days)s days at most, then look again.", days=rules.HOLD_DAYS)
        raise DomainError(text, fields={"due_at": text})
    before, record.hold_until = record.hold_until, until
    return before


def checked(until: datetime | None, reason: str, at: datetime, *, date: str = "due_at") -> None:
    """The date lies ahead and there is a reason, not too long; raises DomainError naming both."""
    late = when.due_wrong(until, at)
    wrong = ({date: late} if late else {}) | reason_wrong(reason)
    if wrong:
        raise DomainError(fields=wrong)


def reason_wrong(reason: str, *, field: str = "reason") -> dict[str, str]:
    """What is wrong with a reason, by field; nothing when it will do."""
    if not reason.strip():
        return {field: _("Give a reason.")}
    if len(reason) > rules.REASON_LENGTH:
        return {field: _("Use at most %(number)s characters.", number=rules.REASON_LENGTH)}
    return {}

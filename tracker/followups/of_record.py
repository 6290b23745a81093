"""The past of a record as episodes of its clocks: states, holds, effect checks and the closing, what was promised."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from sqlalchemy import select

from tracker.audit.models import Entry
from tracker.calendars import Pause
from tracker.db import db
from tracker.followups import facts, ladder, rules
from tracker.followups.replaying import Episode
from tracker.followups.subjects import Subject
from tracker.issues.models import Issue
from tracker.policies import rules as policy
from tracker.records import rules as record_rules
from tracker.records.models import Record
from tracker.records.parts import EffectCheck, Escalation, EscalationNote, RecordItem

Found = Iterator[tuple[Subject, Episode]]
Trail = Sequence[Entry]


def of(issue: Issue, record: Record) -> Found:
    """The episodes of a record and of all that hangs on it."""
    severity, subject = facts.severity(record), Subject(issue, record)
    trail = _trail("record", record.id)
    history = [(one.at, str(one.after["state"])) for one in trail if one.after.get("state")]
    held = rules.pauses(history, {record_rules.ON_HOLD})
    # What was not done when the record ended was not asked for any more.
    ended = facts.since(record) if record.state in record_rules.ENDED else None
    checks = db.session.scalars(select(EffectCheck).where(EffectCheck.record_id == record.id)).all()
    for (start, state), end in zip(history, [*(at for at, _ in history[1:]), None], strict=True):
        name = rules.RECORD_STATES.get(state)
        if name is not None:
            yield subject, Episode(name, severity, start, ended=end)
        if state == record_rules.ON_HOLD:
            yield (
                subject,
                Episode(policy.HOLD, severity, start, ended=end, until=_held_until(record, trail, start)),
            )
        if state == record_rules.WATCHING:
            yield from _closing(subject, severity, start, end, checks)
    yield from _checks(issue, record, severity, checks, ended, held)
    for sent in db.session.scalars(select(Escalation).where(Escalation.record_id == record.id)):
        yield from _of_escalation(Subject(issue, record, escalation=sent), severity, held)


def _trail(kind: str, subject_id: int) -> Trail:
    mine = (Entry.subject_kind == kind, Entry.subject_id == subject_id, Entry.action != f"{kind}.chase")
    return db.session.scalars(select(Entry).where(*mine).order_by(Entry.seq)).all()


def _held_until(record: Record, trail: Trail, start: datetime) -> datetime:
    """Until when it was held; from the present hold, else from the trail, where the promise stands in for the end."""
    if record.hold_until is not None and facts.since(record) == start:
        return record.hold_until
    entry = next(one for one in trail if one.at == start and one.after.get("state") == record_rules.ON_HOLD)
    said = entry.after.get("until") or entry.after.get("promise_at")
    return datetime.fromisoformat(said) if said else start


def _closing(
    subject: Subject, severity: str, start: datetime, end: datetime | None, checks: Sequence[EffectCheck]
) -> Found:
    """Once every effect check is made, the record waits to be closed."""
    made = [one.done_at for one in checks if one.done_at is not None]
    if made and len(made) == len(checks) and (end is None or max(made) < end):
        yield subject, Episode(policy.CLOSE, severity, max(start, *made), ended=end)


def _checks(
    issue: Issue, record: Record, severity: str, checks: Sequence[EffectCheck], ended: datetime | None,
    held: Sequence[Pause],
) -> Found:  # fmt: skip
    for check in checks:
        start = min(record.watch_since or check.due_at, check.due_at)
        yield (
            Subject(issue, record, check=check),
            Episode(
                policy.EFFECT_CHECK, severity, start, ended=check.done_at or ended, until=check.due_at,
                pauses=rules.after(held, start),
            ),
        )  # fmt: skip
    dated = select(RecordItem).where(RecordItem.record_id == record.id, RecordItem.due_at.is_not(None))
    for item in db.session.scalars(dated):
        yield (
            Subject(issue, record, item=item),
            Episode(
                policy.ACTION, severity, item.at, ended=item.done_at or ended, until=item.due_at,
                pauses=rules.after(held, item.at),
            ),
        )  # fmt: skip


def _of_escalation(subject: Subject, severity: str, held: Sequence[Pause]) -> Found:
    """To be taken, each date that was promised, word on how it goes, and the date of the report itself."""
    sent = subject.escalation
    assert sent is not None
    is_open = sent.state in record_rules.ESCALATION_OPEN
    over = sent.corrected_at or (None if is_open else sent.state_since)

    def episode(clock: str, start: datetime, end: datetime | None, **more: object) -> tuple[Subject, Episode]:
        pauses = tuple(one for one in rules.after(held, start) if end is None or one[0] < end)
        return subject, Episode(clock, severity, start, ended=end, pauses=pauses, **more)  # type: ignore[arg-type]

    yield episode(policy.CORRECT, sent.sent_at, over, until=sent.due_at)
    spells = [(one.at, str(one.after["state"]), one.after.get("expected_at")) for one in
              _trail("escalation", sent.id) if one.after.get("state")]  # fmt: skip
    waits: datetime | None = None
    for (at, state, promised), end in zip(spells, [*(one[0] for one in spells[1:]), over], strict=True):
        if state == record_rules.SENT:
            waits = waits or at
        if state != record_rules.SENT and waits is not None:
            yield episode(policy.ACKNOWLEDGE, waits, at)
            waits = None
        if state == record_rules.ACKNOWLEDGED and promised:
            until = datetime.fromisoformat(promised)
            yield episode(policy.EXPECTED, at, end, until=until, ladder=ladder.PROMISE)
    if waits is not None:
        yield episode(policy.ACKNOWLEDGE, waits, over)
    taken = [at for at, state, _promised in spells if state == record_rules.ACKNOWLEDGED]
    said = select(EscalationNote.at).where(
        EscalationNote.escalation_id == sent.id, EscalationNote.kind.in_(("update", "question"))
    )
    news = sorted({*taken, *(at for at in db.session.scalars(said) if taken and at > taken[0])})
    for start, stop in pairwise([*news, over] if news else []):
        assert start is not None
        if stop is None or start < stop:
            yield episode(policy.NEXT_UPDATE, start, stop)

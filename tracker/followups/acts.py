"""What the system does by itself at a step, as the verbs that people use, under the same guards."""

from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from tracker.accounts.rules import SYSTEM
from tracker.db import db
from tracker.decisions import actions as decisions
from tracker.decisions.cases import AnyCase, Case, RoundCase
from tracker.followups import facts, fixed
from tracker.followups.subjects import Subject
from tracker.issues import talk
from tracker.issues.models import Ask, Issue
from tracker.records import actions as records
from tracker.records import rules as record_rules
from tracker.records.holding import locale_of
from tracker.records.models import Record


def carry_out(step: str, subject: Subject, now: datetime) -> str:
    """Make the move of this step; answers its name.  DomainError when the guards refuse, and nothing has changed."""
    if step == fixed.LAPSE:
        if subject.escalation is None:
            decisions.over(_decided(subject), by=SYSTEM, at=now)
            return "acceptance_over"
        records.move_escalation(subject.escalation, "lapse", by=SYSTEM, at=now)
        return "lapse"
    record = _waiting_for_user(subject.issue)
    if record is not None:
        records.move_record(record, "review", by=SYSTEM, at=now)
        return "review"
    with force_locale(locale_of(subject.issue)):
        note = _(
            "We asked three times and heard nothing, so we close this report. You can reopen it within 30 days."
        )
        if not _asked_often(subject.issue):
            note = _("We heard nothing more, so we close this report. You can reopen it within 30 days.")
    records.move_issue(subject.issue, "close", by=SYSTEM, at=now, note=note)
    return "close"


def without_answer(issue: Issue) -> str:
    """What becomes of this issue where its user does not answer: its record goes on, or it is closed."""
    return "review" if _waiting_for_user(issue) is not None else "close"


def _waiting_for_user(issue: Issue) -> Record | None:
    record = facts.open_record(issue)
    return record if record is not None and record.state == record_rules.USER_CONFIRM else None


def _decided(subject: Subject) -> AnyCase:
    return RoundCase(subject.round) if subject.round is not None else Case(subject.issue, subject.record)


def ask_again(issue: Issue, now: datetime) -> None:
    """The open question to the user counts once more."""
    waiting = select(Ask).where(Ask.issue_id == issue.id, Ask.answered_at.is_(None)).order_by(Ask.id.desc())
    ask = db.session.scalars(waiting.limit(1)).first()
    if ask is not None:
        talk.ask(issue, ask.kind, at=now)


def _asked_often(issue: Issue) -> bool:
    waiting = select(Ask.count).where(Ask.issue_id == issue.id, Ask.answered_at.is_(None))
    return max(db.session.scalars(waiting), default=0) > 1

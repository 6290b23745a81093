"""Words of a user that were masked in the talk, where the records about it repeat them: why it was sent back."""

from sqlalchemy import select, update

from tracker import audit, outbox
from tracker.db import changed, db
from tracker.issues.models import Issue, IssueRecord
from tracker.records.models import Record
from tracker.records.parts import Escalation, EscalationNote


def take_out(issue: Issue, words: str) -> None:
    """Empty notes and reasons that say these words, and the letters about a record that may have told them."""
    numbers = select(IssueRecord.record_number).where(IssueRecord.issue_id == issue.id)
    records = db.session.scalars(select(Record.id).where(Record.number.in_(numbers))).all()
    escalations = db.session.scalars(select(Escalation.id).where(Escalation.record_id.in_(records))).all()
    subjects = [(Record.kind_name, one) for one in records] + [
        (Escalation.kind_name, one) for one in escalations
    ]
    notes = update(EscalationNote).where(EscalationNote.escalation_id.in_(escalations))
    reasons = update(Escalation).where(Escalation.id.in_(escalations), Escalation.reason == words)
    told = changed(notes.where(EscalationNote.body == words).values(body=""))
    told += changed(reasons.values(reason=""))
    told += audit.erase(subjects, [words])
    for subject in subjects if told else ():
        outbox.withhold(subject=subject)

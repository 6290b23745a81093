"""What the engine chases: the little it asks of a case, and what of the case a step is about."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tracker.accounts.models import Person
from tracker.db import db
from tracker.followups import fixed, inspected
from tracker.inspections.models import InspectionRound
from tracker.issues.models import Issue
from tracker.policies import rules as policy
from tracker.policies.rules import Ruled
from tracker.records.models import Record
from tracker.records.parts import EffectCheck, Escalation, Opinion, RecordItem
from tracker.statutory.models import StatutoryClock
from tracker.systems.models import AISystem


class Chased(Ruled, Protocol):
    """What clocks, recipients and letters ask of a case: an issue answers it, and so does a round of inspection."""

    @property
    def number(self) -> str:
        """What people quote."""

    @property
    def title(self) -> str:
        """What a line and a letter call it."""

    @property
    def system(self) -> AISystem:
        """The system whose rota is on duty for it."""

    @property
    def assignee_id(self) -> int | None:
        """Who owes it where nothing else says so."""

    @property
    def assignee(self) -> Person | None:
        """The same as a person."""

    @property
    def reporter(self) -> Person | None:
        """The user who waits; None where nobody does."""

    @property
    def reporter_name(self) -> str:
        """The name a guest left."""

    @property
    def reporter_email(self) -> str:
        """The address a guest left."""

    @property
    def reminders_ended_at(self) -> datetime | None:
        """When the guest ended reminders."""

    @property
    def restricted(self) -> bool:
        """Whether only those named may see it."""

    @property
    def personal_data(self) -> bool:
        """Whether the privacy contact hears of it."""

    @property
    def is_demo(self) -> bool:
        """Whether it writes no mail."""


@dataclass
class Subject:
    """What a step is about: the case, and what of it where the clock is not the case's own."""

    about: Chased
    record: Record | None = None
    escalation: Escalation | None = None
    item: RecordItem | None = None
    check: EffectCheck | None = None
    round: InspectionRound | None = None
    statutory: StatutoryClock | None = None
    opinion: Opinion | None = None

    @property
    def issue(self) -> Issue:
        """The issue, for what only an issue can do: to be asked, closed, handed over."""
        assert isinstance(self.about, Issue), self.about.number
        return self.about

    @property
    def issue_id(self) -> int | None:
        """The issue's id; None for a case that has none."""
        return self.about.id if isinstance(self.about, Issue) else None

    @property
    def number(self) -> str:
        """What people quote: the record's number where there is one."""
        return self.record.number if self.record is not None else self.about.number

    @property
    def person_ids(self) -> set[int | None]:
        """Whoever is named as owing some of it."""
        found = {self.about.assignee_id}
        if self.record is not None:
            found |= {self.record.owner_id, self.record.hold_liaison_id}
        if self.escalation is not None:
            found |= {self.escalation.to_person_id, self.escalation.by_id}
        if self.item is not None:
            found.add(self.item.owner_id)
        return found

    @property
    def root(self) -> tuple[str, int]:
        """What letters are about and the trail is kept of, where it is not the record."""
        if self.round is not None:
            return fixed.INSPECTION_ROUND, self.round.id
        return "issue", self.issue.id


def subject_of(kind: str, subject_id: int) -> Subject | None:
    """The rows behind a clock; None when they are gone."""
    if kind == "issue":
        issue = db.session.get(Issue, subject_id)
        return Subject(issue) if issue is not None else None
    if kind == "record":
        record = db.session.get(Record, subject_id)
        return Subject(record.primary_issue, record) if record is not None else None
    if kind == "escalation":
        escalation = db.session.get(Escalation, subject_id)
        return _of_part(escalation, escalation=escalation) if escalation is not None else None
    if kind == fixed.INSPECTION_ROUND:
        found = db.session.get(InspectionRound, subject_id)
        return Subject(inspected.Inspected(found), round=found) if found is not None else None
    if kind == policy.ACTION:
        item = db.session.get(RecordItem, subject_id)
        return _of_part(item, item=item) if item is not None else None
    if kind == fixed.STATUTORY:
        law = db.session.get(StatutoryClock, subject_id)
        return Subject(law.issue, law.record, statutory=law) if law is not None else None
    if kind == fixed.OPINION:
        asked = db.session.get(Opinion, subject_id)
        return Subject(asked.record.primary_issue, asked.record, opinion=asked) if asked is not None else None
    check = db.session.get(EffectCheck, subject_id)
    return _of_part(check, check=check) if check is not None else None


def _of_part(
    part: Escalation | RecordItem | EffectCheck,
    *,
    escalation: Escalation | None = None,
    item: RecordItem | None = None,
    check: EffectCheck | None = None,
) -> Subject:
    record = db.session.get_one(Record, part.record_id)
    return Subject(record.primary_issue, record, escalation, item, check)

"""What is decided on: an issue with the record it began, or a round of inspection; both answer the same questions."""

from dataclasses import dataclass

from tracker.db import db
from tracker.decisions.models import Decision
from tracker.inspections import rules as inspection_rules
from tracker.inspections import words as inspection_words
from tracker.inspections.models import InspectionRound
from tracker.issues.models import Issue
from tracker.records import rules as record_rules
from tracker.records.models import Record
from tracker.systems.models import AISystem

Root = tuple[str, int]


@dataclass(frozen=True)
class Case:
    """An issue and the record it began, if it has one."""

    issue: Issue
    record: Record | None = None

    @property
    def root(self) -> Root:
        """What the trail is kept of."""
        return ("record", self.record.id) if self.record is not None else ("issue", self.issue.id)

    @property
    def number(self) -> str:
        return self.record.number if self.record is not None else self.issue.number

    @property
    def title(self) -> str:
        return self.issue.title

    @property
    def href(self) -> str:
        """The page of the case itself."""
        return f"/records/{self.number}" if self.record is not None else f"/issues/{self.number}"

    @property
    def severity(self) -> str:
        own = self.record.severity if self.record is not None else ""
        return own or self.issue.severity

    @property
    def system(self) -> AISystem:
        return self.issue.system

    @property
    def unit_id(self) -> int | None:
        return self.issue.unit_id

    @property
    def open(self) -> bool:
        """Whether anything is left to decide."""
        if self.record is not None:
            return self.record.state not in record_rules.ENDED
        return self.issue.closed_at is None


@dataclass(frozen=True)
class RoundCase:
    """One round of an inspection."""

    round: InspectionRound

    @property
    def root(self) -> Root:
        """What the trail is kept of."""
        return (self.round.kind_name, self.round.id)

    @property
    def number(self) -> str:
        return self.round.number

    @property
    def title(self) -> str:
        return inspection_words.plan_name(self.round.plan)

    @property
    def href(self) -> str:
        """The page of the round itself."""
        return f"/inspections/rounds/{self.round.id}"

    @property
    def severity(self) -> str:
        return ""

    @property
    def system(self) -> AISystem:
        return self.round.plan.system

    @property
    def unit_id(self) -> int | None:
        return self.round.plan.unit_id

    @property
    def open(self) -> bool:
        """Whether anything is left to decide."""
        return self.round.state == inspection_rules.OPEN


AnyCase = Case | RoundCase


def of(row: Decision) -> AnyCase:
    """The case that a decision stands on."""
    if row.round_id is not None:
        return RoundCase(db.session.get_one(InspectionRound, row.round_id))
    assert row.issue is not None
    return Case(row.issue, row.record)


def new(case: AnyCase) -> Decision:
    """A decision that is yet to be filled in."""
    if isinstance(case, RoundCase):
        return Decision(round_id=case.round.id)
    return Decision(issue_id=case.issue.id, record_id=case.record.id if case.record is not None else None)

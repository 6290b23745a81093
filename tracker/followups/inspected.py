"""An inspection round as the engine sees it: in the place where other cases have their issue."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from tracker.accounts.models import Person
from tracker.followups import policy
from tracker.followups.ladder import Want
from tracker.inspections import rules as inspections
from tracker.inspections.models import InspectionRound
from tracker.issues.models import Issue

SEVERITY = "S3"


@dataclass(frozen=True)
class Inspected:
    """What the engine asks of an issue, answered for a round.  It has no issue's id: none is chased through it."""

    round: InspectionRound
    id: int = 0
    kind: str = ""
    severity: str = SEVERITY
    chase_policy: str = ""
    restricted: bool = False
    personal_data: bool = False
    is_demo: bool = False
    reporter: None = None
    reporter_email: str = ""

    @property
    def number(self) -> str:
        return self.round.number

    @property
    def title(self) -> str:
        return self.round.plan.name

    @property
    def system_id(self) -> int:
        return self.round.plan.system_id

    @property
    def unit_id(self) -> int | None:
        return self.round.plan.unit_id

    @property
    def assignee_id(self) -> int:
        return self.round.plan.owner_id

    @property
    def assignee(self) -> Person:
        return self.round.plan.owner


def root(found: InspectionRound) -> Issue:
    """The round in an issue's place; it answers all that rules, recipients and letters ask of one."""
    return cast("Issue", Inspected(found))


def wanted(found: InspectionRound) -> Iterator[Want]:
    """The one clock of a round: to be inspected by its due date."""
    if found.state == inspections.OPEN:
        yield Want(policy.INSPECTION, found.opens_at, until=found.due_at, key=str(found.plan.owner_id))

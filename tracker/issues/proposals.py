"""What an issue probably is, by what people decided of similar ones: proposed with its reason, never applied by itself.

The nearest decided neighbours vote, each with its likeness as weight.  How often that meets what people decide is
measured on the newest decided issues, each seen with only those that were there before it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from tracker.accounts.rules import SYSTEM
from tracker.db import db
from tracker.issues import similar
from tracker.issues.models import Issue, ProposalRate
from tracker.issues.similar import Alike

NEIGHBOURS = 9
# Of the weight of all votes; and from where on a single neighbour is enough.
CLEAR, SURE = 0.6, 0.6
MEASURED_ON = 100


@dataclass(frozen=True)
class Vote:
    """One neighbour's word: what it was decided to be."""

    value: str
    weight: float
    number: str


@dataclass(frozen=True)
class Proposal:
    """A value for a field, with how many of the neighbours say so and which of them are the likest."""

    field: str
    value: str
    votes: int
    of: int
    numbers: Sequence[str]


@dataclass(frozen=True)
class Rate:
    """Over how many decided issues; for how many something was proposed; how often it was what people decided."""

    field: str
    decided: int
    proposed: int
    right: int


def kind_of(issue: Issue) -> str:
    """The kind that a person gave it."""
    return issue.kind or ""


def severity_of(issue: Issue) -> str:
    """The severity, once a person has set it."""
    return "" if issue.severity_provisional else issue.severity


DECIDED: dict[str, Callable[[Issue], str]] = {"issue_kind": kind_of, "severity": severity_of}


def proposals(issue: Issue, neighbours: Sequence[Alike]) -> list[Proposal]:
    """What is proposed for the fields that nobody has decided yet."""
    found = []
    for field, decided in DECIDED.items():
        if not decided(issue):
            found.append(elected(field, _votes(field, neighbours)))
    return [one for one in found if one is not None]


def _votes(field: str, neighbours: Sequence[Alike]) -> list[Vote]:
    """What people here decided of the neighbours; what was imported was decided elsewhere."""
    own = [one for one in neighbours if not one.issue.imported]
    return [Vote(DECIDED[field](one.issue), one.score, one.issue.number) for one in own]


def elected(field: str, votes: Iterable[Vote]) -> Proposal | None:
    """The value with a clear majority of the weight; None where there is none, or too little to go by."""
    cast = [one for one in votes if one.value]
    weight: dict[str, float] = defaultdict(float)
    for one in cast:
        weight[one.value] += one.weight
    if not cast:
        return None
    best = max(weight, key=lambda value: (weight[value], value))
    same = sorted((one for one in cast if one.value == best), key=lambda one: -one.weight)
    enough = len(cast) > 1 or same[0].weight >= SURE
    if not enough or weight[best] < CLEAR * sum(weight.values()):
        return None
    return Proposal(field, best, len(same), len(cast), [one.number for one in same[:3]])


def rates() -> list[Rate]:
    """How well it goes, by the newest issues of which a person decided the kind.  Reads only."""
    newest = select(Issue).options(joinedload(Issue.system)).where(Issue.kind.is_not(None), ~Issue.imported)
    newest = newest.where(~Issue.personal_data).order_by(Issue.id.desc()).limit(MEASURED_ON)
    counted = {field: [0, 0, 0] for field in DECIDED}
    for issue in db.session.scalars(newest).all():
        neighbours = similar.alike(issue, SYSTEM, most=NEIGHBOURS, earlier=True)
        for field, decided in DECIDED.items():
            _count(counted[field], decided(issue), field, neighbours)
    return [Rate(field, *numbers) for field, numbers in counted.items()]


def _count(numbers: list[int], truth: str, field: str, neighbours: Sequence[Alike]) -> None:
    if not truth:
        return
    proposal = elected(field, _votes(field, neighbours))
    numbers[0] += 1
    numbers[1] += proposal is not None
    numbers[2] += proposal is not None and proposal.value == truth


def keep(measured: Sequence[Rate], at: datetime) -> None:
    """Put these in the place of the last ones."""
    db.session.execute(delete(ProposalRate))
    for one in measured:
        db.session.add(
            ProposalRate(
                field=one.field, measured_at=at, decided=one.decided, proposed=one.proposed, right=one.right
            )
        )

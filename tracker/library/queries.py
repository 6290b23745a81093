"""Named selects of the case library."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from tracker import index
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.inspections import queries as inspections
from tracker.inspections.models import InspectionPlan
from tracker.issues import queries as issues
from tracker.issues.models import Issue
from tracker.library.models import LibraryAnswer, LibraryCase, LibraryFact

UNTYPED, UNANSWERED = "none", "none"


def newest_first() -> Select[LibraryCase]:
    """Every case with its issue; they are public cases of other organisations, open to all who work here."""
    found = select(LibraryCase).join(Issue, Issue.id == LibraryCase.issue_id)
    return found.options(joinedload(LibraryCase.issue)).order_by(LibraryCase.issue_id.desc())


def filtered(found: Select[LibraryCase], wanted: Mapping[str, str]) -> Select[LibraryCase]:
    """The cases under these filters; what is unknown filters nothing."""
    if wanted.get("source"):
        found = found.where(Issue.source == wanted["source"])
    if wanted.get("type"):
        found = found.where(_of_type(wanted["type"]))
    if wanted.get("answer"):
        found = found.where(
            LibraryCase.answer == ("" if wanted["answer"] == UNANSWERED else wanted["answer"])
        )
    if wanted.get("q", "").strip():
        found = found.where(index.holds(wanted["q"][:200], index.STAFF, LibraryCase.issue_id))
    return found


def _of_type(wanted: str) -> ColumnElement[bool]:
    if wanted == UNTYPED:
        return LibraryCase.anomaly_type == ""
    also = and_(
        LibraryFact.issue_id == LibraryCase.issue_id,
        LibraryFact.part == "anomaly",
        LibraryFact.value == wanted,
    )
    return or_(LibraryCase.anomaly_type == wanted, exists().where(also))


def by_number(number: str) -> Select[LibraryCase]:
    return newest_first().where(Issue.number == number)


def counts() -> dict[str, int]:
    """How many cases have which answer; the empty one for those that wait."""
    rows = db.session.execute(select(LibraryCase.answer, func.count()).group_by(LibraryCase.answer))
    return {answer: count for answer, count in rows}


def parts(issue_id: int) -> dict[str, list[LibraryFact]]:
    """The lists of one case."""
    return parts_of([issue_id]).get(issue_id, {})


def parts_of(ids: Collection[int]) -> dict[int, dict[str, list[LibraryFact]]]:
    """The lists of these cases, each in the order of its source."""
    found: dict[int, dict[str, list[LibraryFact]]] = {}
    rows = select(LibraryFact).where(LibraryFact.issue_id.in_(ids)).order_by(LibraryFact.id)
    for one in db.session.scalars(rows):
        found.setdefault(one.issue_id, {}).setdefault(one.part, []).append(one)
    return found


def answers(issue_id: int) -> Sequence[LibraryAnswer]:
    """Every answer to the question, newest first."""
    found = select(LibraryAnswer).where(LibraryAnswer.issue_id == issue_id)
    return db.session.scalars(
        found.options(joinedload(LibraryAnswer.made)).order_by(LibraryAnswer.id.desc())
    ).all()


def may_open(made: Issue, actor: Actor) -> bool:
    """Whether this reader may see the issue that an answer led to."""
    return issues.may_view(actor, made)


def plans(actor: Actor, at: datetime) -> Sequence[InspectionPlan]:
    """The inspections that this actor may add a line to."""
    found = db.session.scalars(inspections.plans(actor, at)).all()
    return [plan for plan in found if plan.state == "active" and inspections.relations(actor, plan, at)]

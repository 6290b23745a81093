"""Named selects of decisions and agreed dates: of one case, those that wait, those that hold."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, bindparam, literal_column, or_, select
from sqlalchemy.orm import joinedload

from tracker.accounts import queries as people
from tracker.accounts import rules as roles
from tracker.accounts.rules import Actor
from tracker.db import db, kept
from tracker.decisions import rules
from tracker.decisions.cases import AnyCase, Case, RoundCase
from tracker.decisions.models import AgreedDate, Decision
from tracker.inspections import queries as inspections
from tracker.inspections import rules as inspection_rules
from tracker.inspections.models import InspectionRound
from tracker.issues import queries as issues
from tracker.issues.models import Issue
from tracker.records.models import Record
from tracker.systems.models import Suspension

Part = tuple[str, int]
HOLDS = (Decision.answer == literal_column("'accept_risk'"), Decision.ended_at.is_(None))


@dataclass(frozen=True)
class Standing:
    """What stands on a case: the risk that is accepted, the question that waits for a manager."""

    accepted: Decision | None = None
    asked: Decision | None = None


def standing(issue_ids: Collection[int]) -> Standing:
    """Of the issues of one case, in one query."""
    return _standing(Decision.issue_id.in_(issue_ids))


def _standing(on: ColumnElement[bool]) -> Standing:
    open_ones = or_(Decision.at.is_(None), *[HOLDS[0] & HOLDS[1]])
    found = select(Decision).where(on, open_ones).order_by(Decision.id)
    rows = db.session.scalars(found).all()
    accepted = [one for one in rows if one.answer == rules.ACCEPT_RISK]
    asked = [one for one in rows if one.at is None]
    return Standing(accepted[-1] if accepted else None, asked[-1] if asked else None)


def standing_on(case: AnyCase) -> Standing:
    """Of one case: of its issue, or of the round."""
    return standing_of_round(case.round.id) if isinstance(case, RoundCase) else standing([case.issue.id])


def standing_of_round(round_id: int) -> Standing:
    """Of one round of inspection."""
    return _standing(Decision.round_id == round_id)


def agreed(parts: Iterable[Part]) -> Mapping[tuple[str, int, str], AgreedDate]:
    """The latest date agreed on for each clock of these subjects."""
    ids: dict[str, list[int]] = {}
    for kind, part_id in parts:
        ids.setdefault(kind, []).append(part_id)
    if not ids:
        return {}
    wanted = or_(*[(AgreedDate.part_kind == kind) & AgreedDate.part_id.in_(of) for kind, of in ids.items()])
    found = db.session.scalars(select(AgreedDate).where(wanted).order_by(AgreedDate.id))
    return {(one.part_kind, one.part_id, one.clock): one for one in found}


def of_issue(issue: Issue) -> Sequence[Decision]:
    """Every decision on a case, newest first."""
    return db.session.scalars(_of_issue(), {"issue": issue.id}).all()


@kept
def _of_issue() -> Select[Decision]:
    mine = select(Decision).where(Decision.issue_id == bindparam("issue")).order_by(Decision.id.desc())
    return mine.options(joinedload(Decision.asked_by))


def of_case(case: AnyCase) -> Sequence[Decision]:
    """Every decision on a case, an issue's or a round's, newest first."""
    if isinstance(case, Case):
        return of_issue(case.issue)
    mine = select(Decision).where(Decision.round_id == case.round.id).order_by(Decision.id.desc())
    return db.session.scalars(mine.options(joinedload(Decision.asked_by))).all()


def of_record(record: Record) -> Sequence[Decision]:
    """The answered decisions that a record prints, oldest first."""
    mine = select(Decision).where(Decision.record_id == record.id, Decision.at.is_not(None))
    return db.session.scalars(mine.order_by(Decision.id)).all()


def visible(actor: Actor) -> Select[Decision]:
    """Decisions on the cases that this actor works on or oversees; who reported or follows one reads none."""
    found = select(Decision).join(Issue, Issue.id == Decision.issue_id, isouter=True)
    of_rounds = Decision.round_id.in_(inspections.overseen(actor).with_only_columns(InspectionRound.id))
    of_cases = and_(Decision.issue_id.is_not(None), _works_on(actor))
    found = found.where(or_(of_cases, of_rounds))
    return found.options(joinedload(Decision.issue).joinedload(Issue.system), joinedload(Decision.record))


def _works_on(actor: Actor) -> ColumnElement[bool]:
    return _worked_on(actor, issues.sees_restricted(actor))


@kept
def _worked_on(actor: Actor, contact: bool) -> ColumnElement[bool]:
    me, overseen = actor.person_id, issues.within(actor, issues.SEE_ALL)
    # Who reports a sealed case is on its other side, unless nobody else is there to work on it.
    beyond = and_(Issue.restricted, Issue.reporter_id == me, Issue.assignee_id.is_distinct_from(me))
    if not contact:
        overseen = and_(overseen, or_(~beyond, issues.supervisors() == 1))
    return and_(issues.seen_by(actor, contact), or_(overseen, issues.may_work_on(actor, contact)))


def waiting(actor: Actor) -> Select[Decision]:
    """Questions that nobody has answered, oldest first."""
    return visible(actor).where(Decision.at.is_(None), _going_on()).order_by(Decision.id)


def accepted(actor: Actor) -> Select[Decision]:
    """Risks that are accepted now, the one that comes again first before the others."""
    return visible(actor).where(*HOLDS, _going_on()).order_by(Decision.until, Decision.id)


def _going_on() -> ColumnElement[bool]:
    """Decisions on what has not ended."""
    rounds = select(InspectionRound.id).where(InspectionRound.state == inspection_rules.OPEN)
    of_case = and_(Decision.issue_id.is_not(None), Issue.closed_at.is_(None))
    return or_(of_case, Decision.round_id.in_(rounds))


def suspensions() -> Mapping[int, Suspension]:
    """The systems that must not be used for now, by their id."""
    found = select(Suspension).where(Suspension.lifted_at.is_(None)).options(joinedload(Suspension.system))
    return {one.system_id: one for one in db.session.scalars(found.order_by(Suspension.id))}


def may_decide(actor: Actor, *, unit_id: int | None, system_id: int | None, at: datetime) -> bool:
    """A manager for the case; a supervisor where no manager is: somebody must be able to decide."""
    if actor.is_for(roles.MANAGER, unit_id=unit_id, system_id=system_id):
        return True
    if not actor.is_for(roles.SUPERVISOR, unit_id=unit_id, system_id=system_id):
        return False
    return not people.people_with(roles.MANAGER, at=at, unit_id=unit_id, system_id=system_id)

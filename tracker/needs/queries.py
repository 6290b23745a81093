"""Named selects of needs: the list that an actor may read, its counts, and what holds for one issue."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select, text, true
from sqlalchemy.orm import joinedload, lazyload, load_only

from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.issues import queries as issues
from tracker.issues import rules as issue_rules
from tracker.issues.models import Issue
from tracker.needs import rules
from tracker.needs.models import NeedDecision

PAGE, MOST = 50, 10_000
# In the very words of the partial index in `issues.models`.
IS_NEED = text("issue.kind IN ('feature_request', 'data_correction', 'complaint')")
OUT = (issue_rules.MERGED, issue_rules.WITHDRAWN)


def current(issue: Issue) -> NeedDecision | None:
    """What holds for this issue."""
    mine = select(NeedDecision).where(NeedDecision.issue_id == issue.id, NeedDecision.current)
    return db.session.scalars(mine).first()


def before(one: NeedDecision) -> NeedDecision | None:
    """The decision that this one took the place of, unless it was taken back."""
    older = select(NeedDecision).where(
        NeedDecision.issue_id == one.issue_id, NeedDecision.id < one.id, NeedDecision.taken_back_at.is_(None)
    )
    return db.session.scalars(older.order_by(NeedDecision.id.desc()).limit(1)).first()


def told_by(issue: Issue, seq: int) -> bool:
    """Whether this act in the issue's trail told the reporter of a decision."""
    told = exists().where(NeedDecision.issue_id == issue.id, NeedDecision.told_seq == seq)
    return bool(db.session.scalar(select(told)))


def history(issue: Issue) -> Sequence[NeedDecision]:
    """All that was decided and stands, the newest first."""
    mine = select(NeedDecision).where(NeedDecision.issue_id == issue.id, NeedDecision.taken_back_at.is_(None))
    return db.session.scalars(mine.order_by(NeedDecision.id.desc())).all()


def _readable(actor: Actor) -> ColumnElement[bool]:
    """What the actor works with; what they only follow or reported they know by its number and no more."""
    if actor.is_system:
        return true()
    return issues.may_see(actor) & or_(issues.within(actor, issues.SEE_ALL), issues.may_work(actor))


def _all(actor: Actor) -> Select[Issue, NeedDecision]:
    joined = and_(NeedDecision.issue_id == Issue.id, NeedDecision.current)
    found = select(Issue, NeedDecision).outerjoin(NeedDecision, joined)
    return found.where(IS_NEED, Issue.state.not_in(OUT), ~Issue.imported, _readable(actor))


def filtered(actor: Actor, wanted: Mapping[str, str], now: datetime) -> Select[Issue, NeedDecision]:
    """The needs under these filters, newest first; what is unknown filters nothing."""
    found = _all(actor)
    if wanted.get("theme") in rules.THEMES:
        found = found.where(NeedDecision.theme == wanted["theme"])
    if wanted.get("kind") in rules.KINDS:
        found = found.where(Issue.kind == wanted["kind"])
    if wanted.get("decision") in rules.DECISIONS:
        found = found.where(NeedDecision.decision == wanted["decision"])
    elif wanted.get("decision") == rules.UNDECIDED:
        found = found.where(NeedDecision.id.is_(None))
    system = wanted.get("system", "")
    if system.isdecimal() and len(system) < 10:
        found = found.where(Issue.system_id == int(system))
    if wanted.get("mine"):
        found = found.where(NeedDecision.owner_id == actor.person_id)
    if wanted.get("again"):
        found = found.where(NeedDecision.again_at <= now)
    return found.order_by(Issue.id.desc())


def shown(found: Select[Issue, NeedDecision], most: int) -> Sequence[tuple[Issue, NeedDecision | None]]:
    """These rows with all that a list shows of them."""
    owner = joinedload(NeedDecision.owner).options(load_only(Person.name), lazyload(Person.roles))
    rows = db.session.execute(found.options(joinedload(Issue.system), owner).limit(most))
    return [(row[0], row[1]) for row in rows]


def counts(actor: Actor, now: datetime) -> dict[str, int]:
    """How many there are by theme and by decision, undecided ones, and those to be looked at again by now."""
    sums = {
        **{name: NeedDecision.decision == name for name in rules.DECISIONS},
        **{name: NeedDecision.theme == name for name in rules.THEMES},
        rules.UNDECIDED: NeedDecision.id.is_(None),
        "again": NeedDecision.again_at <= now,
    }
    wanted = [func.count(case((condition, 1))).label(name) for name, condition in sums.items()]
    return dict(db.session.execute(_all(actor).with_only_columns(*wanted)).one()._mapping)

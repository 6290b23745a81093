"""Named selects of lessons: those a reader may see, whom one concerns, who has read it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import joinedload

from tracker.accounts import queries as people
from tracker.accounts import rules as roles
from tracker.accounts.models import Person, TeamMember
from tracker.accounts.rules import Actor, Limit
from tracker.db import db
from tracker.issues.models import Issue
from tracker.lessons.models import LessonRead
from tracker.records import queries as records
from tracker.records import rules
from tracker.records.models import Record
from tracker.systems.models import AISystem
from tracker.systems.parts import Artefact

PAGE = 30
LEADS = (roles.SUPERVISOR, roles.MANAGER)
STAFF = (roles.SUPERVISOR, roles.ENGINEER, roles.MANAGER)
ENOUGH = frozenset({rules.REVIEW, rules.WATCHING, rules.CLOSED, rules.REISSUED})
# A lesson is for everybody who handles cases; that of a sealed case for those who may see it.
OPEN_TO_STAFF = and_(~Issue.restricted, ~Issue.personal_data)


def lessons(actor: Actor) -> Select[Record]:
    """The records whose lesson this actor may read, newest first."""
    seen = records.visible(actor).with_only_columns(Record.id)
    may_read = or_(OPEN_TO_STAFF, Record.id.in_(seen)) if actor.is_(*STAFF) else Record.id.in_(seen)
    found = select(Record).join(Issue, Issue.id == Record.primary_issue_id)
    found = found.where(Record.lessons != "", Record.state.in_(ENOUGH), ~Issue.imported, may_read)
    return found.options(joinedload(Record.primary_issue), joinedload(Record.system)).order_by(
        Record.id.desc()
    )


def filtered(actor: Actor, wanted: Mapping[str, str], at: datetime) -> Select[Record]:
    """The lessons under these filters; a word is looked for in lesson, cause and number."""
    found = lessons(actor)
    for word in wanted.get("q", "").split()[:8]:
        like = f"%{_literal(word)}%"
        columns = (Record.lessons, Record.root_cause, Record.number)
        found = found.where(or_(*(column.ilike(like, escape="\\") for column in columns)))
    if wanted.get("system", "").isdecimal() and len(wanted["system"]) < 10:
        found = found.where(Record.system_id == int(wanted["system"]))
    if wanted.get("show") == "mine":
        found = found.where(concerns(actor), ~_read_by(actor))
    return found


def _literal(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _read_by(actor: Actor) -> ColumnElement[bool]:
    return exists().where(LessonRead.record_id == Record.id, LessonRead.person_id == actor.person_id)


def concerns(actor: Actor) -> ColumnElement[bool]:
    """Records whose lesson concerns this actor."""
    if actor.person_id is None:
        return false()
    systems = select(AISystem.id).where(
        or_(AISystem.owner_id == actor.person_id, AISystem.team_id.in_(actor.teams))
    )
    kept = select(Artefact.id).where(Artefact.owner_id == actor.person_id)
    ways: list[ColumnElement[bool]] = [Record.system_id.in_(systems), Record.cause_artefact_id.in_(kept)]
    for role in (roles.SUPERVISOR, roles.MANAGER):
        if actor.is_(role):
            limit = actor.limits.get(role, Limit())
            within = or_(Issue.unit_id.in_(limit.units), Issue.system_id.in_(limit.systems))
            ways.append(true() if limit.everywhere else within)
    return or_(*ways)


def unread(actor: Actor, at: datetime) -> int:
    """How many lessons wait for this actor, counted up to a hundred."""
    some = (
        filtered(actor, {"show": "mine"}, at)
        .with_only_columns(Record.id)
        .order_by(None)
        .limit(100)
        .subquery()
    )
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def concerned(record: Record, at: datetime) -> list[Person]:
    """Whom the lesson of this record concerns, by name."""
    place: dict[str, Any] = {"unit_id": record.primary_issue.unit_id, "system_id": record.system_id}
    found = {one.id: one for role in (roles.SUPERVISOR, roles.MANAGER)
             for one in people.people_with(role, at=at, **place)}  # fmt: skip
    keeper = select(Artefact.owner_id).where(Artefact.id == record.cause_artefact_id)
    members = select(TeamMember.person_id).where(TeamMember.team_id == record.system.team_id)
    more = or_(Person.id == record.system.owner_id, Person.id.in_(keeper), Person.id.in_(members))
    found |= {one.id: one for one in db.session.scalars(select(Person).where(more, Person.active))}
    return sorted(found.values(), key=lambda one: (one.name, one.id))


def waited_for(record: Record, at: datetime) -> list[Person]:
    """Whom the lesson concerns, who may read it, and who has not said that they did."""
    done, mine = reads([record.id])[record.id], Record.id == record.id
    return [
        one for one in concerned(record, at)
        if one.id not in done and db.session.scalar(
            lessons(people.actor_of(one, at=at)).where(mine).with_only_columns(Record.id).order_by(None)
        )
    ]  # fmt: skip


def reads(ids: Sequence[int]) -> dict[int, dict[int, datetime]]:
    """By record, who has read its lesson and when."""
    found: dict[int, dict[int, datetime]] = {one: {} for one in ids}
    rows = select(LessonRead.record_id, LessonRead.person_id, LessonRead.at).where(
        LessonRead.record_id.in_(ids)
    )
    for record_id, person_id, at in db.session.execute(rows) if ids else ():
        found[record_id][person_id] = at
    return found

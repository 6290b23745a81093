"""Named selects of records: who sees which, and what the guards of one record read."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import joinedload

from tracker.accounts import rules as roles
from tracker.accounts.models import Person
from tracker.accounts.rules import Actor, Limit
from tracker.db import db, dialect, first_or_404, locked
from tracker.issues import queries as issues
from tracker.issues.models import Issue, IssueRecord
from tracker.records import gathering, rules
from tracker.records.models import Record
from tracker.records.parts import Escalation
from tracker.records.whole import Whole as Whole
from tracker.records.whole import escalations_of
from tracker.systems.models import AISystem

OVERVIEW = (roles.SUPERVISOR, roles.MANAGER)


def visible(actor: Actor, *ways: ColumnElement[bool]) -> Select[Record]:
    """The records this actor may see, through what they may see of the issue each is about; `ways` open more."""
    found = select(Record).join(Issue, Issue.id == Record.primary_issue_id)
    return found.where(or_(_may_see(actor), *ways))


def overseen(actor: Actor) -> ColumnElement[bool]:
    """The cases within the limits of the actor's roles of overview, as a condition on their issue."""
    return _within(actor, OVERVIEW)


def _may_see(actor: Actor, *, audits: bool = True) -> ColumnElement[bool]:
    if actor.is_system:
        return true()
    if actor.link is not None:
        mine = select(Escalation.record_id).where(Escalation.id == actor.link.subject_id)
        return Record.id.in_(mine) if actor.link.purpose == "assignee" else false()
    if actor.person_id is None:
        return false()
    ways = [and_(issues.may_see(actor), _within(actor, OVERVIEW)), _own_work(actor)]
    if actor.is_(roles.AUDITOR) and audits:
        # An auditor sees no issue, but the records about them, masked.
        ways.append(and_(~Issue.restricted, _within(actor, (roles.AUDITOR,))))
    return or_(*ways)


def _within(actor: Actor, wanted: tuple[str, ...]) -> ColumnElement[bool]:
    """Cases within the limits of the actor's roles of these kinds."""
    limits = [actor.limits.get(role, Limit()) for role in wanted if actor.is_(role)]
    if any(limit.everywhere for limit in limits):
        return true()
    found = [Issue.unit_id.in_(limit.units) for limit in limits if limit.units]
    found += [Issue.system_id.in_(limit.systems) for limit in limits if limit.systems]
    return or_(false(), *found)


def _own_work(actor: Actor) -> ColumnElement[bool]:
    """What was escalated to the actor or their team, and for engineers the systems they own unless restricted."""
    to_me = Escalation.to_person_id == actor.person_id
    if actor.teams:
        to_me = or_(to_me, Escalation.to_team_id.in_(actor.teams))
    kept = Escalation.state.not_in((rules.RETURNED, rules.ESCALATION_CANCELLED))
    found: list[ColumnElement[bool]] = [Record.id.in_(select(Escalation.record_id).where(to_me, kept))]
    if actor.is_(roles.ENGINEER):
        mine = select(AISystem.id).where(AISystem.owner_id == actor.person_id)
        found.append(and_(~Issue.restricted, Record.system_id.in_(mine)))
    return or_(*found)


def by_number(actor: Actor, number: str) -> Select[Record]:
    """The one visible record with this number, its issue and system loaded with it."""
    return in_full(visible(actor).where(Record.number == number))


def in_full(found: Select[Record]) -> Select[Record]:
    """These records with what a page shows of each."""
    issue = joinedload(Record.primary_issue)
    whole = (
        issue.joinedload(Issue.function), issue.joinedload(Issue.unit),
        issue.joinedload(Issue.reporter).lazyload(Person.roles), joinedload(Record.system),
        joinedload(Record.owner).lazyload(Person.roles), joinedload(Record.led_by),
        joinedload(Record.verified_by).lazyload(Person.roles),
    )  # fmt: skip
    return found.options(*whole)


def for_change(found: Select[Record]) -> Record:
    """The one record of this select, locked after its issues, as their own doors lock them.  NotFound."""
    if dialect() != "sqlite":
        _lock_issues(first_or_404(found.with_only_columns(Record.number)))
    return first_or_404(_fresh(locked(found)))


def of_issue(issue: Issue, *, lock: bool = False) -> Record | None:
    """The open record that this issue is attached to, else none; as it stands now where it is to be changed."""
    mine = select(IssueRecord.record_number).where(IssueRecord.issue_id == issue.id, IssueRecord.is_open)
    found = select(Record).where(Record.number.in_(mine)).order_by(Record.id.desc()).limit(1)
    return db.session.scalars(_fresh(locked(found)) if lock else found).first()


def issues_of(record: Record, *, lock: bool = False) -> list[Issue]:
    """The attached issues, in the order of their numbers; as they stand now where they are to be changed."""
    if lock:
        return _lock_issues(record.number)
    return list(db.session.scalars(_attached(record.number)))


def _attached(number: str) -> Select[Issue]:
    mine = select(IssueRecord.issue_id).where(IssueRecord.record_number == number)
    return select(Issue).where(Issue.id.in_(mine)).order_by(Issue.id)


def _lock_issues(number: str) -> list[Issue]:
    return list(db.session.scalars(_fresh(locked(_attached(number)))))


def _fresh(found: Select[Any]) -> Select[Any]:
    """Read anew what this session has read before it had the lock."""
    return found.execution_options(populate_existing=True)


def led_by(record: Record, actor: Actor) -> Sequence[Record]:
    """The records that follow this one, as far as this actor may see them."""
    mine = visible(actor).where(Record.led_by_id == record.id).options(joinedload(Record.primary_issue))
    return db.session.scalars(mine.order_by(Record.id)).all()


def drafts_of(issue: Issue) -> Select[Record]:
    """Drafts that this issue began and nobody opened."""
    return select(Record).where(Record.primary_issue_id == issue.id, Record.state == rules.DRAFT)


def open_escalation(record: Record) -> Escalation | None:
    """The escalation that is sent or acknowledged, if any."""
    return db.session.scalars(
        escalations_of(record).where(Escalation.state.in_(rules.ESCALATION_OPEN)).limit(1)
    ).first()


def last_escalation(record: Record) -> Escalation | None:
    """The latest escalation, whatever its state."""
    return db.session.scalars(escalations_of(record).limit(1)).first()


def visible_escalations(actor: Actor, standing_in: Collection[int] = ()) -> Select[Escalation]:
    """The escalations of the records this actor works on or oversees; a link opens its own alone.

    `standing_in` are those whom the actor stands in for: what is open with them opens too, unless it is restricted.
    """
    records = select(Record.id).join(Issue, Issue.id == Record.primary_issue_id)
    ways: list[ColumnElement[bool]] = [Escalation.record_id.in_(records.where(_may_see(actor, audits=False)))]
    if standing_in:
        theirs = and_(Escalation.to_person_id.in_(standing_in), Escalation.state.in_(rules.ESCALATION_OPEN))
        ways.append(and_(theirs, Escalation.record_id.in_(records.where(~Issue.restricted))))
    found = select(Escalation).where(or_(*ways))
    if actor.link is not None:
        found = found.where(Escalation.id == actor.link.subject_id)
    return found


def relations(actor: Actor, record: Record, escalation: Escalation | None, at: datetime) -> frozenset[str]:
    """What the actor is to this record now; `escalation` is its latest one."""
    live = escalation is not None and escalation.state in rules.ESCALATION_OPEN
    to = escalation if live else None
    away = to.to_person if to is not None and to.to_person is not None and to.to_person.is_away(at) else None
    stands_in = away is not None and away.deputy_id is not None and away.deputy_id == actor.person_id
    return rules.relations(
        actor, unit_id=record.primary_issue.unit_id, system_id=record.system_id,
        to_person_id=to.to_person_id if to else None, to_team_id=to.to_team_id if to else None,
        escalation_id=to.id if to else None, vendor=to is not None and is_outside(to),
        deputy_of=frozenset((away.id,)) if away is not None and stands_in else frozenset(),
    )  # fmt: skip


def is_outside(escalation: Escalation) -> bool:
    """Whether it went to a contact without an account."""
    return escalation.to_person_id is None and escalation.to_team_id is None and escalation.to_rota_id is None


def facts(record: Record, at: datetime, *, whole: Whole | None = None, **request: Any) -> rules.Facts:
    """What the guards of this record read; `request` overrides what a move would change."""
    from_tables = gathering.gather(whole or Whole(record), at)
    return replace(from_tables, **request)


def newest_first(actor: Actor) -> Select[Record]:
    """The register: what this actor may see, newest first, with what a line of it shows."""
    return listed(visible(actor))


def listed(found: Select[Record]) -> Select[Record]:
    """These records, newest first, with what a line of a list shows."""
    owner = joinedload(Record.owner).lazyload(Person.roles)
    shown = (joinedload(Record.primary_issue), joinedload(Record.system), owner)
    return found.options(*shown).order_by(Record.id.desc())

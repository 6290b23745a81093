"""Whose move it is: what waits for one person, whenever it falls due; whom the engine chases sees it here too."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    union_all,
)

from tracker.accounts import queries as people
from tracker.accounts import rules as roles
from tracker.accounts.models import Person, PersonRole
from tracker.accounts.rules import Actor
from tracker.db import UTCDateTime, db, kept
from tracker.decisions.models import Decision
from tracker.followups import fixed, words
from tracker.followups.models import Clock
from tracker.followups.todo import Line, lines
from tracker.inspections import queries as inspections
from tracker.issues import queries as issues
from tracker.issues.inbox import OPEN_NOW
from tracker.issues.models import Ask, Issue
from tracker.opinions import queries as opinions
from tracker.planned import spelled_out
from tracker.policies import rules as policy
from tracker.records import rules as records
from tracker.records.lacking import WAITS_FOR_MANAGER
from tracker.records.models import Record
from tracker.records.parts import EffectCheck, Escalation, EscalationNote, Opinion, RecordItem
from tracker.statutory.models import StatutoryClock
from tracker.unchanged import Last, unchanged

MANAGERS_TURN = (fixed.DECIDE, fixed.ACCEPTED)
SHOWN, LOOKED_AT = 4, 12
# Not to be found by the index of kinds: most clocks are of issues, and few of them are anybody's own.
OF_ISSUE = func.coalesce(Clock.subject_kind, "") == Issue.kind_name
IN_WORK, IN_REVIEW = Record.state.not_in(records.ENDED), Record.state == records.REVIEW


class Question(NamedTuple):
    """What an engineer asked; the number and title of its record."""

    note_id: int
    escalation_id: int
    by_name: str
    at: datetime
    body: str
    number: str
    title: str


class Row(NamedTuple):
    """One next move: the case, where it is made, until when, and what it is, in the reader's language."""

    href: str
    number: str
    title: str
    due_at: datetime | None
    since: datetime
    todo: str


@dataclass(frozen=True)
class Turn:
    """What waits for a person beside what their start page lists itself; `more` when there is more than is shown."""

    rows: tuple[Row, ...] = ()
    questions: tuple[Question, ...] = ()
    more: bool = False


def turn(actor: Actor, last: Last, now: datetime, *, locale: str, listed: tuple[str, ...] = ()) -> Turn:
    """The next moves of this person, nearest first, without the kinds of subject that the page lists itself.

    Kept until the next change after `last`; `locale` is the language at hand.
    """
    if actor.person_id is None:
        return Turn()
    return unchanged(("turn", actor, listed, locale), last, now, lambda: _turn(actor, now, listed))


def _turn(actor: Actor, now: datetime, listed: tuple[str, ...]) -> Turn:
    persons = spoken_for(actor, now)
    found = each_once(waiting(actor, persons, LOOKED_AT, listed=listed))
    asked = questions(actor, persons, SHOWN + 1)
    more = len(found) > SHOWN or len(asked) > SHOWN
    return Turn(tuple(_row(line) for line in found[:SHOWN]), tuple(asked[:SHOWN]), more)


def _row(line: Line) -> Row:
    due, since = line.clock.due_at, line.clock.started_at
    return Row(line.href, line.number, line.title, due, since, str(words.todo(line)))


def each_once(rows: Iterable[Line]) -> list[Line]:
    """The nearest clock of each subject; to take an escalation and to correct it is one thing, taking it first."""
    found: dict[tuple[str, int], Line] = {}
    for row in rows:
        key = row.clock.subject_kind, row.clock.subject_id
        if key not in found or row.clock.name == policy.ACKNOWLEDGE:
            found[key] = row
    return list(found.values())


def spoken_for(actor: Actor, now: datetime) -> frozenset[int]:
    """Whose work is this person's now: their own, and that of those away who named them."""
    me = actor.person_id or 0
    return people.deputising_for(me, at=now) | {me}


def waiting(
    actor: Actor, persons: frozenset[int], most: int, *, listed: Collection[str] = (),
    nobodys_until: datetime | None = None,
) -> list[Line]:  # fmt: skip
    """Running clocks whose work these people owe, nearest first; one that stands still waits for somebody else.

    `nobodys_until`: up to which date the reports are among them that nobody has taken in and this actor may.
    """
    wanted = _nearest(actor, persons, most, tuple(listed), nobodys_until is not None)
    nearest = db.session.scalars(wanted, {"until": nobodys_until}).all()
    if not nearest:
        return []
    of_cases = or_(Clock.issue_id.is_(None), issues.may_see_each(actor), *_let_in(actor, persons))
    return lines(nearest, of_cases, actor)


@kept
def _nearest(
    actor: Actor, persons: frozenset[int], most: int, listed: tuple[str, ...], nobodys: bool
) -> Select[int]:
    running = (
        Clock.ended_at.is_(None), Clock.due_at.is_not(None), Clock.name.not_in((policy.URGENT, fixed.ACCEPTED)),
        *((Clock.subject_kind.not_in(listed),) if listed else ()),
    )  # fmt: skip
    ways = [
        *_of_issues(actor, persons),
        *_of_records(actor, persons),
        *_of_parts(actor, persons),
        _to_decide(actor),
    ]
    if fixed.INSPECTION_ROUND not in listed:
        ways.append(_of(fixed.INSPECTION_ROUND, inspections.open_of(actor, persons, persons)))
    # Each way begins with what is their own: all that runs is far too much to go through.
    each = [select(Clock.id, Clock.due_at).where(one, *running) for one in ways]
    if nobodys and actor.is_(roles.SUPERVISOR):
        until = bindparam("until", type_=UTCDateTime())
        each.append(_nobodys(actor, until, most).where(*running))
    found = union_all(*(select(one.subquery()) for one in each)).subquery()
    return spelled_out(select(found.c.id).order_by(found.c.due_at, found.c.id).limit(most))


def _nobodys(actor: Actor, until: BindParameter[datetime], most: int) -> Select[int, datetime | None]:
    """Reports that nobody has taken in, by the order in which they fall due."""
    found = select(Clock.id, Clock.due_at).join(Issue, Issue.id == Clock.issue_id)
    mine = issues.within(actor, (roles.SUPERVISOR,))
    found = found.where(OF_ISSUE, Clock.due_at < until, Issue.assignee_id.is_(None), mine)
    return found.order_by(Clock.due_at, Clock.id).limit(most)


def _let_in(actor: Actor, persons: Collection[int]) -> list[ColumnElement[bool]]:
    """What opens beside one's own cases: what one is asked, and in somebody's stead what is not restricted."""
    theirs = select(Escalation.id).where(Escalation.to_person_id.in_(persons))
    return [
        _asked(Opinion.to_person_id == actor.person_id),
        and_(or_(_of("escalation", theirs), _asked(Opinion.to_person_id.in_(persons))), ~Issue.restricted),
    ]


def _handler(actor: Actor, persons: Collection[int]) -> ColumnElement[bool]:
    """Who handles the issue; whoever may take it in while nobody does."""
    theirs = Issue.assignee_id.in_(persons)
    if not actor.is_(roles.SUPERVISOR):
        return theirs
    return or_(theirs, and_(Issue.assignee_id.is_(None), issues.within(actor, (roles.SUPERVISOR,))))


def _of_issues(actor: Actor, persons: Collection[int]) -> list[ColumnElement[bool]]:
    handled = select(Issue.id).where(OPEN_NOW, Issue.assignee_id.in_(persons))
    reported = select(Issue.id).where(OPEN_NOW, Issue.reporter_id == actor.person_id)
    others = (policy.USER_ANSWER, *MANAGERS_TURN)
    return [
        and_(OF_ISSUE, Clock.name.not_in(others), Clock.issue_id.in_(handled)),
        and_(Clock.name == policy.USER_ANSWER, Clock.issue_id.in_(reported)),
    ]


def _of_records(actor: Actor, persons: Collection[int]) -> list[ColumnElement[bool]]:
    """The owner's, but for a hold its liaison's, and a manager's while a grave one waits for their signature."""
    owner = Record.owner_id.in_(persons)
    liaison = or_(Record.hold_liaison_id.in_(persons), and_(Record.hold_liaison_id.is_(None), owner))
    # Where nobody owns the record, it is whose the issue is.
    nobodys = and_(Record.owner_id.is_(None), _handler(actor, persons))
    is_hold, is_signoff = Clock.name == policy.HOLD, Clock.name == policy.SIGNOFF
    others = (policy.HOLD, policy.SIGNOFF, *MANAGERS_TURN)
    return [
        and_(_record(and_(Record.state == records.ON_HOLD, liaison)), is_hold),
        and_(_record(and_(IN_WORK, owner)), Clock.name.not_in(others)),
        and_(_record(and_(IN_WORK, nobodys)), Clock.name.not_in(others)),
        and_(_record(and_(IN_REVIEW, ~WAITS_FOR_MANAGER, or_(owner, nobodys))), is_signoff),
        and_(_record(and_(WAITS_FOR_MANAGER, _leads(actor))), is_signoff),
    ]


def _record(which: ColumnElement[bool]) -> ColumnElement[bool]:
    found = select(Record.id).join(Issue, Issue.id == Record.primary_issue_id).where(which)
    return _of("record", found)


def _of_parts(actor: Actor, persons: Collection[int]) -> list[ColumnElement[bool]]:
    """Escalations, effect checks, actions and what the law asks for, which outlives its case."""
    owned = select(Record.id).where(Record.owner_id.in_(persons))
    outside = and_(
        Escalation.to_person_id.is_(None), Escalation.to_team_id.is_(None), Escalation.by_id.in_(persons)
    )
    to_me = or_(Escalation.to_person_id.in_(persons), Escalation.to_team_id.in_(actor.teams), outside)
    of_owner = and_(RecordItem.owner_id.is_(None), RecordItem.record_id.in_(owned))
    its_issue = exists().where(Issue.id == Clock.issue_id, _handler(actor, persons))
    law = select(StatutoryClock.id)
    return [
        _of("escalation", select(Escalation.id).where(Escalation.state.in_(records.ESCALATION_OPEN), to_me)),
        _of(policy.EFFECT_CHECK, select(EffectCheck.id).where(EffectCheck.record_id.in_(owned))),
        _of(policy.ACTION, select(RecordItem.id).where(or_(RecordItem.owner_id.in_(persons), of_owner))),
        _of(fixed.STATUTORY, law.where(StatutoryClock.record_id.in_(owned))),
        and_(_of(fixed.STATUTORY, law.where(StatutoryClock.record_id.is_(None))), its_issue),
        _asked(Opinion.to_person_id.in_(persons)),
        _asked(and_(Opinion.to_person_id.is_(None), Opinion.by_id.in_(persons))),
    ]


def _asked(whom: ColumnElement[bool]) -> ColumnElement[bool]:
    return _of(fixed.OPINION, select(Opinion.id).where(opinions.WAITS, whom))


def _of(kind: str, ids: Any) -> ColumnElement[bool]:
    return and_(Clock.subject_kind == kind, Clock.subject_id.in_(ids))


def _to_decide(actor: Actor) -> ColumnElement[bool]:
    # Begins with the few questions that wait: a join could begin with all issues.
    of_issue = exists().where(Issue.id == Decision.issue_id, _leads(actor))
    asked = select(Decision.issue_id).where(Decision.at.is_(None), of_issue)
    return and_(Clock.name == fixed.DECIDE, Clock.issue_id.in_(asked))


def _leads(actor: Actor) -> ColumnElement[bool]:
    """A manager for the case; a supervisor where nobody is a manager."""
    ways = [issues.within(actor, (roles.MANAGER,))]
    if actor.is_(roles.SUPERVISOR) and not actor.is_(roles.MANAGER):
        held = select(PersonRole.id).join(Person, Person.id == PersonRole.person_id)
        nobody = ~held.where(PersonRole.role == roles.MANAGER, Person.active).exists()
        ways.append(and_(issues.within(actor, (roles.SUPERVISOR,)), nobody))
    return or_(*ways)


def questions(actor: Actor, persons: frozenset[int], most: int) -> list[Question]:
    """What engineers asked and nobody has answered, oldest first; not while the reporter is asked the same."""
    if not actor.is_(roles.SUPERVISOR):
        return []
    wanted = _questions(actor, issues.sees_restricted(actor), persons, most)
    return [Question(*row) for row in db.session.execute(wanted)]


@kept
def _questions(actor: Actor, contact: bool, persons: frozenset[int], most: int) -> Any:
    later = EscalationNote.__table__.alias("later")
    answered = exists().where(
        later.c.escalation_id == EscalationNote.escalation_id, later.c.id > EscalationNote.id,
        later.c.kind.in_(("question", "answer")),
    )  # fmt: skip
    with_user = exists().where(
        Ask.issue_id == Record.primary_issue_id, Ask.kind == "question", Ask.answered_at.is_(None)
    )
    return (
        select(
            EscalationNote.id, EscalationNote.escalation_id, EscalationNote.by_name, EscalationNote.at,
            EscalationNote.body, Record.number, Issue.title,
        )
        .join(Escalation, Escalation.id == EscalationNote.escalation_id)
        .join(Record, Record.id == Escalation.record_id)
        .join(Issue, Issue.id == Record.primary_issue_id)
        .where(
            EscalationNote.kind == "question", Escalation.state.in_(records.ESCALATION_OPEN), ~answered,
            or_(EscalationNote.passed_on_at.is_(None), ~with_user), issues.seen_each(actor, contact),
            or_(Record.owner_id.in_(persons), and_(Record.owner_id.is_(None), _handler(actor, persons))),
        )
        .order_by(EscalationNote.id)
        .limit(most)
    )  # fmt: skip

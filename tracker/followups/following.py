"""The rows of the follow-up page: what runs, how far it has climbed, on whom it waits, what comes next."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, case, func, literal_column, or_, select, true, tuple_

from tracker.accounts import rules as roles
from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.db import about, db
from tracker.decisions import rules as decisions
from tracker.followups import climbed as rungs
from tracker.followups import fixed, inspected, words
from tracker.followups.behind import Parts, left_to_sign, named, parts_of
from tracker.followups.clocks import ARMED
from tracker.followups.models import Chase, Clock, Obligation
from tracker.followups.subjects import Chased, Subject
from tracker.inspections.models import InspectionRound
from tracker.issues import queries as issues
from tracker.issues.models import Issue
from tracker.policies import rules as policy
from tracker.records.parts import Escalation

PAGE, MOST = 50, 500
OVERDUE, MANAGER, WEEK, PAUSED, ALL = "overdue", "manager", "week", "paused", "all"
SHOWS = (OVERDUE, MANAGER, WEEK, PAUSED, ALL)
REPORTER, SUPERVISOR, ENGINEER, INSPECTOR = "reporter", "supervisor", "engineer", "inspector"
# In the very words of a partial index in `models`: they are few beside what waits for the staff.
ASKED = Clock.name == literal_column(f"'{policy.USER_ANSWER}'")
WAITS = (REPORTER, SUPERVISOR, ENGINEER, INSPECTOR)
Rounds = Collection[int] | None


@dataclass(frozen=True)
class Row:
    """One line of the page."""

    clock: Clock
    about: Chased
    number: str
    href: str
    waits_for: str
    last: Chase | None
    then: Obligation | None
    leads: bool
    may_chase: bool
    may_postpone: bool
    may_decide: bool
    round: InspectionRound | None = None
    """The round of inspection that the clock is of."""

    rule: Mapping[str, Any] | None = None
    """The statutory rule that the clock keeps."""

    left: str = ""
    """What is left of a sign-off that the supervisor has signed."""

    @property
    def called(self) -> Any:
        """What its clock is called as it stands."""
        return words.LEFT_WORDS.get(self.left, words.CLOCK_WORDS[self.clock.name])

    @property
    def ledger(self) -> str:
        """Where it stands who was chased about it."""
        return f"{self.href}#chases" if self.round is not None else f"/chases?subject={self.about.number}"


def running(
    actor: Actor, show: str, now: datetime, zone: ZoneInfo, wait: str = "", *, rounds: Rounds = None
) -> Any:
    """The running clocks this actor may see, the most overdue first; by what they show and on whom they wait.

    `rounds` are the ids of `inspected.open_ids`, given where they are at hand.
    """
    found = seen(actor, now, rounds).where(Clock.ended_at.is_(None), Clock.name != policy.URGENT)
    if show == MANAGER:
        found = found.where(Clock.paused_since.is_(None), rungs.told())
    elif show == PAUSED:
        found = found.where(Clock.paused_since.is_not(None))
    elif show != ALL:
        until = now if show == OVERDUE else end_of_week(now, zone)
        found = found.where(Clock.due_at <= until, Clock.paused_since.is_(None))
    if show == WEEK:
        found = found.where(Clock.due_at > now)
    if wait:
        found = found.where(_waits(wait))
    # A paused clock has no due time and comes last.
    return found.order_by(Clock.due_at.asc().nulls_last(), Clock.id)


def seen(actor: Actor, now: datetime, rounds: Rounds = None) -> Any:
    """Clocks of the cases and of the rounds of inspection that this actor follows, each with its issue if any."""
    if _overview(actor):
        of_cases = issues.may_read(actor)
    else:
        of_cases = and_(issues.may_see_each(actor), _own(actor))
    return inspected.clocks(of_cases, inspected.open_ids(actor, now) if rounds is None else rounds)


def _overview(actor: Actor) -> bool:
    return actor.is_(roles.SUPERVISOR, roles.MANAGER)


def _own(actor: Actor) -> ColumnElement[bool]:
    """For engineers: what was escalated to them or their team."""
    mine = or_(Escalation.to_person_id == actor.person_id, Escalation.to_team_id.in_(actor.teams))
    return and_(Clock.subject_kind == "escalation", Clock.subject_id.in_(select(Escalation.id).where(mine)))


def _waits(wait: str) -> ColumnElement[bool]:
    if wait == REPORTER:
        return ASKED
    if wait == ENGINEER:
        return Clock.subject_kind == "escalation"
    if wait == INSPECTOR:
        return Clock.subject_kind == fixed.INSPECTION_ROUND
    others = ("escalation", fixed.INSPECTION_ROUND)
    return and_(Clock.name != policy.USER_ANSWER, Clock.subject_kind.not_in(others))


def end_of_week(now: datetime, zone: ZoneInfo) -> datetime:
    """The end of this week's Sunday in the organisation's zone."""
    local = now.astimezone(zone)
    monday = local.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=local.weekday())
    return monday + timedelta(days=7)


def counts(
    actor: Actor, now: datetime, zone: ZoneInfo, show: str = ALL, wait: str = "", *, rounds: Rounds = None
) -> dict[str, int]:
    """How many each view holds of those who are waited for, and each wait of what is shown.

    Counted among the 500 nearest: nobody works off more today.
    """
    columns = (Clock.due_at, Clock.paused_since, Clock.name, Clock.subject_kind)
    rounds = inspected.open_ids(actor, now) if rounds is None else rounds

    def nearest(view: str) -> Any:
        found = running(actor, view, now, zone, rounds=rounds).with_only_columns(*columns)
        return (found if view == ALL else found.order_by(None)).limit(MOST).subquery()

    near, beside = nearest(ALL), {view: nearest(view) for view in (PAUSED, MANAGER)}
    within, by_wait = _within(near, now, zone), _by_wait(near)
    asked = by_wait.get(wait, true())
    sums = [func.count(case((and_(one, asked), 1))).label(view) for view, one in within.items()]
    if show in within:
        sums += [func.count(case((and_(one, within[show]), 1))).label(name) for name, one in by_wait.items()]
    else:
        sums += [_among(beside[show], one).label(name) for name, one in _by_wait(beside[show]).items()]
    sums += [_among(rows, _by_wait(rows).get(wait, true())).label(view) for view, rows in beside.items()]
    return dict(db.session.execute(select(*sums)).one()._mapping)


def _within(near: Any, now: datetime, zone: ZoneInfo) -> dict[str, ColumnElement[bool]]:
    runs, week = near.c.paused_since.is_(None), end_of_week(now, zone)
    return {
        OVERDUE: and_(near.c.due_at <= now, runs),
        WEEK: and_(near.c.due_at > now, near.c.due_at <= week, runs),
        ALL: true(),
    }


def _by_wait(near: Any) -> dict[str, ColumnElement[bool]]:
    is_answer, is_escalated = near.c.name == policy.USER_ANSWER, near.c.subject_kind == "escalation"
    is_round = near.c.subject_kind == fixed.INSPECTION_ROUND
    others = and_(~is_answer, ~is_escalated, ~is_round)
    return {REPORTER: is_answer, ENGINEER: is_escalated, INSPECTOR: is_round, SUPERVISOR: others}


def _among(rows: Any, wanted: ColumnElement[bool]) -> Any:
    return select(func.count()).select_from(rows).where(wanted).scalar_subquery()


def after(found: Any, due_at: datetime | None, clock_id: int) -> Any:
    """The rows after this one, by key."""
    if due_at is None:
        return found.where(Clock.due_at.is_(None), Clock.id > clock_id)
    later = tuple_(Clock.due_at, Clock.id) > (due_at, clock_id)
    return found.where(or_(later, Clock.due_at.is_(None)))


def rows(found: Any, actor: Actor, most: int = PAGE + 1) -> list[Row]:
    """One page of rows with all that their lines show, in a fixed number of queries."""
    whole = found.options(named(Issue.assignee), named(Issue.reporter)).limit(most)
    pairs = db.session.execute(whole).all()
    if not pairs:
        return []
    clocks = [clock for clock, _issue in pairs]
    parts, last, then = parts_of(clocks), _last_chases(clocks), _armed(clocks)
    rounds, left = inspected.by_id(clocks), left_to_sign(clocks)
    found = []
    for clock, issue in pairs:
        its_round = rounds.get(clock.subject_id) if clock.subject_kind == fixed.INSPECTION_ROUND else None
        about_what = inspected.Inspected(its_round) if its_round is not None else issue
        row = _row(clock, about_what, parts, last, then, actor)
        row = _signed(row, left) if clock.name == policy.SIGNOFF else row
        found.append(row if its_round is None else _as_round(row, its_round))
    return found


def of_round(found: InspectionRound, actor: Actor) -> Row | None:
    """The line of an open round, for its own page; None when no clock runs on it."""
    own = select(Clock, Issue).join(Issue, Issue.id == Clock.issue_id, isouter=True)
    own = own.where(
        Clock.subject_kind == fixed.INSPECTION_ROUND, Clock.subject_id == found.id, Clock.ended_at.is_(None)
    )
    return next(iter(rows(own, actor)), None)


def _signed(row: Row, lefts: Mapping[int, str]) -> Row:
    """What the supervisor has signed waits for its second signature, or for the watch to begin."""
    left = lefts.get(row.clock.subject_id, "")
    return replace(row, left=left, waits_for=_("managers") if left == "manager" else row.waits_for)


def _as_round(row: Row, found: InspectionRound) -> Row:
    """A round has a page of its own."""
    return replace(row, href=f"/inspections/rounds/{found.id}", round=found)


def _row(
    clock: Clock,
    issue: Chased,
    parts: Parts,
    last: Mapping[Any, Chase],
    then: Mapping[Any, Obligation],
    actor: Actor,
) -> Row:
    record, escalation = parts.record_of(clock), parts.escalations.get(clock.subject_id)
    is_escalation = clock.subject_kind == "escalation" and escalation is not None
    number, href = issue.number, f"/issues/{issue.number}"
    if record is not None:
        number, href = record.number, f"/records/{record.number}"
    if is_escalation and escalation is not None:
        href = f"/escalations/{escalation.id}"
    if clock.subject_kind == fixed.OPINION:
        href = f"/opinions/{clock.subject_id}"
    law = parts.statutory.get(clock.subject_id) if clock.subject_kind == fixed.STATUTORY else None
    if law is not None:
        href = f"/statutory/{number}"
    key = (clock.subject_kind, clock.subject_id, clock.name)
    leads = any(
        actor.is_for(role, unit_id=issue.unit_id, system_id=issue.system_id)
        for role in (roles.SUPERVISOR, roles.MANAGER)
    )
    return Row(
        clock, issue, number, href, _waits_for(clock, issue, parts), last.get(key), then.get(key),
        leads, may_chase=leads and clock.paused_since is None,
        may_postpone=may_postpone(actor, clock, issue),
        may_decide=leads and law is None and (climbed(last.get(key)) or clock.name == fixed.DECIDE),
        rule=law.rule if law is not None else None,
    )  # fmt: skip


def may_postpone(actor: Actor, clock: Clock, issue: Chased) -> bool:
    """Whether this clock has a date that this actor may move."""
    who = decisions.MAY_MOVE.get(clock.name, ())
    return any(actor.is_for(role, unit_id=issue.unit_id, system_id=issue.system_id) for role in who)


def climbed(chase: Chase | None) -> bool:
    """Whether the last chase told the managers."""
    return chase is not None and chase.step in fixed.CLIMBED


def _waits_for(clock: Clock, issue: Chased, parts: Parts) -> str:
    """The name of whoever owes this, in the reader's language where it is no one person."""
    if clock.name == policy.USER_ANSWER:
        return issue.reporter.name if issue.reporter is not None else issue.reporter_name or _("the user")
    item = parts.items.get(clock.subject_id) if clock.subject_kind == policy.ACTION else None
    if item is not None and item.owner_id is not None:
        return db.session.get_one(Person, item.owner_id).name
    asked = parts.opinions.get(clock.subject_id) if clock.subject_kind == fixed.OPINION else None
    if asked is not None:
        return asked.addressee
    escalation = parts.escalations.get(clock.subject_id) if clock.subject_kind == "escalation" else None
    return words.owner_name(clock.name, Subject(issue, parts.record_of(clock), escalation))


def _last_chases(clocks: Sequence[Clock]) -> dict[tuple[str, int, str], Chase]:
    """The last chase of each clock that nothing has come of yet."""
    keys = [(clock.subject_kind, clock.subject_id) for clock in clocks]
    open_ones = select(Chase).where(about(Chase, keys), Chase.outcome == "")
    return {
        (one.subject_kind, one.subject_id, one.clock): one
        for one in db.session.scalars(open_ones.order_by(Chase.id))
    }


def _armed(clocks: Sequence[Clock]) -> dict[tuple[str, int, str], Obligation]:
    keys = [(clock.subject_kind, clock.subject_id) for clock in clocks]
    waiting = select(Obligation).where(about(Obligation, keys), ARMED)
    return {(one.subject_kind, one.subject_id, one.clock): one for one in db.session.scalars(waiting)}

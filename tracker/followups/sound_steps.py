"""Whether steps and chases are as they must be: each question answers how many are not.  See `invariants`."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Select, String, and_, cast, exists, func, or_, select
from sqlalchemy.orm import aliased

from tracker.audit.models import Entry
from tracker.db import about, db, dialect
from tracker.followups import fixed, restoring
from tracker.followups.clocks import ARMED, COALESCED, FIRED, armed_until
from tracker.followups.models import Chase, Clock, Obligation, Tick
from tracker.followups.status import ALIVE, CAUGHT_UP, FORGET, STUCK
from tracker.issues import rules as issue_rules
from tracker.issues.models import Issue
from tracker.policies import rules as policy
from tracker.rearm import CLOCKS, Rearm
from tracker.records import rules as record_rules
from tracker.records.models import Record

LATE = timedelta(seconds=60)
SLACK = timedelta(seconds=60)
"""A page's and a scheduler's clock may differ by as much without anybody being at fault."""
LAST = 500
MOST = 1000
CHASED = ("issue.chase", "record.chase", f"{fixed.INSPECTION_ROUND}.chase")


def late(now: datetime) -> int:
    """I1: what is due is taken within a minute, where a scheduler has caught up and nothing holds it.

    A computer that was off at night is no fault: for a quarter of an hour it catches up.
    """
    woke = func.coalesce(Tick.woke_at, Tick.started_at)
    ticking = exists().where(Tick.last_at > now - ALIVE, woke < now - CAUGHT_UP)
    if restoring.is_held() or not db.session.scalar(select(ticking)):
        return 0
    waits = or_(Obligation.wait_until.is_(None), Obligation.wait_until <= now - LATE)
    return count(select(Obligation.id).where(armed_until(now - LATE), waits))


def unclocked(_now: datetime) -> int:
    """Nothing open is without a clock, but what was changed a moment ago."""
    running = exists().where(Clock.issue_id == Issue.id, Clock.ended_at.is_(None))
    waiting = exists().where(
        Rearm.reader == CLOCKS, Rearm.subject_kind == "issue", Rearm.subject_id == Issue.id
    )
    open_now: ColumnElement[bool] = Issue.closed_at.is_(None)
    return count(select(Issue.id).where(open_now, ~Issue.imported, ~running, ~waiting))


def unarmed(_now: datetime) -> int:
    """No clock that runs has fallen silent: its next step is armed, unless the case waits to be looked at again."""
    armed = exists().where(
        ARMED, Obligation.subject_kind == Clock.subject_kind, Obligation.subject_id == Clock.subject_id,
        Obligation.clock == Clock.name, Obligation.epoch == Clock.epoch,
    )  # fmt: skip
    ends = (policy.URGENT, policy.EXPECTED)
    runs = (Clock.ended_at.is_(None), Clock.paused_since.is_(None), Clock.name.not_in(ends))
    waiting = exists().where(Rearm.reader == CLOCKS)
    return count(select(Clock.id).where(*runs, ~armed, ~waiting))


def ahead(now: datetime) -> int:
    """A heartbeat that stands in the future holds all firing back until its time has come."""
    return count(select(Tick.node).where(Tick.last_at > now + SLACK))


def unwritten(_now: datetime) -> int:
    """I2: each step that fired has its one line in the ledger, and none has a line that did not fire."""
    written = exists().where(Chase.obligation_id == Obligation.id)
    silent = count(select(Obligation.id).where(Obligation.state == FIRED, ~written))
    return silent + count(_recent().where(Obligation.state != FIRED))


def disordered(_now: datetime) -> int:
    """I3: the steps of one run of a clock fire in their order, none due before the one that fired before it."""
    step, before, chased = aliased(Obligation), aliased(Obligation), aliased(Chase)
    earlier = (
        select(chased.id)
        .join(before, before.id == chased.obligation_id)
        .where(
            chased.subject_kind == Chase.subject_kind, chased.subject_id == Chase.subject_id,
            chased.id < Chase.id, chased.step != fixed.BY_HAND.name, before.clock == step.clock,
            before.epoch == step.epoch,
            or_(before.due_at > step.due_at, chased.fired_at > Chase.fired_at),
        )
    )  # fmt: skip
    found = select(Chase.id).join(step, step.id == Chase.obligation_id)
    return count(found.where(_lately(), Chase.step != fixed.BY_HAND.name, earlier.exists()))


def misplaced(_now: datetime) -> int:
    """I4: nobody was chased about a case that had ended, was paused or had started anew."""
    since = Chase.fired_at
    clock = and_(
        Clock.subject_kind == Obligation.subject_kind, Clock.subject_id == Obligation.subject_id,
        Clock.name == Obligation.clock,
    )  # fmt: skip
    paused = and_(Clock.epoch == Obligation.epoch, Clock.paused_since < _minus(since))
    astray = count(_recent().join(Clock, clock).where(or_(Clock.epoch < Obligation.epoch, paused)))
    for kind, model, ended in (
        ("issue", Issue, issue_rules.ENDED), ("record", Record, record_rules.ENDED),
    ):  # fmt: skip
        rows: Any = model
        over = (rows.id == Chase.subject_id, rows.state.in_(ended), rows.state_since < _minus(since))
        astray += count(select(Chase.id).where(_lately(), Chase.subject_kind == kind, exists().where(*over)))
    return astray


def _minus(instant: Any) -> Any:
    """The column, a little earlier; SQLite keeps instants as text, which no interval can be taken from."""
    if dialect() == "sqlite":
        return func.strftime("%Y-%m-%d %H:%M:%f000", instant, f"-{int(SLACK.total_seconds())} seconds")
    return cast(instant, DateTime(timezone=True)) - SLACK


def unreachable(_now: datetime) -> int:
    """I9: what was passed over names the step that fired in its stead."""
    fired = aliased(Obligation)
    in_its_stead = exists().where(
        fired.subject_kind == Obligation.subject_kind, fired.subject_id == Obligation.subject_id,
        fired.clock == Obligation.clock, fired.epoch == Obligation.epoch, fired.state == FIRED,
        fired.step + "#" + cast(fired.occurrence, String) == Obligation.reason,
    )  # fmt: skip
    newest = db.session.scalar(select(func.max(Obligation.id))) or 0
    passed = select(Obligation.id).where(Obligation.id > newest - LAST, Obligation.state == COALESCED)
    return count(passed.where(Obligation.reason != restoring.PASSED_BY, ~in_its_stead))


def unaudited(_now: datetime) -> int:
    """I10: each chase stands in the audit trail, and each case is in the state that its trail says."""
    last = db.session.scalars(select(Chase).where(_lately())).all()
    entries = select(Entry.after).where(Entry.action.in_(CHASED))
    rounds = {(one.subject_kind, one.subject_id) for one in last if one.issue_id is None}
    roots = about(Entry, {("issue", one.issue_id) for one in last if one.issue_id} | _records(last) | rounds)
    told = {after["chase"] for after in db.session.scalars(entries.where(roots))}
    return sum(one.id not in told for one in last) + _misstated()


def _records(last: Sequence[Chase]) -> set[tuple[str, int]]:
    issues = {one.issue_id for one in last}
    found = db.session.scalars(select(Record.id).where(Record.primary_issue_id.in_(issues)))
    return {("record", one) for one in found}


def _misstated() -> int:
    """Of the issues changed last, those in a state that no entry of their trail leads to."""
    changed = select(Issue.id, Issue.state).order_by(Issue.updated_at.desc()).limit(LAST // 5)
    states = {issue_id: state for issue_id, state in db.session.execute(changed)}
    entries = select(Entry.subject_id, Entry.after).where(
        Entry.subject_kind == "issue", Entry.subject_id.in_(states), Entry.action != "issue.chase"
    )
    said: dict[int, str] = {}
    for issue_id, after in db.session.execute(entries.order_by(Entry.subject_id, Entry.seq)):
        if after.get("state"):
            said[issue_id] = after["state"]
    return sum(said.get(one) != state for one, state in states.items())


def silent_nodes(now: datetime) -> int:
    """I11: a node whose heart stopped while others went on, without having said that it ends."""
    other = aliased(Tick)
    went_on = exists().where(
        other.node != Tick.node, other.last_at > Tick.last_at, other.started_at < Tick.last_at
    )
    gone = (Tick.last_at > now - FORGET, Tick.last_at < now - ALIVE, Tick.left_at.is_(None))
    return count(select(Tick.node).where(*gone, went_on))


def stuck(_now: datetime) -> int:
    """I12: one case that fails delays no other; that it goes on failing is said."""
    return count(select(Obligation.id).where(ARMED, Obligation.stuck >= STUCK))


def _lately() -> ColumnElement[bool]:
    """The last chases: those before were looked at an hour ago."""
    newest = db.session.scalar(select(func.max(Chase.id))) or 0
    return Chase.id > newest - LAST


def _recent() -> Select[Any]:
    return select(Chase.id).join(Obligation, Obligation.id == Chase.obligation_id).where(_lately())


def count(found: Select[Any]) -> int:
    """How many rows, up to a thousand."""
    return db.session.scalar(select(func.count()).select_from(found.limit(MOST).subquery())) or 0

"""Reading the tallies, and the lists behind the numbers: both by the same measure, so that they agree."""

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true

from tracker.accounts.rules import MANAGER, SUPERVISOR, Actor, Limit
from tracker.dashboards import rules
from tracker.dashboards.models import Tally, TallyShare, TallyStamp
from tracker.db import db
from tracker.issues import queries as issues
from tracker.issues.models import Issue
from tracker.records.codes import ANOMALY_TYPES, UNDECIDED

CACHE = "tracker.dashboards"
STOCKS = (
    rules.OPEN, rules.URGENT, *(f"waiting:{party}" for party in rules.PARTIES), *(f"ladder:{n}" for n in (1, 2, 3)),
)  # fmt: skip
SMALL = 30
"""Below this many open cases the overview is one plain list."""


@dataclass(frozen=True)
class Asked:
    """What the reader asked for: the last so many weeks, all systems or one."""

    today: date
    weeks: int = 4
    system_id: int | None = None

    @property
    def since(self) -> date:
        """The first day of the period: it ends today."""
        return self.today - timedelta(days=7 * self.weeks - 1)


@dataclass
class Sums:
    """Sums by measure and day; `of` adds up a period, `ages` a stock by how long it has lasted."""

    by_day: dict[str, dict[date, int]] = field(default_factory=dict)
    at: datetime | None = None
    by_system: dict[tuple[int, str], int] = field(default_factory=dict)
    key: Hashable = None
    """Names what the sums are made of: what is drawn of them holds as long as it is the same."""

    made: dict[Asked, Any] = field(default_factory=dict)
    """What was reckoned from these sums already, by what was asked."""

    def of(self, measure: str, since: date | None = None, until: date | None = None) -> int:
        """How many in the days from `since` to `until`, both included."""
        days = self.by_day.get(measure, {})
        return sum(
            n for day, n in days.items() if (not since or day >= since) and (not until or day <= until)
        )

    def oldest(self, measure: str) -> date | None:
        """The earliest day that still counts something."""
        return min((day for day, n in self.by_day.get(measure, {}).items() if n), default=None)

    def histogram(self, name: str, since: date) -> dict[int, int]:
        """How many cases took how long, by bucket."""
        start = f"took:{name}:"
        named = [measure for measure in self.by_day if measure.startswith(start)]
        return {int(measure[len(start) :]): self.of(measure, since) for measure in named}


def sums(actor: Actor, asked: Asked, since: date) -> Sums:
    """All sums this actor may see: stocks whole, flows since that day.  Kept until the tallies change."""
    stamp = db.session.get(TallyStamp, 1)
    version = (stamp.version, stamp.at) if stamp else (0, None)
    kept = current_app.extensions.setdefault(CACHE, {})
    limit = _limit(actor)
    key = (version[0], limit, asked.system_id, since, asked.since)
    if key not in kept:
        if len(kept) > 64 or any(old[0] != version[0] for old in kept):
            kept.clear()
        by_day, by_system = _read(limit, asked.system_id, since), _by_system(limit, asked.since)
        kept[key] = Sums(by_day, version[1], by_system, key)
    return replace(kept[key], at=version[1])


def _read(limit: Limit | None, system_id: int | None, since: date) -> dict[str, dict[date, int]]:
    wanted = (
        select(Tally.measure, Tally.day, func.sum(Tally.n))
        .where(or_(Tally.measure.in_(STOCKS), Tally.day >= since), _within(limit))
        .group_by(Tally.measure, Tally.day)
    )
    if system_id is not None:
        wanted = wanted.where(Tally.system_id == system_id)
    found: defaultdict[str, dict[date, int]] = defaultdict(dict)
    for measure, day, n in db.session.execute(wanted):
        found[measure][day] = int(n)
    return dict(found)


def _by_system(limit: Limit | None, since: date) -> dict[tuple[int, str], int]:
    """How many anomalies of each type each system had since that day."""
    types = [f"type:{code}" for code in (*ANOMALY_TYPES, UNDECIDED)]
    wanted = (
        select(Tally.system_id, Tally.measure, func.sum(Tally.n))
        .where(Tally.measure.in_(types), Tally.day >= since, _within(limit))
        .group_by(Tally.system_id, Tally.measure)
        .having(func.sum(Tally.n) > 0)
    )
    return {
        (system_id, measure[len("type:") :]): int(n) for system_id, measure, n in db.session.execute(wanted)
    }


def _limit(actor: Actor) -> Limit | None:
    """Within which units and systems the actor oversees cases; None for nowhere."""
    limits = [actor.limits.get(role, Limit()) for role in (MANAGER, SUPERVISOR) if role in actor.roles]
    if not limits:
        return None
    if any(limit.everywhere for limit in limits):
        return Limit()
    empty: frozenset[int] = frozenset()
    return Limit(empty.union(*(one.units for one in limits)), empty.union(*(one.systems for one in limits)))


def _within(limit: Limit | None) -> ColumnElement[bool]:
    if limit is None:
        return false()
    if limit.everywhere:
        return true()
    return or_(Tally.unit_id.in_(limit.units), Tally.system_id.in_(limit.systems))


def cases(
    actor: Actor, measure: str, *, since: date | None, until: date | None, system_id: int | None
) -> Select[Issue]:
    """The issues that a number counts, those that have lasted longest first."""
    parts = [TallyShare.measure == measure, issues.may_see(actor)]
    if since:
        parts.append(TallyShare.day >= since)
    if until:
        parts.append(TallyShare.day <= until)
    if system_id is not None:
        parts.append(TallyShare.system_id == system_id)
    joined = select(Issue).join(TallyShare, TallyShare.issue_id == Issue.id).where(and_(*parts))
    return joined.order_by(TallyShare.day, TallyShare.issue_id)

"""Keeping the tallies true: what changed is looked at again, its shares replaced, the sums moved by the difference."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select

from tracker.dashboards import cases, rules
from tracker.dashboards.models import Tally, TallyShare, TallyStamp
from tracker.db import db, inserting
from tracker.issues.models import Issue
from tracker.rearm import TALLY, Rearm

LIMIT = 500
FRESH = timedelta(minutes=1)
"""How old the stamp may grow while nothing changes."""
Key = tuple[str, date, int, int]


def take(now: datetime, zone: ZoneInfo, limit: int = LIMIT) -> int:
    """Look again at what changed; answers how many marks were taken, so that the caller goes on until none is left.

    What somebody holds just now keeps its marks: one who holds hundreds of issues must not wait for another.
    """
    marks = db.session.execute(
        select(Rearm.id, Rearm.subject_kind, Rearm.subject_id)
        .where(Rearm.reader == TALLY)
        .order_by(Rearm.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    taken = []
    if marks:
        busy = count(
            cases.issues_of((kind, subject_id) for _id, kind, subject_id in marks), zone, waits=False
        )
        taken = [
            mark_id
            for mark_id, kind, subject_id in marks
            if not busy or busy.isdisjoint(cases.issues_of([(kind, subject_id)]))
        ]
        db.session.execute(delete(Rearm).where(Rearm.id.in_(taken)))
    _stamp(now, changed=bool(taken))
    return len(taken)


def rebuild(now: datetime, zone: ZoneInfo) -> None:
    """Count everything anew, a thousand issues at a time: after a removal of demo data, or when in doubt."""
    db.session.execute(delete(Tally))
    db.session.execute(delete(TallyShare))
    last = 0
    while ids := db.session.scalars(
        select(Issue.id).where(Issue.id > last).order_by(Issue.id).limit(1000)
    ).all():
        count(ids, zone)
        last = ids[-1]
    _stamp(now, changed=True)


def count(issue_ids: Collection[int], zone: ZoneInfo, *, waits: bool = True) -> set[int]:
    """Replace the shares of these issues and move the sums; their rows are locked, so that no node counts twice.

    Answers which were left out, since somebody else holds them and nobody `waits`.
    """
    wanted = select(Issue).where(Issue.id.in_(issue_ids)).order_by(Issue.id)
    rows = db.session.scalars(wanted.with_for_update(skip_locked=not waits)).all()
    missing = set(issue_ids) - {row.id for row in rows}
    busy = set(db.session.scalars(select(Issue.id).where(Issue.id.in_(missing)))) if missing else set()
    issue_ids = set(issue_ids) - busy
    old = _old(issue_ids)
    new = _new(rows, zone)
    moved: Counter[Key] = Counter()
    for issue_id in {*old, *new}:
        moved.update(new.get(issue_id, {}).keys())
        moved.subtract(old.get(issue_id, {}).keys())
    changed = [issue_id for issue_id in {*old, *new} if old.get(issue_id) != new.get(issue_id)]
    db.session.execute(delete(TallyShare).where(TallyShare.issue_id.in_(changed)))
    write_shares((issue_id, key) for issue_id in changed for key in new.get(issue_id, {}))
    add(moved)
    return busy


def _old(issue_ids: Collection[int]) -> dict[int, dict[Key, None]]:
    found: dict[int, dict[Key, None]] = {}
    for row in db.session.scalars(select(TallyShare).where(TallyShare.issue_id.in_(issue_ids))):
        found.setdefault(row.issue_id, {})[(row.measure, row.day, row.system_id, row.unit_id)] = None
    return found


def _new(rows: Sequence[Issue], zone: ZoneInfo) -> dict[int, dict[Key, None]]:
    """Imported history and restricted cases count for nothing."""
    counted = [row for row in rows if not row.imported and not row.restricted]
    return {
        issue.id: {
            (measure, day, issue.system_id, issue.unit_id or 0): None
            for measure, day in rules.shares(case, zone).items()
        }
        for issue, case in cases.load(counted)
    }


def write_shares(shares: Iterable[tuple[int, Key]]) -> None:
    """Write shares that are not there yet, as (issue id, key)."""
    rows = [
        {"issue_id": issue_id, "measure": measure, "day": day, "system_id": system_id, "unit_id": unit_id}
        for issue_id, (measure, day, system_id, unit_id) in shares
    ]
    if rows:
        db.session.execute(insert(TallyShare), rows)


def add(moved: Counter[Key]) -> None:
    """Move the sums; in the order of their keys, so that two nodes never wait for each other in a circle."""
    rows = [
        {"measure": measure, "day": day, "system_id": system_id, "unit_id": unit_id, "n": n}
        for (measure, day, system_id, unit_id), n in sorted(moved.items())
        if n
    ]
    if rows:
        write, keys = inserting(Tally), ["measure", "day", "system_id", "unit_id"]
        again = write.on_conflict_do_update(index_elements=keys, set_={"n": Tally.n + write.excluded.n})
        db.session.execute(again, rows)


def _stamp(now: datetime, *, changed: bool) -> None:
    stamp = db.session.get(TallyStamp, 1)
    if stamp is None:
        stamp = TallyStamp(id=1, at=now, version=0)
        db.session.add(stamp)
    if changed or now - stamp.at >= FRESH:
        stamp.at = now
        stamp.version += changed

"""Who would get what if a policy came into force now, open cases too: the engine itself, taken back before it ends.

What is looked at is what the engine would do and no copy of it: the clocks are computed and the steps decided in a
savepoint that is always rolled back, so that nothing is written and nobody hears anything.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from tracker.db import about, db
from tracker.followups import batch, cases, clocks, firing
from tracker.followups.clocks import ARMED
from tracker.followups.models import Obligation
from tracker.followups.office import office
from tracker.followups.recipients import Desk
from tracker.issues.models import Issue
from tracker.issues.rules import OPEN
from tracker.policies.rules import Policy
from tracker.records.models import Record

TRIAL = "trial"
LINES_MOST = 200


def open_ids() -> list[int]:
    """The issues whose cases are open, the oldest first."""
    wanted = select(Issue.id).where(Issue.state.in_(OPEN), ~Issue.imported)
    return list(db.session.scalars(wanted.order_by(Issue.id)))


def count(found: dict[str, Any], ids: Sequence[int], policy: Policy, now: datetime) -> dict[str, Any]:
    """`found` with what these issues and their records come to: lines, and letters by person, new and old."""
    before, after = _under(None, ids, now), _under(policy, ids, now)
    people: dict[str, list[int]] = {name: list(pair) for name, pair in found.get("people", {}).items()}
    for place, lines in enumerate((after, before)):
        for line in lines:
            for name in line["to"]:
                people.setdefault(name, [0, 0])[place] += 1
    return {
        "lines": [*found.get("lines", ()), *after][:LINES_MOST],
        "steps": [found.get("steps", [0, 0])[0] + len(after), found.get("steps", [0, 0])[1] + len(before)],
        "people": people,
    }


def _under(policy: Policy | None, ids: Sequence[int], now: datetime) -> list[dict[str, Any]]:
    """What would be told under another policy, or each case's own; everything the engine wrote is taken back."""
    kept: dict[str, Policy] = db.session().info.setdefault("policies", {})
    trial = db.session.begin_nested()
    try:
        if policy is not None:
            kept[TRIAL] = policy.named(TRIAL)
            db.session.execute(update(Issue).where(Issue.id.in_(ids)).values(chase_policy=TRIAL))
        for issue_id in ids:
            clocks.evaluate("issue", issue_id, now)
        db.session.flush()
        return list(_due(ids, now))
    finally:
        trial.rollback()
        kept.pop(TRIAL, None)
        db.session.expire_all()


def _due(ids: Sequence[int], now: datetime) -> Iterator[dict[str, Any]]:
    """The steps that are due now and whom they tell."""
    keys: list[cases.Key] = [("issue", one) for one in ids]
    for record in db.session.scalars(select(Record).where(Record.primary_issue_id.in_(ids))):
        keys += cases.keys_of_record(record)
    due = select(Obligation).where(about(Obligation, keys), ARMED, Obligation.due_at <= now)
    steps = db.session.scalars(due.order_by(Obligation.rank, Obligation.due_at, Obligation.id)).all()
    if not steps:
        return
    desk, place, seen = Desk(now), office(now), batch.look(steps)
    for step in steps:
        decision = firing.decide(step, seen.clock(step), seen.subject(step), now, desk, place)
        if decision.turn is not None and decision.subject is not None:
            yield {
                "number": decision.subject.about.number, "clock": step.clock, "step": decision.turn.fires.step.name,
                "due_at": decision.turn.fires.at.isoformat(), "to": [one.name for one in decision.to],
            }  # fmt: skip

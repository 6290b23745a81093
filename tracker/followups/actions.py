"""Verbs of the chase engine that doors call.  Never commit."""

import logging
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, literal, select, update

from tracker import rearm
from tracker.db import db
from tracker.followups import cases, clocks, fixed
from tracker.followups.models import Clock, Instance
from tracker.followups.office import Office, office
from tracker.inspections import rules as inspections
from tracker.inspections.models import InspectionRound
from tracker.issues.models import Issue
from tracker.policies import actions as policies
from tracker.rearm import Rearm
from tracker.records import rules as record_rules
from tracker.records.models import Record

TAKEN = 200
RETRY = timedelta(minutes=5)
log = logging.getLogger(__name__)


def rearm_now(kind: str, subject_id: int, now: datetime) -> None:
    """Compute the clocks of one subject at once, so that the page shown next says what happens next.

    An error here never undoes the change that was made: the next tick tries again.
    """
    try:
        with db.session.begin_nested():
            clocks.evaluate(kind, subject_id, now)
            rearm.worked_off(rearm.CLOCKS, kind, subject_id, now=now)
    except Exception:
        log.exception("clocks were not computed at once", extra={"subject": f"{kind} {subject_id}"})


def first_clocks(issue: Issue, now: datetime) -> Callable[[], None]:
    """The same for an issue that has no row yet, so that it is written once; answers what writes its clocks.

    Where the law may ask for something there is more to look at, and the case is evaluated like any other.
    """
    if not issue.harm and not issue.personal_data:
        try:
            return clocks.first(issue, now)
        except Exception:
            log.exception("first clocks were not computed", extra={"subject": issue.number})

    def evaluate() -> None:
        rearm.mark(Issue.kind_name, issue.id, at=now, readers=(rearm.CLOCKS,))
        rearm_now(Issue.kind_name, issue.id, now)

    return evaluate


def take(now: datetime, limit: int = TAKEN) -> int:
    """Compute the clocks of what changed since the last time; answers how many marks were taken."""
    marks = select(Rearm).where(Rearm.reader == rearm.CLOCKS, Rearm.at <= now).order_by(Rearm.id).limit(limit)
    taken = db.session.scalars(marks.with_for_update(skip_locked=True)).all()
    for kind, subject_id in dict.fromkeys((mark.subject_kind, mark.subject_id) for mark in taken):
        ids = [mark.id for mark in taken if (mark.subject_kind, mark.subject_id) == (kind, subject_id)]
        try:
            with db.session.begin_nested():
                clocks.evaluate(kind, subject_id, now, waits=False)
                _forget(ids)
        except cases.Busy:
            # Who holds it may be waiting for what was computed here already; the next tick looks again.
            continue
        except Exception:
            # One case that cannot be computed waits; it holds up no other.
            log.exception("clocks were not computed", extra={"subject": f"{kind} {subject_id}"})
            later = update(Rearm).where(Rearm.id.in_(ids)).values(at=now + RETRY)
            db.session.execute(later.execution_options(synchronize_session=False))
    return len(taken)


def _forget(ids: list[int]) -> None:
    """Delete the marks just worked off; those written meanwhile by others stay."""
    done = delete(Rearm).where(Rearm.id.in_(ids))
    db.session.execute(done.execution_options(synchronize_session=False))


def rearm_all(now: datetime) -> None:
    """Mark everything open: the calendar has changed."""
    for kind, ids in (
        ("issue", select(Issue.id).where(Issue.closed_at.is_(None), ~Issue.imported)),
        ("record", select(Record.id).where(Record.state.not_in(record_rules.ENDED))),
        (
            fixed.INSPECTION_ROUND,
            select(InspectionRound.id).where(InspectionRound.state == inspections.OPEN),
        ),
    ):
        columns = ids.add_columns(literal(rearm.CLOCKS), literal(kind), literal(now, Rearm.at.type))
        db.session.execute(insert(Rearm).from_select(["subject_id", "reader", "subject_kind", "at"], columns))


def watch_policy(instance: Instance, now: datetime) -> None:
    """Bring a policy into force whose time has come; notice that hours or holidays have changed."""
    policies.apply_due(now)
    place = office(now)
    digest = place.digest
    if instance.policy_digest != digest:
        if instance.policy_digest:
            rearm_all(now)
        instance.policy_digest = digest
    _watch_calendars(instance, place, now)


def _watch_calendars(instance: Instance, place: Office, now: datetime) -> None:
    """Mark the cases whose clocks count the hours of a calendar that has changed, and no others."""
    present = {str(key): digest for key, digest in place.calendar_digests.items()}
    counted = instance.calendar_digests
    if counted == present:
        return
    changed = [int(key) for key in counted if counted[key] != present.get(key)]
    if changed:
        rearm_calendars(changed, now)
    instance.calendar_digests = present


def rearm_calendars(calendar_ids: Collection[int], now: datetime) -> None:
    """Mark the open cases with a running clock of one of these calendars."""
    running = select(Clock.issue_id, Clock.subject_kind, Clock.subject_id).where(
        Clock.calendar_id.in_(calendar_ids), Clock.ended_at.is_(None)
    )
    # A record's clocks are computed with the record; all others with the issue they count for.
    keys = {
        (kind, subject_id) if kind in ("record", "escalation") else ("issue", issue_id)
        for issue_id, kind, subject_id in db.session.execute(running)
    }
    rows = [
        {"reader": rearm.CLOCKS, "subject_kind": kind, "subject_id": one, "at": now}
        for kind, one in sorted(key for key in keys if key[1] is not None)
    ]
    if rows:
        db.session.execute(insert(Rearm), rows)

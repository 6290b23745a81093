"""Which installation a database belongs to: a restored copy holds its chases and letters back until told to go on.

The same mark stands in the data directory and in the database; where they differ, the database was put there.
"""

from datetime import datetime

from flask import current_app
from sqlalchemy import delete, select

from tracker import outbox
from tracker.accounts import tokens
from tracker.db import db
from tracker.followups import clocks, firing, ladder, writing
from tracker.followups.clocks import ARMED, COALESCED
from tracker.followups.models import Instance, Obligation, Tick
from tracker.followups.office import office
from tracker.followups.subjects import subject_of

FILE = "instance"
PASSED_BY = "restored"
"""Why a step did not fire that the installation behind a restored copy has fired."""


def recognise(now: datetime) -> Instance:
    """The installation of this database; held from now on when its mark is another than this directory's.

    On PostgreSQL a node without a mark of its own takes the database's: nodes come and go.
    """
    config = current_app.config["TRACKER"]
    path = config.data_dir / FILE
    here = path.read_text("ascii").strip() if path.exists() else ""
    instance = db.session.scalars(select(Instance)).first()
    if instance is None:
        instance = Instance(id=1, mark=tokens.new_secret())
        db.session.add(instance)
        db.session.flush()
        here = ""
    elif instance.held_since is None and here != instance.mark and (here or config.embedded):
        instance.held_since = now
    if not here:
        config.data_dir.mkdir(parents=True, exist_ok=True)
        path.write_text(instance.mark, "ascii")
    return instance


def is_held() -> bool:
    """Whether firing and sending wait for `resume`."""
    return db.session.scalar(select(Instance.id).where(Instance.held_since.is_not(None)).limit(1)) is not None


def hold(now: datetime) -> None:
    """Hold this database's chases and letters back: it was restored from a copy."""
    recognise(now).held_since = now


def resume(since: datetime, now: datetime) -> int:
    """Go on: what fell due before `since` was sent by the installation the copy is of; answers how many steps."""
    instance = recognise(now)
    (current_app.config["TRACKER"].data_dir / FILE).write_text(instance.mark, "ascii")
    instance.held_since, instance.resumed_from = None, since
    # Heartbeats of the copy's own time, or of a clock that went wrong, must not hold back this one.
    db.session.execute(delete(Tick))
    outbox.cancel_older(since=since, at=now)
    past = select(Obligation).where(ARMED, Obligation.due_at < since).order_by(Obligation.id)
    passed = db.session.scalars(past).all()
    for obligation in passed:
        _pass_by(obligation, since, now)
    return len(passed)


def _pass_by(obligation: Obligation, since: datetime, now: datetime) -> None:
    writing.mark([obligation.id], state=COALESCED, state_since=now, reason=PASSED_BY)
    clock = firing.clock_of(obligation)
    subject = subject_of(obligation.subject_kind, obligation.subject_id)
    if clock is None or subject is None or clock.ended_at is not None or clock.epoch != obligation.epoch:
        return
    want, rule = firing.rule_of(clock, subject)
    calendar = office(now).book.calendar(clock.calendar_id)
    turn = ladder.turn(want, obligation.step, obligation.occurrence, since, rule, calendar)
    if turn is not None and turn.then is not None:
        clocks.arm(clock, turn.then, now)

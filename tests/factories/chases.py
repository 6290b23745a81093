"""The engine by hand: take what changed, tick, look at what was written."""

from datetime import datetime

from sqlalchemy import select

from tests.clock import MONDAY, TAIPEI
from tests.factories.records import Cast, make_cast, make_record
from tests.worlds import kept
from tracker.db import db
from tracker.followups import jobs
from tracker.followups.models import Chase, Clock, Obligation
from tracker.outbox.models import Letter
from tracker.records.models import Record

LATE = datetime(2026, 11, 27, 17, 0, tzinfo=TAIPEI)


@kept()
def make_late() -> tuple[Record, Cast]:
    """A record whose engineer has let everything pass until the managers were told, at `LATE`; set the clock first."""
    record, cast = make_record(state="assigned", cast=make_cast())
    tick(MONDAY)
    tick(LATE)
    return record, cast


def tick(at: datetime) -> int:
    """One tick at this instant; answers how many steps were dealt with."""
    db.session.commit()
    return jobs.tick(at)


def local(text: str) -> datetime:
    """`local("2026-11-24 09:00")` in Taipei."""
    return datetime.fromisoformat(text).replace(tzinfo=TAIPEI)


def chases(clock: str = "") -> list[Chase]:
    """The ledger, oldest first."""
    found = select(Chase).order_by(Chase.id)
    return list(db.session.scalars(found.where(Chase.clock == clock) if clock else found))


def fired(clock: str) -> list[tuple[str, int, str]]:
    """Step, occurrence and local due instant of each chase of one clock."""
    return [
        (one.step, one.occurrence, f"{one.due_at.astimezone(TAIPEI):%m-%d %H:%M}") for one in chases(clock)
    ]


def told(chase: Chase) -> set[int]:
    """The ids of the people a chase went to."""
    return {one["person"] for one in chase.to if one["person"]}


def obligations(clock: str = "", state: str = "") -> list[Obligation]:
    """Steps in any state, oldest first."""
    found = select(Obligation).order_by(Obligation.id)
    found = found.where(Obligation.clock == clock) if clock else found
    return list(db.session.scalars(found.where(Obligation.state == state) if state else found))


def clock_of(kind: str, subject_id: int, name: str) -> Clock:
    """One clock."""
    same = select(Clock).where(Clock.subject_kind == kind, Clock.subject_id == subject_id, Clock.name == name)
    return db.session.scalars(same.execution_options(populate_existing=True)).one()


def letters(channel: str = "", kind: str = "chase.") -> list[Letter]:
    """Letters of chases, oldest first."""
    found = select(Letter).where(Letter.kind.startswith(kind)).order_by(Letter.id)
    return list(db.session.scalars(found.where(Letter.channel == channel) if channel else found))

"""Numbers that people quote: `Q-202611-0417`, `AR-202611-0098`; one counter a kind and month."""

from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy import Table, bindparam, update
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Model, db, inserting


class Counter(Model):
    """The last number given under a prefix such as `Q-202611`."""

    __tablename__ = "counter"

    prefix: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


_COUNTERS = cast("Table", Counter.__table__)
_GROWN = (
    _COUNTERS.update()
    .where(_COUNTERS.c.prefix == bindparam("of"))
    .values(last=_COUNTERS.c.last + 1)
    .returning(_COUNTERS.c.last)
)


def next_number(kind: str, *, at: datetime, zone: ZoneInfo) -> str:
    """The next number of `kind` in the month of `at` in the organisation's zone; at least four digits, growing."""
    prefix = f"{kind}-{at.astimezone(zone):%Y%m}"
    last = db.session.connection().execute(_GROWN, {"of": prefix}).scalar()
    if last is None:
        first = inserting(Counter).values(prefix=prefix, last=1)
        again = first.on_conflict_do_update(index_elements=["prefix"], set_={"last": Counter.last + 1})
        last = db.session.scalar(again.returning(Counter.last))
    return f"{prefix}-{last:04d}"


def at_least(number: str) -> None:
    """Give no number of this kind and month again up to `number`, which came from elsewhere (`AR-202611-0098-R01`)."""
    kind, month, last = number.split("-")[:3]
    prefix = f"{kind}-{month}"
    known = db.session.scalar(
        update(Counter).where(Counter.prefix == prefix).values(last=Counter.last).returning(Counter.last)
    )
    if known is None:
        db.session.add(Counter(prefix=prefix, last=int(last)))
        db.session.flush()
    elif known < int(last):
        db.session.execute(update(Counter).where(Counter.prefix == prefix).values(last=int(last)))

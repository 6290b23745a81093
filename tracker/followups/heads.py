"""The heads of the units above a case, whom a chase climbs to."""

from sqlalchemy import select

from tracker.accounts.models import Unit
from tracker.db import db


def heads_above(unit_id: int | None) -> list[int]:
    """The heads of a unit and of those above it, the nearest first."""
    units = db.session.execute(select(Unit.id, Unit.parent_id, Unit.head_id))
    tree = {unit: (parent, head) for unit, parent, head in units}
    seen: set[int] = set()
    found: list[int] = []
    while unit_id in tree and unit_id not in seen:
        seen.add(unit_id)
        unit_id, head = tree[unit_id]
        found += [head] if head is not None else []
    return found

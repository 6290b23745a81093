"""A plan of inspections with its first round."""

from datetime import date, datetime

from tests.factories.people import actor_of
from tracker.accounts.models import Person
from tracker.db import db
from tracker.followups.office import office
from tracker.inspections import actions, planning
from tracker.inspections.models import InspectionResult
from tracker.inspections.planning import Wanted


def inspected(supervisor: Person, owner: Person, system_id: int, now: datetime) -> dict[str, int]:
    """The ids of a plan, of its round that is open now, and of that round's first line."""
    wanted = Wanted(
        name="Sources", system_id=system_id, owner_id=owner.id, first_day=date(2026, 11, 23),
        items=[("Answers name a source", "")],
    )  # fmt: skip
    plan = planning.make_plan(wanted, by=actor_of(supervisor), at=now)
    actions.open_due(office(now).calendar, now)
    db.session.commit()
    result = db.session.query(InspectionResult).one()
    return {"plan_id": plan.id, "round_id": result.round_id, "result_id": result.id}

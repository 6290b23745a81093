"""Rotas to test with."""

from datetime import date
from typing import Any

from tests.clock import MONDAY
from tests.factories.people import actor_of, make_person
from tests.worlds import number, repeatable
from tracker.accounts.models import Person
from tracker.db import db
from tracker.duty import actions
from tracker.duty.actions import Wanted
from tracker.duty.models import Rota


@repeatable
def make_rota(*members: Person, by: Person | None = None, at: Any = MONDAY, **wish: Any) -> Rota:
    """A daily rota of these people, handed over at 09:00 in Taipei from Monday on."""
    wanted = {
        "name": f"Rota {number()}", "zone": "Asia/Taipei", "first_day": date(2026, 11, 23), "rhythm": "daily",
        "members": [one.id for one in members], **wish,
    }  # fmt: skip
    rota = actions.make_rota(Wanted(**wanted), by=actor_of(by or make_person("supervisor")), at=at)
    db.session.commit()
    return rota

"""The keys behind the engine's guards: the tables themselves refuse what the code should never try."""

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from tests.clock import MONDAY
from tests.factories.chases import local, tick
from tests.factories.issues import make_issue
from tests.factories.people import make_person
from tracker.db import db
from tracker.followups.models import Chase, Clock, Obligation
from tracker.outbox.models import Letter

TWINS = {
    "clock": (Clock, {"epoch": 9}),
    "obligation": (Obligation, {"state": "cancelled", "reason": "twin"}),
    "chase": (Chase, {"step": "twin"}),
    "letter": (Letter, {"message_id": "<twin@localhost>"}),
}


@pytest.mark.parametrize("name", TWINS)
def test_no_table_takes_the_same_thing_twice(app, name):
    make_person("supervisor")
    make_issue()
    tick(MONDAY)
    tick(local("2026-11-23 17:00"))
    model, changes = TWINS[name]
    table = model.__table__
    row = dict(db.session.execute(select(table).limit(1)).mappings().one())
    twin = {**{key: value for key, value in row.items() if key != "id"}, **changes}
    with pytest.raises(IntegrityError):
        db.session.execute(insert(table), twin)
    db.session.rollback()

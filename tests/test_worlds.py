"""A world that is brought is the one that a factory would have made, and is brought to nobody who would notice."""

import pytest
from sqlalchemy import select, text

from tests import worlds
from tests.clock import MONDAY
from tests.factories.issues import make_issue
from tests.factories.people import make_person, organisation
from tests.factories.records import make_cast, make_record
from tracker.accounts.models import Person
from tracker.db import db
from tracker.records.models import Record

# What is made by chance.
SECRETS = {"sha256", "mark", "body_text", "body_html", "link"}


@pytest.fixture
def ground(app, engine, grounds):
    return grounds(engine)


def rows() -> dict[str, list[dict]]:
    """All that the database holds, without secrets."""
    held = {}
    for table in db.metadata.sorted_tables:
        found = db.session.execute(select(*(one for one in table.columns if one.name not in SECRETS)))
        held[table.name] = sorted(([*one] for one in found), key=repr)
    db.session.commit()
    return held


def from_the_start(ground, make):
    """What `make` leaves on an empty database."""
    db.session.remove()
    ground.put_back()
    made = make()
    return made, rows()


@pytest.mark.parametrize("make", [
    lambda: make_record(state="closed", grave=True),
    lambda: make_record(make_cast(), state="on_hold", lessons="Index both."),
    lambda: (make_issue(state="answered"), make_issue(state="closed", supervisor=make_person("supervisor"))),
], ids=["alone", "after others", "two issues"])  # fmt: skip
def test_it_has_the_same_rows(ground, make):
    ground.worlds.place = None
    _, walked = from_the_start(ground, make)
    for _ in range(2):
        from_the_start(ground, make)
    before = len(ground.worlds.names)
    (made, *_), brought = from_the_start(ground, make)
    assert brought == walked and brought["issue"]
    assert len(ground.worlds.names) == before and ground.worlds.place in ground.worlds.kept
    assert made in db.session


def test_numbers_and_rows_go_on_after_it(ground):
    for _ in range(3):
        (record, cast), _rows = from_the_start(ground, lambda: make_record(state="opened"))
    other, _ = make_record(cast, state="opened")
    person = make_person()
    assert other.id == record.id + 1 and other.number != record.number
    assert person.id == db.session.query(Person).count() and person.name == f"Person {worlds.number() - 1}"


@pytest.mark.parametrize("write", [
    lambda: db.session.execute(text("UPDATE organisation SET name = 'Others'")),
    lambda: db.session.add(Person(name="Wu", email="wu@example.test", created_at=MONDAY)),
    lambda: setattr(db.session.query(Person).first(), "name", "Wu"),
], ids=["a statement", "a new row", "a changed row"])  # fmt: skip
def test_what_the_test_wrote_itself_stays(ground, write):
    for _ in range(3):
        from_the_start(
            ground, lambda: (organisation(), make_person(name="Chen"), make_record(state="opened"))
        )
    assert ground.worlds.place in ground.worlds.kept
    db.session.remove()
    ground.put_back()
    organisation(), make_person(name="Chen")
    write()
    make_record(state="opened")
    assert ground.worlds.place is None
    assert db.session.query(Record).count() == 1
    names = {one.name for one in db.session.query(Person)} | {organisation().name}
    assert names & {"Others", "Wu"}

"""Many rows written at once stand there as if each had been written by itself."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.clock import MONDAY
from tracker.audit.models import Entry
from tracker.bulk import Many, held, write_new
from tracker.db import db
from tracker.outbox.models import Hour

NAMES = (
    "at", "by_id", "by_name", "on_behalf", "action", "subject_kind", "subject_id", "seq", "before", "after",
    "prev_hash", "hash",
)  # fmt: skip
AWKWARD = ("", "林志偉「急」", "two\nlines\ttab", "back\\slash \"quote\" 'single' %s :name", "𠮷 🚑")
ELSEWHERE = datetime(2026, 11, 23, 3, 4, 5, 678901, timezone(timedelta(hours=9)))


def entry(seq: int, text: str, at: datetime) -> dict[str, object]:
    return {
        "at": at, "by_id": None, "by_name": text, "on_behalf": "", "action": "issue.chase", "subject_kind": "issue",
        "subject_id": 1, "seq": seq, "before": {}, "after": {"text": text, "list": [1, None, 2.5, True]},
        "prev_hash": "", "hash": "",
    }  # fmt: skip


def test_every_kind_of_value_comes_back_as_it_went_in(app):
    rows = [entry(seq, text, (MONDAY, ELSEWHERE)[seq % 2]) for seq, text in enumerate(AWKWARD)]
    Many(Entry.__table__, NAMES).write(rows)
    found = db.session.scalars(select(Entry).order_by(Entry.seq)).all()
    assert [{name: getattr(one, name) for name in NAMES} for one in found] == rows
    assert {one.at.tzinfo for one in found} == {UTC}


def test_what_is_there_already_is_left_as_it_is(app):
    hours = Many(Hour.__table__, ("at", "mails"), once="at")
    hours.write([{"at": MONDAY, "mails": 1}])
    hours.write([{"at": MONDAY, "mails": 2}, {"at": ELSEWHERE, "mails": 3}, {"at": ELSEWHERE, "mails": 4}])
    kept = db.session.execute(select(Hour.at, Hour.mails)).all()
    assert {(at, mails) for at, mails in kept} == {(MONDAY, 1), (ELSEWHERE, 3)}


def test_without_that_a_second_one_is_an_error_and_nothing_is_nothing(app):
    entries = Many(Entry.__table__, NAMES)
    entries.write([])
    with pytest.raises(IntegrityError):
        entries.write([entry(1, "", MONDAY), entry(1, "", MONDAY)])
    db.session.rollback()


def test_a_single_row_is_held_as_if_it_had_been_read(app):
    given = {name: value for name, value in entry(1, "林志偉", ELSEWHERE).items() if name != "on_behalf"}
    row = Entry(**given)
    write_new(row)
    assert row in db.session and not db.session.new and not db.session.dirty and row.on_behalf == ""
    row.by_name = "another"
    db.session.commit()
    (found,) = db.session.execute(select(Entry.id, Entry.by_name, Entry.at, Entry.after))
    assert found == (row.id, "another", ELSEWHERE, given["after"])


def test_a_row_that_was_read_as_columns_is_held_and_never_twice(app):
    write_new(Entry(**entry(1, "林志偉", ELSEWHERE)))
    db.session.commit()
    db.session.expunge_all()
    read = db.session.execute(select(*Entry.__table__.columns)).mappings().one()
    row = held(Entry, read)
    assert row in db.session and not db.session.dirty and db.session.get(Entry, row.id) is row
    row.by_name = "another"
    assert held(Entry, read) is row and row.by_name == "another"
    db.session.commit()
    assert row.by_name == db.session.scalars(select(Entry.by_name)).one() == "another"


def test_of_a_row_that_was_read_in_part_the_rest_is_read_when_it_is_asked_for(app):
    write_new(Entry(**entry(1, "林志偉", ELSEWHERE)))
    db.session.commit()
    db.session.expunge_all()
    row = held(Entry, db.session.execute(select(Entry.id, Entry.by_name)).mappings().one())
    assert (row.by_name, row.at, row.after["text"]) == ("林志偉", ELSEWHERE, "林志偉")

"""The verbs of lessons: say that one was read, take it back, remind those who have not."""

from datetime import date, datetime, time

from sqlalchemy import select

from tracker import audit
from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.audit.models import Entry
from tracker.db import db
from tracker.errors import NotAllowed
from tracker.issues import when
from tracker.lessons import queries
from tracker.lessons.models import LessonRead
from tracker.records import letters
from tracker.records.models import Record

REMINDED = "record.remind_lesson"


def read(record: Record, *, by: Actor, at: datetime) -> None:
    """Note once that this person has read the lesson."""
    if by.person_id is None:
        raise NotAllowed(act="read_lesson")
    mine = select(LessonRead.id).where(
        LessonRead.record_id == record.id, LessonRead.person_id == by.person_id
    )
    if db.session.scalar(mine) is None:
        db.session.add(LessonRead(record_id=record.id, person_id=by.person_id, at=at))
        audit.record("record.read_lesson", record, by=by, at=at)


def take_back(record: Record, *, by: Actor, at: datetime) -> None:
    """It was not read after all."""
    mine = select(LessonRead).where(LessonRead.record_id == record.id, LessonRead.person_id == by.person_id)
    found = db.session.scalars(mine).first()
    if found is not None:
        db.session.delete(found)
        audit.record("record.unread_lesson", record, by=by, at=at)


def remind(record: Record, *, by: Actor, at: datetime) -> list[Person]:
    """Remind those whom the lesson concerns and who have not read it, once a day; answers who is reminded now.

    Raises NotAllowed.
    """
    if not by.is_(*queries.LEADS):
        raise NotAllowed(act="remind_lesson")
    day = at.astimezone(when.zone()).date()
    before = _reminded(record, day)
    told = [one for one in queries.waited_for(record, at) if one.id not in before | {by.person_id}]
    for person in told:
        letters.tell(
            record,
            person,
            "lesson",
            cause=f"{record.id}.{day}",
            at=at,
            link=f"/lessons?show=mine#l-{record.number}",
        )
    if told:
        audit.record(REMINDED, record, by=by, at=at, after={"people": [one.id for one in told]})
    return told


def _reminded(record: Record, day: date) -> set[int]:
    """Who was reminded of it on this day."""
    since = datetime.combine(day, time(), when.zone())
    mine = (Entry.subject_kind == record.kind_name, Entry.subject_id == record.id)
    today = select(Entry.after).where(*mine, Entry.action == REMINDED, Entry.at >= since)
    return {one for after in db.session.scalars(today) for one in after["people"]}

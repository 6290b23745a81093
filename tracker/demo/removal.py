"""Taking the demo away: every marked row and all that belongs to it, and nothing else."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Column, Table, delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from tracker import index
from tracker.accounts import queries as people
from tracker.accounts.models import Organisation, Person, Team, Unit
from tracker.audit.models import Entry
from tracker.db import Model, db
from tracker.demo.people import ORGANISATION
from tracker.duty.models import DutySwap, Rota
from tracker.hours import actions as hours
from tracker.hours.models import NamedCalendar, OwnDay
from tracker.inspections.models import InspectionPlan, InspectionRound
from tracker.issues.models import Issue, IssueRecord
from tracker.records.models import Record
from tracker.records.parts import Escalation
from tracker.statutory.models import StatutoryClock
from tracker.systems.models import AISystem
from tracker.training.models import MustKnow, TrainingSession

AT_ONCE = 500
# Tables that speak of a subject by kind and id, without a reference the database knows.
KIND, SUBJECT = "subject_kind", "subject_id"
# Rows that are about the person alone and go with them, though no cascade says so.
OF_A_PERSON = frozenset({"letter", "attachment", "people_import", "case_link"})


def table_of(model: type[Model]) -> Table:
    """The table behind a model."""
    found = model.__table__
    assert isinstance(found, Table)
    return found


ISSUE, RECORD = table_of(Issue), table_of(Record)


def remove() -> int:
    """Delete the demo; returns how many issues went.  A demo person who worked on real cases stays, closed.

    Never commits; the sums of the overview must be counted anew afterwards.
    """
    issues = _ids(select(Issue.id).where(Issue.is_demo))
    numbers = select(Record.number).where(or_(Record.is_demo, Record.primary_issue_id.in_(issues)))
    records = _ids(select(Record.id).where(or_(Record.is_demo, Record.primary_issue_id.in_(issues))))
    escalations = _ids(select(Escalation.id).where(Escalation.record_id.in_(records)))
    persons = _ids(select(Person.id).where(Person.is_demo))
    systems = _ids(select(AISystem.id).where(AISystem.is_demo))
    db.session.execute(delete(IssueRecord).where(IssueRecord.record_number.in_(numbers)))
    by_law = _ids(select(StatutoryClock.id).where(StatutoryClock.issue_id.in_(issues)))
    for kind, ids in (
        ("statutory", by_law), ("escalation", escalations), ("record", records), ("issue", issues),
    ):  # fmt: skip
        _forget_subjects(kind, ids)
    db.session.execute(update(Record).where(Record.reissue_of_id.in_(records)).values(reissue_of_id=None))
    _delete(RECORD, records)
    _cut(ISSUE, issues)
    for issue_id in issues:
        index.remove(issue_id)
    _delete(ISSUE, issues)
    _remove_turns()
    _forget_subjects("training", _ids(select(TrainingSession.id).where(TrainingSession.is_demo)))
    db.session.execute(delete(TrainingSession).where(TrainingSession.is_demo))
    db.session.execute(delete(MustKnow).where(MustKnow.is_demo))
    _remove_places(systems)
    _remove_people(persons)
    db.session.expire_all()
    return len(issues)


def _ids(wanted: object) -> list[int]:
    return list(db.session.scalars(wanted))  # type: ignore[call-overload]


def _some(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE))


def _tables() -> list[Table]:
    return [table for table in db.metadata.tables.values() if KIND in table.c and SUBJECT in table.c]


def _forget_subjects(kind: str, ids: Sequence[int]) -> None:
    """Delete what other rooms keep about these subjects; a chase before the obligation it came from."""
    for table in sorted(_tables(), key=lambda table: table.name != "chase"):
        for some in _some(ids):
            _cut(table, _ids(select(table.c.id).where(table.c[KIND] == kind, table.c[SUBJECT].in_(some))))
            db.session.execute(delete(table).where(table.c[KIND] == kind, table.c[SUBJECT].in_(some)))


def _cut(table: Table, ids: Sequence[int]) -> None:
    """Let nothing that stays refer to these rows; what cannot be without them goes by the database's own cascade."""
    for other, column in _references(table):
        if column.nullable and not column.primary_key:
            for some in _some(ids):
                db.session.execute(update(other).where(column.in_(some)).values({column.name: None}))


def _references(table: Table) -> list[tuple[Table, Column[int]]]:
    return [
        (other, key.parent)
        for other in db.metadata.tables.values()
        for key in other.foreign_keys
        if key.column.table is table and (key.ondelete or "").upper() != "CASCADE"
    ]


def _delete(table: Table, ids: Sequence[int]) -> None:
    for some in _some(ids):
        db.session.execute(delete(table).where(table.c.id.in_(some)))


def _remove_places(systems: Sequence[int]) -> None:
    """Systems, teams and units; one that real rows refer to stays."""
    for table, kind, ids in (
        (table_of(AISystem), "system", systems),
        (table_of(Team), "team", _ids(select(Team.id).where(Team.is_demo))),
    ):
        for row_id in ids:
            if _try_delete(table, row_id):
                _forget_subjects(kind, [row_id])


def _remove_turns() -> None:
    """Rotas, plans of inspections and calendars with all that hangs on them."""
    rotas = _ids(select(Rota.id).where(Rota.is_demo))
    plans = _ids(select(InspectionPlan.id).where(InspectionPlan.is_demo))
    calendars = _ids(select(NamedCalendar.id).where(NamedCalendar.is_demo, ~NamedCalendar.is_default))
    for kind, ids in (
        ("duty_swap", _ids(select(DutySwap.id).where(DutySwap.rota_id.in_(rotas)))),
        ("rota", rotas),
        ("inspection_round", _ids(select(InspectionRound.id).where(InspectionRound.plan_id.in_(plans)))),
        ("inspection_plan", plans),
        ("calendar_day", _ids(select(OwnDay.id).where(OwnDay.calendar_id.in_(calendars)))),
        ("calendar", calendars),
    ):
        _forget_subjects(kind, ids)
    _cut(table_of(Rota), rotas)
    # The answers of a round go before the questions that they refer to.
    rounds = select(InspectionRound.id).where(InspectionRound.plan_id.in_(plans))
    db.session.execute(delete(InspectionRound).where(InspectionRound.id.in_(_ids(rounds))))
    for model, ids in ((Rota, rotas), (InspectionPlan, plans), (NamedCalendar, calendars)):
        _delete(table_of(model), ids)
    if calendars:
        hours.stamp()


def _remove_people(persons: Sequence[int]) -> None:
    """People, then their units, from the leaves up; the organisation forgets the name and contacts the demo gave it."""
    settings = people.organisation()
    gone = {
        name: None
        for name in ("privacy_contact_id", "security_contact_id")
        if getattr(settings, name) in persons
    }
    if settings.name == ORGANISATION:
        gone |= {"name": "", "help_phone": ""}  # type: ignore[dict-item]
    if gone:
        db.session.execute(update(Organisation).values(gone))
    _forget_subjects("person", persons)
    units = _ids(select(Unit.id).where(Unit.is_demo).order_by(Unit.id.desc()))
    db.session.execute(update(Unit).where(Unit.head_id.in_(persons)).values(head_id=None))
    busy = set(
        _ids(
            select(Entry.by_id)
            .where(Entry.by_id.in_(persons), Entry.subject_kind.in_(("issue", "record", "escalation")))
            .distinct()
        )
    )
    db.session.execute(update(Person).where(Person.id.in_(persons)).values(deputy_id=None))
    for person_id in persons:
        if person_id in busy or not _let_go(person_id):
            closed = {
                "active": False,
                "unit_id": None,
                "password_hash": None,
                "session_epoch": Person.session_epoch + 1,
            }
            db.session.execute(update(Person).where(Person.id == person_id).values(closed))
    for unit_id in units:
        if _try_delete(table_of(Unit), unit_id):
            _forget_subjects("unit", [unit_id])


def _let_go(person_id: int) -> bool:
    """Delete one person with what is theirs alone; False when something real still names them."""
    try:
        with db.session.begin_nested():
            for other, column in _references(table_of(Person)):
                if other.name in OF_A_PERSON:
                    _cut(other, _ids(select(other.c.id).where(column == person_id)))
                    db.session.execute(delete(other).where(column == person_id))
                elif other.name in ("audit_entry", "text_version"):
                    db.session.execute(
                        delete(other).where(column == person_id, other.c[KIND].in_(OWN_SUBJECTS))
                    )
            db.session.execute(delete(Person).where(Person.id == person_id))
    except IntegrityError:
        return False
    return True


# What a demo person may have changed besides cases: all of it the demo's own.
OWN_SUBJECTS = ("training", "system", "system_version", "unit", "team", "person")


def _try_delete(table: Table, row_id: int) -> bool:
    try:
        with db.session.begin_nested():
            db.session.execute(delete(table).where(table.c.id == row_id))
    except IntegrityError:
        return False
    return True

"""Taking the demo away: every marked row and all that belongs to it, and nothing else."""

from collections.abc import Sequence

from sqlalchemy import Table, delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from tracker import index
from tracker.accounts import queries as people
from tracker.accounts.models import Organisation, Person, Team, Unit
from tracker.audit.models import Entry
from tracker.db import db
from tracker.demo.people import ORGANISATION
from tracker.duty.models import DutySwap, Rota
from tracker.followups import fixed
from tracker.guides.models import Article, GuideWord, KnownIssue, Verdict
from tracker.hours import actions as hours
from tracker.hours.models import NamedCalendar, OwnDay
from tracker.imports.forgetting import (
    KIND,
    cut,
    delete_rows,
    forget_subjects,
    ids_of,
    references,
    table_of,
)
from tracker.inspections.models import InspectionPlan, InspectionRound
from tracker.issues.models import Issue, IssueRecord, ProposalRate
from tracker.policies import rules as policy
from tracker.records.models import Record
from tracker.records.parts import EffectCheck, Escalation, Opinion, RecordItem
from tracker.statutory.models import StatutoryClock
from tracker.systems.models import AISystem
from tracker.training.models import MustKnow, TrainingSession

# Rows that are about the person alone and go with them, though no cascade says so.
OF_A_PERSON = frozenset({"letter", "attachment", "people_import", "case_link"})


ISSUE, RECORD = table_of(Issue), table_of(Record)


def remove() -> int:
    """Delete the demo; returns how many issues went.  A demo person who worked on real cases stays, closed.

    Never commits; the sums of the overview must be counted anew afterwards.
    """
    issues = ids_of(select(Issue.id).where(Issue.is_demo))
    numbers = select(Record.number).where(or_(Record.is_demo, Record.primary_issue_id.in_(issues)))
    records = ids_of(select(Record.id).where(or_(Record.is_demo, Record.primary_issue_id.in_(issues))))
    escalations = ids_of(select(Escalation.id).where(Escalation.record_id.in_(records)))
    persons = ids_of(select(Person.id).where(Person.is_demo))
    systems = ids_of(select(AISystem.id).where(AISystem.is_demo))
    db.session.execute(delete(IssueRecord).where(IssueRecord.record_number.in_(numbers)))
    by_law = ids_of(select(StatutoryClock.id).where(StatutoryClock.issue_id.in_(issues)))
    parts = (
        (policy.EFFECT_CHECK, EffectCheck), (policy.ACTION, RecordItem), (fixed.OPINION, Opinion),
    )  # fmt: skip
    for kind, part in parts:
        forget_subjects(kind, ids_of(select(part.id).where(part.record_id.in_(records))))
    for kind, ids in (
        ("statutory", by_law), ("escalation", escalations), ("record", records), ("issue", issues),
    ):  # fmt: skip
        forget_subjects(kind, ids)
    db.session.execute(update(Record).where(Record.reissue_of_id.in_(records)).values(reissue_of_id=None))
    delete_rows(RECORD, records)
    cut(ISSUE, issues)
    for issue_id in issues:
        index.remove(issue_id)
    delete_rows(ISSUE, issues)
    # How well proposals met what was decided of these is told no more; the scheduler measures anew.
    db.session.execute(delete(ProposalRate))
    _remove_turns()
    _remove_guides()
    forget_subjects("training", ids_of(select(TrainingSession.id).where(TrainingSession.is_demo)))
    db.session.execute(delete(TrainingSession).where(TrainingSession.is_demo))
    db.session.execute(delete(MustKnow).where(MustKnow.is_demo))
    _remove_places(systems)
    _remove_people(persons)
    db.session.expire_all()
    return len(issues)


def _remove_places(systems: Sequence[int]) -> None:
    """Systems, teams and units; one that real rows refer to stays."""
    for table, kind, ids in (
        (table_of(AISystem), "system", systems),
        (table_of(Team), "team", ids_of(select(Team.id).where(Team.is_demo))),
    ):
        for row_id in ids:
            if _try_delete(table, row_id):
                forget_subjects(kind, [row_id])


def _remove_turns() -> None:
    """Rotas, plans of inspections and calendars with all that hangs on them."""
    rotas = ids_of(select(Rota.id).where(Rota.is_demo))
    plans = ids_of(select(InspectionPlan.id).where(InspectionPlan.is_demo))
    calendars = ids_of(select(NamedCalendar.id).where(NamedCalendar.is_demo, ~NamedCalendar.is_default))
    for kind, ids in (
        ("duty_swap", ids_of(select(DutySwap.id).where(DutySwap.rota_id.in_(rotas)))),
        ("rota", rotas),
        ("inspection_round", ids_of(select(InspectionRound.id).where(InspectionRound.plan_id.in_(plans)))),
        ("inspection_plan", plans),
        ("calendar_day", ids_of(select(OwnDay.id).where(OwnDay.calendar_id.in_(calendars)))),
        ("calendar", calendars),
    ):
        forget_subjects(kind, ids)
    cut(table_of(Rota), rotas)
    # The answers of a round go before the questions that they refer to.
    rounds = select(InspectionRound.id).where(InspectionRound.plan_id.in_(plans))
    db.session.execute(delete(InspectionRound).where(InspectionRound.id.in_(ids_of(rounds))))
    for model, ids in ((Rota, rotas), (InspectionPlan, plans), (NamedCalendar, calendars)):
        delete_rows(table_of(model), ids)
    if calendars:
        hours.stamp()


def _remove_guides() -> None:
    """Answers and known issues, with the words that find them and what readers said of them."""
    for model in (Article, KnownIssue):
        ids = ids_of(select(model.id).where(model.is_demo))
        for other in (GuideWord, Verdict):
            db.session.execute(delete(other).where(other.kind == model.kind_name, other.guide_id.in_(ids)))
        forget_subjects(model.kind_name, ids)
        delete_rows(table_of(model), ids)


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
    forget_subjects("person", persons)
    units = ids_of(select(Unit.id).where(Unit.is_demo).order_by(Unit.id.desc()))
    db.session.execute(update(Unit).where(Unit.head_id.in_(persons)).values(head_id=None))
    busy = set(
        ids_of(
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
            forget_subjects("unit", [unit_id])


def _let_go(person_id: int) -> bool:
    """Delete one person with what is theirs alone; False when something real still names them."""
    try:
        with db.session.begin_nested():
            for other, column in references(table_of(Person)):
                if other.name in OF_A_PERSON:
                    cut(other, ids_of(select(other.c.id).where(column == person_id)))
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

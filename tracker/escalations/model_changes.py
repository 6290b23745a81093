"""A vendor changed the model without a word: the version is unknown from then on, and cases and guides are looked at
again, each mark cleared by a person with a note.  Never commits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Integer, Select, bindparam, exists, or_, select
from sqlalchemy.orm import joinedload

from tracker import audit, outbox
from tracker.accounts import rules as roles
from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.config import LOCALES
from tracker.db import db, kept
from tracker.errors import DomainError, NotAllowed, WrongState
from tracker.issues import queries as issues
from tracker.issues.models import Issue, IssueRecord
from tracker.outbox.rules import BELL
from tracker.records import rules as record_rules
from tracker.records.models import Record
from tracker.systems import queries as systems
from tracker.systems.models import AISystem, ModelChange, Recheck, SystemVersion

ISSUE, RECORD, GUIDE = "issue", "record", "system_version"
TEXT_MOST = 2000


@dataclass(frozen=True)
class Found:
    """What was learnt: since when, what is known, what shows it."""

    since: datetime
    known: str
    evidence: str = ""


def may_report(actor: Actor, system: AISystem) -> bool:
    """Supervisors and managers for the system, and the engineer who owns it."""
    leads = any(
        actor.is_for(one, unit_id=None, system_id=system.id) for one in (roles.SUPERVISOR, roles.MANAGER)
    )
    return leads or (actor.is_(roles.ENGINEER) and system.owner_id == actor.person_id)


def report(system: AISystem, found: Found, *, by: Actor, at: datetime) -> ModelChange:
    """Mark the current version, every open case of the system and its guide.  Raises NotAllowed, DomainError."""
    if not may_report(by, system):
        raise NotAllowed(act="model_change")
    wrong = {key: _("Use at most %(number)s characters.", number=TEXT_MOST) for key in ("known", "evidence")
             if len(getattr(found, key)) > TEXT_MOST}  # fmt: skip
    if found.since > at:
        wrong["since"] = _("Choose a time that has passed.")
    if not found.known.strip():
        wrong["known"] = _("Say what is known so far.")
    if wrong:
        raise DomainError(fields=wrong)
    row = ModelChange(
        system_id=system.id, system=system, since=found.since, known=found.known.strip(),
        evidence=found.evidence.strip(), at=at, by_id=by.person_id, by_name=by.name,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    marks = list(_marks(system))
    db.session.add_all(
        Recheck(model_change_id=row.id, subject_kind=kind, subject_id=one) for kind, one in marks
    )
    version = systems.current_version(system)
    if version is not None:
        version.unknown_since = version.unknown_since or found.since
    texts = {"known": row.known, **({"evidence": row.evidence} if row.evidence else {})}
    # How many are marked stands nowhere: the number would count cases that its reader may not know of.
    after = {"model_change": row.id, "since": found.since}
    audit.record("system.model_change", system, by=by, at=at, after=after, texts=texts)
    for kind, one in marks:
        if kind in (ISSUE, RECORD):
            audit.record(f"{kind}.recheck", (kind, one), by=by, at=at, after={"model_change": row.id})
    db.session.flush()
    _tell(row, by, at)
    return row


def _marks(system: AISystem) -> Iterable[tuple[str, int]]:
    """What has to be looked at again: a case in work by its record, one without by its issue, and the guide."""
    working = select(Record.id, Record.primary_issue_id).where(
        Record.system_id == system.id, Record.state.not_in(record_rules.ENDED)
    )
    recorded = {issue_id: record_id for record_id, issue_id in db.session.execute(working)}
    yield from ((RECORD, record_id) for record_id in recorded.values())
    waiting = select(Issue.id).where(
        Issue.system_id == system.id, Issue.closed_at.is_(None), Issue.imported.is_(False)
    )
    yield from ((ISSUE, one) for one in db.session.scalars(waiting) if one not in recorded)
    version = systems.current_version(system)
    if version is not None:
        yield GUIDE, version.id


def _tell(row: ModelChange, by: Actor, at: datetime) -> None:
    """One bell to each whose cases are marked."""
    of_records = select(Record.owner_id).join(
        Recheck, (Recheck.subject_id == Record.id) & (Recheck.subject_kind == RECORD)
    )
    of_issues = select(Issue.assignee_id).join(
        Recheck, (Recheck.subject_id == Issue.id) & (Recheck.subject_kind == ISSUE)
    )
    ids = {
        *db.session.scalars(of_records.where(Recheck.model_change_id == row.id)),
        *db.session.scalars(of_issues.where(Recheck.model_change_id == row.id)),
    }
    for person in db.session.scalars(
        select(Person).where(Person.id.in_(ids - {None, by.person_id}), Person.active)
    ):
        locale = person.locale if person.locale in LOCALES else str(current_app.config["TRACKER"].locale)
        with force_locale(locale):
            line = _("The model of “%(system)s” may have changed", system=row.system.name)
            body = _("Please confirm again that your open cases can be reproduced.")
        outbox.post(
            channel=BELL, kind="system.model_change", key=("model_change", row.id), subject=("system", row.system_id),
            subject_line=line, body_text=body, at=at, person_id=person.id, locale=locale,
            link=f"/systems/{row.system.key}/model-change",
        )  # fmt: skip


def clear(mark: Recheck, note: str, *, by: Actor, at: datetime) -> None:
    """Looked at again: it holds, or what was done about it."""
    if not may_clear(mark, by):
        raise NotAllowed(act="recheck")
    if mark.cleared_at is not None:
        raise WrongState(act="recheck")
    if not note.strip() or len(note) > TEXT_MOST:
        text = (
            _("Say what you found.")
            if not note.strip()
            else _("Use at most %(number)s characters.", number=TEXT_MOST)
        )
        raise DomainError(text, fields={"note": text})
    mark.cleared_at, mark.cleared_by_name, mark.note = at, by.name, note.strip()
    kind = "system" if mark.subject_kind == GUIDE else mark.subject_kind
    subject = mark.change.system_id if mark.subject_kind == GUIDE else mark.subject_id
    after = {"model_change": mark.model_change_id, "recheck": mark.id}
    audit.record(f"{kind}.rechecked", (kind, subject), by=by, at=at, after=after, texts={"note": mark.note})
    if mark.subject_kind == GUIDE:
        _known_again(mark)


def withdraw(row: ModelChange, note: str, *, by: Actor, at: datetime) -> int:
    """Entered by mistake: clear every mark that stands, all with the same note; answers how many the actor may see."""
    of_this = open_marks().where(Recheck.model_change_id == row.id)
    count = len(db.session.scalars(of_this.where(_seen(by))).all())
    for mark in db.session.scalars(of_this).all():
        clear(mark, note, by=by, at=at)
    return count


def may_clear(mark: Recheck, actor: Actor) -> bool:
    """Who may report the change, and who works on the case that is marked."""
    if may_report(actor, mark.change.system):
        return True
    if mark.subject_kind == GUIDE:
        return False
    issue = _issue(mark)
    return (
        issue is not None
        and actor.is_(roles.SUPERVISOR, roles.MANAGER, roles.ENGINEER)
        and issues.may_view(actor, issue)
    )


def _issue(mark: Recheck) -> Issue | None:
    if mark.subject_kind == ISSUE:
        return db.session.get(Issue, mark.subject_id)
    record = db.session.get(Record, mark.subject_id)
    return record.primary_issue if record is not None else None


def _known_again(mark: Recheck) -> None:
    """The version is known again once no mark on its guide stands."""
    db.session.flush()
    others = open_marks().where(Recheck.subject_kind == GUIDE, Recheck.subject_id == mark.subject_id)
    version = db.session.get(SystemVersion, mark.subject_id)
    if version is not None and db.session.scalars(others.limit(1)).first() is None:
        version.unknown_since = None


def open_marks() -> Select[Recheck]:
    """The marks that nobody has cleared, oldest first."""
    change = joinedload(Recheck.change).joinedload(ModelChange.system)
    return select(Recheck).where(Recheck.cleared_at.is_(None)).options(change).order_by(Recheck.id)


def of_case(issue: Issue) -> Sequence[Recheck]:
    """The marks on an issue and on the open records that it is attached to."""
    return db.session.scalars(_of_case(), {"issue": issue.id}).all()


@kept
def _of_case() -> Select[Recheck]:
    this = bindparam("issue", type_=Integer())
    attached = select(Record.id).join(IssueRecord, IssueRecord.record_number == Record.number)
    attached = attached.where(IssueRecord.issue_id == this, IssueRecord.is_open)
    its_own = (Recheck.subject_kind == ISSUE) & (Recheck.subject_id == this)
    records = (Recheck.subject_kind == RECORD) & Recheck.subject_id.in_(attached)
    return open_marks().where(or_(its_own, records))


@dataclass(frozen=True)
class Line:
    """One mark as a list shows it."""

    mark: Recheck
    number: str
    title: str
    href: str


def lines(actor: Actor, most: int, system: AISystem | None = None) -> list[Line]:
    """The marks that stand and this actor may see: guides for those who lead, cases as they see them."""
    found = open_marks()
    if system is not None:
        found = found.join(ModelChange, ModelChange.id == Recheck.model_change_id)
        found = found.where(ModelChange.system_id == system.id)
    return [_line(one) for one in db.session.scalars(found.where(_seen(actor)).limit(most))]


def seen_of(actor: Actor, row: ModelChange) -> Sequence[int]:
    """The ids of one change's marks that this actor may know of, oldest first."""
    mine = select(Recheck.id).where(Recheck.model_change_id == row.id, _seen(actor))
    return db.session.scalars(mine.order_by(Recheck.id)).all()


def others_exist(actor: Actor, system: AISystem) -> bool:
    """Whether marks stand on cases that this actor may not see; told to administrators alone, who may count cases."""
    if not actor.is_(roles.ADMIN):
        return False
    of_system = open_marks().join(ModelChange, ModelChange.id == Recheck.model_change_id)
    hidden = of_system.where(ModelChange.system_id == system.id, ~_seen(actor))
    return db.session.scalars(hidden.limit(1)).first() is not None


def line_of(actor: Actor, mark: Recheck) -> Line | None:
    """One mark, cleared or not, if this actor may see it."""
    found = db.session.scalars(select(Recheck).where(Recheck.id == mark.id, _seen(actor))).first()
    return _line(found) if found is not None else None


def _seen(actor: Actor) -> ColumnElement[bool]:
    """Asked mark by mark: few stand at a time, and an actor may read a million cases."""
    may_read = issues.may_read_each(actor)
    of_issue = exists().where(Issue.id == Recheck.subject_id, may_read)
    of_record = exists().where(Record.id == Recheck.subject_id, Issue.id == Record.primary_issue_id, may_read)
    mine = ((Recheck.subject_kind == ISSUE) & of_issue) | ((Recheck.subject_kind == RECORD) & of_record)
    if actor.is_(roles.SUPERVISOR, roles.MANAGER):
        mine |= Recheck.subject_kind == GUIDE
    return mine


def _line(mark: Recheck) -> Line:
    if mark.subject_kind == GUIDE:
        system = mark.change.system
        return Line(mark, system.name, _("Guide"), f"/systems/{system.key}/guide")
    if mark.subject_kind == RECORD:
        record = db.session.get_one(Record, mark.subject_id)
        return Line(mark, record.number, record.primary_issue.title, f"/records/{record.number}")
    issue = db.session.get_one(Issue, mark.subject_id)
    return Line(mark, issue.number, issue.title, f"/issues/{issue.number}")

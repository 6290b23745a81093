"""One record with all its lists, each read at most once: what guards, pages, print and digests stand on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from tracker.accounts.models import Person
from tracker.attachments.models import Attachment
from tracker.db import db
from tracker.issues import holds
from tracker.issues import queries as issues
from tracker.issues.models import Ask, Contact, Evidence, Issue, IssueRecord
from tracker.issues.parts import EvidenceHold
from tracker.records.models import Record
from tracker.records.parts import (
    EffectCheck,
    Escalation,
    FieldAuthor,
    RecordChoice,
    RecordItem,
    Signature,
    VerificationRun,
)

LISTS: Mapping[str, Any] = {
    "items": RecordItem, "choices": RecordChoice, "authors": FieldAuthor, "escalations": Escalation,
    "runs": VerificationRun, "signatures": Signature, "checks": EffectCheck,
}  # fmt: skip


def escalations_of(record: Record) -> Select[Escalation]:
    """All escalations of a record with the people they name, newest first."""
    named = (
        joinedload(Escalation.to_person).lazyload(Person.roles),
        joinedload(Escalation.to_team),
        joinedload(Escalation.to_rota),
        joinedload(Escalation.by).lazyload(Person.roles),
    )
    found = select(Escalation).where(Escalation.record_id == record.id)
    return found.options(*named).order_by(Escalation.id.desc())


def there_is(record: Any, issue: Any) -> dict[str, ColumnElement[bool]]:
    """For each list of the record of that id, and of its primary issue, whether it holds anything."""
    led = aliased(Record)
    files = or_(
        and_(Attachment.subject_kind == Issue.kind_name, Attachment.subject_id == issue),
        and_(Attachment.subject_kind == Record.kind_name, Attachment.subject_id == record),
    )
    return {
        "led": exists().where(led.led_by_id == record),
        "contacts": exists().where(Contact.issue_id == issue),
        "files": exists().where(files, Attachment.message_id.is_(None)),
        **{name: exists().where(part.record_id == record) for name, part in LISTS.items()},
    }


@dataclass(frozen=True)
class Whole:
    """One record with its lists; each is read once, when first asked for.

    A page that only reads asks before which lists there are at all, and spares the look at the others: `has` is the
    answer to `there_is`.
    """

    record: Record
    has: Any = None

    def _is_there(self, name: str) -> bool:
        return self.has is None or bool(getattr(self.has, name))

    @cached_property
    def work(self) -> "Whole":
        """Where cause, correction and proof stand: here, or with the record that leads this one."""
        return Whole(self.record.led_by) if self.record.led_by is not None else self

    @cached_property
    def _rows(self) -> Sequence[tuple[IssueRecord, Issue, Evidence | None, int]]:
        asked = select(func.coalesce(func.sum(Ask.count), 0)).where(
            Ask.issue_id == Issue.id, Ask.kind == "solved"
        )
        found = select(IssueRecord, Issue, Evidence, asked.scalar_subquery()).join(
            Issue, Issue.id == IssueRecord.issue_id
        )
        found = found.outerjoin(Evidence, Evidence.issue_id == Issue.id)
        found = found.where(IssueRecord.record_number == self.record.number)
        rows = db.session.execute(found.order_by(IssueRecord.is_primary.desc(), Issue.id))
        return [(row[0], row[1], row[2], int(row[3])) for row in rows]

    @property
    def links(self) -> list[tuple[IssueRecord, Issue]]:
        """The attached issues, the primary one first."""
        return [(link, issue) for link, issue, *_ in self._rows]

    @property
    def issues(self) -> list[Issue]:
        return [issue for _, issue, *_ in self._rows]

    @property
    def evidence(self) -> Evidence | None:
        """What the AI was asked and gave, of the primary issue."""
        primary = self.record.primary_issue_id
        return next((evidence for _, issue, evidence, _ in self._rows if issue.id == primary), None)

    @cached_property
    def contacts(self) -> Sequence[Contact]:
        if not self._is_there("contacts"):
            return ()
        return issues.contacts(self.record.primary_issue)

    @cached_property
    def _files(self) -> Sequence[Attachment]:
        if not self._is_there("files"):
            return ()
        subjects = ((Issue.kind_name, self.record.primary_issue_id), (Record.kind_name, self.record.id))
        mine = or_(
            *(and_(Attachment.subject_kind == kind, Attachment.subject_id == one) for kind, one in subjects)
        )
        found = select(Attachment).where(
            mine, Attachment.removed_at.is_(None), Attachment.message_id.is_(None)
        )
        return db.session.scalars(found.order_by(Attachment.id)).all()

    @property
    def files(self) -> Sequence[Attachment]:
        """B8: what came with the report itself."""
        return [one for one in self._files if one.subject_kind == Issue.kind_name]

    @property
    def own_files(self) -> Sequence[Attachment]:
        """B9: what shows how it reproduces."""
        return [one for one in self._files if one.subject_kind == Record.kind_name]

    @cached_property
    def items(self) -> Mapping[str, list[RecordItem]]:
        """The lines of each list, in the order they were written."""
        if not self._is_there("items"):
            return {}
        found = select(RecordItem).where(RecordItem.record_id == self.record.id).order_by(RecordItem.id)
        parts: dict[str, list[RecordItem]] = {}
        for item in db.session.scalars(found):
            parts.setdefault(item.part, []).append(item)
        return parts

    @cached_property
    def owners(self) -> Mapping[int, str]:
        """The names of those whom a line is given to, by their ids."""
        ids = {one.owner_id for lines in self.items.values() for one in lines if one.owner_id is not None}
        if not ids:
            return {}
        found = select(Person.id, Person.name).where(Person.id.in_(ids))
        return {row.id: row.name for row in db.session.execute(found)}

    @cached_property
    def choices(self) -> Mapping[str, list[str]]:
        if not self._is_there("choices"):
            return {}
        found = select(RecordChoice).where(RecordChoice.record_id == self.record.id).order_by(RecordChoice.id)
        chosen: dict[str, list[str]] = {}
        for one in db.session.scalars(found):
            chosen.setdefault(one.field, []).append(one.value)
        return chosen

    @cached_property
    def authors(self) -> Mapping[str, FieldAuthor]:
        if not self._is_there("authors"):
            return {}
        found = select(FieldAuthor).where(FieldAuthor.record_id == self.record.id)
        return {one.field: one for one in db.session.scalars(found)}

    @cached_property
    def escalations(self) -> Sequence[Escalation]:
        """Newest first."""
        if not self._is_there("escalations"):
            return ()
        return db.session.scalars(escalations_of(self.record)).all()

    @property
    def escalation(self) -> Escalation | None:
        return self.escalations[0] if self.escalations else None

    @cached_property
    def runs(self) -> Sequence[VerificationRun]:
        if not self._is_there("runs"):
            return ()
        found = select(VerificationRun).where(VerificationRun.record_id == self.record.id)
        return db.session.scalars(found.order_by(VerificationRun.id)).all()

    @cached_property
    def signatures(self) -> Sequence[Signature]:
        if not self._is_there("signatures"):
            return ()
        found = (
            select(Signature)
            .where(Signature.record_id == self.record.id)
            .options(joinedload(Signature.person).lazyload(Person.roles))
        )
        return db.session.scalars(found.order_by(Signature.id)).all()

    @cached_property
    def checks(self) -> Sequence[EffectCheck]:
        if not self._is_there("checks"):
            return ()
        found = (
            select(EffectCheck)
            .where(EffectCheck.record_id == self.record.id)
            .options(joinedload(EffectCheck.by).lazyload(Person.roles))
        )
        return db.session.scalars(found.order_by(EffectCheck.due_at, EffectCheck.id)).all()

    @property
    def asked(self) -> Mapping[int, int]:
        """J2: how often the reporter of each attached issue was asked 「解決了嗎」."""
        return {issue.id: times for _, issue, _, times in self._rows}

    @cached_property
    def asks(self) -> Mapping[int, list[Ask]]:
        """The same with its times, oldest first."""
        asked: dict[int, list[Ask]] = {}
        mine = Ask.issue_id.in_([issue.id for issue in self.issues]), Ask.kind == "solved"
        for ask in db.session.scalars(select(Ask).where(*mine).order_by(Ask.id)):
            asked.setdefault(ask.issue_id, []).append(ask)
        return asked

    @cached_property
    def waiting(self) -> Mapping[int, Ask]:
        """The unanswered question 「解決了嗎」 of each attached issue that waits for it."""
        return {
            issue_id: ask for issue_id, asks in self.asks.items() for ask in asks if ask.answered_at is None
        }

    @cached_property
    def holds(self) -> Sequence[EvidenceHold]:
        """The holds that stand on the evidence of the attached issues."""
        return holds.standing([issue.id for issue in self.issues]) if self._is_there("holds") else ()

    @cached_property
    def function_wanted(self) -> bool:
        """Whether the system has functions to choose from."""
        return any(function.active for function in self.record.system.functions)

"""Named selects of the return flow: the lines that an actor may see, counted and listed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, union_all
from sqlalchemy.orm import joinedload

from tracker.accounts.models import Person
from tracker.accounts.rules import MANAGER, SUPERVISOR, Actor
from tracker.db import db
from tracker.issues.models import Issue
from tracker.records import queries as records
from tracker.records.models import Record
from tracker.records.parts import RecordChoice, RecordItem
from tracker.returnflow import rules
from tracker.returnflow.models import ReturnMark
from tracker.systems.models import AISystem
from tracker.systems.parts import Artefact

PAGE, MOST = 50, 10_000
PLACE = re.compile(r"(\d{1,17})\.([01])\.(CC\d{1,2})")

_main = select(Record.id.label("record_id"), Record.cause_class.label("cause"), literal(0).label("further"))
_further = select(RecordChoice.record_id, RecordChoice.value, literal(1)).where(
    RecordChoice.field == "cause_classes"
)
CAUSES = union_all(_main.where(Record.cause_class != ""), _further).subquery("causes")
MARK = func.coalesce(ReturnMark.state, "")
IS_OPEN = or_(MARK == rules.TAKEN, and_(MARK == "", Record.state != "closed"))


@dataclass(frozen=True)
class Line:
    """One cause class of one record; `whole` says whether the reader may open the record itself.

    `further` is 0 for the main class of a record, 1 for others; with record and class it says where the line stands.
    """

    record: Record
    cause: str
    further: int
    mark: ReturnMark | None
    artefacts: Sequence[tuple[str, str]]
    whole: bool
    may_mark: bool

    @property
    def place(self) -> str:
        """Where the line stands among all, for `after`."""
        return f"{self.record.id}.{self.further}.{self.cause}"

    @property
    def state(self) -> str:
        return self.mark.state if self.mark is not None else rules.WAITING

    @property
    def open(self) -> bool:
        return rules.is_open(self.record.state or "", self.state)

    @property
    def sealed(self) -> bool:
        """Whether what was found may be read only by those who may see the record."""
        return not self.whole and (
            self.record.primary_issue.personal_data or self.record.primary_issue.restricted
        )


def _owned(actor: Actor) -> ColumnElement[bool]:
    """Records whose cause lies in, or whose correction changed, an artefact that this actor keeps."""
    mine = select(Artefact.id).where(Artefact.owner_id == actor.person_id)
    changed = select(RecordItem.record_id).where(RecordItem.artefact_id.in_(mine))
    return or_(Record.cause_artefact_id.in_(mine), Record.id.in_(changed))


def _lines(actor: Actor) -> Select[Any]:
    seen = records.visible(actor).with_only_columns(Record.id)
    found = select(Record, CAUSES.c.cause, CAUSES.c.further, ReturnMark).join(
        CAUSES, CAUSES.c.record_id == Record.id
    )
    found = found.join(Issue, Issue.id == Record.primary_issue_id)
    found = found.outerjoin(
        ReturnMark, and_(ReturnMark.record_id == Record.id, ReturnMark.cause_class == CAUSES.c.cause)
    )
    return found.where(
        Record.state.not_in(rules.WITHOUT), ~Issue.imported, or_(Record.id.in_(seen), _owned(actor))
    )


def filtered(actor: Actor, wanted: Mapping[str, str]) -> Select[Any]:
    """The lines under these filters, newest record first; what is unknown filters nothing."""
    found = _lines(actor)
    if wanted.get("task") in rules.TASKS:
        found = found.where(CAUSES.c.cause.in_(rules.classes_of(wanted["task"])))
    if wanted.get("class", "").startswith("CC"):
        found = found.where(CAUSES.c.cause == wanted["class"])
    for key, condition in (("system", Record.system_id), ("artefact", None)):
        number = wanted.get(key, "")
        if number.isdecimal() and len(number) < 10:
            found = found.where(condition == int(number) if condition is not None else about(int(number)))
    if wanted.get("mine"):
        found = found.where(or_(_owned(actor), ReturnMark.by_id == actor.person_id))
    if wanted.get("record"):
        found = found.where(Record.number == wanted["record"].upper())
    show = wanted.get("show", rules.OPEN)
    if show in (rules.OPEN, rules.PAST):
        found = found.where(IS_OPEN if show == rules.OPEN else ~IS_OPEN)
    return found.order_by(Record.id.desc(), CAUSES.c.further, CAUSES.c.cause)


def after(found: Select[Any], place: str) -> Select[Any]:
    """The lines that come after the one at this place; all of them where that is no place."""
    named = PLACE.fullmatch(place)
    if named is None:
        return found
    record_id, further, cause = int(named[1]), int(named[2]), named[3]
    later = or_(CAUSES.c.further > further, and_(CAUSES.c.further == further, CAUSES.c.cause > cause))
    return found.where(or_(Record.id < record_id, and_(Record.id == record_id, later)))


def about(artefact_id: int) -> ColumnElement[bool]:
    """Records whose cause lies in this artefact, or whose correction changed it."""
    changed = select(RecordItem.record_id).where(RecordItem.artefact_id == artefact_id)
    return or_(Record.cause_artefact_id == artefact_id, Record.id.in_(changed))


def counts(actor: Actor) -> dict[str, tuple[int, int]]:
    """By cause class, how many lines are open and how many are past."""
    sums = (CAUSES.c.cause, func.count(case((IS_OPEN, 1))), func.count(case((~IS_OPEN, 1))))
    found = _lines(actor).with_only_columns(*sums).group_by(CAUSES.c.cause)
    return {cause: (now, before) for cause, now, before in db.session.execute(found)}


def shown(found: Select[Any], actor: Actor, most: int) -> list[Line]:
    """These lines with all that they show, in a fixed number of queries."""
    at_hand = (
        joinedload(Record.primary_issue), joinedload(Record.system).joinedload(AISystem.owner).lazyload(Person.roles),
    )  # fmt: skip
    rows = db.session.execute(found.options(*at_hand).limit(most)).all()
    ids = {row[0].id for row in rows}
    names, keepers = _artefacts(ids)
    seen = records.visible(actor).with_only_columns(Record.id).where(Record.id.in_(ids))
    whole = set(db.session.scalars(seen)) if ids else set()
    return [
        Line(
            record, cause, further, mark, names.get(record.id, ()), record.id in whole,
            may_mark(actor, record, keepers.get(record.id, frozenset())),
        )
        for record, cause, further, mark in rows
    ]  # fmt: skip


def may_mark(actor: Actor, record: Record, keepers: frozenset[int]) -> bool:
    """Who takes a cause: those who lead the case, the owner of its system, the keeper of what it lies in."""
    place = {"unit_id": record.primary_issue.unit_id, "system_id": record.system_id}
    if any(actor.is_for(role, **place) for role in (SUPERVISOR, MANAGER)):
        return True
    return actor.person_id is not None and actor.person_id in {*keepers, record.system.owner_id}


def keepers_of(record: Record) -> frozenset[int]:
    """Who keeps the artefacts of one record."""
    return _artefacts({record.id})[1].get(record.id, frozenset())


def _artefacts(ids: set[int]) -> tuple[dict[int, list[tuple[str, str]]], dict[int, frozenset[int]]]:
    """By record, the name and new version of each artefact, and who keeps them."""
    if not ids:
        return {}, {}
    lies_in = select(Record.id, Record.cause_artefact, literal(""), Artefact.owner_id).outerjoin(
        Artefact, Artefact.id == Record.cause_artefact_id
    ).where(Record.id.in_(ids), Record.cause_artefact != "")  # fmt: skip
    changed = select(RecordItem.record_id, RecordItem.artefact, RecordItem.version, Artefact.owner_id).outerjoin(
        Artefact, Artefact.id == RecordItem.artefact_id
    ).where(RecordItem.record_id.in_(ids), RecordItem.artefact != "")  # fmt: skip
    names: dict[int, dict[str, str]] = {}
    owners: dict[int, frozenset[int]] = {}
    for record_id, name, version, owner in db.session.execute(union_all(lies_in, changed)):
        held = names.setdefault(record_id, {})
        held[name] = version or held.get(name, "")
        owners[record_id] = owners.get(record_id, frozenset()) | (
            {owner} if owner is not None else frozenset()
        )
    return {key: list(held.items()) for key, held in names.items()}, owners


def artefacts_in_flow(actor: Actor) -> Sequence[tuple[Artefact, int]]:
    """Artefacts in which causes lie that are open for this actor, each with how many, most first."""
    found = _lines(actor).where(IS_OPEN, Record.cause_artefact_id.is_not(None))
    sums = found.with_only_columns(Record.cause_artefact_id.label("artefact_id"), func.count().label("open"))
    per = sums.group_by(Record.cause_artefact_id).subquery()
    wanted = select(Artefact, per.c.open).join(per, per.c.artefact_id == Artefact.id)
    whole = (joinedload(Artefact.system), joinedload(Artefact.owner).lazyload(Person.roles))
    rows = db.session.execute(wanted.options(*whole).order_by(per.c.open.desc(), Artefact.id).limit(PAGE))
    return [(artefact, count) for artefact, count in rows]

"""What stands behind a page of clocks: records, escalations, effect checks, actions, each with the names it shows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import Person
from tracker.db import db
from tracker.followups import fixed
from tracker.followups.models import Clock
from tracker.policies import rules as policy
from tracker.records.lacking import WAITS_FOR_MANAGER, signed
from tracker.records.models import Record
from tracker.records.parts import EffectCheck, Escalation, Opinion, RecordItem
from tracker.statutory.models import StatutoryClock

Part = TypeVar("Part", Record, Escalation, EffectCheck, RecordItem, Opinion, StatutoryClock)


def named(person: Any) -> Any:
    """The person with the row, for the name alone: their roles are left where they are."""
    return joinedload(person).lazyload(Person.roles)


@dataclass(frozen=True)
class Parts:
    """The records, escalations, checks and actions behind a page of clocks."""

    records: Mapping[int, Record]
    escalations: Mapping[int, Escalation]
    checks: Mapping[int, EffectCheck]
    items: Mapping[int, RecordItem]
    statutory: Mapping[int, StatutoryClock]
    opinions: Mapping[int, Opinion]

    def record_of(self, clock: Clock) -> Record | None:
        """The record that a clock belongs to; None for an issue's own."""
        held: Mapping[str, Mapping[int, Escalation | EffectCheck | RecordItem | Opinion]] = {
            "escalation": self.escalations, policy.EFFECT_CHECK: self.checks, policy.ACTION: self.items,
            fixed.OPINION: self.opinions,
        }  # fmt: skip
        if clock.subject_kind == "record":
            return self.records.get(clock.subject_id)
        if clock.subject_kind == fixed.STATUTORY:
            law = self.statutory.get(clock.subject_id)
            return self.records.get(law.record_id or 0) if law is not None else None
        part = held.get(clock.subject_kind, {}).get(clock.subject_id)
        return self.records.get(part.record_id) if part is not None else None


def parts_of(clocks: Sequence[Clock]) -> Parts:
    """All of them in at most six queries."""
    to_whom = (named(Escalation.to_person), joinedload(Escalation.to_team), joinedload(Escalation.to_rota))
    escalations = _by_id(Escalation, clocks, "escalation", *to_whom)
    checks = _by_id(EffectCheck, clocks, policy.EFFECT_CHECK)
    items = _by_id(RecordItem, clocks, policy.ACTION)
    opinions = _by_id(Opinion, clocks, fixed.OPINION, named(Opinion.to_person))
    laws = _by_id(StatutoryClock, clocks, fixed.STATUTORY)
    ids = {clock.subject_id for clock in clocks if clock.subject_kind == "record"}
    ids |= {law.record_id for law in laws.values() if law.record_id is not None}
    for held in (escalations, checks, items, opinions):
        ids |= {part.record_id for part in held.values()}
    wanted = select(Record).where(Record.id.in_(ids)).options(named(Record.owner), named(Record.hold_liaison))
    return Parts(
        {one.id: one for one in db.session.scalars(wanted)} if ids else {},
        escalations,
        checks,
        items,
        laws,
        opinions,
    )


def _by_id(model: type[Part], clocks: Iterable[Clock], kind: str, *options: Any) -> dict[int, Part]:
    ids = [clock.subject_id for clock in clocks if clock.subject_kind == kind]
    found = select(model).where(model.id.in_(ids)).options(*options)
    return {one.id: one for one in db.session.scalars(found)} if ids else {}


def left_to_sign(clocks: Iterable[Clock]) -> dict[int, str]:
    """What is left of the sign-offs that a supervisor has signed, by record: a key of `words.LEFT_WORDS`."""
    ids = [clock.subject_id for clock in clocks if clock.name == policy.SIGNOFF]
    if not ids:
        return {}
    asked = select(Record.id, WAITS_FOR_MANAGER.label("waits")).where(
        Record.id.in_(ids), signed("supervisor")
    )
    return {row.id: "manager" if row.waits else "watch" for row in db.session.execute(asked)}

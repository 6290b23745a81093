"""Overrides: somebody is on duty in spite of the turns, and the undoing of that."""

from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from tracker import audit
from tracker.accounts import names
from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.duty import letters, queries, rules
from tracker.duty.models import DutyOverride, Rota
from tracker.errors import DomainError, NotAllowed, WrongState


def override(
    rota: Rota,
    person: Person,
    *,
    starts_at: datetime,
    ends_at: datetime,
    reason: str = "",
    swap_id: int | None = None,
    by: Actor,
    at: datetime,
) -> DutyOverride:
    """Put this person on duty for that time; by a supervisor at once, or as the outcome of a swap.

    Raises NotAllowed, or DomainError naming the fields.
    """
    if swap_id is None and not queries.may_edit(by):
        raise NotAllowed("override")
    problems = {}
    works = swap_id is not None or person.id in {one.id for one in queries.workers()}
    if not person.active or not works:
        problems["person_id"] = _("Choose one of the list")
    if ends_at <= starts_at or ends_at - starts_at > timedelta(days=366):
        problems["ends_at"] = _("Enter an end after the start")
    elif ends_at <= at:
        problems["ends_at"] = _("Choose a time in the future.")
    if problems:
        raise DomainError(" ".join(problems.values()), fields=problems)
    row = DutyOverride(
        rota_id=rota.id, swap_id=swap_id, starts_at=starts_at, ends_at=ends_at, person_id=person.id,
        reason=names.one_line(reason)[:300], by_id=by.person_id, at=at,
    )  # fmt: skip
    displaced = _on_duty_between(rota, max(starts_at, at), ends_at)
    db.session.add(row)
    db.session.flush()
    rota.changed_at = at
    facts = {"override": row.id, "person": person.id, "starts_at": starts_at, "ends_at": ends_at}
    texts = {"reason": row.reason} if row.reason else None
    audit.record("rota.override", rota, by=by, at=at, after=facts, texts=texts)
    if swap_id is None:
        letters.overridden(row, rota, displaced | {person.id}, by=by, at=at)
    return row


def undo(row: DutyOverride, rota: Rota, *, by: Actor, at: datetime) -> None:
    """Take an override back, whole; by a supervisor or either side of the swap it came from.

    Raises NotAllowed, or WrongState for one that is over or undone already.
    """
    sides = _sides(row)
    if not queries.may_edit(by) and by.person_id not in sides:
        raise NotAllowed("undo")
    if not may_undo(row, by, at):
        raise WrongState("undo")
    halves = _halves(row)
    for one in halves:
        one.undone_at, one.undone_by_id = at, by.person_id
        facts = {"override": one.id, "person": one.person_id}
        audit.record("rota.undo_override", rota, by=by, at=at, before=facts)
    db.session.flush()
    rota.changed_at = at
    concerned = {one.person_id for one in halves} | sides | _on_duty_between(rota, at, row.ends_at)
    letters.undone(row, rota, concerned, by=by, at=at)


def may_undo(row: DutyOverride, actor: Actor, at: datetime) -> bool:
    """Whether this actor may take it back now: it is neither undone nor all over."""
    entitled = queries.may_edit(actor) or actor.person_id in _sides(row)
    return entitled and row.undone_at is None and any(one.ends_at > at for one in _halves(row))


def _sides(row: DutyOverride) -> set[int]:
    return {row.swap.asker_id, row.swap.to_id} if row.swap is not None else set()


def _halves(row: DutyOverride) -> list[DutyOverride]:
    """The two halves of a swap are one agreement."""
    if row.swap_id is None:
        return [row]
    live = select(DutyOverride).where(DutyOverride.swap_id == row.swap_id, DutyOverride.undone_at.is_(None))
    return list(db.session.scalars(live.order_by(DutyOverride.id)))


def _on_duty_between(rota: Rota, start: datetime, end: datetime) -> set[int]:
    found = rules.spells(queries.plan(rota), start, min(end, start + timedelta(days=62)))
    return {spell.person for spell in found if spell.person is not None}

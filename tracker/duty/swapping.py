"""Swaps: a member asks another to take a shift, who accepts or declines; until then it can be taken back."""

from datetime import datetime, timedelta

from flask_babel import gettext as _

from tracker import transitions, workflow
from tracker.accounts import names
from tracker.accounts.models import Person
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.duty import letters, overriding, queries, rules
from tracker.duty.models import DutySwap, Rota
from tracker.duty.rules import ANSWERER, ASKER, Spell
from tracker.errors import DomainError, NotAllowed

WEEKS = 8
NOTE_MOST = 300


def shifts(rota: Rota, at: datetime) -> list[Spell]:
    """The coming shifts that can be swapped, and the one that runs."""
    found = rules.whole_spells(queries.plan(rota), at, at + timedelta(weeks=WEEKS))
    return [spell for spell in found if spell.person is not None]


def ask(
    rota: Rota,
    mine: tuple[datetime, datetime],
    to: Person,
    in_return: tuple[datetime, datetime] | None = None,
    *,
    note: str = "",
    by: Actor,
    at: datetime,
) -> DutySwap:
    """Ask somebody to take one of my shifts, for one of theirs in return or for none.

    Raises NotAllowed for somebody who takes no turns, or DomainError naming the fields.
    """
    if by.person_id is None or not queries.is_member(by, rota, at):
        raise NotAllowed("ask")
    mine = _ahead(mine, at)
    in_return = _ahead(in_return, at) if in_return is not None else None
    problems = {}
    if not _has(rota, by.person_id, mine, at):
        problems["mine"] = _("Choose one of your coming shifts")
    if to.id == by.person_id or not to.active or to not in queries.members_now(rota, at):
        problems["to"] = _("Choose another member of the rota")
    elif in_return is not None and not _has(rota, to.id, in_return, at):
        problems["in_return"] = _("Choose a shift of the one you ask")
    if problems:
        raise DomainError(" ".join(problems.values()), fields=problems)
    theirs = in_return or (None, None)
    swap = DutySwap(
        rota_id=rota.id, state=None, updated_at=at, asker_id=by.person_id, to_id=to.id, starts_at=mine[0],
        ends_at=mine[1], return_starts_at=theirs[0], return_ends_at=theirs[1],
        note=names.one_line(note)[:NOTE_MOST], asked_at=at,
    )  # fmt: skip
    db.session.add(swap)
    db.session.flush()
    after = {"rota": rota.id, "asker": swap.asker_id, "to": to.id, "starts_at": mine[0], "ends_at": mine[1]}
    transitions.start(swap, rules.ASKED, by=by, at=at, after=after)
    letters.asked(swap, by=by, at=at)
    return swap


def answer(swap: DutySwap, verb: str, *, by: Actor, at: datetime) -> None:
    """`accept`, `decline` or `cancel`.  Raises NotAllowed, WrongState, or DomainError where the turns have changed."""
    transitions.move(
        rules.SWAP_WORKFLOW, swap, verb, by=by, at=at, relations=_relations(swap, by), facts=None
    )
    if verb == "accept":
        _carry_out(swap, by=by, at=at)
    swap.rota.changed_at = at
    letters.answered(swap, by=by, at=at)


def moves(swap: DutySwap, by: Actor, at: datetime) -> list[str]:
    """The verbs that this actor has; none once the shift is over."""
    if swap.ends_at <= at:
        return []
    return workflow.open_moves(rules.SWAP_WORKFLOW, state=swap.state or "", relations=_relations(swap, by))


def _relations(swap: DutySwap, by: Actor) -> set[str]:
    sides = ((ASKER, swap.asker_id), (ANSWERER, swap.to_id))
    return {relation for relation, one in sides if one == by.person_id}


def _carry_out(swap: DutySwap, *, by: Actor, at: datetime) -> None:
    """Both overrides, if both shifts are still whose they were."""
    first = (swap.starts_at, swap.ends_at)
    back = None
    if swap.return_starts_at is not None and swap.return_ends_at is not None:
        back = (swap.return_starts_at, swap.return_ends_at)
    still = _has(swap.rota, swap.asker_id, first, at) and (
        back is None or _has(swap.rota, swap.to_id, back, at)
    )
    if not still:
        raise DomainError(_("The turns have changed since you were asked; please agree anew."))
    for span, person in ((first, swap.to), *(((back, swap.asker),) if back is not None else ())):
        starts_at, ends_at = _ahead(span, at)
        overriding.override(
            swap.rota, person, starts_at=starts_at, ends_at=ends_at, swap_id=swap.id, by=by, at=at
        )


def _ahead(span: tuple[datetime, datetime], at: datetime) -> tuple[datetime, datetime]:
    """What is left of this time: who was on duty until now stays written down as it was."""
    return max(span[0], at), span[1]


def _has(rota: Rota, person_id: int, span: tuple[datetime, datetime], at: datetime) -> bool:
    """Whether the person is on duty for all of what is left of this time."""
    start, end = max(span[0], at), span[1]
    if start >= end or end > at + timedelta(weeks=WEEKS + 9):
        return False
    found = rules.spells(queries.plan(rota), start, end)
    return bool(found) and all(spell.person == person_id for spell in found) and found[-1].ends_at == end

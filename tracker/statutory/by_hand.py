"""Lines of K2 that people write on the record itself: who was told, and when.

One that names the recipient of a single open clock, or whose writer says for which clock it is, is the notice of that
clock and stops it by the same verb as the page of the clocks.  A line that is a notice is taken back there, not by
taking the line away.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.errors import DomainError
from tracker.records.models import Record
from tracker.records.parts import RecordItem
from tracker.statutory import actions, checking, queries, words
from tracker.statutory.actions import FINAL, INTERIM, Told
from tracker.statutory.models import StatutoryClock, StatutoryNotice

PART = "notices"
EITHER, EACH = re.compile(r"或|、|；| or "), re.compile(r"或|及|、|；|，| or | and |,|;")
FEW = 3


@dataclass(frozen=True)
class Lines:
    """The lines of K2 beside the clocks of the case: which stop one, and which clocks the others may have been for."""

    open: Sequence[StatutoryClock]
    stops: Mapping[int, StatutoryClock]
    may_stop: Mapping[int, Sequence[StatutoryClock]]


def lines(record: Record, actor: Actor) -> Lines:
    """How the lines stand, for the record's page; nothing to choose for who does not lead the case."""
    clocks = queries.of_case(record.primary_issue, record)
    ours = [one for one in clocks if one.open and actions.may_stop(actor, one.issue)]
    noticed = _noticed(record) if ours else set()
    told = (
        [one for one in _items(record) if one.done_at is not None and one.id not in noticed] if ours else []
    )
    return Lines(ours, _stops(clocks), {one.id: _likely(one.what, ours) for one in told})


def settle(
    record: Record, *, by: Actor, at: datetime, clock_id: int = 0, kind: str = FINAL, item_id: int = 0
) -> list[StatutoryClock]:
    """Make notices of what was written just now, or of the line `item_id`; answers the clocks that were noted on.

    `clock_id` is the clock that the writer chose; without it the recipient's own name has to say which one it is.
    Raises DomainError where the chosen one cannot be.
    """
    clocks = [one for one in queries.of_case(record.primary_issue, record) if one.open]
    if not clocks:
        return []
    noticed, found = _noticed(record), []
    for item in _items(record):
        if item.id in noticed or (item.id != item_id if item_id else item.at != at):
            continue
        row = _chosen(clocks, clock_id) if clock_id else _named(item, clocks)
        if row is not None and row.open and (clock_id or _may_be_noted(row, item, by)):
            _note(row, item, kind, by, at)
            found.append(row)
    return found


def guard(record: Record, wanted: Mapping[str, Any]) -> None:
    """Raise DomainError where a line goes or changes that is the notice of a clock."""
    if PART not in wanted:
        return
    stops = _stops(queries.of_case(record.primary_issue, record))
    touched = [stops[one] for one in _touched(wanted[PART], stops) if one in stops]
    if touched:
        names = _(", ").join(words.title(one.rule) for one in touched)
        text = _("This line is the notice for: %(clocks)s. Take the notice back on the page of the deadlines first.",
                 clocks=names)  # fmt: skip
        raise DomainError(text, fields={PART: text})


def _touched(given: Any, stops: Mapping[int, StatutoryClock]) -> set[int]:
    """The ids of lines that this change takes away or rewrites."""
    if isinstance(given, Mapping):
        change = given.get("change")
        ids = [given.get("remove"), change.get("id") if isinstance(change, Mapping) else None]
        return {int(str(one)) for one in ids if str(one or "").isdecimal()}
    kept = (
        {str(one.get("id")) for one in given if isinstance(one, Mapping)}
        if isinstance(given, list)
        else set()
    )
    return {one for one in stops if str(one) not in kept}


def _note(row: StatutoryClock, item: RecordItem, kind: str, by: Actor, at: datetime) -> None:
    told = Told(item.done_at, item.what, words.drafted_for(row.rule), item.reference, item.evidence)
    verb = actions.interim if kind == INTERIM else actions.done
    try:
        verb(row, told, by=by, at=at, item=item)
    except DomainError as error:
        if error.status != 422:
            raise
        text = " ".join(dict.fromkeys(str(one) for one in error.fields.values())) or str(error.text)
        raise DomainError(text, fields={PART: text}) from error


def _chosen(clocks: Sequence[StatutoryClock], clock_id: int) -> StatutoryClock:
    row = next((one for one in clocks if one.id == clock_id), None)
    if row is None:
        text = _("This deadline does not run any more.")
        raise DomainError(text, fields={PART: text})
    return row


def _named(item: RecordItem, clocks: Sequence[StatutoryClock]) -> StatutoryClock | None:
    """The one clock whose recipient the line names in full; None where no or several do."""
    found = [one for one in clocks if _folded(item.what) in _recipients(one, EITHER)]
    return found[0] if len(found) == 1 else None


def _may_be_noted(row: StatutoryClock, item: RecordItem, by: Actor) -> bool:
    """Whether the line says all that a notice has to say, and its writer answers for the clock."""
    says = item.done_at is not None and bool(item.reference.strip() or item.evidence.strip())
    return says and actions.may_stop(by, row.issue)


def _likely(what: str, clocks: Sequence[StatutoryClock]) -> list[StatutoryClock]:
    """The clocks that a line may have been for: those whose recipient it speaks of, else the first few."""
    text = _folded(what)
    found = [one for one in clocks if any(name in text or text in name for name in _recipients(one, EACH))]
    return found or list(clocks[:FEW])


def _recipients(row: StatutoryClock, split: re.Pattern[str]) -> set[str]:
    """What the recipient of a clock is called, in either language; of alternatives each one."""
    names = checking.both(row.rule["recipient"]).values()
    every = [one for name in names for one in (name, *split.split(name))]
    return {folded for one in every if (folded := _folded(one))}


def _folded(name: str) -> str:
    text = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"^the |[\s()（）]+", "", text.strip())


def _items(record: Record) -> Sequence[RecordItem]:
    mine = select(RecordItem).where(RecordItem.record_id == record.id, RecordItem.part == PART)
    return db.session.scalars(mine.order_by(RecordItem.id)).all()


def _noticed(record: Record) -> set[int]:
    """The lines that are notices, for a clock or beside one."""
    mine = select(RecordItem.id).where(RecordItem.record_id == record.id, RecordItem.part == PART)
    stands = (StatutoryNotice.item_id.in_(mine), StatutoryNotice.withdrawn_at.is_(None))
    return {one for one in db.session.scalars(select(StatutoryNotice.item_id).where(*stands)) if one}


def _stops(clocks: Sequence[StatutoryClock]) -> dict[int, StatutoryClock]:
    """By line, the clock whose notice it is."""
    by_id = {one.id: one for one in clocks}
    stands = (StatutoryNotice.clock_id.in_(by_id), StatutoryNotice.item_id.is_not(None))
    found = select(StatutoryNotice.item_id, StatutoryNotice.clock_id).where(
        *stands, StatutoryNotice.withdrawn_at.is_(None)
    )
    return (
        {item: by_id[clock] for item, clock in db.session.execute(found) if item and clock} if by_id else {}
    )

"""Writing letters and taking them back.  Nothing here commits or sends."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any, ParamSpec, Unpack, cast

from sqlalchemy import ColumnElement, and_, update
from sqlalchemy.dialects import postgresql, sqlite

from tracker.bulk import Many
from tracker.db import changed, db, dialect
from tracker.outbox import rules
from tracker.outbox.causes import Cause, Said
from tracker.outbox.models import UNSEEN, WAITING, Letter

Given = ParamSpec("Given")
_LETTERS: Any = Letter.__table__
# Built once: building the statement costs more than running it.
_WRITE_ONE = {
    name: insert(_LETTERS).on_conflict_do_nothing(index_elements=["idem_key"]).returning(_LETTERS.c.id)
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_FILLED_LATER = ("id", "lease_until", "digest_id", "seen_at")
_WRITE = Many(
    _LETTERS, [one.name for one in _LETTERS.columns if one.name not in _FILLED_LATER], once="idem_key"
)


def _writing_one(made: Callable[Given, dict[str, Any]]) -> Callable[Given, int | None]:
    def write(*args: Given.args, **letter: Given.kwargs) -> int | None:
        """Write one letter, given as the keywords of `row`; its id, or None when the same one was written before."""
        return cast("int | None", db.session.scalar(_WRITE_ONE[dialect()], made(*args, **letter)))

    return write


def post_all(rows: Sequence[dict[str, Any]]) -> None:
    """Write many letters, each made by `row` or by a `Cause`; one that was written before is left as it is."""
    _WRITE.write(rows)


def row(
    *,
    channel: str,
    kind: str,
    key: Sequence[object],
    subject: tuple[str, int],
    at: datetime,
    undoable: bool = False,
    chase_id: int | None = None,
    not_before: datetime | None = None,
    **said: Unpack[Said],
) -> dict[str, Any]:
    """One letter to be written, the only one of its cause here: see `Cause` and `Said`."""
    cause = Cause(key, kind, subject, at, undoable=undoable, chase_id=chase_id, not_before=not_before)
    return cause.letter(channel, **said)


post = _writing_one(row)


def cancel(*, at: datetime, ids: Collection[int] = (), cause: Sequence[object] = ()) -> int:
    """Take back what is still pending of these letters, or of all that this cause wrote; how many were."""
    which = _of(cause) if cause else Letter.id.in_(ids)
    return _cancel(which, at, "", (rules.PENDING,))


def cancel_waiting(*, person_id: int, at: datetime) -> int:
    """Whoever has left is sent nothing more; how many mails still waited for them."""
    theirs = and_(Letter.person_id == person_id, Letter.channel == rules.MAIL)
    return _cancel(theirs, at, "the account was closed", rules.DUE_STATES)


def cancel_older(*, since: datetime, at: datetime) -> int:
    """After a restore: what was written before `since` is not sent again; how many letters that were."""
    return _cancel(
        Letter.created_at < since, at, "restored from a backup", (rules.CLAIMED, *rules.DUE_STATES)
    )


def retry(letter_id: int, *, at: datetime) -> int:
    """Try a letter that was given up once more, from now, with its lines; 0 when it is not one of those."""
    dead = update(Letter).where(Letter.state == rules.DEAD, Letter.kind.startswith(rules.SECURITY).is_(False))
    again = {"state": rules.PENDING, "next_try": at, "attempts": 0, "doubts": 0}
    changed(dead.where(Letter.digest_id == letter_id).values(again))
    return changed(dead.where(Letter.id == letter_id).values(again))


def release(person_id: int, *, at: datetime) -> int:
    """Look anew at what is held for a person, whose wishes have changed; how many letters were held."""
    held = update(Letter).where(Letter.person_id == person_id, WAITING, Letter.held != "")
    return changed(held.values(held="", next_try=at))


def mark_seen(*, person_id: int, ids: Collection[int], at: datetime) -> int:
    """The person has seen these bells; how many were new."""
    return _see(at, Letter.person_id == person_id, Letter.id.in_(ids))


def mark_all_seen(*, person_id: int, up_to: int, at: datetime, chases: bool = False) -> int:
    """The person has seen every bell up to this id, the last one on the page, or those of chases; how many were new."""
    which = (Letter.chase_id.is_not(None),) if chases else ()
    return _see(at, Letter.person_id == person_id, Letter.id <= up_to, *which)


def mark_over(*, cause: Sequence[object], at: datetime) -> int:
    """What this cause rang for is over: nobody needs to look any more; how many bells were still unseen."""
    return _see(at, _of(cause))


def ring_again(*, cause: Sequence[object], seen_at: datetime) -> int:
    """What `mark_over` said at that instant holds no longer: the bells of this cause are unseen again; how many."""
    over = update(Letter).where(_of(cause), Letter.seen_at == seen_at)
    return changed(over.values(seen_at=None))


def withhold(*, subject: tuple[str, int], subject_lines: bool = False) -> int:
    """Empty the letters about a subject whose text was masked or erased; that they were sent stays on record.

    Subject lines are neutral and stay, unless they held a title that must go as well.
    """
    about = update(Letter).where(Letter.subject_kind == subject[0], Letter.subject_id == subject[1])
    empty = {"body_text": "", "body_html": None, "withheld": True}
    return changed(about.values({**empty, "subject_line": ""} if subject_lines else empty))


def lead_elsewhere(*, subject: tuple[str, int], begins: str, link: str) -> int:
    """What people with an account were or are to be sent about a subject, and led to an address that begins so, leads
    here: the secret behind the old one opens nothing any more; how many letters that were."""
    theirs = update(Letter).where(
        Letter.subject_kind == subject[0], Letter.subject_id == subject[1], Letter.person_id.is_not(None)
    )
    return changed(theirs.where(Letter.link.startswith(begins)).values(link=link))


def _of(cause: Sequence[object]) -> ColumnElement[bool]:
    """The letters of this cause, which stand together in the index of their keys."""
    first = rules.begins_alike(cause)
    # No digit of a key is a “g” or comes after it.
    return and_(Letter.idem_key.between(first, first + "g"), Letter.cause == rules.cause_of(cause))


def _see(at: datetime, *which: ColumnElement[bool]) -> int:
    return changed(update(Letter).where(UNSEEN, *which).values(seen_at=at))


def _cancel(which: ColumnElement[bool], at: datetime, why: str, states: Collection[str]) -> int:
    still = Letter.state.in_(states)
    return changed(
        update(Letter).where(which, still).values(state=rules.CANCELLED, next_try=at, last_error=why)
    )

"""Writing letters and taking them back.  Nothing here commits or sends."""

import re
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from email.utils import parseaddr
from functools import lru_cache
from typing import Any, ParamSpec, cast

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, update
from sqlalchemy.dialects import postgresql, sqlite

from tracker.db import changed, db, dialect
from tracker.errors import DomainError
from tracker.outbox import rules
from tracker.outbox.models import UNSEEN, WAITING, Letter

SUBJECT_LENGTH = 200
_SEVERAL_LINES = re.compile("[\r\n\0]")
Given = ParamSpec("Given")
_LETTERS: Any = Letter.__table__
# Built once: a tick writes many letters, and building the statement costs more than running it.
_WRITE = {
    name: insert(_LETTERS).on_conflict_do_nothing(index_elements=["idem_key"])
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_WRITE_ONE = {name: write.returning(_LETTERS.c.id) for name, write in _WRITE.items()}


def _writing_one(made: Callable[Given, dict[str, Any]]) -> Callable[Given, int | None]:
    def write(*args: Given.args, **letter: Given.kwargs) -> int | None:
        """Write one letter, given as the keywords of `row`; its id, or None when the same one was written before."""
        return cast("int | None", db.session.scalar(_WRITE_ONE[dialect()], made(*args, **letter)))

    return write


def post_all(rows: Sequence[dict[str, Any]]) -> None:
    """Write many letters, each made by `row`; one that was written before is left as it is."""
    if rows:
        db.session.execute(_WRITE[dialect()], rows)


def row(
    *,
    channel: str,
    kind: str,
    key: Sequence[object],
    subject: tuple[str, int],
    subject_line: str,
    body_text: str,
    at: datetime,
    person_id: int | None = None,
    address: str | None = None,
    name: str = "",
    locale: str = "zh_Hant_TW",
    body_html: str | None = None,
    link: str = "",
    urgent: bool = False,
    undoable: bool = False,
    event: str = "",
    chase_id: int | None = None,
    not_before: datetime | None = None,
) -> dict[str, Any]:
    """One letter to be written.

    `key` names the cause (case, epoch, step …); with recipient, channel and kind it makes the letter unique.  `link`
    is a path in the product.  A letter of an `undoable` act rests 30 seconds, one with `not_before` until then (quiet
    hours).  A mail without an address is kept.  Raises DomainError for a subject or address of several lines.
    """
    _one_line(subject_line, name, address or "")
    if address and not rules.is_address(address):
        raise DomainError(_("“%(address)s” is not a mail address.", address=address))
    recipient = rules.recipient(person_id, address)
    idem_key = rules.idem_key(key, recipient, channel, kind)
    due = max(at + rules.HOLD if undoable else at, not_before or at)
    state = _first_state(channel, address, due, at)
    return {
        "idem_key": idem_key, "cause": ":".join(str(part) for part in key), "recipient": recipient,
        "person_id": person_id, "address": address or None, "name": name, "channel": channel, "kind": kind,
        "event": event, "held": "",
        "subject_kind": subject[0], "subject_id": subject[1], "chase_id": chase_id, "urgent": urgent,
        "undoable": undoable, "locale": locale, "subject_line": subject_line[:SUBJECT_LENGTH],
        "body_text": body_text, "body_html": body_html, "link": link, "withheld": False,
        "message_id": rules.message_id(idem_key, _secret(), _domain()), "state": state, "fence": 0, "next_try": due,
        "attempts": 0, "doubts": 0, "created_at": at, "sent_at": at if state == rules.SENT else None,
        "last_error": "",
    }  # fmt: skip


post = _writing_one(row)


def cancel(*, at: datetime, ids: Collection[int] = (), cause: Sequence[object] = ()) -> int:
    """Take back what is still pending of these letters, or of all that this cause wrote; how many were."""
    which = Letter.cause == ":".join(str(part) for part in cause) if cause else Letter.id.in_(ids)
    return _cancel(which, at, "", (rules.PENDING,))


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
    return _see(at, Letter.cause == ":".join(str(part) for part in cause))


def ring_again(*, cause: Sequence[object], seen_at: datetime) -> int:
    """What `mark_over` said at that instant holds no longer: the bells of this cause are unseen again; how many."""
    over = update(Letter).where(
        Letter.cause == ":".join(str(part) for part in cause), Letter.seen_at == seen_at
    )
    return changed(over.values(seen_at=None))


def withhold(*, subject: tuple[str, int], subject_lines: bool = False) -> int:
    """Empty the letters about a subject whose text was masked or erased; that they were sent stays on record.

    Subject lines are neutral and stay, unless they held a title that must go as well.
    """
    about = update(Letter).where(Letter.subject_kind == subject[0], Letter.subject_id == subject[1])
    empty = {"body_text": "", "body_html": None, "withheld": True}
    return changed(about.values({**empty, "subject_line": ""} if subject_lines else empty))


def _see(at: datetime, *which: ColumnElement[bool]) -> int:
    return changed(update(Letter).where(UNSEEN, *which).values(seen_at=at))


def _cancel(which: ColumnElement[bool], at: datetime, why: str, states: Collection[str]) -> int:
    still = Letter.state.in_(states)
    return changed(
        update(Letter).where(which, still).values(state=rules.CANCELLED, next_try=at, last_error=why)
    )


def _first_state(channel: str, address: str | None, due: datetime, at: datetime) -> str:
    if channel == rules.BELL:
        return rules.SENT if due <= at else rules.PENDING
    return rules.PENDING if address else rules.KEPT


def _one_line(*texts: str) -> None:
    if _SEVERAL_LINES.search(" ".join(texts)):
        raise DomainError(_("The subject, the name and the address of a letter are one line each."))


def _secret() -> str:
    return str(current_app.config["SECRET_KEY"])


def _domain() -> str:
    """The right half of Message-IDs: that of our own mail address."""
    return _domain_of(current_app.config["TRACKER"].mail_from)


@lru_cache(maxsize=8)
def _domain_of(mail_from: str) -> str:
    return parseaddr(mail_from)[1].rpartition("@")[2] or "localhost"

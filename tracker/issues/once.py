"""A report sent twice is made once: what the first sending made is kept by the mark of its form and its words.

Its words are part of the name: a form that the next person at a shared computer goes back to has the mark of the
report before, which must neither swallow theirs nor be opened by it.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, select

from tracker.db import db, dialect, inserting, kept, rows
from tracker.issues.models import Idempotency, Issue


def name(mark: str, said: Iterable[str]) -> str:
    """What names one sending; empty where the form brought no mark."""
    words = "\0".join((mark, *said))
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest() if mark else ""


def made_before(owner: str, key: str) -> Issue | None:
    """The issue that this sending has made already."""
    known = rows(_answered(), {"owner": owner, "key": key}) if key else ()
    wanted = [answer["number"] for (answer,) in known]
    return db.session.scalars(select(Issue).where(Issue.number.in_(wanted))).first() if wanted else None


def made_first(issue: Issue, owner: str, key: str, *, status: int, at: datetime) -> Issue | None:
    """Note that this issue is made; the other one where the same was sent at the same moment and came first."""
    if not key:
        return None
    if note(owner, key, status=status, at=at, answer={"number": issue.number}) is not None:
        return None
    db.session.rollback()
    first = made_before(owner, key)
    assert first is not None, "noted, though not to be found"
    return first


def note(owner: str, key: str, *, status: int, at: datetime, answer: Mapping[str, Any]) -> int | None:
    """Note this sending; the id of the note, None where the same is noted already."""
    made = {
        "owner": owner,
        "key": key,
        "body_sha256": "",
        "status": status,
        "answer": answer,
        "location": "",
        "at": at,
    }
    return db.session.connection().scalar(_noting(dialect()), made)


@kept
def _noting(database: str) -> Any:
    """The INSERT, which answers nothing where the same is noted already; made once for each `database`."""
    table = Idempotency.__table__
    return inserting(table).on_conflict_do_nothing().returning(table.c.id)


@kept
def _answered() -> Select[Any]:
    mine = (Idempotency.owner == bindparam("owner"), Idempotency.key == bindparam("key"))
    return select(Idempotency.answer).where(*mine)

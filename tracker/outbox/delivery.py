"""Taking letters out of the box, one recipient at a time, within the caps.  Nothing here commits or sends.

Whoever sends goes round: for each of `recipients`, `take` and commit; for each claim `prepare` and commit, send,
then `settling.settle` and commit.  Between those steps the process may die at any point.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, TextClause, case, func, or_, select, text, update

from tracker import audit
from tracker.db import db, dialect
from tracker.outbox import rules
from tracker.outbox.actions import post
from tracker.outbox.habits import Habit, spread
from tracker.outbox.mails import Envelope, LineOf, envelope, no_line
from tracker.outbox.models import WAITING, Letter

Needed = Callable[[Letter], bool]

DIGEST_LINES = 200
"""Letters that one digest lists at most; the next digest lists the next ones."""

_LOCK = 7_232_012
"""Any number, the same on every node; with the recipient's hash it names the lock on that recipient's caps."""


class Postmaster(NamedTuple):
    """Who resends, in the audit trail."""

    author_id: int | None = None
    name: str = "system"
    way: str = ""


@dataclass(frozen=True)
class Claim:
    """One letter that is ours to send for as long as its fence has this number."""

    letter_id: int
    fence: int


def due(now: datetime) -> tuple[TextClause, ColumnElement[bool]]:
    """Mail that waits for nothing but to be taken."""
    return WAITING, Letter.next_try <= now


EXEMPT = or_(Letter.urgent, Letter.kind.startswith(rules.SECURITY))
"""What no cap and no storm holds back."""


def recipients(now: datetime, limit: int, *, only_exempt: bool = False) -> Sequence[str]:
    """Who has mail due: those with an urgent letter first, then by waiting time."""
    urgent = func.max(case((Letter.urgent, 1), else_=0))
    wanted = select(Letter.recipient).where(*due(now)).group_by(Letter.recipient)
    wanted = wanted.where(EXEMPT) if only_exempt else wanted
    return db.session.scalars(wanted.order_by(urgent.desc(), func.min(Letter.next_try)).limit(limit)).all()


def take(
    recipient: str, now: datetime, habit: Habit | None = None, *, only_exempt: bool = False
) -> list[Claim]:
    """Claim what may go to this recipient now, bundling or postponing the rest; empty when there is nothing (more)."""
    if not _alone_with(recipient):
        return []
    wanted = select(Letter).where(*due(now), Letter.recipient == recipient)
    wanted = wanted.where(EXEMPT) if only_exempt else wanted
    letters = db.session.scalars(wanted.order_by(Letter.urgent.desc(), Letter.id).limit(DIGEST_LINES)).all()
    exempt = [one.id for one in letters if one.urgent or rules.is_security(one.kind)]
    if exempt:
        return _claim(exempt[: rules.PER_QUARTER], now)
    if habit is not None:
        letters = _not_held(letters, recipient, habit, now)
    if not letters:
        return []
    immediate, digests = _history(recipient, now)
    left_over = [one.id for one in letters if one.kind == rules.DIGEST][:1]
    together = [one for one in letters if habit is not None and one.event in habit.together]
    plan = (
        rules.plan(now, 1, (), [*immediate, *digests])
        if left_over or together
        else rules.plan(now, len(letters), immediate, digests)
    )
    if plan.wait_until is not None:
        db.session.execute(
            update(Letter).where(*due(now), Letter.recipient == recipient).values(next_try=plan.wait_until)
        )
        return []
    if left_over:
        return _claim(left_over, now)
    if together or plan.digest:
        listed = together or letters
        return _claim([_bundle(listed[-1], [one.id for one in listed], now)], now)
    return _claim([one.id for one in letters[: plan.single]], now)


def _not_held(letters: Sequence[Letter], recipient: str, habit: Habit, now: datetime) -> list[Letter]:
    """Put aside what the reader wants later; the rest.  What went wrong before is not held a second time."""
    free: list[Letter] = []
    lag = spread(recipient)
    aside: dict[tuple[datetime, str], list[int]] = {}
    for letter in letters:
        until, why = habit.rest("" if letter.held else letter.event, letter.created_at, now, lag)
        if why:
            aside.setdefault((until, why), []).append(letter.id)
        else:
            free.append(letter)
    for (until, why), ids in aside.items():
        waits = update(Letter).where(Letter.id.in_(ids)).execution_options(synchronize_session=False)
        db.session.execute(waits.values(next_try=until, held=why))
    return free


def prepare(
    claim: Claim, now: datetime, needed: Needed, line: LineOf = no_line, locale: str = ""
) -> Envelope | None:
    """Lay out a claimed letter, if it is still ours and still needed; what is not needed is cancelled."""
    ours = select(Letter).where(Letter.id == claim.letter_id, *held(claim))
    letter = db.session.scalars(ours.execution_options(populate_existing=True)).first()
    if letter is None:
        return None
    bundled = _still_needed(letter, needed) if letter.kind == rules.DIGEST else []
    if not (bundled if letter.kind == rules.DIGEST else needed(letter)):
        gone = update(Letter).where(Letter.id == letter.id, *held(claim))
        db.session.execute(
            gone.values(state=rules.CANCELLED, lease_until=None, last_error="no longer needed")
        )
        return None
    if letter.doubts:
        after = {"possible_duplicate": True, "attempt": letter.attempts, "message_id": letter.message_id}
        audit.record("letter.resend", ("letter", letter.id), by=Postmaster(), at=now, after=after)
    return envelope(letter, bundled, line=line, locale=locale)


def held(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    """That the claim still stands: nobody took the letter over meanwhile."""
    return Letter.fence == claim.fence, Letter.state == rules.CLAIMED


def _alone_with(recipient: str) -> bool:
    """Two nodes must not both find room under one person's caps; SQLite has one writer anyway."""
    if dialect() != "postgresql":
        return True
    number = lock_number(recipient)
    lock = text("SELECT pg_try_advisory_xact_lock(:lock, :recipient)")
    return bool(db.session.scalar(lock, {"lock": _LOCK, "recipient": number}))


def lock_number(recipient: str) -> int:
    """The recipient as a number that names a lock."""
    digest = hashlib.sha256(recipient.encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:4], "big", signed=True)


def _claim(ids: Sequence[int], now: datetime) -> list[Claim]:
    claimed = (
        update(Letter)
        .where(Letter.id.in_(ids), Letter.state.in_(rules.DUE_STATES))
        .values(
            state=rules.CLAIMED,
            fence=Letter.fence + 1,
            attempts=Letter.attempts + 1,
            lease_until=now + rules.LEASE,
            sent_at=now,
        )
        .returning(Letter.id, Letter.fence)
        .execution_options(synchronize_session=False)
    )
    return sorted((Claim(*row) for row in db.session.execute(claimed)), key=lambda claim: claim.letter_id)


def _history(recipient: str, now: datetime) -> tuple[list[datetime], list[datetime]]:
    """When mails went, or may have gone, to the recipient within the last hour: single ones, digests."""
    mails = select(Letter.kind, Letter.sent_at).where(
        Letter.recipient == recipient,
        Letter.sent_at > now - timedelta(hours=1),
        Letter.channel == rules.MAIL,
        Letter.digest_id.is_(None),
        Letter.urgent.is_(False),
        Letter.kind.startswith(rules.SECURITY).is_(False),
    )
    found: tuple[list[datetime], list[datetime]] = ([], [])
    for kind, sent_at in db.session.execute(mails):
        if sent_at is not None:
            found[kind == rules.DIGEST].append(sent_at)
    return found


def _bundle(newest: Letter, ids: Sequence[int], now: datetime) -> int:
    digest_id = post(
        channel=rules.MAIL,
        kind=rules.DIGEST,
        key=("digest", *ids),
        subject=("letter", ids[0]),
        subject_line="",
        body_text="",
        at=now,
        person_id=newest.person_id,
        address=newest.address,
        name=newest.name,
        locale=newest.locale,
    )
    assert digest_id is not None, "a letter is bundled once"
    db.session.execute(update(Letter).where(Letter.id.in_(ids)).values(digest_id=digest_id))
    return digest_id


def _still_needed(digest: Letter, needed: Needed) -> list[Letter]:
    bundled = select(Letter).where(Letter.digest_id == digest.id, Letter.state.in_(rules.DUE_STATES))
    keep: list[Letter] = []
    for letter in db.session.scalars(bundled.order_by(Letter.urgent.desc(), Letter.id)):
        if needed(letter):
            keep.append(letter)
        else:
            gone = update(Letter).where(Letter.id == letter.id)
            db.session.execute(gone.values(state=rules.CANCELLED, last_error="no longer needed"))
    return keep

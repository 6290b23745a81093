"""Writing down what became of letters.  Nothing here commits."""

from datetime import datetime
from typing import Any

from sqlalchemy import Update, case, or_, select, update

from tracker.db import changed, db
from tracker.outbox import rules
from tracker.outbox.delivery import Claim, due, held
from tracker.outbox.models import CLAIMED, RESTING, Letter

_SECRET = Letter.kind.startswith(rules.SECURITY)
_EMPTY = {"body_text": "", "body_html": None, "link": ""}
_OPENS_A_CASE = or_(*map(Letter.link.startswith, rules.OPENS_A_CASE))
_WITHOUT_SECRET = case((_OPENS_A_CASE, ""), else_=Letter.link)


def ring(now: datetime) -> int:
    """Bells whose rest is over count as sent; how many."""
    rested = update(Letter).where(RESTING, Letter.next_try <= now)
    return _changed(rested.values(state=rules.SENT, sent_at=Letter.next_try))


def keep_due(now: datetime) -> int:
    """Without a mail server, what is due is kept: readable, and never sent later; how many letters."""
    kept = _changed(update(Letter).where(*due(now), _SECRET).values(state=rules.KEPT, **_EMPTY))
    digests = select(Letter.id).where(*due(now), Letter.kind == rules.DIGEST)
    bundled = (Letter.digest_id.in_(digests), Letter.state.in_(rules.DUE_STATES))
    # What a digest was to stand for is read by itself where no digest goes out any more.
    kept += _changed(update(Letter).where(*bundled).values(state=rules.KEPT))
    return kept + _changed(update(Letter).where(*due(now)).values(state=rules.KEPT))


def lapse(now: datetime) -> int:
    """Claims whose lease ran out: nobody knows what became of them.  Once they are tried again, then given up."""
    wanted = select(Letter).where(CLAIMED, Letter.lease_until < now).order_by(Letter.lease_until).limit(500)
    found = db.session.scalars(wanted.execution_options(populate_existing=True)).all()
    outcome = rules.Outcome(rules.UNKNOWN, "the sender vanished while it had this letter")
    return sum(settle(Claim(letter.id, letter.fence), outcome, now) for letter in found)


def settle(claim: Claim, outcome: rules.Outcome, now: datetime) -> bool:
    """Write down the outcome, if the claim still stands; False when somebody took the letter over meanwhile."""
    facts = select(Letter.kind, Letter.created_at, Letter.attempts, Letter.doubts, Letter.idem_key)
    letter = db.session.execute(facts.where(Letter.id == claim.letter_id)).one()
    state, next_try = rules.settled(
        outcome,
        now=now,
        security=rules.is_security(letter.kind),
        created_at=letter.created_at,
        attempts=letter.attempts,
        doubts=letter.doubts,
        idem_key=letter.idem_key,
    )
    values: dict[str, Any] = {"state": state, "lease_until": None, "last_error": outcome.error[:500]}
    if next_try is not None:
        values["next_try"] = next_try
    values["sent_at"] = now if state in (rules.SENT, rules.UNKNOWN) else None
    if state == rules.UNKNOWN:
        values["doubts"] = letter.doubts + 1
    if state == rules.PENDING:
        values["attempts"] = letter.attempts - 1
    if state == rules.SENT:
        values["link"] = _WITHOUT_SECRET
    if state in (rules.SENT, rules.DEAD) and rules.is_security(letter.kind):
        values |= _EMPTY
    if not _changed(update(Letter).where(Letter.id == claim.letter_id, *held(claim)).values(values)):
        return False
    if letter.kind == rules.DIGEST and state in (rules.SENT, rules.DEAD):
        _settle_bundled(
            claim.letter_id, {name: values[name] for name in ("state", "sent_at", "link") if name in values}
        )
    return True


def _settle_bundled(digest_id: int, values: dict[str, Any]) -> None:
    bundled = (Letter.digest_id == digest_id, Letter.state.in_(rules.DUE_STATES))
    db.session.execute(update(Letter).where(*bundled).values(values))


def _changed(statement: Update) -> int:
    return changed(statement.execution_options(synchronize_session=False))

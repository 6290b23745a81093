"""The postman's round: claims, sends and marks, committing after each step so that none of them is done twice."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr, quote

from flask import current_app

from tracker.accounts import queries
from tracker.db import db
from tracker.failpoints import reach
from tracker.outbox import breaker, delivery, rules, settling
from tracker.outbox.delivery import Claim, Needed
from tracker.outbox.habits import Habit
from tracker.outbox.mails import Envelope, LineOf, no_line
from tracker.outbox.models import Letter
from tracker.outbox.smtp import Courier, Server

ROUND_SECONDS = 60
Send = Callable[[Envelope], rules.Outcome]


@dataclass(frozen=True)
class Readers:
    """What the postman asks about people: when one reads mail, and how a letter stands as a line among others."""

    habit: Callable[[int, datetime], Habit | None] = lambda _person_id, _now: None
    line: LineOf = no_line


ANYBODY = Readers()
log = logging.getLogger(__name__)


def always(_letter: Letter) -> bool:
    """Every letter is still needed: for rooms without second thoughts."""
    return True


def deliver(
    now: datetime,
    *,
    send: Send | None = None,
    needed: Needed = always,
    readers: Readers = ANYBODY,
    limit: int = 200,
) -> Counter[str]:
    """Send what is due to at most `limit` recipients; how many letters ended in which state.

    `send` replaces the mail server of the settings; `needed` is asked right before sending; `readers` knows when
    people read mail.  Safe to run twice, on
    several nodes at once, and to be killed anywhere.
    """
    started = time.monotonic()

    def present() -> datetime:
        return now + timedelta(seconds=time.monotonic() - started)

    done = Counter({"rung": settling.ring(now), "lapsed": settling.lapse(now)})
    server = current_app.config["TRACKER"].smtp_url
    if send is None and not server:
        done[rules.KEPT] = settling.keep_due(now)
        db.session.commit()
        return +done
    waiting, storm = _waiting(now, limit)
    db.session.commit()
    if waiting:
        with _courier(send, server, present) as courier:
            for recipient in waiting:
                if time.monotonic() - started < ROUND_SECONDS:
                    done += _serve(recipient, courier, needed, readers, present, storm)
    if done[rules.SENT]:
        breaker.count(done[rules.SENT], now)
        db.session.commit()
    return +done


def _waiting(now: datetime, limit: int) -> tuple[Sequence[str], bool]:
    """Who is served in this round, and whether a storm lets only what is exempt go."""
    waiting = delivery.recipients(now, limit)
    room = breaker.room(now) if waiting else 1
    if room <= 0:
        return delivery.recipients(now, limit, only_exempt=True), True
    # A round never goes far beyond the room there is: each recipient gets two mails at most.
    return waiting[: room // rules.PER_QUARTER + 1], False


def _courier(send: Send | None, server: str, present: Callable[[], datetime]) -> AbstractContextManager[Send]:
    if send is not None:
        return nullcontext(send)
    return Courier(Server.from_url(server), _sender(), now=present)


def _sender() -> str:
    """From whom mails come: an address without a name goes by the organisation's."""
    given = str(current_app.config["TRACKER"].mail_from)
    name, address = parseaddr(given)
    own = "" if name else queries.organisation().name
    return f'"{quote(own)}" <{address}>' if own else given


def _serve(
    recipient: str,
    send: Send,
    needed: Needed,
    readers: Readers,
    present: Callable[[], datetime],
    storm: bool,
) -> Counter[str]:
    """One recipient: batch after batch, until nothing of theirs may go out now."""
    done: Counter[str] = Counter()
    person_id = rules.person_of(recipient)
    habit = readers.habit(person_id, present()) if person_id is not None else None

    def laid_out(claim: Claim) -> Envelope | None:
        locale = habit.locale if habit is not None else ""
        return delivery.prepare(claim, present(), needed, readers.line, locale)

    while True:
        reach("send.claim")
        claims = delivery.take(recipient, present(), habit, only_exempt=storm)
        claimed_at = time.monotonic()
        db.session.commit()
        reach("send.claimed")
        if not claims:
            return done
        for claim in claims:
            done[_send(claim, send, laid_out, present, claimed_at)] += 1


def _send(
    claim: Claim,
    send: Send,
    laid_out: Callable[[Claim], Envelope | None],
    present: Callable[[], datetime],
    claimed_at: float,
) -> str:
    try:
        envelope = laid_out(claim)
        db.session.commit()
        if envelope is None:
            return rules.CANCELLED
        late = time.monotonic() - claimed_at > rules.ABORT_SECONDS
        outcome = rules.Outcome(rules.PENDING) if late else send(envelope)
    except Exception as error:
        # One letter that cannot be laid out or sent must delay no other; it is tried again like any deferred one.
        log.exception("letter %s", claim.letter_id)
        db.session.rollback()
        outcome = rules.Outcome(rules.DEFERRED, f"{type(error).__name__}: {error}".partition("\n")[0])
    reach("send.mark")
    if not settling.settle(claim, outcome, present()):
        log.warning(
            "letter %s: its lease ran out, the outcome %s was not written", claim.letter_id, outcome.state
        )
        db.session.commit()
        return "stale"
    db.session.commit()
    reach("send.marked")
    return outcome.state

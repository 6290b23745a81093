"""What may be sent when, and what becomes of a letter.  Pure."""

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

BELL, MAIL = "bell", "mail"
CHANNELS = (BELL, MAIL)
PENDING, CLAIMED, SENT, DEFERRED = "pending", "claimed", "sent", "deferred"
UNKNOWN, DEAD, CANCELLED, KEPT = "unknown", "dead", "cancelled", "kept"
STATES = (PENDING, CLAIMED, SENT, DEFERRED, UNKNOWN, DEAD, CANCELLED, KEPT)
DUE_STATES = (PENDING, DEFERRED, UNKNOWN)

DIGEST = "digest"
HOLD = timedelta(seconds=30)
LEASE = timedelta(seconds=90)
SEND_SECONDS = 30
ABORT_SECONDS = 50
"""A claim older than this is given back before its letter is begun, so that no lease can run out while sending."""

GIVE_UP = timedelta(days=3)
FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=1), timedelta(hours=4)

QUARTER, HOUR, DIGEST_REST = timedelta(minutes=15), timedelta(hours=1), timedelta(minutes=30)
PER_QUARTER, PER_HOUR, IMMEDIATE_PER_HOUR = 2, 6, 4

STORM, USUAL_LEAST = 10, 50
"""So many times the mail of a usual hour is a storm; a quiet office's usual hour counts as this many mails."""

TOGETHER = 16
"""So many digits of a letter's key are those of its cause."""

# Made once: a tick names many letters.
_IN_FULL = json.JSONEncoder(ensure_ascii=False)

SECURITY = "security."
# Addresses that open one case to whoever has them: once such a letter has gone, only its reader needs the secret.
OPENS_A_CASE = ("/i/", "/e/", "/o/")
TITLE_MARK = " – "
"""In a subject line the title of the case stands behind it: who keeps the letters need not read the title."""


def is_security(kind: str) -> bool:
    """Letters that open a door (sign-in links): sent at most once, kept nowhere, exempt from caps."""
    return kind.startswith(SECURITY)


def cause_of(key: Sequence[object]) -> str:
    """The cause as its letters keep it, to be found by."""
    return ":".join(str(part) for part in key)


def idem_key(key: Sequence[object], recipient: str, channel: str, kind: str) -> str:
    """What makes a letter unique, in 64 hex digits: digests of its cause, and of cause, recipient, channel and kind."""
    return idem_keys(key)(recipient, channel, kind)


def idem_keys(key: Sequence[object]) -> Callable[[str, str, str], str]:
    """The same for many letters of one cause.

    They begin alike, so that the index has them in one place: twelve places a chase cost more than all else of it.
    """
    together = begins_alike(key)
    begins = hashlib.sha256(_in_full([str(part) for part in key])[:-1] + (b", " if key else b""))

    def key_of(recipient: str, channel: str, kind: str) -> str:
        whole = begins.copy()
        whole.update(_ends(recipient, channel, kind))
        return together + whole.hexdigest()[: 64 - TOGETHER]

    return key_of


def begins_alike(key: Sequence[object]) -> str:
    """What the keys of all letters of this cause begin with."""
    return hashlib.sha256(cause_of(key).encode("utf-8", "surrogatepass")).hexdigest()[:TOGETHER]


@lru_cache(maxsize=4096)
def _ends(recipient: str, channel: str, kind: str) -> bytes:
    return _in_full([recipient, channel, kind])[1:]


def _in_full(parts: list[str]) -> bytes:
    return _IN_FULL.encode(parts).encode("utf-8", "surrogatepass")


def message_id(idem_key: str, secret: str, domain: str) -> str:
    """The letter's name on the wire: nobody can guess it, every resend has the same."""
    name = hashlib.blake2b(idem_key.encode(), key=_as_key(secret), digest_size=20)
    return f"<{name.hexdigest()}@{domain}>"


@lru_cache(maxsize=8)
def _as_key(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def recipient(person_id: int | None, address: str | None) -> str:
    """Whose caps and locks count: the person, or else the address."""
    return f"person {person_id}" if person_id is not None else (address or "").casefold()


def person_of(recipient: str) -> int | None:
    """The id of the person behind a recipient; None for an address."""
    kind, _, number = recipient.partition(" ")
    return int(number) if kind == "person" and number.isdecimal() else None


_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+")


def is_address(text: str) -> bool:
    """Whether this can stand in a mail's envelope: one @, no blanks, no signs that mean something there."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None and text.isprintable()


def retry_at(now: datetime, attempts: int, idem_key: str) -> datetime:
    """When a deferred letter is tried again: doubling from a minute to four hours, spread by half either way."""
    wait = min(FIRST_RETRY * 2 ** min(max(attempts - 1, 0), 16), LONGEST_RETRY)
    # Spread by the letter's own key: no chance is needed, and each retry is spread anew.
    spread = int(hashlib.sha256(f"{idem_key}{attempts}".encode()).hexdigest()[:8], 16) / 0xFFFFFFFF
    return now + max(FIRST_RETRY, min(wait * (0.5 + spread), LONGEST_RETRY))


@dataclass(frozen=True)
class Plan:
    """What becomes of a recipient's due letters: `single` of them go out now, or all in one digest, or they wait."""

    single: int = 0
    digest: bool = False
    wait_until: datetime | None = None


def plan(now: datetime, due: int, immediate: Sequence[datetime], digests: Sequence[datetime]) -> Plan:
    """Keep the caps: at most 2 mails in any quarter of an hour, 6 in any hour, 4 of them immediate.

    `immediate` and `digests` are when mails of either sort went out to the recipient within the last hour.
    """
    mails = sorted((*immediate, *digests))
    full_until = max(_free_at(mails, now, QUARTER, PER_QUARTER), _free_at(mails, now, HOUR, PER_HOUR))
    if full_until > now:
        return Plan(wait_until=full_until)
    room = min(PER_QUARTER - _within(mails, now, QUARTER), PER_HOUR - _within(mails, now, HOUR))
    if due <= min(room, IMMEDIATE_PER_HOUR - _within(immediate, now, HOUR)):
        return Plan(single=due)
    if digests and max(digests) + DIGEST_REST > now:
        return Plan(wait_until=max(digests) + DIGEST_REST)
    return Plan(digest=True)


def exceeds(mails: Sequence[datetime]) -> bool:
    """Whether these instants, in their order, break a cap in any window."""
    return any(
        later - earlier < window
        for window, most in ((QUARTER, PER_QUARTER), (HOUR, PER_HOUR))
        for earlier, later in zip(mails, mails[most:], strict=False)
    )


def _within(instants: Sequence[datetime], now: datetime, window: timedelta) -> int:
    return sum(instant > now - window for instant in instants)


def _free_at(mails: Sequence[datetime], now: datetime, window: timedelta, most: int) -> datetime:
    """When the window holds fewer than `most` again."""
    inside = sorted(instant for instant in mails if instant > now - window)
    return inside[len(inside) - most] + window if len(inside) >= most else now


@dataclass(frozen=True)
class Outcome:
    """What one try of sending came to, and the server's or the socket's own words.

    The states that it may name: sent; deferred (it surely did not go, try later); dead (refused for good); unknown
    (the line broke after the last dot); pending (it was not even begun).
    """

    state: str
    error: str = ""


SECURITY_GIVE_UP = timedelta(minutes=10)
"""A sign-in link that late is of no use to anybody."""


def settled(
    outcome: Outcome,
    *,
    now: datetime,
    security: bool,
    created_at: datetime,
    attempts: int,
    doubts: int,
    idem_key: str,
) -> tuple[str, datetime | None]:
    """The letter's next state and, if it is to be tried again, when."""
    if outcome.state == UNKNOWN:
        # One resend under the same Message-ID; what opens a door is never sent twice.
        return (DEAD, None) if security or doubts else (UNKNOWN, now + FIRST_RETRY)
    if outcome.state == DEFERRED:
        too_old = now - created_at >= (SECURITY_GIVE_UP if security else GIVE_UP)
        return (DEAD, None) if too_old else (DEFERRED, retry_at(now, attempts, idem_key))
    return outcome.state, now if outcome.state == PENDING else None

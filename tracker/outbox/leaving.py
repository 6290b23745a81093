"""The address in a letter that ends letters of its kind with one click (RFC 8058); it needs no sign-in, and no row."""

from collections.abc import Iterable

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from tracker.outbox.habits import DUTIES, EVENTS
from tracker.outbox.models import Letter

PATH = "/unsubscribe/"
GUESTS, REMINDERS = "/i/", "chase."


def path(person_id: int | None, events: Iterable[str]) -> str:
    """Where the person ends mail about these events; empty where none of them can be ended."""
    may_end = sorted(set(events) & set(EVENTS) - DUTIES)
    return PATH + _seal().dumps([person_id, may_end]) if person_id is not None and may_end else ""


def of_guest(letter: Letter) -> str:
    """Where a guest, who has no account, ends the reminders of their one report; empty for any other letter."""
    theirs = letter.person_id is None and letter.link.startswith(GUESTS)
    return f"{letter.link}/reminders" if theirs and letter.kind.startswith(REMINDERS) else ""


def opens_unsigned(letter: Letter) -> bool:
    """Whether its link opens the one report to somebody with an account without asking them to sign in."""
    return letter.person_id is not None and letter.link.startswith(GUESTS)


def read(token: str) -> tuple[int, list[str]] | None:
    """Whose mail about which events; None when this is no address of ours."""
    try:
        person_id, events = _seal().loads(token)
    except (BadData, ValueError, TypeError):
        return None
    return int(person_id), [str(event) for event in events if event in EVENTS and event not in DUTIES]


def _seal() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.config["SECRET_KEY"]), salt="unsubscribe")

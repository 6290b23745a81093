"""How a person wants to hear of things: the choice for each event, and which event a letter belongs to.  Pure."""

from typing import Protocol

from tracker.outbox import habits
from tracker.outbox.habits import ASSIGNED, CASES, FIRM, MINE, NOW, OFF, SITE, TOGETHER
from tracker.outbox.rules import BELL, MAIL

_ASSIGNED = frozenset({
    "issue.handed_over", "record.escalated", "record.sent_again", "record.review", "record.approve", "record.question",
    "record.opinion",
})  # fmt: skip
_MINE = frozenset(
    {f"issue.{what}" for what in ("received", "ask", "message", "answer", "progress", "closed", "merged")}
    | {"known.solved"}
)


class Wisher(Protocol):
    """What is read of a person."""

    mail_wish: str
    wishes: dict[str, str]


def event_of(kind: str) -> str:
    """The event that a letter of this kind belongs to; empty for what nobody can choose, such as a sign-in link."""
    if kind in _ASSIGNED:
        return ASSIGNED
    if kind in _MINE:
        return MINE
    return CASES if kind.startswith(("issue.", "record.")) else ""


def how(person: Wisher, event: str) -> str:
    """How the person hears of an event: as chosen, or else by the one wish for all mail."""
    chosen = person.wishes.get(event)
    if chosen in habits.offered(event):
        return str(chosen)
    if event == habits.ENDED:
        return SITE
    if person.mail_wish == TOGETHER:
        return TOGETHER
    # Without mail duties still come by mail: whoever owes work must hear of it.
    return SITE if person.mail_wish == OFF and event not in habits.DUTIES else NOW


def channels(person: Wisher, event: str, *, urgent: bool = False) -> tuple[str, ...]:
    """By which channels a letter about this event is written; what is urgent takes all of them."""
    if urgent or not event:
        return (BELL, MAIL)
    chosen = how(person, event)
    if chosen == OFF and event not in FIRM:
        return ()
    return (BELL,) if chosen in (SITE, OFF) else (BELL, MAIL)


def together(person: Wisher) -> frozenset[str]:
    """The events that the person wants in one letter."""
    return frozenset(event for event in habits.EVENTS if how(person, event) == TOGETHER)

"""The lines of a round as its page sends them, and what of them two people filled at once."""

from collections.abc import Mapping

from flask import request

from tracker import edits
from tracker.inspections import queries
from tracker.inspections.models import InspectionRound

Lines = dict[int, tuple[str, str]]
"""What was found and seen, by the number of the line."""


def lines(found: InspectionRound) -> Lines:
    """What stands in each line now."""
    return {one.id: (one.outcome, one.note) for one in found.results}


def typed(found: InspectionRound) -> Lines:
    """What was sent of each line that its page lets fill."""
    return {
        one.id: (request.form.get(f"outcome-{one.id}", ""), request.form.get(f"note-{one.id}", ""))
        for one in found.results
        if f"note-{one.id}" in request.form and not queries.is_sealed(one)
    }


def seen(found: InspectionRound) -> dict[str, str]:
    """What the page sends back to say what stood in each line."""
    return edits.seen(_boxes(lines(found)))


def sent(found: InspectionRound) -> dict[str, str]:
    """What the page has sent back of it."""
    keys = map(str, lines(found))
    return {key: request.form[f"seen-{key}"] for key in keys if f"seen-{key}" in request.form}


def mine(found: InspectionRound) -> Lines:
    """The lines that were not left as they stood; all of them where the page did not say how they stood."""
    given = typed(found)
    alone = edits.untouched(_boxes(given), sent(found))
    return {key: line for key, line in given.items() if str(key) not in alone}


def changed(found: InspectionRound) -> Lines:
    """The same, raising Stale where somebody else filled one of them otherwise meanwhile."""
    given = mine(found)
    edits.settled(_boxes(lines(found)), _boxes(given), sent(found))
    return given


def _boxes(some: Mapping[int, tuple[str, str]]) -> dict[str, str]:
    return {
        str(key): f"{outcome}\n{note}".replace("\r\n", "\n").strip() for key, (outcome, note) in some.items()
    }

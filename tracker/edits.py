"""Two people at one form: what a save changes of what its writer saw, and what somebody else wrote meanwhile."""

from collections.abc import Mapping

from flask_babel import gettext as _

from tracker import audit
from tracker.errors import Conflict, Stale


def seen(boxes: Mapping[str, str]) -> dict[str, str]:
    """What a writer sends back to say what stood in each box when they began."""
    return {key: audit.digest(text) for key, text in boxes.items()}


def untouched(typed: Mapping[str, str], seen: Mapping[str, str]) -> set[str]:
    """The boxes that were left as they stood, so that what stands there now is nobody's to write over."""
    return {key for key, text in typed.items() if seen.get(key) == audit.digest(text)}


def settled(now: Mapping[str, str], typed: Mapping[str, str], seen: Mapping[str, str]) -> dict[str, str]:
    """What the boxes hold after a save: what was typed, and what stands there now where nothing was changed.

    Raises Stale with both texts of each box that somebody else changed to something else meanwhile.
    """
    mine = {key: text for key, text in typed.items() if key not in untouched(typed, seen)}
    conflicts = [
        Conflict(key, text, now[key])
        for key, text in mine.items()
        if key in seen and seen[key] != audit.digest(now[key]) and text != now[key]
    ]
    if conflicts:
        raise Stale(conflicts, _("Somebody changed this while you were editing. Both versions are below."))
    return {**now, **mine}

"""Two people at one guide: what a save changes of what its writer saw, and what somebody else wrote meanwhile."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from tracker import audit
from tracker.accounts.rules import Actor
from tracker.errors import Conflict, Stale
from tracker.guides.models import Article, ArticleVersion, KnownIssue

TEXTS = ("title_zh", "body_zh", "title_en", "body_en")
ABOUT = "about"


def about(guide: Mapping[str, Any]) -> str:
    """What a guide is about, in one word: a system (`s3`), one of its functions (`f7`), or all systems (empty)."""
    if guide.get("function_id"):
        return f"f{guide['function_id']}"
    return f"s{guide['system_id']}" if guide.get("system_id") else ""


def place(guide: Article | KnownIssue) -> dict[str, Any]:
    """The system and the function that it is about."""
    return {"system_id": guide.system_id, "function_id": guide.function_id}


def present(guide: Article | KnownIssue) -> dict[str, str]:
    """What stands in each box of its form now; of an answer the newest version."""
    written = guide.newest if isinstance(guide, Article) else guide
    return {ABOUT: about(place(guide))} | texts(written)


def texts(written: ArticleVersion | KnownIssue) -> dict[str, str]:
    """The titles and the texts."""
    return {key: getattr(written, key) for key in TEXTS}


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


def move(guide: Article | KnownIssue, given: Mapping[str, Any], kept: Mapping[str, str]) -> dict[str, Any]:
    """Let the guide be about what was chosen, where the save keeps that; what it was about before, if it moves."""
    wanted = about(given)
    if kept[ABOUT] != wanted or wanted == about(place(guide)):
        return {}
    before = told_place(guide)
    guide.system_id, guide.function_id = given.get("system_id"), given.get("function_id")
    return before


def told_place(guide: Article | KnownIssue) -> dict[str, Any]:
    """The same as `place`, by the names of the trail."""
    return {"system": guide.system_id, "function": guide.function_id}


def write_down(
    action: str,
    guide: Article | KnownIssue,
    texts: Mapping[str, str],
    *,
    by: Actor,
    at: datetime,
    before: Mapping[str, Any] | None = None,
) -> None:
    """The trail names what a save changed and nothing else, so that it tells who wrote last into each box."""
    moved = told_place(guide) if before is None or before else {}
    of_version = {"version": guide.newest.no} if isinstance(guide, Article) else {}
    audit.record(action, guide, by=by, at=at, before=before, after={**moved, **of_version}, texts=texts)

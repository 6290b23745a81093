"""The boxes of a guide's form, what it is about among them, and what the trail tells of a save."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tracker import audit
from tracker.accounts.rules import Actor
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

"""What the calls about answers and those about known issues have in common."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select

from tracker import clock, edits
from tracker.api import guided, tags
from tracker.api.acts import Done
from tracker.api.doors import body_of
from tracker.api.lists import page_of
from tracker.db import db
from tracker.errors import Conflict, DomainError, NotAllowed, Stale
from tracker.guides import editing, finding, moves, queries, versions
from tracker.guides.models import Article, KnownIssue
from tracker.issues import queries as issues
from tracker.issues.models import Issue
from tracker.systems import naming
from tracker.systems import queries as systems
from tracker.web import current_actor

Guide = Article | KnownIssue
# How the calls about this kind of guide show it.
Show = Callable[[Any], dict[str, Any]]


def page(
    found: Select[Any],
    table: Any,
    wanted: guided.AnswerFilter | guided.KnownFilter,
    show: Callable[[Any], Any],
) -> dict[str, Any]:
    """A page of these guides, of those alone that a search finds where one was asked for."""
    if wanted.q:
        hits = [one.guide_id for one in finding.search(wanted.q, table.kind_name, None)]
        found = found.where(table.id.in_(hits))
    return page_of(found, table.id, limit=wanted.limit, cursor=wanted.cursor, show=show)


def source(body: guided.NewGuide) -> Issue | None:
    """The issue that a new guide is made from, if the caller, who writes guides, works on it."""
    actor = current_actor()
    if not actor.is_(*queries.WRITERS):
        raise NotAllowed()
    if not body.issue:
        return None
    found = db.session.scalars(issues.by_number(actor, body.issue.strip().upper())).first()
    if found is None or not issues.works_on(actor, found):
        text = _("There is no issue with the number “%(number)s”.", number=body.issue[:40])
        raise DomainError(text, fields={"issue": text})
    return found


def wanted(body: guided.GuideIn, stood: Mapping[str, Any]) -> dict[str, Any]:
    """What is to stand there by the names of the tables: what was sent, and the rest as it stood."""
    sent = body_of(body)
    given = {**stood, **{key: sent[key] for key in editing.TEXTS if key in sent}}
    if "system" in sent:
        key = sent["system"]
        system_id = naming.system_of(key, systems.offered()).id if key else None
        given |= {"system_id": system_id, "function_id": None}
    if "function" in sent:
        given["function_id"] = naming.function_of(given.get("system_id"), sent["function"])
    return given


def saved(guide: Guide, body: guided.GuideIn, save: Callable[..., None], show: Show) -> Done:
    """Change what was sent; by If-Match nothing that somebody else wrote since is written over."""
    stood = editing.present(guide)
    given = wanted(body, editing.place(guide) | {key: stood[key] for key in editing.TEXTS})
    try:
        save(guide, given, seen=tags.seen(edits.seen(stood)), by=current_actor(), at=clock.now())
    except Stale as error:
        raise Stale([_by_key(one, guide, body) for one in error.conflicts], error.text) from error
    return done(guide, show)


def _by_key(conflict: Conflict, guide: Guide, body: guided.GuideIn) -> Conflict:
    """The conflict by the names of the API, which has no box for both system and function."""
    if conflict.field != editing.ABOUT:
        return conflict
    there = place(guide)
    theirs = " / ".join(there[key] for key in ("system", "function") if there[key])
    return Conflict("system", " / ".join(one for one in (body.system, body.function) if one), theirs)


def moved(guide: Guide, body: guided.GuideMove, show: Show) -> Done:
    """Carry out a move of the guide's table."""
    moves.carry_out(guide, body.move, body.fields, by=current_actor(), at=clock.now())
    return done(guide, show)


def done(guide: Guide, show: Show, status: int = 200, location: str = "") -> Done:
    """The guide as it stands after the act."""
    db.session.flush()
    db.session.expire(guide)
    return Done(show(guide), status, location, boxes(guide))


def boxes(guide: Guide) -> dict[str, str]:
    """The digests for the ETag of who writes the guide; nobody else learns that a draft changes."""
    return edits.seen(editing.present(guide)) if queries.writes(current_actor(), guide.system_id) else {}


def versions_of(guide: Guide) -> dict[str, Any]:
    """All that was written, for those who write the guide."""
    if not queries.writes(current_actor(), guide.system_id):
        raise NotAllowed()
    return {
        "items": [
            {
                "version": one.no, "written_by": one.by_name, "written_at": one.at, "texts": dict(one.texts),
                "changed": list(one.changed),
            }
            for one in versions.of(guide)
        ]
    }  # fmt: skip


def place(guide: Guide) -> dict[str, Any]:
    """Which guide it is, and what it is about."""
    return {
        "id": guide.id, "system": guide.system.key if guide.system else None,
        "function": guide.function.name if guide.function else None,
    }  # fmt: skip


def open_moves(guide: Guide) -> list[str]:
    """The moves that the caller may carry out now."""
    return moves.open_moves(guide, by=current_actor(), at=clock.now())

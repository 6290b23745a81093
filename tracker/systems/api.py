"""AI systems over the API, with their versions and the guide of each."""

from collections.abc import Sequence
from typing import Any

from flask import Response
from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from tracker import clock, edits
from tracker.accounts import queries as people
from tracker.api import released, shapes, tags
from tracker.api.acts import Done, acts
from tracker.api.doors import PREFIX, blueprint, body_of, need_admin, plain_id
from tracker.api.lists import item, page_of
from tracker.db import db, first_or_404, locked
from tracker.errors import DomainError
from tracker.systems import actions, queries
from tracker.systems.models import AISystem, SystemVersion
from tracker.systems.rules import UNKNOWN
from tracker.web import current_actor
from tracker.web.paths import base_url

bp = blueprint("systems", "AI systems")


@bp.post("/systems")
@bp.input(shapes.SystemIn, arg_name="body")
@bp.output(shapes.SystemOut, status_code=201)
@acts
def create(body: shapes.SystemIn) -> Done:
    """Add an AI system; administrators only."""
    need_admin()
    owner = people.by_email(body.owner) if body.owner else None
    if body.owner and owner is None:
        text = _("Nobody has this address.")
        raise DomainError(text, fields={"owner": text})
    if db.session.scalar(select(AISystem.id).where(AISystem.key == body.key)) is not None:
        text = _("The key “%(key)s” is taken.", key=body.key)
        raise DomainError(text, fields={"key": text})
    wanted = actions.NewSystem(
        name=body.name, key=body.key, version=body.version, functions=list(dict.fromkeys(body.functions)),
        more={"owner_id": owner.id} if owner else {},
    )  # fmt: skip
    system = actions.add_system(wanted, by=current_actor(), at=clock.now())
    db.session.refresh(system)
    return Done(shown(system), 201)


@bp.get("/systems")
@bp.input(shapes.Page, location="query", arg_name="wanted")
@bp.output(shapes.SystemPage)
def list_systems(wanted: shapes.Page) -> dict[str, Any]:
    """The systems that may be reported, newest first."""
    found = (
        select(AISystem)
        .where(AISystem.active, ~AISystem.imported)
        .options(
            joinedload(AISystem.owner), selectinload(AISystem.versions), selectinload(AISystem.functions)
        )
    )
    return page_of(found, AISystem.id, limit=wanted.limit, cursor=wanted.cursor, show=_lines)


@bp.get("/systems/<key>/versions")
@bp.output(released.VersionList)
def list_versions(key: str) -> dict[str, Any]:
    """The versions of a system with the guide of each, newest first."""
    return {"items": [version_shown(one) for one in first_or_404(_ours(key)).versions]}


@bp.get("/systems/<key>/versions/<int:version_id>")
@bp.output(released.VersionOut)
def read_version(key: str, version_id: int) -> Response:
    """One version and its guide."""
    found = _version(first_or_404(_ours(key)), version_id)
    return item(version_shown(found), edits.seen(_boxes(found)))


@bp.post("/systems/<key>/versions")
@bp.input(released.VersionIn, arg_name="body")
@bp.output(released.VersionOut, status_code=201)
@acts
def add_version(key: str, body: released.VersionIn) -> Done:
    """Add a version with its guide; the first one, or with `current`, is the one in use.  Administrators only."""
    need_admin()
    system, by, at = first_or_404(locked(_ours(key))), current_actor(), clock.now()
    guide = {name: getattr(body, name) for name in actions.GUIDE}
    row = actions.add_version(
        system, version=body.version, guide=guide, released_at=body.released_at, by=by, at=at
    )
    if body.current or queries.current_version(system) is None:
        actions.make_current(system, row, by=by, at=at)
    return _version_done(row, 201, f"{PREFIX}/systems/{key}/versions/{row.id}")


@bp.patch("/systems/<key>/versions/<int:version_id>")
@bp.input(released.VersionPatch, arg_name="body")
@bp.output(released.VersionOut)
@acts
def save_version(key: str, version_id: int, body: released.VersionPatch) -> Done:
    """Change a version or its guide; with If-Match, nobody else's words are written over (412)."""
    need_admin()
    row = _version(first_or_404(locked(_ours(key))), version_id)
    now, sent = _boxes(row), body_of(body)
    typed = {name: sent[name] for name in now if name in sent}
    kept = edits.settled(now, typed, tags.seen(edits.seen(now)))
    actions.save_version(
        row, version=kept["version"], guide=kept, released_at=sent.get("released_at", row.released_at),
        by=current_actor(), at=clock.now(),
    )  # fmt: skip
    return _version_done(row)


@bp.post("/systems/<key>/versions/<int:version_id>/current")
@bp.output(released.VersionOut)
@acts
def make_current(key: str, version_id: int) -> Done:
    """From now on people use this version, and read its guide anew.  Administrators only."""
    need_admin()
    system = first_or_404(locked(_ours(key)))
    row = _version(system, version_id)
    actions.make_current(system, row, by=current_actor(), at=clock.now())
    return _version_done(row)


def _ours(key: str) -> Select[AISystem]:
    return queries.by_key(key).where(AISystem.imported.is_(False), AISystem.key != UNKNOWN)


def _version(system: AISystem, version_id: int) -> SystemVersion:
    return first_or_404(queries.version(system.id, plain_id(version_id)))


def _boxes(row: SystemVersion) -> dict[str, str]:
    return {name: getattr(row, name) for name in ("version", *actions.GUIDE)}


def _version_done(row: SystemVersion, status: int = 200, location: str = "") -> Done:
    db.session.flush()
    db.session.expire(row)
    return Done(version_shown(row), status, location, edits.seen(_boxes(row)))


def version_shown(row: SystemVersion) -> dict[str, Any]:
    """One version with its guide by the keys of the API."""
    return _boxes(row) | {
        "id": row.id, "current": row.current, "released_at": row.released_at,
        "guide_updated_at": row.guide_updated_at,
        "url": f"{base_url()}/systems/{row.system.key}/guide?version={row.id}",
    }  # fmt: skip


def _lines(systems: Sequence[AISystem]) -> list[dict[str, Any]]:
    return [shown(system) for system in systems]


def shown(system: AISystem) -> dict[str, Any]:
    """One system with its current version and its functions."""
    current = [one.version for one in system.versions if one.current] or [
        one.version for one in system.versions
    ]
    return {
        "key": system.key, "name": system.name, "version": current[0] if current else "unknown",
        "functions": [one.name for one in system.functions if one.active],
        "owner": system.owner.email if system.owner else None, "operated_by": system.operated_by,
    }  # fmt: skip

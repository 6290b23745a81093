"""AI systems over the API."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from tracker import clock
from tracker.accounts import queries as people
from tracker.api import shapes
from tracker.api.acts import Done, acts
from tracker.api.doors import blueprint, need_admin
from tracker.api.lists import page_of
from tracker.db import db
from tracker.errors import DomainError
from tracker.systems import actions
from tracker.systems.models import AISystem
from tracker.web import current_actor

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

"""Named selects of the catalogue."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.db import db
from tracker.systems.models import AISystem, SystemVersion
from tracker.systems.rules import UNKNOWN


def offered() -> Select[AISystem]:
    """Systems that one can report about, by name; without the reserved 不確定 and those known from history only."""
    shown = (AISystem.active, AISystem.imported.is_(False), AISystem.key != UNKNOWN)
    return select(AISystem).where(*shown).order_by(AISystem.name, AISystem.id)


def known_systems() -> Sequence[AISystem]:
    """The same as rows."""
    return db.session.scalars(offered()).all()


def in_full() -> Select[AISystem]:
    """All systems of ours for the list, closed ones last, each with owner, versions and functions at hand."""
    ours = (AISystem.imported.is_(False), AISystem.key != UNKNOWN)
    at_hand = (
        joinedload(AISystem.owner), joinedload(AISystem.team),
        selectinload(AISystem.versions), selectinload(AISystem.functions),
    )  # fmt: skip
    return (
        select(AISystem)
        .where(*ours)
        .options(*at_hand)
        .order_by(AISystem.active.desc(), AISystem.name, AISystem.id)
    )


def by_key(key: str) -> Select[AISystem]:
    """The system with this key."""
    return select(AISystem).where(AISystem.key == key)


def current_version(system: AISystem) -> SystemVersion | None:
    """The version that people use now."""
    return next((version for version in system.versions if version.current), None)


def version(system_id: int, version_id: int) -> Select[SystemVersion]:
    """One version of one system."""
    return select(SystemVersion).where(SystemVersion.id == version_id, SystemVersion.system_id == system_id)

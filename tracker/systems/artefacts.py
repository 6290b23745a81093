"""Artefacts: found by name, made on the fly, given a version, an owner, a note."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from tracker import audit
from tracker.accounts.models import Person
from tracker.accounts.rules import ADMIN, MANAGER, SUPERVISOR, Actor
from tracker.db import db
from tracker.errors import DomainError
from tracker.systems import rules
from tracker.systems.models import AISystem
from tracker.systems.parts import Artefact, ArtefactVersion

OTHER = "other"
KINDS = (*rules.ARTEFACT_KINDS, OTHER)


def of(system_id: int) -> Select[Artefact]:
    """The artefacts of a system with their owners and versions, those in use first."""
    whole = (joinedload(Artefact.owner).lazyload(Person.roles), selectinload(Artefact.versions))
    mine = select(Artefact).where(Artefact.system_id == system_id).options(*whole)
    return mine.order_by(Artefact.active.desc(), Artefact.kind, Artefact.name, Artefact.id)


def names(system_id: int) -> Sequence[str]:
    """What the artefacts in use are called."""
    mine = select(Artefact.name).where(Artefact.system_id == system_id, Artefact.active)
    return db.session.scalars(mine.order_by(Artefact.name).distinct()).all()


def may_keep(actor: Actor, system: AISystem) -> bool:
    """Who may add and change a system's artefacts: who leads its cases, its owner, administrators."""
    leads = any(actor.is_for(role, unit_id=None, system_id=system.id) for role in (SUPERVISOR, MANAGER))
    return leads or actor.is_(ADMIN) or (actor.person_id is not None and actor.person_id == system.owner_id)


def known(system_id: int, name: str, kind: str = "") -> Artefact | None:
    """The artefact of this name and, where one is given, kind."""
    same = select(Artefact).where(
        Artefact.system_id == system_id, func.lower(Artefact.name) == _line(name).lower()
    )
    if kind:
        same = same.where(Artefact.kind == kind)
    return db.session.scalars(same.order_by(Artefact.id).limit(1)).first()


def named(system_id: int, name: str, kind: str, *, at: datetime) -> Artefact:
    """The same, made where there is none yet; one of the name alone is meant too, and learns its kind."""
    found = known(system_id, name, kind) or known(system_id, name)
    if found is not None and kind and kind != found.kind and not found.versions:
        found.kind = kind
    if found is None:
        found = Artefact(system_id=system_id, kind=kind or OTHER, name=_line(name), created_at=at)
        db.session.add(found)
        db.session.flush()
    return found


def _line(text: str) -> str:
    return " ".join(text.split())[: rules.LINE_MOST]


def add_version(
    artefact: Artefact, version: str, *, by_name: str, at: datetime, source: str = "", note: str = ""
) -> ArtefactVersion:
    """Note a version once; the first who names it stays its author."""
    words = version.strip()[: rules.LINE_MOST]
    same = select(ArtefactVersion).where(
        ArtefactVersion.artefact_id == artefact.id, ArtefactVersion.version == words
    )
    found = db.session.scalars(same).first()
    if found is None:
        found = ArtefactVersion(
            artefact_id=artefact.id, version=words, source=source, note=note.strip()[: rules.TEXT_MOST],
            by_name=by_name, at=at,
        )  # fmt: skip
        db.session.add(found)
        db.session.flush()
        db.session.expire(artefact, ["versions"])
    return found


def add(system: AISystem, wanted: Mapping[str, Any], *, by: Actor, at: datetime) -> Artefact:
    """A new artefact of a system, with its first version if one is named; DomainError where it is there already."""
    kind, name = _kind(wanted), _name(wanted)
    _refuse_twice(system.id, kind, name, None)
    artefact = Artefact(
        system_id=system.id, kind=kind, name=name, note=str(wanted.get("note") or "").strip()[: rules.TEXT_MOST],
        owner_id=wanted.get("owner_id"), created_at=at,
    )  # fmt: skip
    db.session.add(artefact)
    db.session.flush()
    if wanted.get("version"):
        add_version(artefact, str(wanted["version"]), by_name=by.name, at=at)
    audit.record("artefact.add", artefact, by=by, at=at, after=_facts(artefact))
    return artefact


def change(artefact: Artefact, wanted: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    """Another name, note or owner, in use or not; a new version beside."""
    before = _facts(artefact)
    kind, name = _kind(wanted), _name(wanted)
    _refuse_twice(artefact.system_id, kind, name, artefact.id)
    artefact.kind, artefact.name = kind, name
    artefact.note = str(wanted.get("note") or "").strip()[: rules.TEXT_MOST]
    artefact.owner_id, artefact.active = wanted.get("owner_id"), bool(wanted.get("active", True))
    if wanted.get("version"):
        add_version(artefact, str(wanted["version"]), by_name=by.name, at=at)
    db.session.flush()
    db.session.expire(artefact, ["owner"])
    after = _facts(artefact)
    if before != after:
        audit.record("artefact.change", artefact, by=by, at=at, before=before, after=after)


def _facts(artefact: Artefact) -> dict[str, Any]:
    newest = next(iter(artefact.versions), None)
    return {
        "name": artefact.name, "target_kind": artefact.kind, "owner_id": artefact.owner_id,
        "active": artefact.active, "version": newest.version if newest else "",
    }  # fmt: skip


def _kind(wanted: Mapping[str, Any]) -> str:
    kind = str(wanted.get("kind") or "")
    if kind not in KINDS:
        raise DomainError(_("Choose a kind."), fields={"kind": _("Choose a kind.")})
    return kind


def _name(wanted: Mapping[str, Any]) -> str:
    name = _line(str(wanted.get("name") or ""))
    if not name:
        raise DomainError(_("Give it a name."), fields={"name": _("Give it a name.")})
    return name


def _refuse_twice(system_id: int, kind: str, name: str, but: int | None) -> None:
    same = select(Artefact.id).where(
        Artefact.system_id == system_id, Artefact.kind == kind, func.lower(Artefact.name) == name.lower()
    )
    if any(one != but for one in db.session.scalars(same)):
        text = _("This system has one of that kind and name already.")
        raise DomainError(text, fields={"name": text})

"""Verbs of the organisation: its settings, its units, its teams."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from tracker import audit
from tracker.accounts import names
from tracker.accounts.models import Organisation, Team, TeamMember, Unit
from tracker.accounts.rules import Actor
from tracker.db import db
from tracker.errors import DomainError

TEXTS = ("name", "help_phone")


def save_organisation(
    organisation: Organisation, changes: Mapping[str, Any], *, by: Actor, at: datetime
) -> bool:
    """Change settings; tells whether anything differed."""
    before = {
        key: getattr(organisation, key)
        for key, value in changes.items()
        if getattr(organisation, key) != value
    }
    for key in before:
        setattr(organisation, key, changes[key])
    if before:
        texts = {key: str(changes[key]) for key in before if key in TEXTS}
        codes = {key: changes[key] for key in before if key not in TEXTS}
        olds = {key: before[key] for key in codes}
        subject = ("organisation", organisation.id)
        audit.record("organisation.save", subject, by=by, at=at, before=olds, after=codes, texts=texts)
    return bool(before)


def create_unit(
    *,
    name: str,
    parent_id: int | None = None,
    head_id: int | None = None,
    is_demo: bool = False,
    by: Actor,
    at: datetime,
) -> Unit:
    """Add a unit below another or at the top."""
    unit = Unit(name=_free_name(Unit, name, None), parent_id=parent_id, head_id=head_id, is_demo=is_demo)
    db.session.add(unit)
    db.session.flush()
    after = {"name": unit.name, "parent": parent_id, "head": head_id}
    audit.record("unit.create", ("unit", unit.id), by=by, at=at, after=after)
    return unit


def save_unit(
    unit: Unit, *, name: str, parent_id: int | None, head_id: int | None, by: Actor, at: datetime
) -> None:
    """Rename a unit, move it in the tree, change its head."""
    if parent_id is not None and unit.id in _upwards(parent_id):
        text = _("A unit cannot stand below itself")
        raise DomainError(text, fields={"parent_id": text})
    before = {"name": unit.name, "parent": unit.parent_id, "head": unit.head_id}
    unit.name, unit.parent_id, unit.head_id = _free_name(Unit, name, unit.id), parent_id, head_id
    after = {"name": unit.name, "parent": parent_id, "head": head_id}
    if after != before:
        audit.record("unit.save", ("unit", unit.id), by=by, at=at, before=before, after=after)


def delete_unit(unit: Unit, *, by: Actor, at: datetime) -> None:
    """Remove a unit that nobody and nothing belongs to."""
    unit_id, name = unit.id, unit.name
    try:
        with db.session.begin_nested():
            db.session.execute(delete(Unit).where(Unit.id == unit_id))
    except IntegrityError as error:
        raise DomainError(_("People or reports belong to this unit, so that it stays.")) from error
    db.session.expunge(unit)
    audit.record("unit.delete", ("unit", unit_id), by=by, at=at, before={"name": name})


def create_team(
    *, name: str, members: Collection[int] = (), is_demo: bool = False, by: Actor, at: datetime
) -> Team:
    """Add a team that work can be escalated to."""
    team = Team(name=_free_name(Team, name, None), is_demo=is_demo)
    db.session.add(team)
    db.session.flush()
    _set_members(team, members)
    after = {"name": team.name, "members": sorted(members)}
    audit.record("team.create", ("team", team.id), by=by, at=at, after=after)
    return team


def save_team(team: Team, *, name: str, members: Collection[int], by: Actor, at: datetime) -> None:
    """Rename a team and make these its members."""
    now = db.session.scalars(select(TeamMember.person_id).where(TeamMember.team_id == team.id))
    before = {"name": team.name, "members": sorted(now)}
    team.name = _free_name(Team, name, team.id)
    _set_members(team, members)
    after = {"name": team.name, "members": sorted(members)}
    if after != before:
        audit.record("team.save", ("team", team.id), by=by, at=at, before=before, after=after)


def _set_members(team: Team, members: Collection[int]) -> None:
    db.session.execute(delete(TeamMember).where(TeamMember.team_id == team.id))
    db.session.add_all([TeamMember(team_id=team.id, person_id=person_id) for person_id in set(members)])
    db.session.flush()


def _free_name(model: type[Unit] | type[Team], name: str, own_id: int | None) -> str:
    stored = names.one_line(name)
    if not names.is_name(stored):
        text = _("Enter a name of at most %(count)s characters", count=names.NAME_MOST)
        raise DomainError(text, fields={"name": text})
    taken = db.session.scalar(select(model.id).where(model.name == stored))
    if taken is not None and taken != own_id:
        text = _("The name “%(name)s” is taken", name=stored)
        raise DomainError(text, fields={"name": text})
    return stored


def _upwards(unit_id: int | None) -> set[int]:
    parents = {key: parent for key, parent in db.session.execute(select(Unit.id, Unit.parent_id))}
    seen: set[int] = set()
    while unit_id is not None and unit_id not in seen:
        seen.add(unit_id)
        unit_id = parents.get(unit_id)
    return seen

"""Named selects of training: guides read, sessions held, who must know a system and who does."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from tracker.accounts.models import Person, PersonRole, Unit
from tracker.db import db
from tracker.systems.models import AISystem, SystemVersion
from tracker.systems.queries import offered
from tracker.training.models import Attendee, GuideRead, MustKnow, TrainingSession
from tracker.training.rules import Knows

PAGE = 50


def read_at(version_id: int, person_id: int | None) -> datetime | None:
    """When this person said to have read the guide of this version."""
    read = select(GuideRead.at).where(
        GuideRead.system_version_id == version_id, GuideRead.person_id == person_id
    )
    return db.session.scalar(read)


def sessions() -> Select[TrainingSession]:
    """The log, newest day first."""
    at_hand = (
        joinedload(TrainingSession.system),
        joinedload(TrainingSession.version),
        selectinload(TrainingSession.attendees),
    )
    return (
        select(TrainingSession)
        .options(*at_hand)
        .order_by(TrainingSession.held_on.desc(), TrainingSession.id.desc())
    )


def page_of_sessions(*, after: int | None) -> tuple[Sequence[TrainingSession], int | None]:
    """One page of the log after the session with this id, and the id to go on after, if there is more."""
    wanted, last = sessions(), db.session.get(TrainingSession, after) if after is not None else None
    if last is not None:
        key = tuple_(TrainingSession.held_on, TrainingSession.id)
        wanted = wanted.where(key < tuple_(last.held_on, last.id))
    found = db.session.scalars(wanted.limit(PAGE + 1)).all()
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


def lately(system_id: int) -> Sequence[TrainingSession]:
    """The last sessions about this system or about none in particular, newest first."""
    about = (TrainingSession.system_id == system_id) | TrainingSession.system_id.is_(None)
    newest = (TrainingSession.held_on.desc(), TrainingSession.id.desc())
    return db.session.scalars(select(TrainingSession).where(about).order_by(*newest).limit(PAGE)).all()


def attended(person_id: int) -> Sequence[TrainingSession]:
    """The sessions that this person attended, newest first."""
    mine = select(Attendee.session_id).where(Attendee.person_id == person_id)
    return db.session.scalars(sessions().where(TrainingSession.id.in_(mine)).limit(PAGE)).all()


def must_know(system_id: int) -> Sequence[MustKnow]:
    """The lines that say who must know this system."""
    wanted = select(MustKnow).where(MustKnow.system_id == system_id).order_by(MustKnow.id)
    return db.session.scalars(wanted.options(joinedload(MustKnow.person), joinedload(MustKnow.unit))).all()


def required_of(person_id: int) -> set[int]:
    """The ids of the systems that this person must know."""
    person = db.session.get_one(Person, person_id)
    roles = {row.role for row in person.roles}
    above = _above()
    rows = db.session.scalars(select(MustKnow)).all()
    return {row.system_id for row in rows if _meant(row, person_id, person.unit_id, roles, above)}


def tables(systems: Sequence[AISystem], versions: Mapping[int, SystemVersion]) -> dict[int, list[Knows]]:
    """應訓／已訓 of each system: who must know it and since when they know its current version, by name."""
    rules = _rules([one.id for one in systems])
    people = _people() if rules else []
    roles = _roles() if rules else {}
    above, current = _above(), [version.id for version in versions.values()]
    reads, days = _reads(current), _days(current)
    return {
        one.id: [
            Knows(
                key, name, unit or "",
                reads.get((versions[one.id].id, key)) if one.id in versions else None,
                days.get((versions[one.id].id, key)) if one.id in versions else None,
            )
            for key, name, unit_id, unit in people
            if any(_meant(row, key, unit_id, roles.get(key, set()), above) for row in rules.get(one.id, []))
        ]
        for one in systems
    }  # fmt: skip


def table(system: AISystem, version: SystemVersion | None) -> list[Knows]:
    """The same for one system."""
    return tables([system], {system.id: version} if version else {})[system.id]


def _meant(
    row: MustKnow, person_id: int, unit_id: int | None, roles: set[str], above: dict[int, set[int]]
) -> bool:
    if row.person_id is not None:
        return row.person_id == person_id
    if row.unit_id is not None:
        return unit_id is not None and row.unit_id in above.get(unit_id, set())
    return not row.role or row.role in roles


def _rules(systems: Sequence[int]) -> dict[int, list[MustKnow]]:
    found: dict[int, list[MustKnow]] = {}
    for row in db.session.scalars(select(MustKnow).where(MustKnow.system_id.in_(systems))):
        found.setdefault(row.system_id, []).append(row)
    return found


def _people() -> Sequence[tuple[int, str, int | None, str | None]]:
    wanted = select(Person.id, Person.name, Person.unit_id, Unit.name).outerjoin(
        Unit, Unit.id == Person.unit_id
    )
    rows = db.session.execute(wanted.where(Person.active).order_by(Person.name, Person.id))
    return [(key, name, unit_id, unit) for key, name, unit_id, unit in rows]


def _roles() -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for key, role in db.session.execute(select(PersonRole.person_id, PersonRole.role)):
        found.setdefault(key, set()).add(role)
    return found


def _above() -> dict[int, set[int]]:
    """Each unit with itself and all above it."""
    parents = {key: parent for key, parent in db.session.execute(select(Unit.id, Unit.parent_id))}
    found: dict[int, set[int]] = {}
    for unit in parents:
        up: int | None = unit
        seen: set[int] = set()
        while up is not None and up not in seen:
            seen.add(up)
            up = parents.get(up)
        found[unit] = seen
    return found


def _reads(versions: Sequence[int]) -> dict[tuple[int, int], datetime]:
    wanted = select(GuideRead.system_version_id, GuideRead.person_id, GuideRead.at)
    rows = db.session.execute(wanted.where(GuideRead.system_version_id.in_(versions)))
    return {(version, person): at for version, person, at in rows}


def _days(versions: Sequence[int]) -> dict[tuple[int, int], date]:
    """The last day on which each attended a session about each version."""
    held = (
        select(TrainingSession.version_id, Attendee.person_id, func.max(TrainingSession.held_on))
        .join(TrainingSession, TrainingSession.id == Attendee.session_id)
        .where(TrainingSession.version_id.in_(versions), Attendee.person_id.is_not(None))
        .group_by(TrainingSession.version_id, Attendee.person_id)
    )
    rows = db.session.execute(held)
    return {
        (version, person): day for version, person, day in rows if version is not None and person is not None
    }


def current_versions() -> dict[int, SystemVersion]:
    """The current version of each system, by the system's id."""
    rows = db.session.scalars(select(SystemVersion).where(SystemVersion.current))
    return {row.system_id: row for row in rows}


def guides_of(person_id: int) -> list[tuple[AISystem, SystemVersion, bool, datetime | None]]:
    """Each system with a guide: whether this person must know it, and when they read the current one; to read first."""
    versions, required = current_versions(), required_of(person_id)
    read = {
        key: at
        for key, at in db.session.execute(
            select(GuideRead.system_version_id, GuideRead.at).where(GuideRead.person_id == person_id)
        )
    }
    found = [
        (system, versions[system.id], system.id in required, read.get(versions[system.id].id))
        for system in db.session.scalars(offered())
        if system.id in versions
    ]
    return sorted(found, key=lambda one: (one[3] is not None, not one[2]))
